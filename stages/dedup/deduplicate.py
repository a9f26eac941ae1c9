"""The dedup of a whole run, over staged files: who may resemble whom, then what is measured, then what is refused.

    staged ─ WriteKeys ─► files of keys ─ Partition ─► partitions ─ LinkAlike ─► files of links ─ Assign ─► candidates
    staged + candidates ─ Spool ─► pieces by chunk ─ Verify ─► files of marks by file
    staged + files of marks ─ Gather ─► one (staged, marks) for each staged file

Everything between the steps is a path or a small Arrow batch under an integer key. Texts stay in the staged files;
keys, links, marks and, as sets of shingle hashes of candidate rows only, the spool rest in the work folder. Each
grouping gets something from each staged file, whether it has duplicates or not, so none is ever empty.

Row groups of earlier versions take part up to `Verify`, where they speak against copies of their rows. Nothing is said
of them, so they end there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

import pyarrow as pa
from apache_beam import PTransform
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import Create, FlatMap, Flatten, GroupByKey, Map
from apache_beam.transforms.util import Reshuffle

import licet.stages.coders  # noqa: F401  (that of batches)
from licet.schemas.dedup import Dedup
from licet.schemas.staged import Held, Staged
from licet.stages.dedup.candidates import Effort
from licet.stages.dedup.components import FILES, assign
from licet.stages.dedup.exchange import Crowded, file_number
from licet.stages.dedup.exchange_files import (
    PATHS,
    read_links,
    read_marks,
    read_paths,
    write_keys,
    write_links,
    write_marks,
    write_paths,
)
from licet.stages.dedup.held import held_number
from licet.stages.dedup.held_files import HELD_FILE, read_held_files
from licet.stages.dedup.spool import Piece, Scorer, write_spool
from licet.stages.dedup.verify import REASONS, STAGE, verify
from licet.stages.marks import MARKS, NO_MARKS

Keyed: TypeAlias = tuple[int, pa.RecordBatch]
Grouped: TypeAlias = tuple[int, Iterable[pa.RecordBatch]]
Path: TypeAlias = tuple[int, str]
Paths: TypeAlias = tuple[int, Iterable[str]]
Told: TypeAlias = tuple[int, Staged | Piece]
Chunk: TypeAlias = tuple[int, Iterable[Piece]]

# The path of a piece that says no more than that its file is there.
NOWHERE = ""

_STAGED = pa.schema(
    [
        pa.field("order", pa.list_(pa.int64())),
        pa.field("source", pa.string()),
        pa.field("config", pa.string()),
        pa.field("base", pa.string()),
        pa.field("rows", pa.int64()),
        pa.field("bytes", pa.int64()),
        pa.field("objections", pa.int64()),
    ]
)


@dataclass(eq=False)
class Deduplicate(PTransform):
    """Marks the duplicates among all the rows of staged files: `Staged` in, as many (`Staged`, `MARKS`) out.

    A refused row has stage ``dedup``, its reason, the measured similarity, and the row that stays; a kept row that
    stands for others has its ``cluster_size``. The result depends on the rows alone, not on how they are cut into
    files nor on any order of arrival.

    A row that would stay and resembles one that left for stricter terms is refused as laundered where the evidence for
    these is as good as its own; without ``is_laundered_refused`` it stays, and its mark names the objection.

    ``held`` is an Arrow file of row groups of earlier versions that `write_held` wrote; a row that one of them holds,
    or one that is similar, is refused for it before its own like is looked at.

    ``sources`` are the names of the recipe's, for an order that prefers some; ``scorer`` scores the texts of
    candidates, for one that prefers the better ones.

    ``work`` is a folder for keys, links, marks and spool, local or any fsspec URL; all workers must reach it,
    and it may be deleted when the run is over. ``partitions`` cuts the band exchange: one takes about 3 × (bands + 1)
    bytes of memory for each row of the corpus, divided by their number, and maps four times as much.

    Counters, namespace ``dedup``: ``rows_in``, ``rows_kept``, ``refused_<reason>``, ``candidate_rows`` (rows that
    were verified), ``held_rows`` (rows of earlier versions that they were held against), ``compared_pairs``
    (similarities measured), ``bounded_rows`` (rows that met more candidates than a row is compared with; such a row may
    have stayed in spite of a like), ``crowded_bands`` (bands that so many rows share that they count only together with
    another one) and ``crowded_rows`` (how many rows these have).
    """

    settings: Dedup
    work: str
    partitions: int = 32
    is_laundered_refused: bool = True
    held: str | None = None
    sources: Sequence[str] = ()
    scorer: Scorer | None = None

    def expand(self, staged: PCollection) -> PCollection:
        """`Staged` in, (`Staged`, `MARKS`) out."""
        out = tuple[Staged, pa.RecordBatch]
        if not self.settings.enabled:
            return staged | "KeepAll" >> Map(_keep_all).with_output_types(out)
        all_files = staged
        if self.held is not None:
            held = (
                staged.pipeline
                | "HeldPath" >> Create([self.held])
                | "Held" >> FlatMap(read_held_files).with_output_types(Staged | Held)
                | "SpreadHeld" >> Reshuffle()
            )
            all_files = (staged, held) | "StagedAndHeld" >> Flatten()
        files = all_files | "Files" >> Map(_keyed_file).with_output_types(Keyed)
        seen = files | "See" >> Map(_seen).with_output_types(Keyed)
        links = (
            all_files
            | "WriteKeys" >> Map(_write_keys, self.settings, self.work, self.partitions).with_output_types(Path)
            | "AllKeys" >> GroupByKey()
            | "Partition" >> FlatMap(_partition, self.work, self.partitions).with_output_types(Path)
            | "ByPartition" >> GroupByKey()
            | "LinkAlike" >> FlatMap(_link, self.work).with_output_types(Keyed)
        )
        assigned = (
            (seen, links)
            | "LinksAndFiles" >> Flatten()
            | "AllLinks" >> GroupByKey()
            | "Assign" >> FlatMap(_assign).with_output_types(Keyed)
        )
        marks = (
            (files, assigned)
            | "FilesAndCandidates" >> Flatten()
            | "CandidatesByFile" >> GroupByKey()
            | "Spool" >> FlatMap(_spool, self.settings, self.work, self.scorer).with_output_types(tuple[int, Piece])
            | "ByChunk" >> GroupByKey()
            | "Verify"
            >> FlatMap(
                _verify,
                self.settings,
                self.work,
                tuple(self.sources),
                is_laundered_refused=self.is_laundered_refused,
            ).with_output_types(Told)
        )
        return (
            (staged | "Keys" >> Map(_keyed).with_output_types(Told), marks)
            | "FilesAndMarks" >> Flatten()
            | "MarksByFile" >> GroupByKey()
            | "Gather" >> Map(_gather).with_output_types(out)
        )


def _keep_all(staged: Staged) -> tuple[Staged, pa.RecordBatch]:
    return _counted(staged, NO_MARKS)


def number_of(file: Staged | Held) -> int:
    """Return the number under which a file is exchanged."""
    return held_number(file) if isinstance(file, Held) else file_number(file.key)


def _keyed_file(file: Staged | Held) -> Keyed:
    """Return a file as a batch of one row under its number."""
    schema = HELD_FILE if isinstance(file, Held) else _STAGED
    return number_of(file), pa.RecordBatch.from_pylist([asdict(file)], schema=schema)


def _keyed(staged: Staged) -> Told:
    return file_number(staged.key), staged


def _seen(file: Keyed) -> Keyed:
    return 0, pa.RecordBatch.from_pydict({"file": [file[0]]}, schema=FILES)


def _write_keys(staged: Staged | Held, settings: Dedup, work: str, partitions: int) -> Path:
    return 0, write_keys(staged, settings, work, partitions)


def _partition(keys: Paths, work: str, partitions: int) -> Iterator[Path]:
    """Return for each partition where the list of all files is, of which each has keys for it."""
    path = write_paths(keys[1], work)
    return ((partition, path) for partition in range(partitions))


def _link(keys: Paths, work: str) -> Iterator[Keyed]:
    partition, lists = keys
    (path,) = set(lists)
    crowded = Crowded()
    links = write_links(read_paths(path), partition, work, crowded)
    Metrics.counter(STAGE, "crowded_bands").inc(crowded.keys)
    Metrics.counter(STAGE, "crowded_rows").inc(crowded.rows)
    if links:
        yield 0, pa.RecordBatch.from_pydict({"path": [links]}, schema=PATHS)


def _assign(links: Grouped) -> Iterator[Keyed]:
    return assign(_links_and_files(links[1]))


def _links_and_files(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if batch.schema.equals(PATHS):
            yield from read_links(batch.column("path")[0].as_py())
        else:
            yield batch


def _with_file(batches: Iterable[pa.RecordBatch]) -> tuple[Staged | Held, list[pa.RecordBatch]]:
    """Return the file among the batches of a group, and the other batches."""
    found: list[Staged | Held] = []
    others: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.schema.equals(_STAGED):
            found += [Staged(**{**told, "order": tuple(told["order"])}) for told in batch.to_pylist()]
        elif batch.schema.equals(HELD_FILE):
            found += [Held(**{**told, "order": tuple(told["order"])}) for told in batch.to_pylist()]
        else:
            others.append(batch)
    (staged,) = found
    return staged, others


def _spool(file: Grouped, settings: Dedup, work: str, scorer: Scorer | None) -> Iterator[tuple[int, Piece]]:
    """Write a file's spool; a file of which nothing is to be verified adds nothing to the first chunk."""
    number, batches = file
    staged, assignments = _with_file(batches)
    yield 0, (number, NOWHERE, 0)
    for assignment in assignments:
        yield from write_spool(staged, number, assignment, settings, work, scorer)


