"""Checks of what was retracted: no published row meets it, and no row is said to be retracted that does not."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.retractions import stage_params
from licet.pipelines.verify.data import texts_of
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, FileEntry
from licet.schemas.retraction import RETRACTIONS_PATH, Kind
from licet.schemas.rows import SAYING
from licet.schemas.semver import is_release
from licet.stages.contract import ERROR
from licet.stages.retract import RETRACTED, RETRACTED_LATER, STAGE, Matcher, read_rules, rules_table
from licet.stages.retract.match import Columns

STAGES = (STAGE, RETRACTED_LATER)
_UNSEEN: tuple[Kind, ...] = ("holder", "text", "sha256")
"""What is looked for in credits, and in a conversation's words, which the ledger does not have."""
_LEDGER = ("id", "locator", "url", "content_sha256", "stage", "reason", "value", "threshold", "detail")
_DATA = ("url", "content_sha256", "attribution")


def check_retractions(version: Version, findings: Findings) -> None:
    """Check the rules of a version, that its stages were set to them, and that data and ledger keep to them."""
    stages = [stage for stage in version.manifest.stages if stage.name in STAGES]
    entries = version.of_role("retractions")
    if not entries:
        if stages:
            findings.add("retractions", "Rows were to be refused as retracted, and there are no rules.", MANIFEST_PATH)
        _check_ledger(version, None, findings)
        return
    rules = _rules(version, entries, findings)
    if rules is None:
        return
    place = f"{MANIFEST_PATH}#{stages[-1].name}" if stages else MANIFEST_PATH
    told = stages[-1].params if stages else None
    findings.expect(
        "retractions", "What the last stage that refuses rows as retracted", told, stage_params(rules), place
    )
    matcher = Matcher(rules)
    _check_data(version, matcher, findings)
    _check_ledger(version, matcher, findings)


def _rules(version: Version, entries: Sequence[FileEntry], findings: Findings) -> pa.Table | None:
    """Return the rules, after checking that they are ones, in order, each once."""
    if len(entries) > 1 or entries[0].path != RETRACTIONS_PATH:
        findings.add("retractions", f"The rules are not in {RETRACTIONS_PATH} alone.", entries[0].path)
    place = entries[0].path
    try:
        rules = read_rules(version.path(entries[0]))
    except VersionError as error:
        findings.add("retractions", f"{error}.", place)
        return None
    told = rules.to_pylist()
    if not rules_table(told).equals(rules):
        findings.add("retractions", "The rules are not in order, each once.", place)
    for rule in told:
        if fault := _fault(rule):
            findings.add_rows("retractions", fault, place, 1, f"{rule['kind']} {rule['value']}")
    return rules


def _fault(rule: dict[str, Any]) -> str | None:
    if not is_release(rule["effective"]):
        return "effective from what is no version"
    if rule["kind"] == "text" and (not rule["shingle_words"] or not 0 < (rule["threshold"] or 0) <= 1):
        return "of a text without how likeness to it is measured"
    return None


def _check_data(version: Version, matcher: Matcher, findings: Findings) -> None:
    """Check that no published row meets a rule."""
    is_chat = version.manifest.dataset.kind == "posttrain"
    row_id = "uuid" if is_chat else "id"
    texts = SAYING if is_chat else ("text",)
    names = (row_id, *_DATA, *(texts if matcher.looks_at_texts else ()))
    for entry in version.of_role("data"):
        for table in version.tables(entry, findings, names):
            if not {row_id, *_DATA} <= set(table.column_names):
                continue
            columns = Columns(
                ids=table.column(row_id),
                urls=table.column("url"),
                contents=table.column("content_sha256"),
                attributions=table.column("attribution"),
                texts=_texts(table) if matcher.looks_at_texts else None,
            )
            for at, match in sorted(matcher.matches(columns).items()):
                rule = matcher.rule(match)
                fault = f"that meet what was retracted ({rule['kind']} {rule['value']}, {rule['reference']})"
                findings.add_rows("retractions", fault, entry.path, 1, str(table.column(row_id)[at].as_py()))


def _texts(table: pa.Table) -> pa.Array:
    return pa.array([text.decode() for text in texts_of(table)], pa.large_string())


def _check_ledger(version: Version, matcher: Matcher | None, findings: Findings) -> None:
    """Check that each row refused as retracted meets a rule, as far as can be told without its text."""
    named = {stage.name for stage in version.manifest.stages}
    is_chat = version.manifest.dataset.kind == "posttrain"
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, _LEDGER):
            rows = table.filter(pc.is_in(table.column("stage"), value_set=pa.array(STAGES)))
            if not rows.num_rows:
                continue
            columns = Columns(
                ids=rows.column("id"),
                urls=rows.column("url"),
                contents=rows.column("content_sha256"),
                attributions=pa.nulls(rows.num_rows, pa.string()),
            )
            met = matcher.matches(columns) if matcher else {}
            for at, row in enumerate(rows.to_pylist()):
                if matcher is None or row["stage"] not in named:
                    findings.add_rows("retractions", "refused by a stage that did not run", entry.path, 1, _name(row))
                elif row["reason"] != (RETRACTED if row["stage"] == RETRACTED_LATER else row["reason"]):
                    findings.add_rows("retractions", "that left for another reason", entry.path, 1, _name(row))
                elif row["reason"] != ERROR and at not in met and not _is_like(row, matcher, is_chat=is_chat):
                    fault = "said to be retracted that meet no rule"
                    findings.add_rows("retractions", fault, entry.path, 1, _name(row))


def _is_like(row: dict[str, Any], matcher: Matcher, *, is_chat: bool) -> bool:
    """Tell whether a row's likeness was measured and reaches a rule's bound, or what the ledger has not was met."""
    if row["value"] is not None and row["threshold"] is not None:
        known = pc.is_in(pa.scalar(row["threshold"]), value_set=pc.unique(matcher.rules.column("threshold")))
        return bool(row["value"] >= row["threshold"] and known.as_py())
    kinds = _UNSEEN if is_chat else _UNSEEN[:1]
    told = [f"{rule['kind']} {rule['value']}" for kind in kinds for rule in matcher.of_kind(kind)]
    return row["stage"] == STAGE and any(each in (row["detail"] or "") for each in told)


def _name(row: dict[str, Any]) -> str:
    return str(row["id"] or row["locator"])
