"""Which rows differ between two versions, in SQL over their Parquet files; what does not fit into memory spills.

A row is known by its id and its content. Rows that both versions have, with all columns the same, cancel out, as often
as both have them; files that both have to the byte are not read at all. Of what is left, rows with the same id are set
against each other, those with the same content first, and what finds no partner was added or removed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from licet.pipelines.versions.reading import register
from licet.schemas.errors import VersionError
from licet.schemas.manifest import FileEntry, Manifest
from licet.stages import storage

MEMORY = "1GB"
KINDS = ("removed", "added", "changed_text", "relicensed", "changed_otherwise")
"""What became of a row: the last three are of rows whose id both versions have."""
_HEAVY = frozenset({"text", "messages", "prompt", "chosen", "rejected", "completion"})

_LEFT = """
create table left_over as
select key, sum(n)::bigint as n from (
    select key, -1 as n from before union all select key, 1 as n from after
) group by key having sum(n) <> 0
"""
_REST = """
create table {name} as
select r.* exclude (key, copy) from (
    select v.*, row_number() over (partition by v.key) as copy, l.n as n
    from (select * from {view} where key in (select key from left_over where n {sign} 0)) v
    join left_over l using (key)
) r where copy <= abs(n)
"""
# Rows with one id are numbered, so that each finds one partner at most; content by content first.
_PAIRS = """
create table pairs as
with g as (select *, row_number() over (partition by row_id, content order by license, locator) as copy from gone),
     c as (select *, row_number() over (partition by row_id, content order by license, locator) as copy from come)
select g.row_id, g.content as content_before, c.content as content_after, g.license as license_before,
       c.license as license_after, g.locator as locator_before, c.locator as locator_after, g.source
from g join c on g.row_id = c.row_id and g.content = c.content and g.copy = c.copy;
create table lonely_gone as
with g as (select *, row_number() over (partition by row_id, content order by license, locator) as copy from gone)
select g.* exclude (copy), row_number() over (partition by row_id order by content, license, locator) as turn from g
where copy > (select count(*) from come c where c.row_id = g.row_id and c.content = g.content);
create table lonely_come as
with c as (select *, row_number() over (partition by row_id, content order by license, locator) as copy from come)
select c.* exclude (copy), row_number() over (partition by row_id order by content, license, locator) as turn from c
where copy > (select count(*) from gone g where g.row_id = c.row_id and g.content = c.content);
insert into pairs
select g.row_id, g.content, c.content, g.license, c.license, g.locator, c.locator, g.source
from lonely_gone g join lonely_come c on g.row_id = c.row_id and g.turn = c.turn;
create table removed as
select g.* from lonely_gone g anti join lonely_come c on g.row_id = c.row_id and g.turn = c.turn;
create table added as
select c.* from lonely_come c anti join lonely_gone g on g.row_id = c.row_id and g.turn = c.turn;
"""
_CHANGES = """
create view changes as
select 'removed' as kind, row_id, content as content_before, null as content_after, license as license_before,
       null as license_after from removed
union all select 'added', row_id, null, content, null, license from added
union all select case when content_before <> content_after then 'changed_text'
                      when license_before is distinct from license_after then 'relicensed'
                      else 'changed_otherwise' end,
                 row_id, content_before, content_after, license_before, license_after from pairs
