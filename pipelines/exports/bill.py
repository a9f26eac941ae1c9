"""The licence bill: every row with its licence and credit and without its text, for those who decide before they load.

Rows are in the order of the data.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.exports.finished import Finished
from licet.schemas.manifest import FileEntry
from licet.stages import storage
from licet.stages.shard.ledger import in_groups_of
from licet.stages.shard.parquet import parquet_output

BILL_PATH = "provenance/bill.parquet"
ROWS_A_GROUP = 65_536
BILL = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("source_revision", pa.string()),
        pa.field("locator", pa.string()),
        pa.field("url", pa.string()),
        # The expression concluded, and the branch of it that was chosen where there was a choice.
        pa.field("license", pa.string()),
        pa.field("elected", pa.string()),
        pa.field("tier", pa.string()),
        pa.field("grade", pa.string()),
        pa.field("evidence_id", pa.string()),
        pa.field("attribution", pa.string()),
        pa.field("content_sha256", pa.string()),
        pa.field("token_count", pa.int32()),
    ]
)
_NAMES = {"tier": "license_tier", "grade": "license_grade"}
_FEW_VALUES = ("source", "source_revision", "license", "elected", "tier", "grade", "evidence_id", "attribution")


def write_bill(version: Finished, to: str) -> list[FileEntry]:
    """Write the bill below the folder ``to``."""
    with parquet_output(
        storage.join(to, BILL_PATH), BILL, dictionary=_FEW_VALUES, plain=("attribution", "locator")
    ) as file:
        for group in in_groups_of(_billed(version), ROWS_A_GROUP):
            file.write(group.combine_chunks())
    return [file.entry(BILL_PATH, "bill")]


def _billed(version: Finished) -> Iterator[pa.Table]:
    elected = _elections(version)
    names = {field.name: _NAMES.get(field.name, field.name) for field in BILL} | {"id": version.id_column}
    del names["elected"]
    for table in version.groups("data", list(names.values())):
        places = pc.index_in(table.column("evidence_id"), value_set=elected.column("evidence_id"))
        given = {name: table.column(column) for name, column in names.items()}
        given["elected"] = elected.column("elected").take(places)
        yield pa.Table.from_arrays([given[field.name].cast(field.type) for field in BILL], schema=BILL)


def _elections(version: Finished) -> pa.Table:
    """Return the choices that were made, by evidence: few beside the rows, as most licences leave none."""
    columns = ["evidence_id", "elected"]
    found = [t.filter(pc.is_valid(t.column("elected"))) for t in version.groups("evidence", columns)]
    none = pa.schema([pa.field(name, pa.string()) for name in columns]).empty_table()
    return pa.concat_tables([none, *(t.cast(none.schema) for t in found)]).combine_chunks()
