"""Parcels on disk as the graph hands them to the shard writer: rows, ledger, evidence, counts, marks and scores."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.dedup import Dedup
from licet.schemas.evidence import EVIDENCE, Claim
from licet.schemas.ledger import ledger_batch
from licet.schemas.measured import measured_schema
from licet.schemas.quality import Heuristics
from licet.schemas.rows import CHAT, LICENSED, MEASURED, READ
from licet.schemas.staged import Judged, Staged
from licet.stages import storage
from licet.stages.dedup import with_fingerprints
from licet.stages.license.credit import credit_of
from licet.stages.license.evidence import statements_batch
from licet.stages.license.judge import judged as judge_claims
from licet.stages.license.presets import load_policy
from licet.stages.marks import MARKS, kept_mask


def sha(text: str) -> str:
    """The sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


HEURISTICS = Heuristics(profile="none", set={"min_words": 1})
POLICY = load_policy("open-definition-2.1")
CLAIMS = [
    frozenset({Claim(kind="spdx_header", raw="MIT", locator="#line=1")}),
    frozenset(
        {Claim(kind="html_link", raw="https://creativecommons.org/licenses/by/4.0/", locator="#link[rel=license]")}
    ),
    frozenset({Claim(kind="row_column", raw="CC-BY-NC-4.0", locator="license")}),
]
JUDGED = [judge_claims(claims, POLICY) for claims in CLAIMS]
MIT_EVIDENCE, BY_EVIDENCE, NC_EVIDENCE = (judgement.evidence_id for judgement in JUDGED)
SETS: dict[str, dict[str, Any]] = {judgement.evidence_id: judgement.evidence for judgement in JUDGED}


def evidence(*ids: str) -> pa.RecordBatch:
    """Evidence sets by id."""
    return pa.RecordBatch.from_pylist([SETS[key] for key in ids], schema=EVIDENCE)


def row(name: str, text: str, licence: str = MIT_EVIDENCE, **more: Any) -> dict[str, Any]:
    """One staged document, or conversation when ``messages`` is given."""
    about = SETS[licence]
    return {
        "id": f"test/{name}",
        "text": text,
        "content_sha256": sha(text),
        "url": None,
        "date": None,
        "locator": f"{name}.txt",
        "license": about["concluded"],
        "license_tier": about["tier"],
        "license_grade": about["grade"],
        "evidence_id": licence,
        "attribution": f"{name} by its authors, {credit_of(about['elected'] or about['concluded'])}",
        "language": "en",
        "language_score": 0.5,
        "token_count": len(text.split()),
        "text_bytes": len(text.encode()),
        **more,
    }


def refused(name: str, stage: str = "license", reason: str = "non_commercial", **more: Any) -> dict[str, Any]:
    """One ledger row of staging."""
    return {
        "id": f"test/{name}",
        "source": "test",
        "locator": f"{name}.txt",
        "stage": stage,
        "reason": reason,
        "evidence_id": NC_EVIDENCE,
        "bytes": 7,
        **more,
    }


def mark(at: int, **more: Any) -> dict[str, Any]:
    """One row of marks."""
    return {"row": at, **more}


def duplicate(at: int, of: str, similarity: float = 0.9) -> dict[str, Any]:
    """The mark of a row that dedup refuses for another's sake."""
    return mark(
        at,
        stage="dedup",
        reason="near_duplicate",
        value=similarity,
        threshold=0.8,
        kept_id=f"test/{of}",
        kept_locator=f"{of}.txt",
    )


def objection(name: str, similarity: float = 0.85) -> dict[str, Any]:
    """What a row that was refused for its licence says against one that resembles it."""
    return {
        "id": f"test/{name}",
        "locator": f"{name}.txt",
        "evidence_id": NC_EVIDENCE,
        "similarity": similarity,
        "threshold": 0.8,
    }


