"""Licence coverage: what is concluded of Debian's copyright files and of popular packages, and how often wrongly.

    python -m benchmarks license_coverage [--sheet FILE] [--seed N] [--n N]

Every distinct `/usr/share/doc/*/copyright` of the machine is read: those in the machine-readable format by their
stanzas, all of which must be known, the others as the pipeline reads a file of that name. The packages are those of
`license_packages.txt`, installed for their metadata alone; each is concluded from the claims on most of its files.

With ``--sheet`` a sample is written to be judged by hand: those with the least sha256 of ``seed:digest``, without those
that were judged before. `license_coverage.tsv` keeps what was judged: the answer a careful reader gives (nothing: a
refusal), and the digest of the text. Where that text is still there, today's answer is held against it: ``stricter``
is one that asks for more (who keeps to it keeps to the right one), ``wrong`` any other. Rates are given with the Wilson
interval of 95 %.
"""

import argparse
import csv
import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.corpus import CACHE
from licet.pipelines.audit.sample import wilson
from licet.schemas.evidence import Claim
from licet.stages.ingest.claims import claim_of_file
from licet.stages.ingest.packages import distribution
from licet.stages.license.agree import narrower
from licet.stages.license.conclude import conclude
from licet.stages.license.dep5 import read_dep5
from licet.stages.license.expression import All, Leaf, Node, parse

DOCS = Path("/usr/share/doc")
NAMES = Path(__file__).with_name("license_packages.txt")
JUDGED = Path(__file__).with_name("license_coverage.tsv")


@dataclass(frozen=True)
class Answer:
    """What was concluded of one file or package; ``right`` of a judged one is an expression, or empty for a refusal."""

    kind: str
    name: str
    digest: str
    expression: str
    reason: str
    detail: str
    text: str


def debian() -> list[Answer]:
    """Return what is concluded of each distinct copyright file, by the first package that has it."""
    found: dict[str, Answer] = {}
    for path in sorted(DOCS.glob("*/copyright")):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:16]
        if digest not in found:
            found[digest] = _copyright_file(path, digest, data.decode("utf-8", "replace"))
    return list(found.values())


def _copyright_file(path: Path, digest: str, text: str) -> Answer:
    name = path.parent.name
    if (read := read_dep5(text)) is not None:
        unread = [(s, a) for s, a in zip(read.file.stanzas, read.annotations, strict=True) if not a.expression]
        flags = sorted({flag for _, a in unread for flag in a.flags})
        reason = "" if not unread else "contradictory" if "contradictory_text" in flags else "unknown"
        detail = " | ".join(f"{s.license.partition(chr(10))[0]}: {','.join(a.flags)}" for s, a in unread)
        return Answer("dep5", name, digest, read.expression or "", reason, detail, text)
    claim = claim_of_file(str(path), "copyright")
    came = conclude(frozenset({claim} if claim else ()))
    return Answer("debian", name, digest, came.expression or "", came.reason or "", came.detail, text)


def packages() -> list[Answer]:
    """Return what is concluded of each package of the list that can be installed."""
    found = []
    for info in sorted(_installed().glob("*/*.dist-info")):
        site, claims = info.parent, Counter[tuple[Claim, ...]]()
        claims.update(distribution(str(site), info.name, ["*"]).claims)
        if not claims:
            continue
        told = max(claims, key=lambda each: (claims[each], -len(each), str(each)))
        came = conclude(frozenset(told))
        text = "\n".join(f"== {c.kind} {c.locator}\n{c.raw}" for c in told)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        name = info.name.removesuffix(".dist-info").rpartition("-")[0].lower()
        found.append(Answer("pypi", name, digest, came.expression or "", came.reason or "", came.detail, text))
    return found


def _installed() -> Path:
    """Return the folder with a folder for each package of the list, installing those that are not there."""
    folder = CACHE / "licenses"
    for name in NAMES.read_text(encoding="utf-8").split():
        if not (folder / name).exists():
            _install(name, folder / name)
    return folder


