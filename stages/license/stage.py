"""The licence stage: every row gets its concluded licence and its evidence, or leaves for a stated reason.

Nearly all rows of a parcel share a few sets of claims, so sets are decided once and rows are sorted into them;
only rows with an SPDX header or a notice at their head, with markup, or at a bundled component's path get one of their
own.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.content import holding
from licet.schemas.evidence import Claim
from licet.schemas.ledger import Verdicts
from licet.schemas.rows import OBJECTIONS
from licet.stages.license.credit import needs_attribution
from licet.stages.license.evidence import evidence_batch, statements_batch
from licet.stages.license.file_notices import notice_claims, with_notice
from licet.stages.license.headers import header_claims, with_mark
from licet.stages.license.html import Page, claim, read_page
from licet.stages.license.judge import Judgement, judged
from licet.stages.license.page_reserved import RESERVED_WORDS, reserved_at_end
from licet.stages.license.page_scan import may_reserve, may_speak
from licet.stages.license.policy import Policy
from licet.stages.license.reach import component_claims, placed_components
from licet.stages.license.reasons import STAGE
from licet.stages.license.signals import page_signals
from licet.stages.parcel import Parcel


def filter_licenses(parcel: Parcel, policy: Policy) -> Parcel:
    """Return the parcel with `LICENSED` columns, evidence, and the rows that the policy refuses in the ledger.

    Post-training rows get ``generator_terms`` besides. The columns ``claims`` and ``markup`` are dropped, and the
    parcel's claims with them: what they said is in the evidence.
    """
    rows = parcel.rows
    own, pages = _own_claims(rows)
    shared = [frozenset(claims) for claims in parcel.claims]
    for number, claims in enumerate(shared):
        if placed_components(claims):
            mine = pc.indices_nonzero(pc.equal(rows.column("claims"), number))
            for row, claim in component_claims(rows.column("locator"), mine, claims):
                own[row] = (*own.get(row, ()), claim)
    sets: dict[frozenset[Claim], int] = {}
    of_claims = np.array([sets.setdefault(claims, len(sets)) for claims in shared] or [0], np.int32)
    of_row = of_claims[rows.column("claims").to_numpy(zero_copy_only=False)]
    for row, more in own.items():
        base = shared[rows.column("claims")[row].as_py()]
        of_row[row] = sets.setdefault(base | frozenset(more), len(sets))
    used = np.unique(of_row)
    place = np.zeros(max(len(sets), 1), np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    every = list(sets)
    judgements = [_judged(every[i], policy) for i in used.tolist()]
    index = pa.array(place[of_row], pa.int32())
    kept = rows.drop_columns([name for name in ("claims", "markup") if name in rows.schema.names])
    licensed = {
        "license": _taken([j.license for j in judgements], index),
        "license_tier": _taken([j.tier for j in judgements], index),
        "license_grade": _taken([j.grade for j in judgements], index),
        "evidence_id": _taken([j.evidence_id for j in judgements], index),
        "attribution": _attribution(rows, index, judgements, pages),
    }
    if "generator" in rows.schema.names:
        licensed["generator_terms"] = _taken([j.generator_terms for j in judgements], index)
    parcel = replace(
        parcel,
        rows=kept,
        claims=((),),
        evidence=evidence_batch([j.evidence for j in judgements]),
        statements=statements_batch([every[i] for i in used.tolist()]),
        objections=_objections(rows, index, judgements),
    ).with_columns(licensed)
    return parcel.refuse(
        STAGE,
        Verdicts(
            reason=_taken([j.reason for j in judgements], index),
            detail=_taken([j.detail for j in judgements], index),
        ),
    )


@lru_cache(maxsize=16_384)
def _decided(claims: frozenset[Claim], policy_name: str) -> Judgement:
    return judged(claims, _POLICIES[policy_name])


_POLICIES: dict[str, Policy] = {}


def _judged(claims: frozenset[Claim], policy: Policy) -> Judgement:
    """Return the judgement on a set, made once for each policy; policies with one name are one by their digest."""
    name = policy.name
    _POLICIES.setdefault(name, policy)
    return _decided(claims, name)


def _own_claims(rows: pa.RecordBatch) -> tuple[dict[int, tuple[Claim, ...]], dict[int, Page]]:
    """Return the claims that rows make themselves, by row, and what their pages say."""
    own: dict[int, tuple[Claim, ...]] = {}
    pages: dict[int, Page] = {}
    marked = pc.is_valid(rows.column("markup"))
    markups = rows.column("markup")
    for row in pc.indices_nonzero(may_speak(markups)).to_pylist() if marked.true_count else ():
        markup = markups[row].as_py()
        page = read_page(markup)
        if page.claims:
            pages[row] = page
        if claims := (*page.claims, *page_signals(markup)):
            own[row] = claims
    for row in pc.indices_nonzero(may_reserve(markups)).to_pylist() if marked.true_count else ():
        if row not in pages and (words := reserved_at_end(markups[row].as_py())):
            own[row] = (*own.get(row, ()), claim("html_anchor", RESERVED_WORDS, f"#footer {words.lower()}"))
    texts = rows.column("text")
    for rows_with, claims_in in ((with_mark(texts), header_claims), (with_notice(texts), notice_claims)):
        for row in rows_with:
            if not marked[row].as_py() and (claims := claims_in(texts[row].as_py())):
                own[row] = (*own.get(row, ()), *claims)
    return own, pages


def _taken(values: list[str | None], index: pa.Array) -> pa.Array:
    return pa.array(values, pa.string()).take(index)


def _objections(rows: pa.RecordBatch, index: pa.Array, judgements: list[Judgement]) -> pa.RecordBatch:
    """Return, as `OBJECTIONS` and with the content of conversations, the rows that are refused for stated terms."""
    stated = [judgement.objection for judgement in judgements]
    if not any(stated):
        return pa.RecordBatch.from_pylist([], schema=OBJECTIONS)
    objects = pa.array([it is not None for it in stated], pa.bool_()).take(index)
    rows, index = rows.filter(objects), index.filter(objects)
    told = {
        "license": _taken([it.license if it else None for it in stated], index),
        "license_tier": _taken([it.tier if it else None for it in stated], index),
        "license_grade": _taken([it.grade if it else None for it in stated], index),
        "evidence_id": _taken([judgement.evidence_id for judgement in judgements], index),
    }
    columns = [told[name] if name in told else rows.column(name) for name in OBJECTIONS.names]
    beside = [rows.schema.field(name) for name in holding(rows.schema.names)]
    columns += [rows.column(field.name) for field in beside]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema([*OBJECTIONS, *beside]))


def _attribution(
    rows: pa.RecordBatch, index: pa.Array, judgements: list[Judgement], pages: dict[int, Page]
) -> pa.Array:
    """Return credits ready to print: title or path, holder, address, licence; null where none is due."""
    if not judgements:
        return pa.nulls(rows.num_rows, pa.string())
    due = [j.reason is None and needs_attribution(j.tier) for j in judgements]
    holders = [f" by {', '.join(j.holders)}" if j.holders else "" for j in judgements]
    holder = pa.array(holders, pa.string()).take(index)
    title = pc.replace_substring_regex(rows.column("id"), r"^[^/]*/", "")
    if pages:
        titles, by = title.to_pylist(), holder.to_pylist()
        for row, page in pages.items():
            titles[row] = page.title or titles[row]
            by[row] = f" by {page.author}" if page.author else by[row]
        title, holder = pa.array(titles, pa.string()), pa.array(by, pa.string())
    homepage = _taken([j.homepage for j in judgements], index)
    url = pc.coalesce(rows.column("url"), homepage)
    at = pc.if_else(pc.is_valid(url), pc.binary_join_element_wise(", ", pc.fill_null(url, ""), ""), "")
    credit = _taken([j.credit for j in judgements], index)
    line = pc.binary_join_element_wise('"', title, '"', holder, at, ", ", credit, "")
    return pc.if_else(pa.array(due, pa.bool_()).take(index), line, pa.scalar(None, pa.string()))
