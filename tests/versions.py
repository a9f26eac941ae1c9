"""Finished versions as the end of a run leaves them, and ways to plant a lie in one and cover the traces."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from judged import BY_EVIDENCE, HEURISTICS, NC_EVIDENCE, POLICY, Parcels, duplicate, mark, objection, refused, row

from licet.pipelines.cut_points import score_column
from licet.pipelines.exports.envelopes import PrivateKey, PublicKey
from licet.pipelines.exports.keys import new_pair
from licet.pipelines.exports.sign import sign
from licet.pipelines.exports.statements import write_attestations
from licet.pipelines.exports.table import write_exports
from licet.pipelines.facts import RunFacts, StageFacts, StagingCounts, footer_facts, policy_used, staging_counts
from licet.pipelines.finish import build_version
from licet.schemas.manifest import MANIFEST_PATH, Manifest, Model, canonical_json, parse_manifest, schema_digest
from licet.schemas.recipe import Recipe, Shards, parse_recipe
from licet.schemas.split import Pin
from licet.stages.dedup import index_schema
from licet.stages.quality import heuristics_params, kept_bins
from licet.stages.shard import LedgerWriter, ShardWriter, plan_ledger, plan_shards, published_schema
from licet.stages.shard.plan import with_cuts
from licet.stages.shard.tables import write_tables

CUTS = [part / 20 for part in range(1, 20)]
STAGES = ("ingest", "license", "heuristics", "dedup", "quality")


def recipe(**more: Any) -> Recipe:
    """A recipe of one source."""
    kind = more.get("kind", "pretrain")
    source = {"name": "test", "type": "chat" if kind == "posttrain" else "jsonl", "paths": "data/*.jsonl"}
    told = {
        "name": "books",
        "kind": kind,
        "description": "Some books | & <more>.",
        "heuristics": HEURISTICS.model_dump(),
        "sources": [{**source, "license": {"expression": "MIT", "evidence": "https://example.org/"}}],
        **more,
    }
    return parse_recipe(json.dumps(told))


def some_parcels(folder: Path) -> Parcels:
    """Six rows kept in two parcels, five refused by three stages."""
    parcels = Parcels(folder / "staging")
    parcels.add(
        [row(name, f"text of {name}") for name in "abcde"],
        ledger=[refused("x"), refused("y", "heuristics", "too_few_words", evidence_id=None, value=0.0, threshold=1.0)],
        marks=[
            mark(0, cluster_size=2, objection=objection("x")),
            duplicate(1, of="a", similarity=0.9),
            duplicate(3, of="d2"),
            mark(4, stage="quality", reason="low_quality", value=0.1, threshold=0.5),
        ],
        scores={"quality_score": [0.5, 0.75], "quality_wiki": [0.5, 0.75]},
    )
    parcels.add(
        [row(name, f"text of {name}", BY_EVIDENCE) for name in ("d2", "f", "g", "h")],
        ledger=[refused("z", detail="CC-BY-NC-4.0", bytes=11)],
        marks=[mark(0, cluster_size=2)],
        scores={"quality_score": [0.5, 0.6, 0.7, 0.8], "quality_wiki": [0.5, 0.6, 0.7, 0.8]},
    )
    return parcels


def some_conversations(folder: Path) -> Parcels:
    """Two conversations and one preference, in a config each."""
    parcels = Parcels(folder / "staging", config="sft", chat=True)
    said = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    parcels.add([row("a", "hi\n\nhello", messages=said), row("b", "hi", messages=said[:1], tools=["{}"])])
    parcels.add(
        [row("c", "hi\n\nhello\n\nhello", prompt=said[:1], chosen=said[1:], rejected=said[1:])], config="preference"
    )
    return parcels


def finished(
    folder: Path,
    parcels: Parcels,
    *,
    models: tuple[str, ...] = ("wiki",),
    configs: tuple[str, ...] = (),
    staging: StagingCounts | None = None,
    **more: Any,
) -> tuple[Path, Manifest]:
    """Write a whole version of some parcels below a folder, as a run does, and return it with its manifest."""
    made, policy = recipe(**more), policy_used(POLICY)
    out, scratch = folder / "version", folder / "scratch"
    chat = made.kind == "posttrain"
    shards = ShardWriter(
        folder=str(out),
        scratch=str(scratch),
        schema=published_schema(chat=chat, models=models),
        settings=Shards(target_bytes=4096),
        footer=footer_facts(made, policy),
        index=index_schema(made.dedup, chat=chat),
    )
    ledger = LedgerWriter(folder=str(out), scratch=str(scratch), bins=kept_bins(made.heuristics))
    cuts = {score_column(name): CUTS for name in models}
    written = [shards(shard) for shard in with_cuts(plan_shards(parcels.made, 30, configs=configs), cuts)]
    parts = [ledger(part) for part in plan_ledger(parcels.made, 1)]
    settings = {
        "license": {"policy": policy.id, "version": policy.version, "sha256": policy.sha256},
        "heuristics": heuristics_params(made.heuristics),
        "dedup": made.dedup.model_dump(mode="json"),
    }
    facts = RunFacts(
        recipe=made,
        pins={"test": [Pin(path="/x/b.jsonl", name="b.jsonl", size=20, sha256="b" * 64)]},
        stages=[StageFacts(name=name, params=settings.get(name, {"min": 0.5}), code="c" * 64) for name in STAGES],
        staging=staging or staging_counts(judged.staged.done_path for judged in parcels.made),
        records=[*parts, *written, write_tables(str(out), written, parts)],
        policy=policy,
        models=[Model(name=name, sha256="d" * 64, cuts=CUTS) for name in models],
        environment={"pyarrow": pa.__version__},
        reasons={"license.non_commercial": "The policy does not admit the licence."},
        s_curve=[(0.0, 0.0), (0.5, 0.2), (1.0, 1.0)],
    )
    return out, build_version(str(out), facts)


def change_manifest(version: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what the manifest says, keeping it canonical."""
    path = version / MANIFEST_PATH
    told = json.loads(path.read_bytes())
    change(told)
    path.write_bytes(canonical_json(told))


