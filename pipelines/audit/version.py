"""A finished version opened for questions: its manifest, and its tables as views of a DuckDB database in memory.

Nothing is loaded: a question reads the columns and row groups that it needs, from a folder or from any fsspec URL.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
from pydantic import ValidationError

from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, Role, parse_manifest
from licet.schemas.tables import TABLES, rows_schema
from licet.stages import storage
from licet.stages.license.policy import Policy

MEMORY = "2GB"
"""What a question may hold in memory before it spills to the disk."""
_SETTINGS: dict[str, str | int] = {
    "memory_limit": MEMORY,
    "threads": 2,
    "preserve_insertion_order": "true",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""Nothing is fetched to answer a question, whatever the version names."""
_VIEWS: tuple[Role, ...] = ("evidence", "statements", "ledger", "clusters", "inputs")


@dataclass(frozen=True)
class Audited:
    """An open version.

    Views: ``rows`` and ``ledger`` (the id is ``row_id`` in both), ``evidence``, ``statements``, ``clusters`` and
    ``inputs``; ``measures`` where the version keeps what was measured.
    """

    folder: str
    manifest: Manifest
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *given: Any) -> list[dict[str, Any]]:
        """Return the answer to a query as dicts.

        Raises:
            VersionError: a table is not as it should be.

        """
        try:
            found = self.connection.execute(sql, list(given))
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except (duckdb.Error, OSError) as error:
            raise damaged(self.folder, error) from error

    def batches(self, sql: str, *given: Any, size: int = 10_000) -> Iterator[list[dict[str, Any]]]:
        """Yield the answer to a query in lists of dicts, never all of it at once."""
        try:
            found = self.connection.execute(sql, list(given))
            names = [column[0] for column in found.description or ()]
            while held := found.fetchmany(size):
                yield [dict(zip(names, row, strict=True)) for row in held]
        except (duckdb.Error, OSError) as error:
            raise damaged(self.folder, error) from error

    @cached_property
    def policy(self) -> Policy:
        """The policy that the version was decided under, as its manifest holds it.

        Raises:
            VersionError: the manifest holds none that can be read.

        """
        try:
            return Policy.model_validate(self.manifest.policy.rules)
        except ValidationError as error:
            raise damaged(self.folder, error) from error

    @property
    def has_measures(self) -> bool:
        """Whether the version keeps what the heuristics measured of each row."""
        return any(file.role == "measures" for file in self.manifest.files)

    @property
    def is_chat(self) -> bool:
        """Whether the rows are conversations."""
        return self.manifest.dataset.kind == "posttrain"


@contextmanager
def audited(folder: str) -> Iterator[Audited]:
    """Open a version for questions, by its folder, its URL or as published; closed again, nothing of it is left.

    Raises:
        VersionError: there is no finished version, or a file that its manifest lists is not there.

    """
    # Hub clients take a second to import, and a folder needs none.
    if "@" in folder:
        from licet.pipelines.versions.reference import located

        folder = located(folder)
    manifest = _manifest_of(folder)
    with TemporaryDirectory(prefix="licet-audit-") as spill:
        connection = duckdb.connect(config={**_SETTINGS, "temp_directory": spill})
        try:
            if not storage.is_local(folder):
                from licet.pipelines.versions.reading import register

                register(connection, folder)
            _create_views(connection, folder, manifest)
            yield Audited(folder, manifest, connection)
        finally:
            connection.close()


def _create_views(connection: duckdb.DuckDBPyConnection, folder: str, manifest: Manifest) -> None:
    is_chat = manifest.dataset.kind == "posttrain"
    for role in ("data", *_VIEWS):
        paths = sorted(file.path for file in manifest.files if file.role == role)
        if not paths:
            raise VersionError(
                f"{folder} has no table of {role}: it was made by an older Licet, so run its recipe again."
            )
        name = "rows" if role == "data" else role
        columns = typed(rows_schema(is_chat=is_chat) if role == "data" else TABLES[role])
        if role in ("data", "ledger"):
            columns.append(f"{'uuid' if role == 'data' and is_chat else 'id'} as row_id")
        selected = (
            _conversations(folder, paths, columns) if role == "data" and is_chat else _selected(folder, paths, columns)
        )
        try:
            connection.execute(f"create view {name} as {selected}")
        except (duckdb.Error, OSError) as error:
            raise damaged(folder, error) from error
    _create_measures(connection, folder, manifest)


