"""The columns that tables of a version must have, so that whatever reads them can rely on it."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.verify.finding import Findings
from licet.schemas.manifest import FileEntry, schema_digest
from licet.schemas.masking import masked_field
from licet.schemas.measured import MEASURED_ROW, measured_schema
from licet.schemas.tables import TABLES, rows_schema

_NAMED = ("source", "locator", "content_sha256")


def check_columns(
    entry: FileEntry, found: pa.Schema, *, is_chat: bool, findings: Findings, masked: Sequence[str] = ()
) -> bool:
    """Check that a table has the columns of its kind; one that has not is not to be read any further.

    ``masked`` are the kinds that rows count the spans of, where they were masked.
    """
    if entry.role == "data":
        schema = rows_schema(is_chat=is_chat, config=entry.path.split("/")[1])
        schema = schema.append(masked_field(masked)) if masked else schema
        lost = [f.name for f in schema if f.name not in found.names or not _is_alike(f, found.field(f.name))]
        more = [name for name in found.names if name not in schema.names and not name.startswith("quality_")]
        same = not lost and not more and found.names[0] == schema.names[0]
    elif entry.role == "measures":
        measures = [name for name in found.names if name not in MEASURED_ROW.names]
        same = schema_digest(found) == schema_digest(measured_schema(measures))
    elif entry.role in TABLES:
        same = schema_digest(found) == schema_digest(TABLES[entry.role])
    else:
        return True
    if not same:
        findings.add(
            "schemas", f"It does not have the columns of a table of {entry.role}; it was not read.", entry.path
        )
    return same


def _is_alike(field: pa.Field, found: pa.Field) -> bool:
    return schema_digest(pa.schema([field])) == schema_digest(pa.schema([found]))


def has_names(table: pa.Table, entry: FileEntry, findings: Findings) -> bool:
    """Check that each row has an id, a source, a place, and the sha256 of a text that is there."""
    names = [table.column_names[0], *_NAMED, *(["text"] if "text" in table.column_names else [])]
    lacking = [name for name in names if table.column(name).null_count]
    for name in lacking:
        place = pc.index(pc.is_null(table.column(name)), True).as_py()
        first = str(table.column(table.column_names[0])[place].as_py())
        findings.add_rows("names", f"without {name}", entry.path, table.column(name).null_count, first)
    return not lacking
