"""What is behind a row that left is written as it was before, so that it need not be sent again."""

import random
from pathlib import Path

import pyarrow as pa

from licet.stages.shard.parquet import parquet_output

SCHEMA = pa.schema([pa.field("id", pa.string()), pa.field("text", pa.string())])


def written(path: Path, rows: pa.Table) -> bytes:
    """The bytes of a Parquet file of one row group."""
    with parquet_output(str(path), SCHEMA, plain=("text",)) as file:
        file.write(rows)
    return path.read_bytes()


def test_a_file_without_one_of_its_first_rows_has_most_of_the_bytes_that_it_had(tmp_path: Path) -> None:
    draw = random.Random(1)
    texts = ["".join(draw.choices("abcdefghijklmnop", k=16_000)) for _ in range(300)]
    rows = pa.table({"id": [str(i) for i in range(300)], "text": texts}, schema=SCHEMA)
    before = written(tmp_path / "before", rows)
    after = written(tmp_path / "after", pa.concat_tables([rows.slice(0, 2), rows.slice(3)]))
    places = range(0, len(after) - 64, len(after) // 50)
    found = sum(after[at : at + 64] in before for at in places)
    assert found > 0.75 * len(places)
