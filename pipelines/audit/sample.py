"""A sheet of rows to be looked at by hand, the same for everybody who asks for it, and what came of looking."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

from licet.pipelines.audit.version import Audited
from licet.schemas.errors import InputError

STRATA = {
    "tier": "license_tier",
    "source": "source",
    "license": "license",
    "grade": "license_grade",
    "language": "language",
}
VERDICTS = ("ok", "wrong", "unsure")
COLUMNS = (
    "stratum",
    "row_id",
    "license",
    "tier",
    "grade",
    "url",
    "locator",
    "attribution",
    "evidence",
    "verdict",
    "note",
)
Z95 = 1.959964
"""The normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Rate:
    """How often the rows of a stratum that were looked at are wrong, with the Wilson interval of 95 %."""

    stratum: str
    looked_at: int
    wrong: int
    unsure: int
    rate: float
    low: float
    high: float


def sample(version: Audited, n: int, by: Sequence[str], seed: int) -> list[dict[str, Any]]:
    """Return ``n`` rows, each stratum with at least one and otherwise by its share, as rows of a sheet.

    Which rows are drawn depends on the seed and the ids alone: those with the least sha256 of ``seed:id``.
    """
    strata = " || ' / ' || ".join(f"coalesce({STRATA[name]}, '-')" for name in by) or "'all'"
    sizes = version.rows(f"select {strata} as stratum, count(*) as n from rows group by all order by stratum")
    wanted = shares({row["stratum"]: row["n"] for row in sizes}, n)
    if not wanted:
        return []
    drawn = version.rows(
        f"with least as (select {strata} as stratum, unnest(arg_min({{'row_id': row_id, 'locator': locator}},"
        f" sha256($1 || ':' || row_id) || locator, {max(wanted.values())}), recursive := true) from rows"
        " group by stratum)"
        f" select distinct {strata} as stratum, r.row_id, license, license_tier as tier, license_grade as grade, url,"
        " r.locator, attribution, evidence_id, sha256($1 || ':' || r.row_id) as drawn_by"
        " from rows r semi join least l on r.row_id = l.row_id and r.locator is not distinct from l.locator"
        " order by stratum, drawn_by, r.locator",
        str(seed),
    )
    taken: dict[str, int] = {}
    rows = []
    for row in drawn:
        if taken.get(row["stratum"], 0) < wanted.get(row["stratum"], 0):
            taken[row["stratum"]] = taken.get(row["stratum"], 0) + 1
            rows.append(row)
    told = {
        row["evidence_id"]: row["heard"]
        for row in version.rows(
            "select evidence_id, [concat_ws(' | ', c.kind, c.locator, c.url, c.snippet, c.expression)"
            " for c in coalesce(claims, [])] as heard from evidence where evidence_id in"
            " (select unnest($1::varchar[]))",
            sorted({row["evidence_id"] or "" for row in rows}),
        )
    }
    return [
        {
            **{k: v for k, v in row.items() if k not in ("evidence_id", "drawn_by")},
            "evidence": "\n".join(told.get(row["evidence_id"], [])),
        }
        for row in rows
    ]


def shares(sizes: dict[str, int], n: int) -> dict[str, int]:
    """Return how many rows to draw of each stratum: by its size, at least one while ``n`` lasts, ``n`` in all."""
    whole = sum(sizes.values())
    n = min(n, whole)
    if not n:
        return {}
    exact = {stratum: n * size / whole for stratum, size in sizes.items()}
    found = {stratum: min(sizes[stratum], max(1, int(share))) for stratum, share in exact.items()}
    by_rest = sorted(sizes, key=lambda s: (-(exact[s] - int(exact[s])), s))
    while sum(found.values()) < n:
        for stratum in by_rest:
            if found[stratum] < sizes[stratum] and sum(found.values()) < n:
                found[stratum] += 1
    while sum(found.values()) > n:
        largest = max(sorted(found), key=lambda s: found[s])
        found[largest] -= 1
    return {stratum: count for stratum, count in found.items() if count}


def as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: ids and titles are strangers' words."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def write_sheet(path: str, rows: Iterable[dict[str, Any]]) -> int:
    """Write a sheet as CSV, with empty columns for the verdict and a note; return how many rows it has."""
    count = 0
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: as_text(str(row.get(name) or "")) for name in COLUMNS})
            count += 1
    return count


def rates(path: str) -> list[Rate]:
    """Return the error rate of each stratum, and of all together, from a sheet that was filled in.

    Raises:
        InputError: the file is no such sheet, or a verdict is none of ok, wrong, unsure.

    """
    counts: dict[str, dict[str, int]] = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                verdict = (row["verdict"] or "").strip().lower()
                if not verdict:
                    continue
                if verdict not in VERDICTS:
                    raise InputError(f"{path}, line {number}: the verdict `{verdict}` is none of {', '.join(VERDICTS)}")
                for stratum in (row["stratum"], "all"):
                    told = counts.setdefault(stratum, dict.fromkeys(VERDICTS, 0))
                    told[verdict] += 1
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is no sheet of `licet audit sample` ({error})") from error
    if not counts:
        raise InputError(f"{path} has no verdict yet: write ok, wrong or unsure into its column `verdict`")
    ordered = sorted((name for name in counts if name != "all"), key=str)
    return [_rate(name, counts[name]) for name in [*ordered, "all"]]


def _rate(stratum: str, told: dict[str, int]) -> Rate:
    looked_at = sum(told.values())
    low, high = wilson(told["wrong"], looked_at)
    return Rate(stratum, looked_at, told["wrong"], told["unsure"], told["wrong"] / looked_at, low, high)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the Wilson score interval of 95 % for a share (E. B. Wilson, 1927)."""
    share = hits / of
    middle = share + Z95**2 / (2 * of)
    spread = Z95 * sqrt(share * (1 - share) / of + Z95**2 / (4 * of**2))
    under = 1 + Z95**2 / of
    return max(0.0, (middle - spread) / under), min(1.0, (middle + spread) / under)


def rates_summary(found: Sequence[Rate]) -> dict[str, Any]:
    """Return rates as JSON values."""
    return {"strata": [asdict(rate) for rate in found]}


def in_lines(found: Sequence[Rate]) -> Iterator[str]:
    """Yield rates as lines."""
    for rate in found:
        interval = f"{100 * rate.low:.1f} to {100 * rate.high:.1f} %"
        yield f"{rate.stratum}: {rate.wrong} of {rate.looked_at} wrong"
        yield f"  {100 * rate.rate:.1f} % (with a confidence of 95 %: {interval}), {rate.unsure} unsure"
