"""The credits of all rows, by licence, for those who pass the data on.

Rows whose credits differ in nothing but the title share an entry, which gives the first and the last title and how
many there are; `bill.parquet` has the credit of each row, with its title. So the file grows with the number of
packages and pages, not of their parts.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from licet.pipelines.audit.screen import clean
from licet.pipelines.exports.finished import Finished
from licet.pipelines.exports.output import write_pieces
from licet.pipelines.exports.texts import ids_of
from licet.schemas.generators import output_terms
from licet.schemas.license import url_of
from licet.schemas.manifest import FileEntry
from licet.schemas.obligations import naming

CREDITS_PATH = "provenance/NOTICE.md"

_HEAD = """# Credits of the dataset {name}

Each of the {rows:,} rows is under the licence that its `license` column names, and is credited here under that licence.
An entry that stands for several texts gives the first and the last of their titles by the alphabet;
[`bill.parquet`](bill.parquet) has the credit of each row by its id. Where no title was known, the place in the source
stands for it. The licence texts that the sources held are in [`licenses/`](licenses/index.json).

The texts are as they were found, but for those of web pages, which were taken out of their markup.
"""

# The title is in quotes, and what follows it begins with a holder or an address. A row has its licence and its line.
_CREDITS = """
with credited as (
    select coalesce(license, 'no licence') as license, attribution, coalesce(attribution, '') = '' as is_none,
        regexp_extract(attribution, '(?s)^"(.*?)"((?: by |, ).*)$', ['title', 'rest']) as told
    from data
), counted as (
    select license, is_none, told.rest <> '' as has_title,
        case when told.rest = '' then attribution else told.rest end as rest,
        min(told.title) as first, max(told.title) as last,
        case when count(*) = 1 then '1 text' else format('{:,} texts', count(*)) end as texts,
        case when count(*) = 1 then '' else format(' ({:,} texts)', count(*)) end as several
    from credited group by all
)
select license, case
        when is_none then texts || ' without a credit: this licence asks for none.'
        when not has_title then rest || several
        when first = last then '"' || first || '"' || rest || several
        else '"' || first || '" … "' || last || '", ' || texts || rest
    end as line
from counted order by license, is_none, rest, has_title
"""


def write_notice(version: Finished, to: str) -> list[FileEntry]:
    """Write the credits below the folder ``to``."""
    return [write_pieces(to, CREDITS_PATH, "attribution", _pieces(version))]


def _pieces(version: Finished) -> Iterator[str]:
    yield _HEAD.format(name=version.manifest.dataset.name, rows=version.manifest.rows.count)
    for key, rows in groupby(version.tuples(_CREDITS), key=itemgetter(0)):
        asked = [told for license_ in ids_of(key) if (terms := output_terms(license_)) and (told := naming(terms))]
        links = [f"<{url}>" for license_ in ids_of(key) if (url := url_of(license_))]
        yield f"\n## {key}\n\n" + (f"{', '.join(links)}\n\n" if links else "")
        yield "".join(f"Asked of those who train a model with these rows: {told}\n\n" for told in asked)
        for _, line in rows:
            yield f"- {line if line.isprintable() else ' '.join(clean(line).split())}\n"
