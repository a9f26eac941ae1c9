"""What is exchanged, on disk: keys, links and marks rest in the work folder, and only their paths go through a shuffle.

A file's name holds the digest of what it was made from, so a retry writes the same bytes under the same name. The
files may be deleted when the run is over.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np
import pyarrow as pa

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Held, Staged
from licet.stages.dedup.exchange import EDGES, I64, KEYS, U64, Crowded, edges, file_number, partitioned
from licet.stages.dedup.held import held_bands_path, held_number, met
from licet.stages.dedup.spool import Piece, open_arrow, read_fingerprints
from licet.stages.marks import MARKS, NO_MARKS
from licet.stages.storage import atomic_output, join, read_arrow, write_arrow

PATHS = pa.schema([pa.field("path", pa.string())])
"""Where files are."""
# Part of each name: a change of what is written needs another number.
_FORMAT = 1


def write_keys(staged: Staged | Held, settings: Dedup, work: str, partitions: int) -> str:
    """Write the keys of a file as an Arrow file of `KEYS`, one record batch a partition; return its path.

    Its schema's metadata tells where the fingerprints are.
    """
    number = held_number(staged) if isinstance(staged, Held) else file_number(staged.key)
    bands = held_bands_path(staged, settings, work) if isinstance(staged, Held) else staged.bands_path
    path = join(work, f"{number:016x}-{_digest([staged.key, settings.model_dump(), partitions])}.keys.arrow")
    schema = KEYS.with_metadata({"file": str(number), "bands": bands})
    with atomic_output(path) as sink, pa.ipc.new_file(sink, schema) as writer:
        for _, keys in partitioned(read_fingerprints(staged, settings, work), number, partitions):
            writer.write_batch(keys)
    return path


def write_paths(paths: Iterable[str], work: str) -> str:
    """Write the list of all files of keys, sorted, and return where it is."""
    listed = sorted(paths)
    path = join(work, f"{_digest(listed)}.paths.arrow")
    write_arrow(path, pa.RecordBatch.from_pydict({"path": listed}, schema=PATHS))
    return path


def read_paths(path: str) -> list[str]:
    """Return what `write_paths` wrote."""
    found: list[str] = read_arrow(path).column("path").to_pylist()
    return found


def read_keys(paths: Iterable[str], partition: int) -> Iterator[pa.RecordBatch]:
    """Return the `KEYS` of one partition, a batch for each path; those on a local disk are mapped."""
    for path in paths:
        with open_arrow(path) as source:
            yield pa.ipc.open_file(source).get_batch(partition)


def write_links(paths: Iterable[str], partition: int, work: str, crowded: Crowded | None = None) -> str | None:
    """Write what is alike in one partition of some keys as an Arrow file of `EDGES`; return its path, None if nothing.

    The order of the paths does not matter. ``crowded`` is added to.
    """
    paths = sorted(paths)
    keys = list(met(read_keys(paths, partition)))
    fingerprints = {int(batch.schema.metadata[b"file"]): batch.schema.metadata[b"bands"].decode() for batch in keys}
    links = edges(keys, partial(_bands, fingerprints), crowded)
    first = next(links, None)
    if first is None:
        return None
    path = join(work, f"{partition:04d}-{_digest(paths)}.links.arrow")
    with atomic_output(path) as sink, pa.ipc.new_file(sink, EDGES) as writer:
        writer.write_batch(first)
        for batch in links:
            writer.write_batch(batch)
    return path


def _bands(fingerprints: Mapping[int, str], file: int, rows: I64) -> U64:
    """Return the bands of some rows of a file, rows × bands."""
    bands = read_arrow(fingerprints[file]).column("bands").take(pa.array(rows))
    return np.asarray(bands.flatten()).reshape(len(rows), -1)


def read_links(path: str) -> Iterator[pa.RecordBatch]:
    """Return the batches of `EDGES` of one file."""
    with open_arrow(path) as source:
        reader = pa.ipc.open_file(source)
        for batch in range(reader.num_record_batches):
            yield reader.get_batch(batch)


def write_marks(marks: Mapping[int, pa.RecordBatch], told: object, work: str) -> Iterator[tuple[int, Piece]]:
    """Write the `MARKS` on some files as one Arrow file; return (file, `Piece`) for each file.

    ``told`` is all that determined them.
    """
    if not marks:
        return
    path = join(work, f"{_digest(told)}.marks.arrow")
    files = sorted(marks)
    with atomic_output(path) as sink, pa.ipc.new_file(sink, MARKS) as writer:
        for file in files:
            writer.write_batch(marks[file])
    for batch, file in enumerate(files):
        yield file, (file, path, batch)


def read_marks(pieces: Iterable[Piece]) -> pa.RecordBatch:
    """Return the `MARKS` on one file from all pieces, by row."""
    found = [NO_MARKS]
    for _, path, batch in sorted(pieces):
        with open_arrow(path) as source:
            found.append(pa.ipc.open_file(source).get_batch(batch))
    return pa.concat_batches(found).sort_by("row")


def _digest(told: object) -> str:
    return hashlib.sha256(repr((_FORMAT, told)).encode()).hexdigest()[:16]