"""


@dataclass(frozen=True)
class Change:
    """What became of a row; contents are sha256, and null on the side that does not have the row."""

    kind: str
    row_id: str
    content_before: str | None
    content_after: str | None
    license_before: str | None
    license_after: str | None


class RowsBetween:
    """The rows that differ between two versions, while both are open."""

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        self._connection = connection

    def counts(self) -> dict[str, int]:
        """Return how many rows there are of each kind.

        ``relicensed`` are all whose licence is another one under the same id, changed texts among them.
        ``relicensed_elsewhere`` and ``renamed`` are removed rows whose text was added under another id, with another
        licence or with the same.
        """
        told = dict.fromkeys(KINDS, 0) | dict(self._all("select kind, count(*) from changes group by kind"))
        told["relicensed"] += self._one(
            "select count(*) from pairs where content_before <> content_after"
            " and license_before is distinct from license_after"
        )
        same = "select count(*) from removed r where exists (select 1 from added a where a.content = r.content"
        told["relicensed_elsewhere"] = self._one(
            f"{same} and a.license is distinct from r.license) and not exists (select 1 from added a"
            " where a.content = r.content and a.license is not distinct from r.license)"
        )
        told["renamed"] = self._one(f"{same} and a.license is not distinct from r.license)")
        return told

    def examples(self, kind: str, most: int) -> list[Change]:
        """Return the first rows of a kind, by id."""
        found = self._all(
            "select * from changes where kind = ? order by row_id, content_before, content_after limit ?", kind, most
        )
        return [Change(*row) for row in found]

    def licences(self) -> list[dict[str, Any]]:
        """Return from which licence to which rows went, and how many, among those whose id or text stayed."""
        found = self._all(
            "select license_before, license_after, count(*) as rows from pairs"
            " where license_before is distinct from license_after group by all"
            " union all select r.license, min(a.license), count(distinct (r.row_id, r.locator)) from removed r"
            " join added a on a.content = r.content where r.license is distinct from a.license"
            " and not exists (select 1 from added s where s.content = r.content"
            " and s.license is not distinct from r.license) group by r.license"
            " order by 3 desc, 1, 2"
        )
        return [{"before": before, "after": after, "rows": rows} for before, after, rows in found]

    def write(self, path: str) -> None:
        """Write all changes to a Parquet file, by kind and id."""
        self._connection.execute(
            "copy (select * from changes order by kind, row_id, content_before, content_after) to"
            f" '{path.replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)"
        )

    def _all(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._connection.execute(sql, list(given)).fetchall()
        return found

    def _one(self, sql: str) -> int:
        return int(self._all(sql)[0][0])


@contextmanager
def rows_between(before: tuple[str, Manifest], after: tuple[str, Manifest]) -> Iterator[RowsBetween]:
    """Compare the rows of two versions, each given by folder and manifest.

    Raises:
        VersionError: rows of one cannot be read, or they are of different kinds.

    """
    if before[1].dataset.kind != after[1].dataset.kind:
        raise VersionError("one version has documents and the other conversations: their rows cannot be compared")
    only_before, only_after = _unshared(before[1], after[1])
    with TemporaryDirectory(prefix="licet-diff-") as spill:
        connection = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "threads": 2,
                "temp_directory": spill,
                "preserve_insertion_order": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        try:
            register(connection, before[0], after[0])
            common = _common_columns(connection, before, after)
            _view(connection, "before", before, only_before, common)
            _view(connection, "after", after, only_after, common)
            connection.execute(_LEFT)
            connection.execute(_REST.format(name="gone", view="before", sign="<"))
            connection.execute(_REST.format(name="come", view="after", sign=">"))
            connection.execute(_PAIRS)
            connection.execute(_CHANGES)
            yield RowsBetween(connection)
        except (duckdb.Error, OSError) as error:
            told = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise VersionError(f"the rows of {before[0]} and {after[0]} cannot be compared ({told})") from error
        finally:
            connection.close()


def _unshared(before: Manifest, after: Manifest) -> tuple[list[FileEntry], list[FileEntry]]:
    """Return the shards of each version that the other does not have to the byte."""
    shards = [[file for file in manifest.files if file.role == "data"] for manifest in (before, after)]
    left: list[list[FileEntry]] = []
    for own, other in (shards, shards[::-1]):
        there = [file.sha256 for file in other]
        rest = []
        for file in own:
            if file.sha256 in there:
                there.remove(file.sha256)
            else:
                rest.append(file)
        left.append(rest)
    return left[0], left[1]


def _common_columns(
    connection: duckdb.DuckDBPyConnection, before: tuple[str, Manifest], after: tuple[str, Manifest]
) -> list[str]:
    """Return the columns that both versions have, but for those with long text of documents: their sha256 is there."""
    names = []
    for folder, manifest in (before, after):
        first = {file.path.split("/")[1]: file for file in manifest.files if file.role == "data"}
        if not first:
            raise VersionError(f"{folder} has no data")
        names.append(_columns(connection, folder, list(first.values())))
    heavy = {"text"} if before[1].dataset.kind == "pretrain" else set()
    return [name for name in names[0] if name in names[1] and name not in heavy]


def _view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    version: tuple[str, Manifest],
    files: Sequence[FileEntry],
    columns: Sequence[str],
) -> None:
    folder, manifest = version
    row_id = "uuid" if manifest.dataset.kind == "posttrain" else "id"
    none = "" if files else " where false"
    files = files or [next(file for file in manifest.files if file.role == "data")]
    there = set(_columns(connection, folder, files))
    every = ", ".join(f'"{column}"' if column in there else "null" for column in columns)
    connection.execute(
        f"create view {name} as select unhex(sha256(row({every})::varchar)) as key, {row_id} as row_id,"
        " content_sha256 as content, license, locator, source"
        f" from {_parquet(folder, files)}{none}"
    )


def _columns(connection: duckdb.DuckDBPyConnection, folder: str, files: Sequence[FileEntry]) -> list[str]:
    return [row[0] for row in connection.execute(f"describe select * from {_parquet(folder, files)}").fetchall()]


def _parquet(folder: str, files: Sequence[FileEntry]) -> str:
    places = (storage.join(folder, file.path).removeprefix("file://") for file in files)
    told = ", ".join("'" + place.replace("'", "''") + "'" for place in places)
    # Each config of conversations has columns of its own.
    return f"read_parquet([{told}], union_by_name = true)"
