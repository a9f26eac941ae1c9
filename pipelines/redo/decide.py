"""The evidence of a version under another policy: every conclusion is reached again from the words that were heard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from licet.schemas.errors import VersionError
from licet.schemas.evidence import STATEMENTS
from licet.stages.contract import as_array
from licet.stages.license.evidence import claims_of
from licet.stages.license.judge import Judgement, credit_of, judged
from licet.stages.license.objection import Objection
from licet.stages.license.policy import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What becomes of the rows under one evidence set; ``reason`` is null when they are admitted.

    ``credit_before`` and ``credit`` are how their attributions ended and how they end now.
    """

    license: str | None
    tier: str
    grade: str
    evidence_id: str
    reason: str | None
    detail: str
    credit_before: str
    credit: str
    generator_terms: str | None = None
    objection: Objection | None = None
    """The terms for which it is refused, where any were stated."""


class Words(Mapping[str, str]):
    """The statements of a version by their sha256, held as Arrow columns: a lookup is a binary search."""

    def __init__(self, statements: pa.Table):
        self.table = statements
        self._keys = np.array([bytes.fromhex(key) for key in statements.column("sha256").to_pylist()], "S32")
        if len(self._keys) > 1 and not (self._keys[:-1] < self._keys[1:]).all():
            raise VersionError("the statements of the version are not sorted; check it with `licet verify`")

    def __getitem__(self, sha256: str) -> str:
        """Return the words; `KeyError` where they are not there."""
        wanted = bytes.fromhex(sha256)
        at = int(np.searchsorted(self._keys, np.array(wanted, "S32")))
        if at == len(self._keys) or self.table.column("sha256")[at].as_py() != sha256:
            raise KeyError(sha256)
        return str(self.table.column("raw")[at].as_py())

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in order."""
        yield from self.table.column("sha256").to_pylist()

    def __len__(self) -> int:
        """Return how many statements there are."""
        return int(self.table.num_rows)

    def batch(self) -> pa.RecordBatch:
        """Return them all as one batch of `STATEMENTS`."""
        columns = [as_array(self.table.column(name)) for name in STATEMENTS.names]
        return pa.RecordBatch.from_arrays(columns, schema=STATEMENTS)


def decided(evidence: Mapping[str, Any], words: Words, policy: Policy) -> tuple[Decision, Judgement]:
    """Return the decision on an evidence set of a finished version, and the judgement that it rests on.

    Raises:
        VersionError: the words of a claim are not in the version.

    """
    try:
        judgement = judged(claims_of(evidence, words), policy)
    except KeyError as error:
        raise VersionError(
            f"the version does not hold the words of a claim in evidence {evidence['evidence_id']}"
            f" (statement {error.args[0][:12]}…); check it with `licet verify`"
        ) from error
    return (
        Decision(
            license=judgement.license,
            tier=judgement.tier,
            grade=judgement.grade,
            evidence_id=judgement.evidence_id,
            reason=judgement.reason,
            detail=judgement.detail,
            credit_before=credit_of(evidence["elected"] or evidence["concluded"]),
            credit=judgement.credit,
            generator_terms=judgement.generator_terms,
            objection=judgement.objection,
        ),
        judgement,
    )
