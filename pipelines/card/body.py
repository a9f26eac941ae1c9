"""The dataset card: what a hub reads (front matter) and what a person reads (body), both from the manifest."""

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

from licet.pipelines.features import features_of
from licet.pipelines.hub_names import hub_licenses, size_category
from licet.schemas.manifest import Manifest
from licet.stages import storage
from licet.stages.shard import ShardRecord
from licet.stages.shard.counts import UNKNOWN_LANGUAGE
from licet.stages.shard.parquet import parquet_input

LANGUAGE_SHARE = 0.01
"""A language is named in the front matter from this share of the rows on: below it, identification is mostly noise."""

BODY = """
# {name}

{description}{rows:,} rows, {bytes}, about {tokens:,} tokens. Every row was let in by evidence that is recorded and
can be checked offline; every row that was not is in the ledger, with the reason.

Row digest `{digest}`, policy `{policy}`.

## Licences

Each row has its own licence: see the columns `license` (the SPDX expression concluded), `license_tier`,
`license_grade`, `attribution` and `evidence_id`, which leads to [the evidence](provenance/evidence.parquet).
This is a collection; no licence is claimed for it beyond those of its rows.

{licences}

## Sources

{sources}

## What became of the rows

{stages}

The rows refused are listed in `provenance/ledger/`, without their text; what was merged into what is in
`provenance/clusters.parquet`.

## Load it

```python
from datasets import load_dataset

rows = load_dataset("PATH_OR_NAME", "{config}", split="train")
```

```sql
SELECT license, count(*) FROM 'data/{config}/*.parquet' GROUP BY ALL;  -- DuckDB
```

## Verify it

```sh
licet verify PATH
```

recomputes every hash, count, histogram, digest and balance from the files, without a network. What it goes by is
[`provenance/manifest.json`](provenance/manifest.json); the figures are drawn in [`report.html`](report.html).

## Limits

- A concluded licence rests on what the origin says. Grades tell how much: A by the holder at the work, B by a
  registry's metadata, C by a container, D by text that was recognised, E by inference, F by a third party.
- An open licence says nothing of privacy, trademarks, accuracy or fitness. The texts are as they were found.
- Languages and quality scores are measured by models and are wrong for some rows.

## Removal

Ask through the discussions of the place where you found this dataset, naming the `id` or the `url` of the row. `id` and
`content_sha256` find a row and, through the ledger, the copies that were merged into it.
"""

NOTICE = """# Licences of {name}

The rows of this dataset are under the licences below, each under the one named in its `license` column. Credit is
due as its `attribution` column says. What this was concluded from is in `provenance/evidence.parquet`.

{licences}

The licences' texts are at https://spdx.org/licenses/.
"""


def version_card(manifest: Manifest, shards: Sequence[ShardRecord], folder: str) -> str:
    """Return the README.md of a version whose shards are in ``folder``."""
    front = yaml.safe_dump(front_matter(manifest, shards, folder), sort_keys=False, allow_unicode=True, width=1000)
    policy = f"{manifest.policy.id} {manifest.policy.version}"
    description = manifest.dataset.description.strip()
    body = BODY.format(
        name=manifest.dataset.name,
        description=description + "\n\n" if description else "",
        rows=manifest.rows.count,
        bytes=size_text(manifest.rows.bytes),
        tokens=manifest.rows.tokens,
        digest=manifest.rows.digest,
        policy=policy,
        licences=licence_table(manifest),
        sources=source_table(manifest),
        stages=stage_table(manifest),
        config=config_names(shards)[0] if shards else "default",
    )
    return f"---\n{front}---\n{body}"


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


def license_notice(manifest: Manifest) -> str:
    """Return LICENSE.md: that rows have licences of their own, and which."""
    return NOTICE.format(name=manifest.dataset.name, licences=licence_table(manifest))


def licence_table(manifest: Manifest) -> str:
    """Return the licence histogram as a table."""
    rows = (
        [c.expression, c.tier, c.grade, c.source, f"{c.rows:,}", size_text(c.bytes), f"{c.tokens:,}"]
        for c in sorted(manifest.licences, key=lambda c: (-c.rows, c.expression, c.grade, c.source))
    )
    return table(["licence", "tier", "grade", "source", "rows", "text", "tokens"], rows, numbers=3)


def source_table(manifest: Manifest) -> str:
    """Return the sources as a table."""
    rows = (
        [
            source.name,
            source.reader,
            source.revision or "",
            source.license.expression if source.license else "",
            f"{source.files:,}",
            size_text(source.bytes),
            f"{source.rows:,}",
        ]
        for source in manifest.inputs
    )
    return table(["source", "kind", "revision", "declared licence", "files", "stored", "rows"], rows, numbers=3)


def stage_table(manifest: Manifest) -> str:
    """Return what each stage refused as a table."""
    rows = [
        [stage.name, refused.reason, f"{refused.rows:,}", size_text(refused.bytes)]
        for stage in manifest.stages
        for refused in stage.refused
    ]
    rows_in = sum(source.rows for source in manifest.inputs)
    read = [["", "**read**", f"{rows_in:,}", ""]]
    kept = [["", "**kept**", f"{manifest.rows.count:,}", size_text(manifest.rows.bytes)]]
    return table(["stage", "reason", "rows", "text"], [*read, *rows, *kept], numbers=2)


def table(names: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """Return a Markdown table whose last ``numbers`` columns are right-aligned."""
    rules = ["---"] * (len(names) - numbers) + ["---:"] * numbers
    cells = [names, rules, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def size_text(size: int) -> str:
    """Return a number of bytes for a person: `1.2 GB`."""
    for unit, bound in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bound:
            return f"{size / bound:,.1f} {unit}"
    return f"{size} B"