def _verify(
    chunk: Chunk, settings: Dedup, work: str, sources: tuple[str, ...], is_laundered_refused: bool
) -> Iterator[Told]:
    effort = Effort()
    pieces = sorted(piece for piece in chunk[1] if piece[1] != NOWHERE)
    marks = verify(pieces, settings, effort, sources=sources, is_laundered_refused=is_laundered_refused)
    yield from write_marks(marks, [pieces, settings.model_dump(), sources, is_laundered_refused], work)
    Metrics.counter(STAGE, "candidate_rows").inc(effort.rows)
    Metrics.counter(STAGE, "held_rows").inc(effort.held)
    Metrics.counter(STAGE, "compared_pairs").inc(effort.pairs)
    Metrics.counter(STAGE, "bounded_rows").inc(effort.bounded)


def _gather(file: tuple[int, Iterable[Staged | Piece]]) -> tuple[Staged, pa.RecordBatch]:
    found = list(file[1])
    (staged,) = [told for told in found if isinstance(told, Staged)]
    return _counted(staged, read_marks([told for told in found if not isinstance(told, Staged)]))


def _counted(staged: Staged, marks: pa.RecordBatch) -> tuple[Staged, pa.RecordBatch]:
    """Return the pair as it is; count the file's rows by what becomes of them."""
    reasons = marks.column(MARKS.get_field_index("reason")).to_pylist()
    Metrics.counter(STAGE, "rows_in").inc(staged.rows)
    Metrics.counter(STAGE, "rows_kept").inc(staged.rows - sum(reason is not None for reason in reasons))
    for reason in REASONS:
        Metrics.counter(STAGE, f"refused_{reason}").inc(reasons.count(reason))
    return staged, marks
