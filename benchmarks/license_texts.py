"""Licence texts, clean and with noise: share named rightly, confusions of Creative Commons elements, texts/s, memory.

    python -m benchmarks license_texts [--texts FOLDER] [--scancode EXECUTABLE]

The texts are those of SPDX, from the package that the index is built from; with ``--texts`` those of a folder of files
named ``<SPDX id>.txt`` or with scancode's front matter (``licensedcode/data/licenses`` of scancode-toolkit), which no
index of ours has seen. With ``--scancode`` its first 60 are read by that program too, with the same noise.
"""

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import textwrap
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.corpus import CACHE
from licet.stages.license.text import SURE, identify

WHEEL = "osslili==1.11.0"
BLIND = ("any-OSI", "any-OSI-perl-modules")
# What scanning confuses, each way.
SHAPES = (("l", "1"), ("O", "0"), ("o", "0"), ("rn", "m"), ("m", "rn"), ("i", "l"), ("e", "c"), ("h", "b"), ("vv", "w"))
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PREFIXES = (("# ", ""), ("// ", ""), (" * ", ""), ("-- ", ""), ("REM ", ""), ("dnl ", ""), ("<!-- ", " -->"))
PROSE = (
    "This project began as a small tool for tables of numbers from old instruments. Please open an issue when something"
    " is not as you expect it. The documentation lives in its own folder and is built by each release.\n\n"
)
SAME = re.compile(r"-(?:only|or-later|(?:no-)?invariants|(?:no-)?RFN|no-copyleft-exception|Combined-Work-Exception)")

Items = list[tuple[str, str]]


def scanned(text: str, rate: float, rng: random.Random) -> str:
    """Return the text with a share of its letters misread, dropped or doubled."""
    out: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        at += 1
        if not letter.isalnum() or rng.random() >= rate:
            out.append(letter)
            continue
        kind = rng.random()
        shapes = [(seen, read) for seen, read in SHAPES if text.startswith(seen, at - 1)]
        if kind < 0.5 and shapes:
            seen, read = rng.choice(shapes)
            out.append(read)
            at += len(seen) - 1
        elif kind < 0.75:
            out.append(letter * 2)
        elif kind < 0.9:
            out.append(rng.choice(LETTERS))
    return "".join(out)


def wrapped(text: str, width: int, prefix: str = "", suffix: str = "") -> str:
    """Return the text on other lines, each between comment marks."""
    lines = [line for part in re.split(r"\n\s*\n", text) for line in (*textwrap.wrap(part, width), "")]
    return "\n".join(f"{prefix}{line}{suffix}" for line in lines)


def hyphenated(text: str, width: int) -> str:
    """Return the text on lines that are full to the last letter, words cut by hyphens."""
    lines, line = [], ""
    for word in text.split():
        room = width - len(line) - 2
        if len(line) + len(word) < width:
            line = f"{line} {word}".strip()
        elif word.isalpha() and 3 <= room < len(word) - 2:
            lines.append(f"{line} {word[:room]}-")
            line = word[room:]
        else:
            lines.append(line)
            line = word
    return "\n".join([*lines, line])


def smart(text: str) -> str:
    """Return the text with typographic quotation marks and British spelling."""
    text = re.sub(r'"(?=\w)', "“", text).replace('"', "”").replace("'", "’")
    return text.replace("icense", "icence").replace("rganization", "rganisation").replace("uthoriz", "uthoris")


def marked_up(text: str) -> str:
    """Return the text as a page."""
    parts = [part.replace("<", "&lt;") for part in re.split(r"\n\s*\n", text)]
    return "<html><body>" + "\n".join(f'<p class="text">{part}</p>' for part in parts) + "</body></html>"


NOISES: dict[str, Callable[[str, random.Random], str]] = {
    "clean": lambda text, _: text,
    "0.5 % of letters": lambda text, rng: scanned(text, 0.005, rng),
    "1 % of letters": lambda text, rng: scanned(text, 0.01, rng),
    "2 % of letters": lambda text, rng: scanned(text, 0.02, rng),
    "hyphenated": lambda text, rng: hyphenated(text, rng.randint(50, 80)),
    "comment": lambda text, rng: wrapped(text, rng.randint(40, 100), *rng.choice(PREFIXES)),
    "HTML": lambda text, _: marked_up(text),
    "typography": lambda text, _: smart(text),
    "lower case": lambda text, _: text.lower(),
    "within prose": lambda text, _: PROSE * 3 + text + "\n\n" + PROSE * 3,
    "all at once": lambda text, rng: scanned(smart(hyphenated(text, 70)), 0.01, rng),
}


def spdx_texts() -> Items:
    """Return id and text of each licence of SPDX that is in use."""
    found = list(CACHE.glob("osslili-*.whl"))
    if not found:
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE), WHEEL]
        subprocess.run(command, check=True)
        found = list(CACHE.glob("osslili-*.whl"))
    with zipfile.ZipFile(found[0]) as archive:
        listed = json.loads(archive.read("osslili/data/spdx_licenses.json"))["licenses"]
    return [(key, it["text"]) for key, it in sorted(listed.items()) if not it["isDeprecatedLicenseId"]]


