"""Removals of near duplicates against the truth: the exact similarity of all pairs of real documents.

    python -m benchmarks dedup_truth [--documents 24000] [--tools licet datatrove]

The documents are whole packages of the 2 GB corpus, the first by a hash of their name, so that the near duplicates of
a package are in. For each setting: *proven* are removed rows that have a kept row of at least the threshold's
similarity; *alike left* are rows that stay though like another one that stays; the share of pairs at or above the
threshold of which a row was removed is told by bins of similarity. *S-curve* is the share of
such pairs that share a band by the formula of Leskovec, Rajaraman and Ullman, mean over the pairs of a bin.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks._allpairs import similar_pairs
from benchmarks.dedup_corpus import HOME, corpus
from benchmarks.dedup_peers import Setting, run_tool, sets_of
from licet.stages.dedup import candidate_probability
from licet.stages.dedup.shingles import ShingleSets, jaccard

SETTINGS = [Setting(), Setting(bands=20, rows=6, threshold=0.7)]
BINS = np.array([0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0])


def sample(documents: int) -> Path:
    """Return the folder with at least so many documents: whole packages, in the order of a hash of their name."""
    folder = HOME / f"truth-{documents}"
    if (folder / "done").exists():
        return folder
    by_package: dict[str, list[str]] = {}
    for path in sorted(corpus("2GB").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            package = "/".join(json.loads(line)["origin"].split("/")[:2])
            by_package.setdefault(package, []).append(line)
    lines: list[str] = []
    for package in sorted(by_package, key=lambda name: hashlib.sha256(name.encode()).digest()):
        if len(by_package[package]) > documents // 4:
            continue
        lines += by_package[package]
        if len(lines) >= documents:
            break
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(8):
        (folder / f"{number}.jsonl").write_text("".join(lines[number::8]), encoding="utf-8")
    (folder / "done").touch()
    return folder


def check_join(sets: ShingleSets, threshold: float, rows: int = 600) -> None:
    """Stop unless the join finds what comparing each of some rows with each other finds."""
    few = ShingleSets(sets.values[: sets.offsets[rows]], sets.offsets[: rows + 1])
    first, second, similarity = similar_pairs(few, threshold)
    found = {(int(a), int(b)): float(s) for a, b, s in zip(first, second, similarity, strict=True)}
    every = {(a, b): jaccard(few[a], few[b]) for a in range(rows) for b in range(a + 1, rows)}
    if found != {pair: alike for pair, alike in every.items() if alike >= threshold}:
        raise SystemExit("the join of all pairs is not exact: its figures mean nothing")


def report(
    ids: Sequence[str],
    digests: Sequence[str],
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    removed: Mapping[str, Set[str]],
    setting: Setting,
) -> None:
    """Print one row a tool and bin."""
    wanted = pairs[2] >= setting.threshold
    first, second, similarity = (column[wanted] for column in pairs)
    print(f"\n{setting.bands} × {setting.rows}, threshold {setting.threshold}: {len(first):,} pairs at or above it\n")
    print("| tool | removed | proven | precision | alike left |" + " | ".join(_names(setting)) + " | all pairs |")
    print("| --- | --- | --- | --- | --- |" + " --- |" * (len(_names(setting)) + 1))
    expected = np.array([candidate_probability(s, setting.bands, setting.rows) for s in similarity])
    of_bin = np.searchsorted(BINS, similarity, side="right") - 1
    bins = [of_bin == b for b in range(len(BINS)) if BINS[b] >= setting.threshold - 1e-9]

    def shares(values: np.ndarray) -> str:
        found = [f"{values[inside].mean():.3f}" if inside.any() else "–" for inside in bins]
        return " | ".join([*found, f"{values.mean():.4f}"])

    print("| pairs |  |  |  |  | " + " | ".join(f"{int(inside.sum()):,}" for inside in [*bins, wanted[wanted]]) + " |")
    print(f"| S-curve |  |  |  |  | {shares(expected)} |")
    for tool, gone in removed.items():
        is_gone = np.array([name in gone for name in ids])
        kept_texts = {digest for digest, out in zip(digests, is_gone, strict=True) if not out}
        proven = np.array([digest in kept_texts for digest in digests])
        proven[first[~is_gone[second]]] = True
        proven[second[~is_gone[first]]] = True
        count, right = int(is_gone.sum()), int((is_gone & proven).sum())
        hit = is_gone[first] | is_gone[second]
        left = len(np.unique(np.concatenate([first[~hit], second[~hit]])))
        print(f"| {tool} | {count:,} | {right:,} | {right / max(1, count):.4f} | {left:,} | {shares(hit)} |")


def _names(setting: Setting) -> list[str]:
    low = [bound for bound in BINS if bound >= setting.threshold - 1e-9]
    return [*(f"[{a:g}, {b:g})" for a, b in pairwise(low)), "1"]


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks dedup_truth")
    parser.add_argument("--documents", type=int, default=24_000)
    parser.add_argument("--tools", nargs="+", default=["licet", "datatrove"])
    asked = parser.parse_args(argv)
    folder = sample(asked.documents)
    ids, digests, sets = sets_of(folder, Setting().words)
    check_join(sets, 0.5)
    pairs = similar_pairs(sets, min(setting.threshold for setting in SETTINGS))
    print(f"{len(ids):,} documents, {len(sets.values):,} shingles, {len(pairs[0]):,} pairs from {BINS[0]} on")
    for setting in SETTINGS:
        name = f"truth-{asked.documents}-{setting.bands}x{setting.rows}"
        removed = {tool: run_tool(tool, folder, setting, name).removed for tool in asked.tools}
        report(ids, digests, pairs, removed, setting)
