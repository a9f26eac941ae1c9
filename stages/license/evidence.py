"""Evidence records: one for each distinct set of claims, named by what they say and what was concluded.

The id is the first 32 hex digits of the sha256 of claims and conclusion as RFC 8785 JSON. A policy's decision
is no part of it, so a set keeps its name when policies change.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from licet.schemas.evidence import EVIDENCE, STATEMENTS, Claim
from licet.stages.license.conclude import Conclusion
from licet.stages.license.statements import Statement

SNIPPET = 300
# Kinds of which one claim may be read as several parts, and what their locators then end in.
CUT_KINDS = frozenset({"license_file", "package_license"})
_PART = re.compile(r"#lines=\d+-\d+(?:#of=.*)?$", re.DOTALL)


@lru_cache(maxsize=16_384)
def claim_records(conclusion: Conclusion) -> tuple[dict[str, Any], ...]:
    """Return the claims of a conclusion as evidence holds them."""
    return tuple(_record(statement) for statement in conclusion.statements)


def _record(statement: Statement) -> dict[str, Any]:
    claim = statement.claim
    whole = statement.source or claim
    return {
        "kind": claim.kind,
        "locator": claim.locator,
        "url": claim.url,
        "snippet": " ".join(claim.raw[: 4 * SNIPPET].split())[:SNIPPET],
        "sha256": words_sha256(claim.raw),
        "source_sha256": words_sha256(whole.raw),
        "expression": statement.expression,
        "grade": statement.grade,
        "scope": statement.scope,
        "confidence": round(statement.confidence, 4),
        "flags": list(statement.flags),
    }


@lru_cache(maxsize=16_384)
def evidence_id(conclusion: Conclusion) -> str:
    """Return the name of a conclusion: 32 hex digits."""
    told = {
        "claims": list(claim_records(conclusion)),
        "concluded": conclusion.expression,
        "grade": conclusion.grade,
        "confidence": round(conclusion.confidence, 4),
        "reason": conclusion.reason,
        "flags": list(conclusion.flags),
    }
    return hashlib.sha256(canonical(told)).hexdigest()[:32]


def canonical(value: Any) -> bytes:
    """Return a value of strings, whole numbers, shares between 0 and 1, lists and ASCII keys as RFC 8785 JSON.

    As `rfc8785.dumps`, which works a value out part by part in Python; this takes a tenth of the time.
    """
    whole = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return whole.encode()


def _plain(value: Any) -> Any:
    """Return a value in which numbers are written as ECMAScript does: no ``1.0``."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dict):
        return {key: _plain(it) for key, it in value.items()}
    return [_plain(it) for it in value] if isinstance(value, (list, tuple)) else value


def evidence_row(
    conclusion: Conclusion, *, elected: str | None, tier: str, reason: str | None, policy: str
) -> dict[str, Any]:
    """Return the `EVIDENCE` row of a conclusion under a policy."""
    return {
        "evidence_id": evidence_id(conclusion),
        "concluded": conclusion.expression,
        "elected": elected,
        "tier": tier,
        "grade": conclusion.grade,
        "flags": list(conclusion.flags),
        "reason": reason,
        "policy": policy,
        "claims": list(claim_records(conclusion)),
    }


def evidence_batch(found: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    """Return evidence rows as one batch, each id once, sorted by id."""
    distinct = {row["evidence_id"]: row for row in found}
    return pa.RecordBatch.from_pylist([distinct[key] for key in sorted(distinct)], schema=EVIDENCE)


@lru_cache(maxsize=4096)
def words_sha256(raw: str) -> str:
    """Return the sha256 of a statement's UTF-8 bytes, in hex."""
    return hashlib.sha256(raw.encode()).hexdigest()


def statements_batch(sets: Iterable[frozenset[Claim]]) -> pa.RecordBatch:
    """Return the words of all claims of some sets, each once, sorted by their sha256."""
    words = {words_sha256(claim.raw): claim.raw for claims in sets for claim in claims}
    rows = [{"sha256": key, "raw": words[key]} for key in sorted(words)]
    return pa.RecordBatch.from_pylist(rows, schema=STATEMENTS)


def claims_of(evidence: Mapping[str, Any], words: Mapping[str, str]) -> frozenset[Claim]:
    """Return the claims that an `EVIDENCE` row was concluded from, their words looked up by sha256.

    Raises:
        KeyError: the words of a claim are not among those given.

    """
    return frozenset(_claim_of(record, words) for record in evidence["claims"] or ())


def _claim_of(record: Mapping[str, Any], words: Mapping[str, str]) -> Claim:
    locator = record["locator"]
    if record["kind"] in CUT_KINDS:
        locator = _PART.sub("", locator)
    return Claim(kind=record["kind"], raw=words[record["source_sha256"]], locator=locator, url=record["url"])