def measured(staged: Sequence[dict[str, Any]], ledger: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    """What `HEURISTICS` measure of staged rows, and what the ledger says that they did of those that they refused."""
    told = [(r["id"], r["locator"], None, float(len(r["text"].split()))) for r in staged]
    told += [(r["id"], r["locator"], r["reason"], r.get("value", 0.0)) for r in ledger if r["stage"] == "heuristics"]
    schema = measured_schema(["words"])
    return pa.RecordBatch.from_pylist([dict(zip(schema.names, row, strict=True)) for row in told], schema=schema)


@dataclass
class Parcels:
    """Writes judged parcels below a folder, in order."""

    folder: Path
    config: str = "default"
    chat: bool = False
    made: list[Judged] = field(default_factory=list)

    def add(
        self,
        staged: Sequence[dict[str, Any]],
        *,
        ledger: Sequence[dict[str, Any]] = (),
        marks: Sequence[dict[str, Any]] = (),
        scores: dict[str, list[float]] | None = None,
        source: str = "test",
        config: str | None = None,
        row_group_size: int = 1000,
    ) -> Judged:
        """Write one parcel and return what the graph knows of it."""
        order = (len(self.made), 0)
        base = str(self.folder / sha(str(order))[:32] / "00000")
        drop = {"claims", "markup"}
        schema = pa.schema(
            [
                *(f for f in READ if f.name not in drop),
                *(CHAT if self.chat else []),
                *LICENSED,
                *MEASURED,
                pa.field("text_bytes", pa.int32()),
            ]
        )
        rows = pa.Table.from_pylist(list(staged), schema=schema)
        about = Staged(
            order=order,
            source=source,
            config=config or self.config,
            base=base,
            rows=rows.num_rows,
            bytes=sum(r["text_bytes"] for r in staged),
            measured=measured(staged, ledger).num_rows,
        )
        Path(base).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, about.rows_path, row_group_size=row_group_size)
        if about.measured:
            storage.write_arrow(about.measured_path, measured(staged, ledger))
        bands = with_fingerprints(rows, Dedup(compare="both") if self.chat else Dedup()).select(["exact", "bands"])
        storage.write_arrow(
            about.bands_path, pa.RecordBatch.from_struct_array(bands.to_struct_array().combine_chunks())
        )
        storage.write_arrow(about.ledger_path, ledger_batch(list(ledger)))
        storage.write_arrow(about.evidence_path, evidence(*SETS))
        storage.write_arrow(about.statements_path, statements_batch(CLAIMS))
        marked = pa.RecordBatch.from_pylist(list(marks), schema=MARKS)
        kept = [r for r, stays in zip(staged, kept_mask(marked, rows.num_rows).to_pylist(), strict=True) if stays]
        scored = {"length": pa.array([r["text_bytes"] for r in kept], pa.int64())}
        scored |= {name: pa.array(values, pa.float32()) for name, values in (scores or {}).items()}
        storage.write_arrow(base + ".marks.arrow", marked)
        storage.write_arrow(base + ".scores.arrow", pa.RecordBatch.from_pydict(scored))
        counted: dict[str, dict[str, dict[str, int]]] = {}
        for entry in ledger:
            cell = counted.setdefault(entry["stage"], {}).setdefault(entry["reason"], {"rows": 0, "bytes": 0})
            cell["rows"] += 1
            cell["bytes"] += entry["bytes"]
        done = {
            "source": source,
            "config": about.config,
            "rows_in": rows.num_rows + len(ledger),
            "bytes_in": about.bytes + sum(entry["bytes"] for entry in ledger),
            "rows": about.rows,
            "bytes": about.bytes,
            "refused": counted,
        }
        storage.write_bytes(about.done_path, json.dumps(done).encode())
        judged = Judged(
            staged=about,
            marks_path=base + ".marks.arrow",
            scores_path=base + ".scores.arrow",
            kept_rows=len(kept),
            kept_bytes=sum(r["text_bytes"] for r in kept),
        )
        self.made.append(judged)
        return judged


def judged_of(lengths: Sequence[int], place: int = 0, config: str = "default") -> Judged:
    """A judged parcel that exists on paper only, for the arithmetic of plans."""
    staged = Staged(
        order=(place, 0),
        source="test",
        config=config,
        base=f"staging/{place}/00000",
        rows=len(lengths),
        bytes=sum(lengths),
    )
    return Judged(staged=staged, marks_path="", scores_path="", kept_rows=len(lengths), kept_bytes=sum(lengths))
