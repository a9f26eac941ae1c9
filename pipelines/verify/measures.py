"""Checks of what was measured of each row: the heuristics' decisions, made again from the values that are kept.

values + rules of the manifest ─► verdicts anew ─► the reason beside them, and what data and ledger say of the row
"""

from collections.abc import Iterator
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.once import Keys, row_key
from licet.pipelines.verify.version import Version
from licet.schemas.manifest import MANIFEST_PATH, schema_digest
from licet.schemas.measured import measured_schema
from licet.schemas.recipe import Recipe
from licet.stages.contract import ERROR
from licet.stages.quality import HeuristicRules, verdicts_on

STAGE = "heuristics"


def check_measures(version: Version, recipe: Recipe | None, findings: Findings) -> None:
    """Check that each row that came to the heuristics has its values, and that these lead to what became of it."""
    stages = [stage for stage in version.manifest.stages if stage.name == STAGE]
    entries = version.of_role("measures")
    if recipe is None:
        return
    rules = HeuristicRules(recipe.heuristics)
    if not (stages and rules.rules and recipe.heuristics.keep_values):
        for entry in entries:
            findings.add("measures", "They are there, and the recipe keeps none.", entry.path)
        return
    errors = sum(refused.rows for refused in stages[0].refused if refused.reason == ERROR)
    rows = sum(entry.rows or 0 for entry in entries)
    place = entries[0].path if entries else MANIFEST_PATH
    findings.expect("measures", "The rows with measures", stages[0].rows_in - errors, rows, place)
    if not entries or not _has_columns(version, rules, findings):
        return
    with TemporaryDirectory(prefix="licet-measured-") as theirs, TemporaryDirectory(prefix="licet-judged-") as ours:
        measured, judged = Keys(theirs), Keys(ours)
        for _, _, key in _measured(version, rules, findings):
            measured.add(key)
        for _, _, key in _became(version, findings):
            judged.add(key)
        odd = [_unshared(a, b) for a, b in zip(measured.buckets(), judged.buckets(), strict=True)]
    keys = {key.ljust(16, b"\0") for bucket in odd for key in bucket}
    if not keys:
        return
    for path, row_id, key in _measured(version, rules, Findings()):
        if key in keys:
            fault = "whose values are not why they were kept or refused"
            findings.add_rows("measures", fault, path, 1, row_id)
    for path, row_id, key in _became(version, Findings()):
        if key in keys:
            findings.add_rows("measures", "kept or refused otherwise than their values say", path, 1, row_id)


def _has_columns(version: Version, rules: HeuristicRules, findings: Findings) -> bool:
    """Check that there is a column for each measure of the rules, and no other."""
    wanted = measured_schema(list(dict.fromkeys(rule.measure for rule in rules.rules)))
    odd = [e.path for e in version.of_role("measures") if e.schema_sha256 != schema_digest(wanted)]
    for path in odd:
        findings.add("measures", "It does not have the columns of the recipe's rules; it was not read.", path)
    return not odd


def _unshared(ones: np.ndarray, others: np.ndarray) -> list[bytes]:
    """Return the keys that are not as often among the others."""
    (ours, many), (theirs, how_many) = (np.unique(keys, return_counts=True) for keys in (ones, others))
    pairs = set(zip(ours.tolist(), many.tolist(), strict=True)) ^ set(
        zip(theirs.tolist(), how_many.tolist(), strict=True)
    )
    return [key for key, _ in pairs]


def _measured(version: Version, rules: HeuristicRules, findings: Findings) -> Iterator[tuple[str, str, bytes]]:
    """Yield place, id and key of each row measured, after deciding on it again."""
    for entry in version.of_role("measures"):
        for table in version.tables(entry, findings):
            verdicts = verdicts_on(table, rules)
            reasons = table.column("reason").to_pylist()
            columns = (verdicts.reason, verdicts.value, verdicts.threshold)
            anew = zip(*(pa.array(c).to_pylist() for c in columns), strict=True)
            odd = pc.invert(_all_finite(table, rules)).to_pylist()
            keys = zip(table.column("id").to_pylist(), table.column("locator").to_pylist(), strict=True)
            for (row_id, locator), told, (reason, value, threshold), is_odd in zip(
                keys, reasons, anew, odd, strict=True
            ):
                if is_odd:
                    findings.add_rows("measures", "with a value that is no number", entry.path, 1, str(row_id))
                elif told != reason:
                    fault = f"said to be {_fate(told)}, which by their values are {_fate(reason)}"
                    findings.add_rows("measures", fault, entry.path, 1, str(row_id))
                yield entry.path, str(row_id), judged_key(row_id, locator, reason, value, threshold)


def _fate(reason: str | None) -> str:
    return "let in" if reason is None else f"refused as {reason}"


def _all_finite(table: pa.Table, rules: HeuristicRules) -> pa.Array:
    finite = np.ones(table.num_rows, bool)
    for name in {rule.measure for rule in rules.rules}:
        finite &= np.isfinite(table.column(name).to_numpy())
    return pa.array(finite)


def _became(version: Version, findings: Findings) -> Iterator[tuple[str, str, bytes]]:
    """Yield place, id and key of each row that data and ledger say to have come to the heuristics."""
    names = [stage.name for stage in version.manifest.stages]
    later = frozenset(names[names.index(STAGE) + 1 :])
    row_id = "uuid" if version.manifest.dataset.kind == "posttrain" else "id"
    for entry in version.of_role("data"):
        for table in version.tables(entry, findings, [row_id, "locator"]):
            for found, locator in zip(*(table.column(n).to_pylist() for n in (row_id, "locator")), strict=True):
                yield entry.path, str(found), judged_key(found, locator, None, None, None)
    told = ("id", "locator", "stage", "reason", "value", "threshold")
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, told):
            for found, locator, stage, *why in zip(*(table.column(name).to_pylist() for name in told), strict=True):
                if stage in later:
                    yield entry.path, str(found), judged_key(found, locator, None, None, None)
                elif stage == STAGE and why[0] != ERROR:
                    yield entry.path, str(found), judged_key(found, locator, *why)


def judged_key(
    row_id: str | None, locator: str | None, reason: str | None, value: float | None, threshold: float | None
) -> bytes:
    """Return 16 bytes that stand for a row and for what the heuristics said of it."""
    told = "" if reason is None else f"\0{reason}\0{value!r}\0{threshold!r}"
    return row_key(row_id or "", f"{locator or ''}{told}")
