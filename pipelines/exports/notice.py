"""The credits of all rows, by licence, for those who pass the data on.

Rows whose credits differ in nothing but the title share an entry, which gives the first and the last title and how
many there are; `bill.parquet` has the credit of each row, with its title. So the file grows with the number of
packages and pages, not of their parts.
"""

from collections.abc import Iterator
from typing import Any

from licet.pipelines.exports.finished import Finished
from licet.pipelines.exports.output import write_pieces
from licet.pipelines.exports.texts import ids_of
from licet.schemas.license import url_of
from licet.schemas.manifest import FileEntry

CREDITS_PATH = "provenance/NOTICE.md"

_HEAD = """# Credits of the dataset {name}

Each of the {rows:,} rows is under the licence that its `license` column names, and is credited here under that licence.
An entry that stands for several texts gives the first and the last of their titles by the alphabet;
[`bill.parquet`](bill.parquet) has the credit of each row by its id. Where no title was known, the place in the source
stands for it. The licence texts that the sources held are in [`licenses/`](licenses/index.json).

The texts are as they were found, but for those of web pages, which were taken out of their markup.
"""

# The title is in quotes, and what follows it begins with a holder or an address.
_CREDITS = """
with credited as (
    select license, attribution, regexp_extract(attribution, '(?s)^"(.*?)"((?: by |, ).*)$', ['title', 'rest']) as told
    from data
)
select coalesce(license, 'no licence') as license, coalesce(attribution, '') = '' as is_none,
    told.rest <> '' as has_title, case when told.rest = '' then attribution else told.rest end as rest,
    min(told.title) as first, max(told.title) as last, count(*) as n
from credited group by all order by license, is_none, rest, has_title
"""


def write_notice(version: Finished, to: str) -> list[FileEntry]:
    """Write the credits below the folder ``to``."""
    return [write_pieces(to, CREDITS_PATH, "attribution", _pieces(version))]


def _pieces(version: Finished) -> Iterator[str]:
    yield _HEAD.format(name=version.manifest.dataset.name, rows=version.manifest.rows.count)
    current: str | None = None
    for row in version.rows(_CREDITS):
        if row["license"] != current:
            current = row["license"]
            links = [f"<{url}>" for key in ids_of(row["license"]) if (url := url_of(key))]
            yield f"\n## {current}\n\n" + (f"{', '.join(links)}\n\n" if links else "")
        if row["is_none"]:
            yield f"- {_counted(row['n'])} without a credit: this licence asks for none.\n"
        else:
            yield f"- {_entry(row)}\n"


def _entry(row: dict[str, Any]) -> str:
    """Return one entry on one line."""
    first, last, rest, rows = (row[name] for name in ("first", "last", "rest", "n"))
    if not row["has_title"]:
        told = rest if rows == 1 else f"{rest} ({_counted(rows)})"
    elif first == last:
        told = f'"{first}"{rest}' if rows == 1 else f'"{first}"{rest} ({_counted(rows)})'
    else:
        told = f'"{first}" … "{last}", {_counted(rows)}{rest}'
    return " ".join(told.split())


def _counted(rows: int) -> str:
    return "1 text" if rows == 1 else f"{rows:,} texts"
