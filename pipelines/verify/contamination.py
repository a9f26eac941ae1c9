"""Checks of what was found of evaluation sets: it adds up, it is what the rows have, and it led to their fate.

The items themselves are no part of a version, so that it cannot be told from it alone whether more should have been
found: for that the recipe is run again on the same evaluation files, whose sha256 the manifest has.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pyarrow as pa

from licet.pipelines.evaluations import stage_settings
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.decontamination import CONTAMINATION_PATH, Decontaminate
from licet.schemas.manifest import MANIFEST_PATH, FileEntry, StageRun
from licet.schemas.recipe import Recipe
from licet.stages.contract import ERROR
from licet.stages.decontaminate import CONTAMINATED, STAGE, words_sha256
from licet.stages.decontaminate.arguments import words_between
from licet.stages.decontaminate.stage import ARGUMENTS, BESIDE_MESSAGES, CONVERSATIONS, PARTS_OF_A_MESSAGE

Place: TypeAlias = tuple[str, str]
"""A row by its id and locator."""
CHECK = "contamination"
_IN_A_ROW = re.compile(
    rf"({'|'.join(CONVERSATIONS)})\[(\d+)\](?:\.({PARTS_OF_A_MESSAGE[1]})|\.tool_calls\[(\d+)\]{re.escape(ARGUMENTS)})?"
)
_LEDGER = ("id", "locator", "source", "stage", "reason", "value", "threshold")


@dataclass
class _Found:
    """All matches on record by row; they fit into memory, being few."""

    entry: FileEntry
    by_row: dict[Place, list[dict[str, Any]]] = field(default_factory=dict)
    settled: set[Place] = field(default_factory=set)
    """Rows of which it is known that they were kept or refused."""


def check_contamination(version: Version, recipe: Recipe | None, findings: Findings) -> None:
    """Check that the stage was set as the recipe says, and that its report, the ledger and the data agree."""
    stage = next((stage for stage in version.manifest.stages if stage.name == STAGE), None)
    entries = version.of_role("contamination")
    if recipe is not None:
        _check_settings(stage, recipe.decontaminate, findings)
    if stage is None or not entries:
        if entries:
            findings.add(CHECK, "There is a report of a stage that did not run.", entries[0].path)
        if stage is not None:
            findings.add(CHECK, "The report of what was found is not there.", f"{MANIFEST_PATH}#{STAGE}")
        _check_ledger(version, None, findings)
        return
    if len(entries) > 1 or entries[0].path != CONTAMINATION_PATH:
        findings.add(CHECK, f"The report is not in {CONTAMINATION_PATH} alone.", entries[0].path)
    found = _Found(entries[0])
    for table in version.tables(found.entry, findings):
        for match in table.to_pylist():
            found.by_row.setdefault((match["id"], match["locator"]), []).append(match)
    _check_report(found, recipe.decontaminate if recipe else None, findings)
    _check_ledger(version, found, findings)
    _check_data(version, found, findings)
    for row_id, _ in sorted(set(found.by_row) - found.settled):
        fault = "with a match that are neither in the data nor in the ledger"
        findings.add_rows(CHECK, fault, found.entry.path, 1, row_id)


def _check_settings(stage: StageRun | None, settings: Decontaminate, findings: Findings) -> None:
    place = f"{MANIFEST_PATH}#{STAGE}"
    expected = stage_settings(settings) if settings.against else None
    told = stage.params.get("settings") if stage else None
    findings.expect("parameters", "What the stage was set to", expected, told, place)
    sets = [each.get("name") for each in stage.params.get("sets", ())] if stage else []
    findings.expect("parameters", "The evaluation sets", [each.name for each in settings.against], sets, place)


def _check_report(found: _Found, settings: Decontaminate | None, findings: Findings) -> None:
    """Check that each match adds up, and that those of a row lead to what they are said to have led to."""
    for (row_id, _), matches in found.by_row.items():
        due = settings.contaminating(matches) if settings else [match["is_refused"] for match in matches]
        is_refusing = settings is None or settings.on_hit == "refuse"
        for match, is_one in zip(matches, due, strict=True):
            fault = _fault(match, settings)
            if fault is None and match["is_refused"] != (is_one and is_refusing):
                fault = "with a match that does not lead to what it is said to have led to"
            if fault is not None:
                findings.add_rows(CHECK, fault, found.entry.path, 1, row_id)


def _fault(match: Mapping[str, Any], settings: Decontaminate | None) -> str | None:
    """Return what of a match does not add up."""
    found, counted, share = match["words_found"], match["words_counted"], match["share"]
    if not 0 < found <= counted or share != found / counted:
        return "with a share that is not that of the words"
    if not 0 <= match["start"] < match["end"] or not 0 <= match["item_start"] < match["item_end"]:
        return "with a match that is nowhere"
    if settings is None:
        return None
    if match["set"] not in {each.name for each in settings.against}:
        return "with a match of an evaluation set that the recipe does not name"
    if match["threshold"] != settings.threshold(match["set"], match["field"]) or share < settings.report_share:
        return "with a match under other bounds than the recipe's"
    return None


def _check_ledger(version: Version, found: _Found | None, findings: Findings) -> None:
    """Check that rows were refused for the match with the greatest share, and that all that should be were."""
    places = {stage.name: i for i, stage in enumerate(version.manifest.stages)}
    here = places.get(STAGE, -1)
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, _LEDGER):
            for row in table.to_pylist():
                place = row["id"], row["locator"]
                matches = found.by_row.get(place, []) if found is not None else []
                worst = max((match for match in matches if match["is_refused"]), key=lambda m: m["share"], default=None)
                if found is not None and matches:
                    found.settled.add(place)
                if row["stage"] == STAGE and row["reason"] != ERROR:
                    is_told = worst is not None and (row["value"], row["threshold"]) == (
                        worst["share"],
                        worst["threshold"],
                    )
                    if row["reason"] != CONTAMINATED or not is_told:
                        fault = "refused as contaminated without the match that they name"
                        findings.add_rows(CHECK, fault, entry.path, 1, row["id"])
                elif worst is not None and places.get(row["stage"], -1) > here:
                    fault = "that a later stage refused although they were contaminated"
                    findings.add_rows(CHECK, fault, entry.path, 1, row["id"])
                if any(match["source"] != row["source"] for match in matches):
                    findings.add_rows(CHECK, "with a match in another source", entry.path, 1, row["id"])


def _check_data(version: Version, found: _Found, findings: Findings) -> None:
    """Check that no contaminated row was kept, and that kept rows have the words that were found in them."""
    if not found.by_row:
        return
    is_chat = version.manifest.dataset.kind == "posttrain"
    own = "uuid" if is_chat else "id"
    names = (own, "locator", "source", *((*CONVERSATIONS, *BESIDE_MESSAGES) if is_chat else ("text",)))
    for entry in version.of_role("data"):
        for table in version.tables(entry, findings, names):
            for place, row in _rows_in(table, own, found):
                found.settled.add(place)
                for match in found.by_row[place]:
                    if match["is_refused"]:
                        findings.add_rows(CHECK, "kept although they are contaminated", entry.path, 1, place[0])
                    elif match["source"] != row["source"]:
                        findings.add_rows(CHECK, "with a match in another source", entry.path, 1, place[0])
                    elif words_sha256(_text(row, match)) != match["words_sha256"]:
                        fault = "that do not have the words which were found in them"
                        findings.add_rows(CHECK, fault, entry.path, 1, place[0])


def _rows_in(table: pa.Table, own: str, found: _Found) -> Iterator[tuple[Place, dict[str, Any]]]:
    places = zip(table.column(own).to_pylist(), table.column("locator").to_pylist(), strict=True)
    for at, place in enumerate(places):
        if place in found.by_row:
            yield place, table.slice(at, 1).to_pylist()[0]


def _text(row: Mapping[str, Any], match: Mapping[str, Any]) -> str:
    """Return the words of a row that a match says it is of; none where there is no such place."""
    place, start, end = match["place"], match["start"], match["end"]
    if place in (None, *BESIDE_MESSAGES):
        return str(row.get(place or "text") or "")[start:end]
    named = _IN_A_ROW.fullmatch(place)
    if named is None:
        return ""
    message = _item(row.get(named[1]), named[2])
    if named[4] is None:
        return str(message.get(named[3] or PARTS_OF_A_MESSAGE[0]) or "")[start:end]
    function = _item(message.get("tool_calls"), named[4]).get("function") or {}
    return words_between(function.get("arguments") or "", start, end)


def _item(items: Sequence[Mapping[str, Any]] | None, number: str) -> Mapping[str, Any]:
    """Return an item by its number; an empty one where there is none."""
    return items[int(number)] or {} if items and int(number) < len(items) else {}
