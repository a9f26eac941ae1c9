"""The evaluation sets that rows are held against: read when a run is planned, and put where workers find them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from licet.schemas.decontamination import CONTAMINATION, CONTAMINATION_PATH, Decontaminate
from licet.schemas.errors import InputError
from licet.schemas.manifest import FileEntry, Manifest, canonical_sha256
from licet.stages import decontaminate, storage
from licet.stages.shard.ledger import ROWS_A_GROUP, in_groups_of
from licet.stages.shard.parquet import parquet_input, parquet_output

_CANNOT = {"too_short": "too short", "boilerplate": "of boilerplate only"}


@dataclass(frozen=True)
class Evaluations:
    """An index over all items, and the file in which workers find it once `write` was called.

    ``params`` is what the manifest says that the stage was set to: the settings, the sha256 of each file, and of each
    set how many items and fields are looked for and how many cannot be. ``digest`` is that of all this.
    """

    index: decontaminate.Index
    params: dict[str, Any]
    digest: str
    path: str

    @property
    def notes(self) -> tuple[str, ...]:
        """How much of each set cannot be looked for."""
        lost = [(told["name"], cannot_be_looked_for(told)) for told in self.params["sets"]]
        return tuple(f"evaluation set {name}: {words}" for name, words in lost if words)

    def write(self) -> None:
        """Write the index, if it is not there."""
        if not storage.exists(self.path):
            storage.write_bytes(self.path, self.index.to_bytes())


def read_evaluations(settings: Decontaminate, work: str, base: str | Path) -> Evaluations | None:
    """Return the evaluation sets that a recipe names, read; null where it names none.

    Relative paths are taken from ``base``; the index is to be written to the work folder.

    Raises:
        InputError: a file is missing or cannot be read, a field is nowhere, or nothing of a set can be looked for.

    """
    if not settings.against:
        return None
    sets = [(each.name, decontaminate.read_items(each, str(base))) for each in settings.against]
    index, told = decontaminate.build_index(sets, settings)
    for each in told:
        if not each["items_looked_for"]:
            raise InputError(
                f"`decontaminate`: nothing of evaluation set {each['name']} can be looked for: its {each['items']}"
                f" items have {_why_not(each)}; name other `fields`, or set `min_words` or `max_items` otherwise"
            )
    params = {"settings": stage_settings(settings), "sets": told}
    digest = canonical_sha256(params)
    return Evaluations(index, params, digest, storage.join(work, "decontaminate", f"{digest[:32]}.npz"))


def stage_settings(settings: Decontaminate) -> dict[str, Any]:
    """Return the settings as the manifest has them: all but where the files are, which it names by their sha256."""
    told: dict[str, Any] = settings.model_dump(mode="json")
    for each in told["against"]:
        del each["paths"]
    return told


def write_contamination(folder: str, tables: Iterable[pa.Table]) -> FileEntry:
    """Write what was found of evaluation sets, in the order of the rows."""
    place = storage.join(folder, CONTAMINATION_PATH)
    dictionary = ("source", "place", "set", "item", "field", "threshold", "words_sha256")
    with parquet_output(place, CONTAMINATION, dictionary=dictionary) as file:
        for group in in_groups_of(tables, ROWS_A_GROUP):
            file.write(group)
    return file.entry(CONTAMINATION_PATH, "contamination")


def found_in(folder: str, manifest: Manifest) -> Iterator[pa.Table] | None:
    """Return what a version has on record of evaluation sets, by row groups; null where none was looked for."""
    paths = [file.path for file in manifest.files if file.role == "contamination"]
    return _groups(storage.join(folder, paths[0])) if paths else None


def _groups(path: str) -> Iterator[pa.Table]:
    with parquet_input(path) as file:
        for group in range(file.metadata.num_row_groups):
            yield file.read_row_group(group, use_threads=False)


def cannot_be_looked_for(told: Mapping[str, Any]) -> str:
    """Return how many texts of a set cannot be looked for, and why, by their field; empty where all can."""
    texts = sum(sum(tally.values()) for tally in told["fields"].values())
    lost = [
        f"{name} {tally[what]:,} {words}"
        for name, tally in told["fields"].items()
        for what, words in _CANNOT.items()
        if what in tally
    ]
    count = sum(tally.get(what, 0) for tally in told["fields"].values() for what in _CANNOT)
    if not count:
        return ""
    return f"{count:,} {'text' if count == 1 else 'texts'} of {texts:,} cannot be looked for ({', '.join(lost)})"


def _why_not(told: dict[str, Any]) -> str:
    fields = told["fields"]
    if not fields:
        return "no text"
    words = {"too_short": "too few words", "boilerplate": "nothing that is theirs alone"}
    return ", ".join(
        f"in {name} {' or '.join(words[what] for what in tally if what in words)}" for name, tally in fields.items()
    )