def _install(name: str, target: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary", ":all:"]
    done = subprocess.run([*command, "--target", str(target), name], check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"without {name}: {done.stderr.strip().splitlines()[-1][:200]}", file=sys.stderr)


def coverage(title: str, answers: Sequence[Answer]) -> str:
    """Return a line of a table: how many, and the shares concluded, contradictory, otherwise refused."""
    reasons = Counter(answer.reason or "concluded" for answer in answers)
    told = ", ".join(f"{reason} {n} ({n / len(answers):.1%})" for reason, n in reasons.most_common())
    return f"{title:28s} {len(answers):4d}  {told}"


def drawn(answers: Iterable[Answer], seed: int, n: int) -> list[Answer]:
    """Return a sample that depends on the seed and the texts alone, of what was not judged before."""
    known = {row["digest"] for row in _judgements()}
    fresh = [answer for answer in answers if answer.digest not in known]
    return sorted(fresh, key=lambda a: hashlib.sha256(f"{seed}:{a.digest}".encode()).hexdigest())[:n]


def write_sheet(path: Path, answers: Iterable[Answer]) -> None:
    """Write what to judge: the answer, and the text that it was read from."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("kind", "name", "digest", "expression", "reason", "detail", "text"))
        writer.writerows((a.kind, a.name, a.digest, a.expression, a.reason, a.detail, a.text) for a in answers)


def _judgements() -> list[dict[str, str]]:
    with JUDGED.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def judged(answers: Iterable[Answer]) -> dict[tuple[str, str], Counter[str]]:
    """Return how today's answers do by round and kind; ``gone`` are those of which the text is not there."""
    by_digest = {(a.kind, a.digest): a for a in answers}
    told: dict[tuple[str, str], Counter[str]] = {}
    for row in _judgements():
        counts = told.setdefault((row["round"], row["kind"]), Counter())
        counts[_verdict(by_digest.get((row["kind"], row["digest"])), row)] += 1
    return told


def _verdict(answer: Answer | None, row: dict[str, str]) -> str:
    if answer is None:
        return "gone"
    if answer.expression == row["right"]:
        return "right" if answer.expression else "rightly refused"
    if not answer.expression:
        return "refused though clear"
    told, right = parse(answer.expression), parse(row["right"])
    is_stricter = told is not None and right is not None and all(_meets(each, right) for each in _ways(told))
    return "stricter" if is_stricter else "wrong"


def _ways(node: Node) -> list[frozenset[Leaf]]:
    """Return the sets of licences, one of which must be kept to."""
    if isinstance(node, Leaf):
        return [frozenset({node})]
    below = [_ways(branch) for branch in node.branches]
    if isinstance(node, All):
        return [frozenset().union(*each) for each in product(*below)]
    return [each for branch in below for each in branch]


def _meets(kept: frozenset[Leaf], node: Node) -> bool:
    """Tell whether who keeps to some licences keeps to what is asked: GPL-2.0-only meets GPL-2.0-or-later."""
    if isinstance(node, Leaf):
        return node in kept or any(narrower(each, node) == each for each in kept)
    below = [_meets(kept, branch) for branch in node.branches]
    return all(below) if isinstance(node, All) else any(below)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks license_coverage", description=__doc__)
    parser.add_argument("--sheet", type=Path, help="a CSV file for the sample")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=100, help="how many of each kind to draw")
    given = parser.parse_args(arguments)
    files, installed = debian(), packages()
    print(coverage("Debian, machine-readable", [a for a in files if a.kind == "dep5"]))
    print(coverage("Debian, free form", [a for a in files if a.kind == "debian"]))
    print(coverage("PyPI", installed))
    for (sample, kind), counts in sorted(judged([*files, *installed]).items()):
        looked_at = counts.total() - counts["gone"]
        if not looked_at:
            continue
        low, high = wilson(counts["wrong"], looked_at)
        told = ", ".join(f"{verdict} {n}" for verdict, n in counts.most_common())
        print(f"judged, {sample:12s} {kind:8s} {looked_at:4d}  {told}; wrong {low:.1%} to {high:.1%}")
    if given.sheet:
        sample_of = [drawn(part, given.seed, given.n) for part in (files, installed)]
        write_sheet(given.sheet, [answer for part in sample_of for answer in part])


if __name__ == "__main__":
    main(sys.argv[1:])
