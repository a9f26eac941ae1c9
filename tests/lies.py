"""Ways to lie about a finished version, and to lie well: so that everything that is counted adds up again."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from versions import change_manifest, change_rows, cover, relist

from licet.pipelines.verify.data import texts_of
from licet.schemas.manifest import MANIFEST_PATH, canonical_sha256
from licet.stages.license.policy import Policy
from licet.stages.shard.counts import (
    as_language_counts,
    as_licence_counts,
    language_histogram,
    licence_histogram,
    total_languages,
    total_licences,
)
from licet.stages.shard.digest import packed, row_digest, row_leaves, unpacked
from licet.stages.shard.write import licences_json

Lie = Callable[[Path], object]
Told = dict[str, Any]
Rows = list[Told]

FIRST = "data/default/train-00000-of-00002.parquet"
SECOND = "data/default/train-00001-of-00002.parquet"
LEDGER = "provenance/ledger/part-00000-of-00002.parquet"
MEASURES = "provenance/measures/part-00000-of-00002.parquet"
CLUSTERS = "provenance/clusters.parquet"
INDEX = "provenance/dedup/default/train-00000-of-00002.parquet"
INPUTS = "provenance/inputs.parquet"
EVIDENCE = "provenance/evidence.parquet"
STATEMENTS = "provenance/statements.parquet"
RECIPE = "provenance/recipe.yaml"


@dataclass(frozen=True)
class Planted:
    """A lie, the check that must find it, and what that check must name: a place, or words of its message."""

    name: str
    check: str
    names: str
    lie: Lie


def in_manifest(change: Callable[[Told], object]) -> Lie:
    """Lie in the manifest."""
    return lambda version: change_manifest(version, change)


def in_rows(path: str, change: Callable[[Rows], object]) -> Lie:
    """Lie in the rows of a file, and list the file as it is then."""
    return lambda version: change_rows(version, path, change)


def put(place: int, **values: Any) -> Callable[[Rows], object]:
    """Change values of one row."""
    return lambda rows: rows[place].update(values)


def of_row(row_id: str, path: str = FIRST, **values: Any) -> Lie:
    """Lie about one published row."""
    return in_rows(path, lambda rows: [row.update(values) for row in rows if row["id"] == row_id])


def of_set(key: str, **values: Any) -> Lie:
    """Lie about one evidence set."""
    return in_rows(EVIDENCE, lambda rows: [row.update(values) for row in rows if row["evidence_id"] == key])


def of_claim(key: str, **values: Any) -> Lie:
    """Lie about the first claim of an evidence set."""
    return in_rows(
        EVIDENCE, lambda rows: [row["claims"][0].update(values) for row in rows if row["evidence_id"] == key]
    )


def both(*lies: Lie) -> Lie:
    """Tell several lies."""

    def lie(version: Path) -> None:
        for one in lies:
            one(version)

    return lie


def well(*lies: Lie) -> Lie:
    """Tell lies and reckon everything anew that a version counts and hashes."""
    return both(*lies, adds_up)


def in_text(path: str, old: str, new: str) -> Lie:
    """Replace words in a text file, and list the file as it is then."""

    def lie(version: Path) -> None:
        text = (version / path).read_text(encoding="utf-8")
        assert old in text
        (version / path).write_text(text.replace(old, new), encoding="utf-8")
        relist(version, path)

    return lie


def of_policy(change: Callable[[Told], object]) -> Lie:
    """Lie about the policy, and call it by its new digest wherever it is named."""

    def lie(version: Path) -> None:
        told: Told = {}

        def in_its_rules(manifest: Told) -> None:
            change(manifest["policy"]["rules"])
            policy = Policy.model_validate(manifest["policy"]["rules"])
            manifest["policy"].update(sha256=policy.digest, id=policy.id, version=policy.version)
            told.update(manifest["policy"], name=policy.name)
            for stage in manifest["stages"]:
                if stage["name"] == "license":
                    stage["params"] = {"policy": policy.id, "version": policy.version, "sha256": policy.digest}
                    stage["params_sha256"] = canonical_sha256(stage["params"])

        change_manifest(version, in_its_rules)
        change_rows(version, EVIDENCE, lambda rows: [row.update(policy=told["name"]) for row in rows])
        _footers(version, {b"licet.policy_sha256": told["sha256"].encode()})

    return lie


def _footers(version: Path, more: dict[bytes, bytes]) -> None:
    """Let each shard say in its footer what its rows come to, and what else it is to say."""
    for path in sorted((version / "data").glob("*/*.parquet")):
        file = pq.ParquetFile(path)
        table = file.read()
        counts = licence_histogram(table, _sizes(table))
        footer = {k: v for k, v in (file.metadata.metadata or {}).items() if k != b"ARROW:schema"}
        footer |= {b"licet.licences": licences_json(as_licence_counts(total_licences([counts]))).encode(), **more}
        with pq.ParquetWriter(path, table.schema.remove_metadata()) as writer:
            writer.write_table(table)
            writer.add_key_value_metadata(footer)
        relist(version, str(path.relative_to(version)))


def _sizes(table: pa.Table) -> pa.Array:
    return pa.array([len(text) for text in texts_of(table)], pa.int64())


def adds_up(version: Path) -> None:
    """Reckon digests, histograms, footers, counts and stages anew from what is there, as a careful liar would."""
    _footers(version, {})
    tables = [pq.read_table(path) for path in sorted((version / "data").glob("*/*.parquet"))]
    ledger = [
        row for path in sorted((version / "provenance/ledger").glob("*")) for row in pq.read_table(path).to_pylist()
    ]
    licences = as_licence_counts(total_licences(licence_histogram(table, _sizes(table)) for table in tables))
    kept = [row for table in tables for row in table.to_pylist()]
    under = {
        "rows_kept": Counter(row["evidence_id"] for row in kept),
        "rows_refused": Counter(row["evidence_id"] for row in ledger),
    }
    change_rows(
        version,
        EVIDENCE,
        lambda rows: [row.update({name: n[row["evidence_id"]] for name, n in under.items()}) for row in rows],
    )

    def reckon(manifest: Told) -> None:
        leaves = [leaf for table in tables for leaf in row_leaves(table, table.column_names[0])]
        manifest["rows"] = {
            "count": len(kept),
            "bytes": sum(count.bytes for count in licences),
            "tokens": sum(count.tokens for count in licences),
            "digest": row_digest([unpacked(packed(leaves))]).digest,
        }
        manifest["licences"] = [count.model_dump(mode="json") for count in licences]
        languages = as_language_counts(total_languages(language_histogram(table) for table in tables))
        manifest["languages"] = [count.model_dump(mode="json") for count in languages]
        by_source = Counter(row["source"] for row in [*kept, *ledger])
        for source in manifest["inputs"]:
            source["rows"] = by_source[source["name"]]
        _stages(manifest, ledger)

    change_manifest(version, reckon)
    cover(version)


def _stages(manifest: Told, ledger: Sequence[Told]) -> None:
    rows = sum(source["rows"] for source in manifest["inputs"])
    size = manifest["rows"]["bytes"] + sum(row["bytes"] for row in ledger)
    for stage in manifest["stages"]:
        here = [row for row in ledger if row["stage"] == stage["name"]]
        reasons = sorted({row["reason"] for row in here})
        stage["refused"] = [
            {
                "reason": reason,
                "rows": sum(row["reason"] == reason for row in here),
                "bytes": sum(row["bytes"] for row in here if row["reason"] == reason),
            }
            for reason in reasons
        ]
        stage["rows_in"], stage["bytes_in"] = rows, size
        rows, size = rows - len(here), size - sum(row["bytes"] for row in here)
        stage["rows_kept"], stage["bytes_kept"] = rows, size
        stage["params_sha256"] = canonical_sha256(stage["params"])


def manifest_in(version: Path) -> Told:
    """What a manifest says."""
    told: Told = json.loads((version / MANIFEST_PATH).read_bytes())
    return told
