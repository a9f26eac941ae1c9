"""Checks of the objections: rows whose text is elsewhere under stricter terms, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from licet.pipelines.verify.evidence import policy_of
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.license import TIERS, rank_of
from licet.schemas.manifest import FileEntry
from licet.stages.dedup.verify import LAUNDERED
from licet.stages.license.evidence import claims_of
from licet.stages.license.judge import judged
from licet.stages.license.objection import Objection
from licet.stages.license.policy import Policy
from licet.stages.license.reasons import STAGE

Place: TypeAlias = tuple[str, str]
"""A row by its id and locator."""


@dataclass
class Objected:
    """The objections of a version by the row that they are about; all of them fit into memory, being few."""

    entry: FileEntry
    found: dict[Place, dict[str, Any]] = field(default_factory=dict)
    settled: set[Place] = field(default_factory=set)
    """Rows of which it is known that they were kept or refused."""


def check_objections(version: Version, findings: Findings) -> None:
    """Check that each objection is a refused row's, was measured, and was heard as the policy says."""
    for entry in version.of_role("objections"):
        objected = Objected(entry)
        for table in version.tables(entry, findings):
            for told in table.to_pylist():
                objected.found[told["id"], told["locator"]] = told
                if told["similarity"] < told["threshold"]:
                    findings.add_rows("objections", "with a similarity below the threshold", entry.path, 1, told["id"])
        _check_ledger(version, objected, findings)
        _check_kept(version, objected, findings)
        for place in sorted(set(objected.found) - objected.settled):
            fault = "objected to that are neither in the data nor in the ledger"
            findings.add_rows("objections", fault, entry.path, 1, place[0])


def _check_ledger(version: Version, objected: Objected, findings: Findings) -> None:
    """Check that objections are rows refused for their licence, and that what is laundered has one."""
    wanted = {(it["objection_id"], it["objection_locator"]): it["evidence_id"] for it in objected.found.values()}
    columns = ("id", "locator", "stage", "reason", "value", "evidence_id")
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, columns):
            for row in table.to_pylist():
                place = row["id"], row["locator"]
                if row["stage"] == STAGE and wanted.get(place) == row["evidence_id"]:
                    del wanted[place]
                if row["reason"] == LAUNDERED and row["value"] != objected.found.get(place, {}).get("similarity"):
                    fault = "refused as laundered without the objection that they name"
                    findings.add_rows("objections", fault, entry.path, 1, row["id"])
                if place in objected.found and row["stage"] != STAGE:
                    objected.settled.add(place)
    for row_id, _ in sorted(wanted):
        fault = "said to object that were not refused for their licence on that evidence"
        findings.add_rows("objections", fault, objected.entry.path, 1, row_id)


def _check_kept(version: Version, objected: Objected, findings: Findings) -> None:
    """Check that no row was kept to which others object on evidence as good as its own, where the policy refuses it."""
    if not objected.found:
        return
    policy = policy_of(version, Findings())
    terms = _terms(version, {it["evidence_id"] for it in objected.found.values()}, policy) if policy else {}
    for entry in version.of_role("data"):
        own = "uuid" if version.manifest.dataset.kind == "posttrain" else "id"
        columns = (own, "locator", "license_tier", "license_grade")
        for table in version.tables(entry, findings, columns):
            for row in table.to_pylist():
                place = row[own], row["locator"]
                if place not in objected.found:
                    continue
                objected.settled.add(place)
                said = terms.get(objected.found[place]["evidence_id"])
                if policy is not None and policy.laundered == "refuse" and said is not None and _outweighs(said, row):
                    fault = "kept in spite of stricter terms elsewhere on evidence as good as theirs"
                    findings.add_rows("objections", fault, entry.path, 1, row[own])


def _outweighs(said: Objection, row: Mapping[str, Any]) -> bool:
    own = row["license_tier"] if row["license_tier"] in TIERS else TIERS[0]
    return bool(said.grade <= (row["license_grade"] or "F")) and rank_of(said.tier) > rank_of(own)


def _terms(version: Version, keys: set[str], policy: Policy) -> dict[str, Objection]:
    """Return the terms for which the policy refuses some evidence, concluded again from the words of its claims."""
    quiet = Findings()
    sets = [
        found
        for entry in version.of_role("evidence")
        for table in version.tables(entry, quiet)
        for found in table.to_pylist()
        if found["evidence_id"] in keys
    ]
    wanted = {claim["source_sha256"] for found in sets for claim in found["claims"] or ()}
    words = {
        told["sha256"]: told["raw"]
        for entry in version.of_role("statements")
        for table in version.tables(entry, quiet)
        for told in table.to_pylist()
        if told["sha256"] in wanted
    }
    complete = [found for found in sets if all(c["source_sha256"] in words for c in found["claims"] or ())]
    terms = {found["evidence_id"]: judged(claims_of(found, words), policy).objection for found in complete}
    return {key: said for key, said in terms.items() if said is not None}
