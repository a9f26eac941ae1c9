"""The fast way through JSON Lines: a run of lines parsed straight into columns by Arrow.

It is taken only where it cannot differ from parsing each line by itself; anything out of the ordinary gives None,
and the run is then read line by line. What makes the two agree:

* every line begins with ``{`` and ends with ``}`` and there are as many rows as lines, so each line is one object
  (no valid object has ``}``, a line end and ``{`` in a row, so none can span lines);
* the bytes are UTF-8 throughout: Arrow looks only at the columns it is asked for;
* a column of another type than text, a field that stands twice, half a surrogate pair, or anything that is no JSON
  makes Arrow refuse the run. Numbers are read as an id where the file has them throughout.
"""

import numpy as np
import pyarrow as pa
import pyarrow.json as pj

Columns = tuple[list[int], dict[str, list[bytes | None]]]
"""The offsets at which the lines of a run begin, then its end; and each field's values as UTF-8."""


def columns_of(run: bytes, fields: dict[str, pa.DataType]) -> Columns | None:
    """Return the values of some top-level fields in a run of JSON Lines; None where lines must be looked at singly.

    ``fields`` has each field's type: `pa.string` or `pa.int64`. Absent and null are both None.
    """
    if not run.endswith(b"\n"):
        run += b"\n"
    data = np.frombuffer(run, np.uint8)
    ends = np.flatnonzero(data == 10) + 1
    begins = np.concatenate(([0], ends[:-1]))
    if (data[begins] != ord("{")).any():
        return None
    last = data[ends - 2]
    if (np.where(last == 13, data[np.maximum(ends - 3, 0)], last) != ord("}")).any():
        return None
    if not run.isascii() and not is_utf8(run):
        return None
    try:
        table = pj.read_json(
            pa.BufferReader(run),
            pj.ReadOptions(use_threads=False, block_size=len(run) + 1),
            pj.ParseOptions(explicit_schema=pa.schema(list(fields.items())), unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    if table.num_rows != len(ends):
        return None
    values = {
        name: table.column(name).cast(pa.string()).cast(pa.binary()).combine_chunks().to_pylist() for name in fields
    }
    return [0, *ends.tolist()], values


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8, without decoding them."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
