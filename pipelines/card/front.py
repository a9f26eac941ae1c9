"""The front matter of the dataset card: what a hub reads, each config with its files, features and sizes."""

from collections.abc import Sequence
from typing import Any

from licet.pipelines.features import features_of
from licet.pipelines.hub_names import hub_licenses, size_category
from licet.schemas.manifest import Manifest
from licet.stages import storage
from licet.stages.shard import ShardRecord
from licet.stages.shard.counts import UNKNOWN_LANGUAGE
from licet.stages.shard.parquet import parquet_input

LANGUAGE_SHARE = 0.01
"""A language is named in the front matter from this share of the rows on: below it, identification is mostly noise."""


def front_matter(manifest: Manifest, shards: Sequence[ShardRecord], folder: str) -> dict[str, Any]:
    """Return what a hub reads: every config with its files, features and sizes as they really are."""
    front: dict[str, Any] = {"pretty_name": manifest.dataset.name}
    found = hub_licenses({count.expression for count in manifest.licences})
    if found:
        front["license"] = found[0] if len(found) == 1 else found
    else:
        front |= {"license": "other", "license_name": "per-row", "license_link": "LICENSE.md"}
    if languages := main_languages(manifest):
        front["language"] = languages
    front["task_categories"] = ["text-generation"]
    front["size_categories"] = [size_category(manifest.rows.count)]
    front["tags"] = ["openly-licensed", "provenance", "licet"]
    names = config_names(shards)
    front["configs"] = [
        {
            "config_name": name,
            **({"default": True} if name == names[0] else {}),
            "data_files": [{"split": "train", "path": f"data/{name}/train-*.parquet"}],
        }
        for name in names
    ]
    front["dataset_info"] = [dataset_info(name, [s for s in shards if s.config == name], folder) for name in names]
    return front


def dataset_info(config: str, shards: Sequence[ShardRecord], folder: str) -> dict[str, Any]:
    """Return the features of a config, from the footer of its first shard, and its sizes."""
    with parquet_input(storage.join(folder, shards[0].file.path)) as file:
        features = features_of(file.schema_arrow)
    size = sum(shard.memory_bytes for shard in shards)
    rows = sum(shard.file.rows or 0 for shard in shards)
    return {
        "config_name": config,
        "features": features,
        "splits": [{"name": "train", "num_bytes": size, "num_examples": rows}],
        "download_size": sum(shard.file.bytes for shard in shards),
        "dataset_size": size,
    }


def config_names(shards: Sequence[ShardRecord]) -> list[str]:
    """Return the configs, sorted; the first that has rows is put first, for it is the default."""
    rows: dict[str, int] = {}
    for shard in shards:
        rows[shard.config] = rows.get(shard.config, 0) + (shard.file.rows or 0)
    return sorted(rows, key=lambda name: (not rows[name], name))


def main_languages(manifest: Manifest) -> list[str]:
    """Return the languages of at least `LANGUAGE_SHARE` of the rows, sorted."""
    return sorted(
        count.language
        for count in manifest.languages
        if count.language != UNKNOWN_LANGUAGE and count.rows >= LANGUAGE_SHARE * manifest.rows.count
    )
