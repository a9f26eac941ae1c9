"""What is found of two evaluation sets in real files, how much of it is a leak, and how fast.

    python -m benchmarks decontaminate [FOLDER]

HumanEval and the test questions of GSM8K are looked for in the post-training sets beside them (FOLDER, by default
`../shared/data/posttrain`) and in the texts of large Python packages, by runs of 13, 10 and 8 words. *Any run* is what
those count who call a row contaminated for one n-gram. Time is processor time of one core, reading left out. Then
words of each GSM8K question are replaced at random, to see how many of the questions are still found.
"""

import gzip
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.corpus import site_packages
from licet.schemas.decontamination import Decontaminate, EvaluationSet
from licet.stages.decontaminate import Index, build_index, read_items
from licet.stages.decontaminate.search import search

FOLDER = Path("../shared/data/posttrain")
TEXTS = (".py", ".pyi", ".rst", ".md", ".txt", ".json", ".ipynb")
LARGEST = 4_000_000
ROWS = 500
SHOWN = 12
BOUNDS = (0.25, 0.5)
REPLACED = (0.02, 0.05, 0.1, 0.15)


def evaluation_sets(folder: Path) -> list[EvaluationSet]:
    """Return the two sets."""
    return [
        EvaluationSet(name="humaneval", paths=[str(folder / "humaneval/HumanEval.jsonl.gz")]),
        EvaluationSet(name="gsm8k", paths=[str(folder / "gsm8k/test.jsonl")]),
    ]


def posttrain_texts(folder: Path) -> dict[str, list[str]]:
    """Return the rows of the post-training sets as texts."""
    train = (folder / "gsm8k/train.jsonl").read_text(encoding="utf-8").splitlines()
    code = json.loads((folder / "codealpaca/code_alpaca_2k.json").read_text(encoding="utf-8"))
    with gzip.open(folder / "hh-rlhf/harmless-base-test.jsonl.gz", "rt", encoding="utf-8") as file:
        preferences = [json.loads(line) for line in file]
    return {
        "GSM8K, training rows": ["\n".join(json.loads(line).values()) for line in train],
        "CodeAlpaca": ["\n".join(row[name] for name in ("instruction", "input", "output")) for row in code],
        "HH-RLHF": [f"{row['chosen']}\n{row['rejected']}" for row in preferences],
    }


def package_texts() -> list[str]:
    """Return the texts of the packages' files."""
    found = []
    for path in sorted(site_packages().rglob("*")):
        if path.suffix in TEXTS and path.is_file() and path.stat().st_size <= LARGEST:
            try:
                found.append(path.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue
    return found


@dataclass
class Told:
    """What was found in some texts: rows with any run, rows by their greatest share, and rows that are refused."""

    megabytes: float
    seconds: float
    any_run: int
    shares: list[int]
    refused: int
    examples: list[tuple[float, bool, str, str]]


def looked_through(index: Index, settings: Decontaminate, texts: Sequence[str]) -> Told:
    """Return what of the index is in some texts."""
    batches = [pa.array(texts[at : at + ROWS], pa.large_string()) for at in range(0, len(texts), ROWS)]
    told = Told(sum(batch.nbytes for batch in batches) / 1e6, 0.0, 0, [0] * len(BOUNDS), 0, [])
    for batch in batches:
        began = time.process_time()
        matches = search(index, batch)
        told.seconds += time.process_time() - began
        found = [
            {
                "row": int(matches.text[at]),
                "set": index.parts[matches.part[at]][0],
                "item": index.parts[matches.part[at]][1],
                "field": index.parts[matches.part[at]][2],
                "share": float(matches.share[at]),
                "threshold": settings.min_share,
                "words_found": int(matches.found[at]),
                "words_counted": int(matches.counted[at]),
                "span": (int(matches.start[at]), int(matches.end[at])),
            }
            for at in range(len(matches.text))
        ]
        _count(told, found, batch, settings)
    return told


def _count(told: Told, found: Sequence[dict[str, Any]], batch: pa.Array, settings: Decontaminate) -> None:
    for row, group in groupby(found, key=lambda match: match["row"]):
        own = list(group)
        best = max(match["share"] for match in own)
        told.any_run += 1
        told.shares = [count + (best >= bound) for count, bound in zip(told.shares, BOUNDS, strict=True)]
        noted = [match for match in own if match["share"] >= settings.report_share]
        refused = settings.contaminating(noted)
        told.refused += any(refused)
        for match, is_refused in zip(noted, refused, strict=True):
            start, end = match["span"]
            words = " ".join(batch[row].as_buffer().to_pybytes()[start:end].decode().split())
            name = f"{match['set']} {match['item']} {match['field']}, {match['words_found']} words"
            told.examples.append((match["share"], is_refused, name, words[:100]))


def edited(questions: Sequence[str], share: float, seed: int) -> Iterator[str]:
    """Yield questions of which a share of the words is replaced."""
    draw = random.Random(seed)
    for question in questions:
        yield " ".join("zzz" if draw.random() < share else word for word in question.split())


def main(args: Sequence[str] = ()) -> None:
    """Measure, and print a table and what was found."""
    folder = Path(args[0]) if args else FOLDER
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: name the folder of the post-training sets")
    sets = evaluation_sets(folder)
    corpora = {**posttrain_texts(folder), "Python packages": package_texts()}
    items = [(each.name, read_items(each, ".")) for each in sets]
    questions = [part.text for part in items[1][1].parts if part.field == "question"]
    search(build_index(items, Decontaminate(against=sets))[0], pa.array(["compiled"]))
    print("| words | texts | rows | MB | MB/s | any run | share ≥ .25 | ≥ .5 | refused |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    recall, examples = [], []
    for ngram in (13, 10, 8):
        settings = Decontaminate(against=sets, ngram=ngram)
        index, _ = build_index(items, settings)
        for name, texts in corpora.items():
            told = looked_through(index, settings, texts)
            counts = (told.any_run, *told.shares, told.refused)
            speed = f"{told.megabytes:.1f} | {told.megabytes / told.seconds:.0f}"
            print(f"| {ngram} | {name} | {len(texts):,} | {speed} | {' | '.join(map(str, counts))} |")
            examples += [(ngram, name, *each) for each in sorted(told.examples, reverse=True)[:SHOWN]]
        for share in REPLACED:
            told = looked_through(index, settings, list(edited(questions, share, 1)))
            recall.append((ngram, share, told.refused / len(questions)))
    print("\n| words | words replaced | questions still refused |\n| --- | --- | --- |")
    for ngram, share, found in recall:
        print(f"| {ngram} | {share:.0%} | {found:.1%} |")
    for each in examples:
        print(*each)
