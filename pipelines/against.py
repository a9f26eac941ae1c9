"""The earlier versions that a recipe's rows are held against: found, pinned, and cut into row groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from licet.pipelines.earlier import earlier_version
from licet.schemas.dedup import Dedup
from licet.schemas.errors import InputError, LicetError
from licet.schemas.manifest import FileEntry, HeldAgainst, Manifest
from licet.schemas.staged import Held
from licet.stages import storage
from licet.stages.dedup import index_schema
from licet.stages.dedup.held_files import write_held
from licet.stages.index import FACTS, index_path
from licet.stages.shard.parquet import parquet_input


@dataclass(frozen=True)
class Against:
    """Earlier versions, in the recipe's order, their row groups, and what is to be said of their indexes."""

    versions: tuple[HeldAgainst, ...]
    held: tuple[Held, ...]
    notes: tuple[str, ...]
    path: str

    def write(self) -> None:
        """Write what workers need to know."""
        write_held(self.path, self.held)


def held_against(settings: Dedup, work: str, base: str | Path, *, chat: bool, output: str) -> Against | None:
    """Return the versions that a recipe's rows are held against, to be written to its work folder; null without any.

    Relative paths are taken from ``base``. ``output`` is where the recipe's own version goes, which is none of them.

    Raises:
        InputError: one of them is no version, or not one of rows that can be compared so.

    """
    if not settings.against:
        return None
    versions: list[HeldAgainst] = []
    held: list[Held] = []
    notes: list[str] = []
    for place, name in enumerate(settings.against):
        folder, manifest = earlier_version("dedup.against", name, str(base), output)
        _check_kind(name, manifest, settings, chat=chat)
        if manifest.digest in (known.sha256 for known in versions):
            raise InputError(f"`dedup.against`: {name} is named twice: leave one out")
        told = HeldAgainst(
            name=manifest.dataset.name,
            version=manifest.dataset.version or _number_in(name),
            sha256=manifest.digest,
            rows=manifest.rows.count,
        )
        versions.append(told)
        groups, lacks = _row_groups(place, folder, manifest, told, settings)
        held += groups
        if lacks:
            shards = f"{len(lacks):,} shard{'s' if len(lacks) > 1 else ''}"
            notes.append(f"{name}: fingerprints of {shards} are made anew from the texts, since {lacks[0]}")
    return Against(tuple(versions), tuple(held), tuple(notes), storage.join(work, "against", "held.arrow"))


def _number_in(name: str) -> str | None:
    from licet.pipelines.versions.reference import number_in

    try:
        return number_in(name)
    except LicetError:
        return None


def _check_kind(name: str, manifest: Manifest, settings: Dedup, *, chat: bool) -> None:
    """Refuse to compare what only conversations have with what documents have: of both, all that is said is text."""
    if (manifest.dataset.kind == "posttrain") != chat and settings.compare != "text":
        raise InputError(
            f"`dedup.against`: {name} holds documents, which have no {settings.compare} to compare conversations by:"
            " compare all that is said, with `compare: text`, or name versions of conversations"
        )


def _row_groups(
    place: int, folder: str, manifest: Manifest, told: HeldAgainst, settings: Dedup
) -> tuple[list[Held], list[str]]:
    """Return the row groups of a version, and of each shard whose index is of no use, why."""
    chat = manifest.dataset.kind == "posttrain"
    wanted = index_schema(settings.model_copy(update={"index": True}), chat=chat)
    by_path = {entry.path: entry for entry in manifest.files}
    held: list[Held] = []
    lacks: list[str] = []
    shards = sorted(entry.path for entry in manifest.files if entry.role == "data")
    for number, path in enumerate(shards):
        if not by_path[path].rows:
            continue
        entry = by_path.get(index_path(path))
        sizes, fault = _index_groups(folder, entry, by_path[path], wanted)
        if fault:
            lacks.append(fault)
            sizes = _groups(storage.join(folder, path))
        for group, rows in enumerate(sizes):
            held.append(
                Held(
                    order=(place, number, group),
                    version=told.sha256,
                    label=told.label,
                    folder=folder,
                    shard=path,
                    rows=rows,
                    chat=chat,
                    index=None if fault or entry is None else storage.join(folder, entry.path),
                )
            )
    return held, lacks


def _index_groups(
    folder: str, entry: FileEntry | None, shard: FileEntry, wanted: pa.Schema | None
) -> tuple[Sequence[int], str]:
    """Return the sizes of the row groups of an index, or why it is of no use."""
    if entry is None:
        return (), "it has no dedup index"
    try:
        with parquet_input(storage.join(folder, entry.path)) as file:
            schema, groups = file.schema_arrow, _sizes(file)
    except (OSError, ValueError, pa.ArrowException):
        return (), f"{entry.path} cannot be read"
    assert wanted is not None
    if (schema.metadata or {}).get(FACTS) != wanted.metadata[FACTS] or not schema.equals(wanted):
        return (), "its dedup index was made with other settings or in another way"
    if sum(groups) != shard.rows:
        return (), f"{entry.path} has {sum(groups):,} rows where the shard has {shard.rows:,}"
    return groups, ""


def _groups(path: str) -> Sequence[int]:
    try:
        with parquet_input(path) as file:
            return _sizes(file)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"`dedup.against`: {path} cannot be read: {' '.join(str(error).split())[:200]}") from error


def _sizes(file: pq.ParquetFile) -> Sequence[int]:
    return [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]


def rows_held(versions: Sequence[HeldAgainst]) -> Iterator[str]:
    """Yield each version in words."""
    for version in versions:
        yield f"{version.name}{f' {version.version}' if version.version else ''} ({version.rows:,} rows)"
