"""Licence names: how many of the golden spellings Licet, license-expression and packaging read, and how fast.

Every spelling of `tests/stages/license/golden.tsv` is given to three readers: Licet's normaliser, `license-expression`
alone (parsed, its keys resolved to SPDX's, all of them known) and `packaging.licenses` alone. An answer is right when
it is the expected expression, or none where none is expected; wrong when it is another expression, or one where there
should be none; missing when there is none where one is expected. `looser` are the wrong answers that a policy would
admit though it refuses the expected one.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from license_expression import ExpressionError, get_spdx_licensing
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from licet.stages.license.expression import canonical
from licet.stages.license.normalize import normalize
from licet.stages.license.presets import load_policy

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from golden_licenses import Row, spelled, written

Reader = Callable[[str], str | None]


def readers() -> dict[str, Reader]:
    licensing = get_spdx_licensing()

    def by_license_expression(raw: str) -> str | None:
        try:
            found = licensing.parse(raw, validate=True)
        except (ExpressionError, AttributeError, LookupError, TypeError, ValueError):
            return None
        return str(found.render()) if found is not None else None

    def by_packaging(raw: str) -> str | None:
        try:
            return str(canonicalize_license_expression(raw))
        except InvalidLicenseExpression:
            return None

    return {
        "licet": lambda raw: normalize(raw).expression,
        "license-expression": by_license_expression,
        "packaging": by_packaging,
    }


def judged(rows: list[Row], reader: Reader) -> Counter[str]:
    """Return how many answers are right, wrong, looser and missing; spellings of equal expressions are equal."""
    policy = load_policy("open-definition-2.1")
    told: Counter[str] = Counter()
    for row in rows:
        found = reader(spelled(row.raw))
        answer = (canonical(found) or found) if found else ""
        if answer == row.expression:
            told["right"] += 1
        elif not answer:
            told["missing"] += 1
        else:
            told["wrong"] += 1
            is_loose = policy.evaluate(answer).allowed and not policy.evaluate(row.expression or None).allowed
            told["looser"] += is_loose
    return told


def per_second(raws: list[str], read: Callable[[str], object], repeats: int) -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        for raw in raws:
            read(raw)
    return repeats * len(raws) / (time.perf_counter() - started)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks license_names", description=__doc__)
    parser.add_argument("--repeats", type=int, default=20, help="rounds of the cached measurement")
    repeats = parser.parse_args(arguments).repeats
    rows = written()
    hand = [row for row in rows if not row.source.startswith("grid:")]
    for title, part in (("by hand", hand), ("by rule", [r for r in rows if r.source.startswith("grid:")])):
        print(f"{title}: {len(part):,} spellings, {sum(bool(r.expression) for r in part):,} of them licences")
        for name, reader in readers().items():
            told = judged(part, reader)
            counts = "  ".join(f"{kind} {told[kind]:5,}" for kind in ("right", "missing", "wrong", "looser"))
            print(f"  {name:20s} {counts}")
    raws = [spelled(row.raw) for row in rows]
    print(f"cached    {per_second(raws, normalize, repeats):10,.0f} statements/s")
    print(f"uncached  {per_second(raws, normalize.__wrapped__, 1):10,.0f} statements/s")


if __name__ == "__main__":
    main(sys.argv[1:])