def _selected(folder: str, paths: Sequence[str], columns: Sequence[str]) -> str:
    places = ", ".join("'" + place_of(folder, path).replace("'", "''") + "'" for path in paths)
    return f"select {', '.join(columns)} from read_parquet([{places}])"


def _conversations(folder: str, paths: Sequence[str], columns: Sequence[str]) -> str:
    """Return the rows of all configs, each of which has columns of its own; those of the others are null."""
    told = []
    for config, shards in groupby(paths, key=lambda path: path.split("/")[1]):
        own = rows_schema(is_chat=True, config=config).names
        lacking = {column: _null(column) for column in columns if column.rpartition(" as ")[2].strip('"') not in own}
        lacking.pop(columns[-1], None)  # `uuid as row_id`, which is in all
        told.append(_selected(folder, list(shards), [lacking.get(column, column) for column in columns]))
    return " union all ".join(told)


def _null(column: str) -> str:
    """Return what selects a column with null in the place of the values of that name."""
    name = column.rpartition(" as ")[2]
    return column.replace(f"cast({name} as", "cast(null as", 1)


def _create_measures(connection: duckdb.DuckDBPyConnection, folder: str, manifest: Manifest) -> None:
    """Create the view of what was measured; its columns are those of the version's rules."""
    paths = sorted(file.path for file in manifest.files if file.role == "measures")
    if not paths:
        return
    places = ", ".join("'" + place_of(folder, path).replace("'", "''") + "'" for path in paths)
    try:
        connection.execute(f"create view measures as select * from read_parquet([{places}])")
    except (duckdb.Error, OSError) as error:
        raise damaged(folder, error) from error


def typed(schema: pa.Schema) -> list[str]:
    """Return the columns of a schema as SQL that gives them their types, whatever they are stored as.

    Texts that must be there and are not come out empty.
    """
    found = []
    for field in schema:
        kind = _sql_type(field.type)
        column = f'cast("{field.name}" as {kind})'
        if kind == "varchar" and (not field.nullable or field.name == "source"):
            column = f"coalesce({column}, '')"
        found.append(f'{column} as "{field.name}"')
    return found


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return "struct(" + ", ".join(f'"{field.name}" {_sql_type(field.type)}' for field in kind) + ")"
    return _SQL_TYPES[kind]


_SQL_TYPES = {
    pa.string(): "varchar",
    pa.bool_(): "boolean",
    pa.int8(): "tinyint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float32(): "float",
    pa.float64(): "double",
}


def place_of(folder: str, path: str) -> str:
    """Return where a file of a version is, as DuckDB is told."""
    return storage.join(folder, path).removeprefix("file://")


def _manifest_of(folder: str) -> Manifest:
    place = storage.join(folder, MANIFEST_PATH)
    try:
        return parse_manifest(storage.read_bytes(place))
    except VersionError as error:
        raise VersionError(f"'{folder}' is no finished version: {error}") from error
    except FileNotFoundError as error:
        raise VersionError(
            f"'{folder}' is no finished version: there is no {MANIFEST_PATH} in it. Name the folder or URL of one."
        ) from error
    except Exception as error:
        # Every store raises errors of its own kind; none of them is a fault of Licet's.
        told = " ".join(str(error).split()) or type(error).__name__
        raise VersionError(f"'{folder}' cannot be read: {told[:200]}") from error


def damaged(folder: str, error: Exception) -> VersionError:
    """Return the error to raise for a version whose files are not as they should be."""
    told = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    return VersionError(f"{folder} cannot be read as a version ({told}): `licet verify` says what is wrong with it.")
