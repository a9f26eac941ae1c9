"""Checks that the evidence follows from the words: every set is concluded again, as a run would conclude it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from licet.pipelines.plan import code_digest
from licet.pipelines.statements import Words
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.errors import VersionError
from licet.schemas.evidence import EVIDENCE, STATEMENTS
from licet.stages.license.evidence import claims_of
from licet.stages.license.judge import judged
from licet.stages.license.policy import Policy
from licet.stages.license.reasons import STAGE

_CONCLUDED = tuple(EVIDENCE.names)


def check_conclusions(version: Version, policy: Policy | None, findings: Findings) -> None:
    """Check the words of all claims, and that each evidence set is what conclusion and policy make of them.

    All statements are held in memory, as they are when a version is decided anew.
    """
    words = _checked_words(version, findings)
    if words is None:
        return
    is_cited = np.zeros(len(words), bool)
    for entry in version.of_role("evidence"):
        for table in version.tables(entry, findings):
            for found in table.to_pylist():
                for claim in found["claims"] or ():
                    if (at := words.place(claim["source_sha256"] or "")) is not None:
                        is_cited[at] = True
                if policy is not None:
                    _check_set(version, found, words, policy, f"{entry.path}#{found['evidence_id']}", findings)
    for at in np.flatnonzero(~is_cited).tolist()[:1]:
        first, rows = words.table.column("sha256")[at].as_py(), int((~is_cited).sum())
        findings.add_rows("statements", "that no evidence cites", _place(version), rows, first)


def _place(version: Version) -> str:
    return next((entry.path for entry in version.of_role("statements")), "provenance")


def _checked_words(version: Version, findings: Findings) -> Words | None:
    """Return the statements, after checking each against its sha256; null where they cannot be looked up."""
    tables = [STATEMENTS.empty_table()]
    for entry in version.of_role("statements"):
        for table in version.tables(entry, findings, STATEMENTS.names):
            for key, raw in zip(table.column("sha256").to_pylist(), table.column("raw").to_pylist(), strict=True):
                if hashlib.sha256((raw or "").encode()).hexdigest() != key:
                    findings.add_rows("statements", "with words that are not of their sha256", entry.path, 1, key)
            tables.append(table)
    try:
        return Words(pa.concat_tables(tables, promote_options="permissive"))
    except (VersionError, pa.ArrowException) as error:
        findings.add("statements", f"They cannot be looked up: {' '.join(str(error).split())}.", _place(version))
        return None


def _check_set(
    version: Version, found: Mapping[str, Any], words: Words, policy: Policy, place: str, findings: Findings
) -> None:
    try:
        claims = claims_of(found, words)
    except KeyError as error:
        findings.add("statements", f"The words {error.args[0]} of a claim are not there.", place)
        return
    try:
        derived = judged(claims, policy).evidence
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        told = " ".join(str(error).split())[:100]
        findings.add("conclusions", f"A claim is of no kind that can be read ({told}).", place)
        return
    (again,) = pa.RecordBatch.from_pylist([derived], schema=EVIDENCE).to_pylist()
    differing = [name for name in _CONCLUDED if again[name] != found[name]]
    if not differing:
        return
    told = "; ".join(f"{name} {_short(found[name])} should be {_short(again[name])}" for name in differing[:3])
    findings.add("conclusions", f"Concluded again from its words, {told}{_other_code(version)}.", place)


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _other_code(version: Version) -> str:
    """Return a hint where the version was made by code other than this, whose lists may be older or newer."""
    made_by = next((stage.code for stage in version.manifest.stages if stage.name == STAGE), "")
    if made_by == code_digest():
        return ""
    return " (the version was made by other code than this Licet's; `licet redo` decides it anew)"
