"""The licence texts and notices that the inputs themselves held, word for word, with an index of all licences.

Each text is a file named after its sha256, so that a rename or an edit shows. Licences of which the inputs held no
text are in the index with the address where they can be read.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.exports.finished import Finished
from licet.pipelines.exports.output import write_json, write_pieces
from licet.schemas.license import tier_of, url_of
from licet.schemas.manifest import FileEntry
from licet.stages.license.expression import leaves, parse

FOLDER = "provenance/licenses"
INDEX_PATH = f"{FOLDER}/index.json"
TEXT_KINDS = ("license_file", "notice", "file_notice", "component")
"""The kinds of claims whose words are a licence's text or the notice that stands for it."""
MOST_TEXTS = 2_000
"""Files of texts: those that most rows rest on. A hub takes 9,999 entries in a folder; `statements.parquet` has all."""

# A key that is no sha256 would be a path of a stranger's choice.
_TEXTS = """
with claims as (select evidence_id, rows_kept, unnest(claims) as claim from evidence where rows_kept > 0),
-- What a row says of itself has a place within the row: the row's own comes before it.
places as (select evidence_id, min(locator) as place from data group by all),
texts as (
    select coalesce(claim.source_sha256, claim.sha256) as sha256, evidence_id, any_value(rows_kept) as rows_kept,
        min(coalesce(nullif(split_part(claim.locator, '#', 1), ''), place)) as locator,
        list(distinct claim.expression order by claim.expression) as expressions
    from claims left join places using (evidence_id) where list_contains(?, claim.kind) group by all
)
select sha256, sum(rows_kept)::bigint as rows, min(locator) as locator,
    list_sort(list_distinct(flatten(list(expressions)))) as expressions
from texts where regexp_full_match(sha256, '[0-9a-f]{64}') group by sha256 order by rows desc, sha256
"""


def write_texts(version: Finished, to: str) -> list[FileEntry]:
    """Write the texts and their index below the folder ``to``."""
    named: dict[str, dict[str, Any]] = {}
    without_file = 0
    for row in version.rows(_TEXTS, list(TEXT_KINDS)):
        if len(named) < MOST_TEXTS:
            named[row["sha256"]] = row
        else:
            without_file += 1
    written = []
    wanted = pa.array(sorted(named), pa.string())
    for table in version.groups("statements", ["sha256", "raw"]):
        table = table.filter(pc.is_in(table.column("sha256"), value_set=wanted))
        for key, raw in zip(table.column("sha256").to_pylist(), table.column("raw").to_pylist(), strict=True):
            written.append(write_pieces(to, text_path(key), "licenses", [raw]))
    there = {entry.path for entry in written}
    index = {
        "licenses": _licenses(version, named.values()),
        "texts": [
            {
                "file": text_path(key).removeprefix(f"{FOLDER}/"),
                "sha256": key,
                "licenses": row["expressions"],
                "found_at": row["locator"],
                "rows": row["rows"],
            }
            for key, row in sorted(named.items())
            if text_path(key) in there
        ],
        "texts_in_statements_only": without_file,
    }
    return [*written, write_json(to, INDEX_PATH, "licenses", index)]


def text_path(sha256: str) -> str:
    """Return where a text is."""
    return f"{FOLDER}/{sha256}.txt"


def _licenses(version: Finished, texts: Any) -> list[dict[str, Any]]:
    """Return each licence that rows are under, with where it can be read and the texts that were found of it."""
    rows: dict[str, int] = {}
    for count in version.manifest.licences:
        for key in ids_of(count.expression):
            rows[key] = rows.get(key, 0) + count.rows
    found: dict[str, list[str]] = {key: [] for key in rows}
    for text in texts:
        for key in {key for expression in text["expressions"] or () for key in ids_of(expression)}:
            if key in found:
                found[key].append(text["sha256"])
    return [
        {"id": key, "tier": tier_of(key), "url": url_of(key), "rows": rows[key], "texts": sorted(found[key])}
        for key in sorted(rows)
    ]


def ids_of(expression: str) -> list[str]:
    """Return the ids of the licences in an expression, sorted, each once."""
    node = parse(expression)
    return sorted({leaf.id for leaf in leaves(node)}) if node is not None else []