def folder_texts(folder: Path) -> Items:
    """Return id and text of each licence in a folder that names its SPDX id."""
    items = []
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="utf-8", errors="replace")
        match = re.match(r"---\n(.*?)\n---\n?(.*)", text, re.DOTALL)
        key = re.search(r"(?m)^spdx_license_key: (\S+)$", match[1]) if match else None
        skipped = match and re.search(r"(?m)^is_(?:deprecated|exception): yes$", match[1])
        if path.suffix == ".txt":
            items.append((path.stem, text))
        elif match and key and not skipped and not key[1].startswith("LicenseRef") and len(match[2]) > 200:
            items.append((key[1], match[2]))
    return items


def plain(key: str) -> str:
    """Return an id without what several ids of one text differ in."""
    return SAME.sub("", key)


def elements(key: str) -> str:
    """Return the elements of a Creative Commons id: ``BY-NC``."""
    match = re.match(r"CC-(BY[A-Z-]*?)-\d", key)
    return match[1] if match else ""


def measure(items: Items, name: str) -> dict[str, float]:
    """Return what comes of the texts with one kind of noise."""
    rng = random.Random(name)
    noisy = [(key, NOISES[name](text, rng)) for key, text in items]
    identify.cache_clear()
    began = time.process_time()
    found = [identify(text) for _, text in noisy]
    spent = time.process_time() - began
    ids = [{plain(i) for i in it.ids} for it in found]
    right = [named == {plain(key)} for (key, _), named in zip(noisy, ids, strict=True)]
    beside = [plain(key) in named for (key, _), named in zip(noisy, ids, strict=True)]
    return {
        "right": sum(right) / len(items),
        "more": sum(b and not r for b, r in zip(beside, right, strict=True)),
        "none": sum(not named for named in ids),
        "other": sum(bool(named) and not b for named, b in zip(ids, beside, strict=True)),
        "sure and other": sum(
            bool(it.ids) and not b and it.confidence >= SURE for it, b in zip(found, beside, strict=True)
        ),
        "elements": sum(
            any(elements(i) != elements(key) for i in it.ids)
            for (key, _), it in zip(noisy, found, strict=True)
            if elements(key)
        ),
        "texts/s": len(items) / spent,
        "MB/s": sum(len(text) for _, text in noisy) / spent / 1e6,
    }


def scancode(executable: str, items: Items, name: str) -> tuple[float, float, float]:
    """Return scancode's share of right texts, texts/s without its start, and how often it agrees with us."""
    rng = random.Random(name)
    noisy = [(key, NOISES[name](text, rng)) for key, text in items]
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder, "texts")
        texts.mkdir()
        for number, (_, text) in enumerate(noisy):
            (texts / f"{number:04}.txt").write_text(text, encoding="utf-8")
        out = Path(folder, "out.json")
        command = [executable, "--license", "--processes", "1", "--quiet", "--json", str(out), str(texts)]
        subprocess.run(command, check=True, capture_output=True)
        told = json.loads(out.read_text(encoding="utf-8"))
    spent = float(told["headers"][0]["duration"])
    right = agreed = 0
    for file in told["files"]:
        if file["type"] != "file":
            continue
        key, text = noisy[int(Path(file["path"]).stem)]
        stated = file["detected_license_expression_spdx"] or ""
        ids = {plain(i) for i in re.findall(r"[\w.+-]+", stated)} - {"AND", "OR", "WITH"}
        right += ids == {plain(key)}
        agreed += ids == {plain(i) for i in identify(text).ids}
    return right / len(noisy), len(noisy) / spent, agreed / len(noisy)


def main(args: Sequence[str] = ()) -> None:
    """Measure, print one line a kind of noise."""
    parser = argparse.ArgumentParser(prog="license_texts")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--scancode")
    asked = parser.parse_args(args)
    items = folder_texts(asked.texts) if asked.texts else [it for it in spdx_texts() if it[0] not in BLIND]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    identify(items[0][1])
    first, size = time.perf_counter() - began, sum(len(text) for _, text in items) / 1e6
    print(f"{len(items)} texts, {size:.1f} MB; first text, with the index and kernels to load, {first:.2f} s")
    for name in NOISES:
        got = measure(items, name)
        print(
            f"{name:18s} right {got['right']:.1%}  and more {got['more']:.0f}  none {got['none']:.0f}  "
            f"other {got['other']:.0f} (sure {got['sure and other']:.0f})  BY/SA/NC/ND {got['elements']:.0f}  "
            f"{got['texts/s']:.0f} texts/s  {got['MB/s']:.1f} MB/s",
            flush=True,
        )
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory: {after / 1024:.0f} MB, of which {(after - before) / 1024:.0f} MB since the texts were read")
    if asked.scancode:
        few = random.Random(0).sample(items, min(60, len(items)))
        for name in ("clean", "2 % of letters", "within prose"):
            share, speed, agreed = scancode(asked.scancode, few, name)
            ours = measure(few, name)
            print(
                f"{name:18s} {len(few)} texts: scancode right {share:.1%}, {speed:.1f} texts/s with its start; "
                f"ours {ours['right']:.1%}, {ours['texts/s']:.0f} texts/s; both say the same of {agreed:.1%}",
                flush=True,
            )
