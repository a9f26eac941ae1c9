"""The dataset card: what a hub reads first, and what a person reads, both made from the manifest."""

from collections.abc import Sequence

import yaml

from licet.pipelines.card.charts import LICENCES_PATH, ROWS_PATH
from licet.pipelines.card.front import config_names, front_matter
from licet.pipelines.card.made import made_list
from licet.pipelines.card.tables import (
    config_table,
    contents_section,
    facts_table,
    licence_table,
    limits_list,
    makers_table,
    mixture_section,
    retracted_words,
    rows_read,
    source_table,
)
from licet.pipelines.makers import Maker
from licet.pipelines.statistics import ConfigStatistics
from licet.schemas.manifest import Manifest
from licet.stages.shard import ShardRecord

BODY = """
# {name}

{description}{facts}

![{kept} of {read} rows were kept]({rows_chart})

Every row was let in by evidence that is recorded and can be checked offline. Every row that was not is in the ledger,
with the stage, the reason, what was measured, and the row that was kept in its stead.

## Licences

Each row has its own licence, in the column `license`, with the credit that it asks for in `attribution`. This is a
collection: no licence is claimed for it beyond those of its rows. `license_tier` lets you take a part of it,
`license_grade` says how well founded the licence is, and `evidence_id` leads to
[the statements that it was concluded from](provenance/evidence.parquet).

![Rows by licence]({licences_chart})

{licences}

{tiers}
{makers}
For those who pass the data on: [the credits of all rows](provenance/NOTICE.md),
[the licence texts that the sources held](provenance/licenses/index.json), [every row with its licence and without its
text](provenance/bill.parquet), and [a draft of the EU summary of training content](provenance/eu-summary.md).

## Sources

{sources}
{mixture}{contents}
## How it was made

{made}

The same recipe on the same inputs gives the same bytes: [the recipe](provenance/recipe.yaml),
[every input file with its SHA-256](provenance/inputs.parquet), [the manifest](provenance/manifest.json).
{libraries}

## Load it

Name the version, so that what you train on stays what it is; a tag never moves, and `main` shows the newest version.

```python
from datasets import load_dataset

rows = load_dataset("ORGANISATION/{name}", "{config}", split="train", revision="v{version}")
```

From a folder, no hub is needed: `load_dataset("path/to/{name}", "{config}", split="train")`, or

```sql
SELECT license, count(*) FROM 'path/to/{name}/data/{config}/*.parquet' GROUP BY ALL;  -- DuckDB
```

## Check it

```sh
licet verify path/to/{name}                                    # are these the published bytes, rows and decisions?
licet explain path/to/{name} "{example}"
licet audit obligations path/to/{name} --use redistribute      # what do its licences ask of me?
```

The figures are drawn in [report.html](report.html).

## Cite it

```bibtex
@misc{{{key},
  title        = {{{name}}},
  howpublished = {{Dataset, version {version}}},
  note         = {{Rows {digest}}}
}}
```

The texts are other people's: credit them as `attribution` says.

## Known limits

{limits}

## Ask for removal

If something of yours is in here and should not be, say so in the discussions of the place where you found this
dataset, with the `id` or the `url` of the row, or the address of your site. A request takes effect as a new PATCH
version without these rows and without the copies that were merged into them, and is recorded so that later versions
honour it.{retracted}
"""

NOTICE = """# Licences of {name}

The rows of this dataset are under the licences below, each under the one named in its `license` column. Credit is
due as its `attribution` column says. What this was concluded from is in `provenance/evidence.parquet`.

{licences}

The licences' texts are at https://spdx.org/licenses/.
"""


def version_card(
    manifest: Manifest,
    shards: Sequence[ShardRecord],
    folder: str,
    makers: Sequence[Maker] = (),
    statistics: Sequence[ConfigStatistics] = (),
) -> str:
    """Return the README.md of a version whose shards are in ``folder``, whose rows have these makers and hold that."""
    front = yaml.safe_dump(front_matter(manifest, shards, folder), sort_keys=False, allow_unicode=True, width=1000)
    description = manifest.dataset.description.strip()
    name = manifest.dataset.name
    source = manifest.inputs[0].name if manifest.inputs else "source"
    body = BODY.format(
        name=name,
        key="".join(c if c.isascii() and c.isalnum() else "_" for c in name),
        version=manifest.dataset.version or "1.0.0",
        description=description + "\n\n" if description else "",
        facts=facts_table(manifest),
        kept=f"{manifest.rows.count:,}",
        read=f"{rows_read(manifest):,}",
        rows_chart=ROWS_PATH,
        licences_chart=LICENCES_PATH,
        digest=manifest.rows.digest,
        licences=licence_table(manifest.licences),
        tiers=config_table(shards) or "",
        makers=makers_table(makers),
        sources=source_table(manifest),
        mixture=mixture_section(manifest),
        contents=contents_section(statistics),
        made=made_list(manifest),
        libraries=f"Made with {', '.join(f'{n} {v}' for n, v in sorted(manifest.environment.items()))}.",
        limits=limits_list(manifest),
        example=f"{source}/…",
        retracted=retracted_words(manifest),
        config=config_names(shards)[0] if shards else "default",
    )
    return f"---\n{front}---\n{body}"


def license_notice(manifest: Manifest) -> str:
    """Return LICENSE.md: that rows have licences of their own, and which."""
    return NOTICE.format(
        name=manifest.dataset.name, licences=licence_table(manifest.licences, most=len(manifest.licences))
    )
