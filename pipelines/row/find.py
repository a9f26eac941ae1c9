"""Rows of a version by their ids, or drawn from it, whole and as they are published."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from licet.pipelines.audit.version import Audited, place_of
from licet.schemas.errors import InputError

NEAR = 3
"""Ids that are told where the one asked for is not there."""


@dataclass(frozen=True)
class Row:
    """A row of a config; ``values`` are its columns by name, in their order."""

    config: str
    values: dict[str, Any]

    @property
    def row_id(self) -> str:
        """The row's id."""
        found: str = self.values["uuid" if "uuid" in self.values else "id"]
        return found


@dataclass(frozen=True)
class Absent:
    """A row that is not there: ids that are like its own, and for what it was refused, if it was."""

    row_id: str
    near: list[str]
    refused: str | None

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {"row_id": self.row_id, "found": False, "near": self.near, "refused": self.refused}


def row_of(version: Audited, row_id: str) -> Row | Absent:
    """Return a row by its id, or what is known of an id that none has."""
    key = _key(version)
    for config, shards in _shards(version):
        found = version.rows(f"select * from {shards} where {key} = ? limit 1", row_id)
        if found:
            return Row(config, found[0])
    near = version.rows(
        "select row_id, starts_with(row_id, $1) or ends_with(row_id, $1) as is_part,"
        " jaro_winkler_similarity(row_id, $1) as alike from rows where is_part or alike > 0.6"
        f" order by is_part desc, alike desc, row_id limit {NEAR}",
        row_id,
    )
    refused = version.rows("select stage, reason from ledger where row_id = ? order by all limit 1", row_id)
    return Absent(
        row_id,
        list(dict.fromkeys(row["row_id"] for row in near)),
        f"{refused[0]['stage']}.{refused[0]['reason']}" if refused else None,
    )


def drawn(version: Audited, n: int, seed: int, config: str | None = None) -> list[Row]:
    """Return ``n`` rows, of one config if it is named: those whose ids and the seed have the least hashes together.

    Raises:
        InputError: the version has no such config.

    """
    key, names = _key(version), [name for name, _ in _shards(version)]
    if config is not None and config not in names:
        raise InputError(f"There is no config {config}: {version.manifest.dataset.name} has {', '.join(names)}")
    least: list[tuple[str, str, str]] = []
    for name, shards in _shards(version):
        if config in (None, name):
            rows = version.rows(
                f"select sha256($1 || ':' || {key}) as drawn_by, {key} as row_id from {shards} order by all limit {n}",
                str(seed),
            )
            least += [(row["drawn_by"], name, row["row_id"]) for row in rows]
    wanted = sorted(least)[:n]
    found: dict[tuple[str, str], Row] = {}
    for name, shards in _shards(version):
        ids = [row_id for _, its, row_id in wanted if its == name]
        if ids:
            for values in version.rows(f"select * from {shards} where {key} in (select unnest($1::varchar[]))", ids):
                row = Row(name, values)
                found.setdefault((name, row.row_id), row)
    return [found[name, row_id] for _, name, row_id in wanted]


def _key(version: Audited) -> str:
    return "uuid" if version.is_chat else "id"


def _shards(version: Audited) -> Iterator[tuple[str, str]]:
    """Yield each config and the SQL that reads its shards."""
    paths = sorted(file.path for file in version.manifest.files if file.role == "data")
    for config, shards in groupby(paths, key=lambda path: path.split("/")[1]):
        places = ", ".join("'" + place_of(version.folder, path).replace("'", "''") + "'" for path in shards)
        yield config, f"read_parquet([{places}])"