def relist(version: Path, path: str) -> None:
    """Let the manifest say of a file what the file is now."""
    data = (version / path).read_bytes()

    def change(told: dict[str, Any]) -> None:
        (entry,) = (file for file in told["files"] if file["path"] == path)
        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        if path.endswith(".parquet"):
            parquet = pq.ParquetFile(version / path)
            entry |= {"rows": parquet.metadata.num_rows, "schema_sha256": schema_digest(parquet.schema_arrow)}

    change_manifest(version, change)


def change_rows(version: Path, path: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    """Change the rows of a Parquet file, keeping its footer, and let the manifest list the file as it is now."""
    file = pq.ParquetFile(version / path)
    rows = file.read().to_pylist()
    footer = {k: v for k, v in (file.metadata.metadata or {}).items() if k != b"ARROW:schema"}
    change(rows)
    table = pa.Table.from_pylist(rows, schema=file.schema_arrow)
    with pq.ParquetWriter(version / path, file.schema_arrow) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(footer)
    relist(version, path)


def cover(version: Path) -> None:
    """Make exports and statements again, as one does who lies in the rows and covers the traces."""
    for entry in write_exports(str(version), manifest_of(version), str(version)):
        relist(version, entry.path)
    write_attestations(str(version), manifest_of(version))


def signed_by(version: Path) -> list[PublicKey]:
    """The public keys beside a version: those by which it must be signed."""
    return [PublicKey(path.read_bytes()) for path in sorted(version.parent.glob("*.pub.pem"))]


def sign_as(version: Path, name: str) -> PrivateKey:
    """Sign a version with a new key, and leave its public half beside the version."""
    private, public = new_pair()
    (version.parent / f"{name}.pub.pem").write_bytes(public)
    key = PrivateKey(private)
    sign(str(version), key, lambda: "2026-01-02T03:04:05Z")
    return key


def manifest_of(version: Path) -> Manifest:
    """The manifest of a version."""
    return parse_manifest((version / MANIFEST_PATH).read_bytes())


__all__ = [
    "NC_EVIDENCE",
    "change_manifest",
    "change_rows",
    "cover",
    "finished",
    "manifest_of",
    "recipe",
    "relist",
    "sign_as",
    "signed_by",
    "some_conversations",
    "some_parcels",
]
