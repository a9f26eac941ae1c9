"""A finished version opened for questions: its manifest, and its tables as views of a DuckDB database in memory.

Nothing is loaded: a question reads the columns and row groups that it needs, from a folder or from any fsspec URL.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import fsspec

from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, Role, parse_manifest
from licet.stages import storage
from licet.stages.license.policy import Policy

MEMORY = "2GB"
"""What a question may hold in memory before it spills to the disk."""
_VIEWS: tuple[Role, ...] = ("evidence", "statements", "ledger", "clusters", "inputs")


@dataclass(frozen=True)
class Audited:
    """An open version.

    Views: ``rows`` (``row_id`` is their id), ``evidence``, ``statements``, ``ledger``, ``clusters``, ``inputs``.
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
            raise _damaged(self.folder, error) from error

    def batches(self, sql: str, *given: Any, size: int = 10_000) -> Iterator[list[dict[str, Any]]]:
        """Yield the answer to a query in lists of dicts, never all of it at once."""
        try:
            found = self.connection.execute(sql, list(given))
            names = [column[0] for column in found.description or ()]
            while held := found.fetchmany(size):
                yield [dict(zip(names, row, strict=True)) for row in held]
        except (duckdb.Error, OSError) as error:
            raise _damaged(self.folder, error) from error

    @cached_property
    def policy(self) -> Policy:
        """The policy that the version was decided under, as its manifest holds it."""
        return Policy.model_validate(self.manifest.policy.rules)

    @property
    def is_chat(self) -> bool:
        """Whether the rows are conversations."""
        return self.manifest.dataset.kind == "posttrain"


@contextmanager
def audited(folder: str) -> Iterator[Audited]:
    """Open the version in a folder or at a URL for questions.

    Raises:
        VersionError: there is no finished version, or a file that its manifest lists is not there.

    """
    manifest = _manifest_of(folder)
    connection = duckdb.connect(config={"memory_limit": MEMORY, "threads": 2, "preserve_insertion_order": "true"})
    try:
        if not storage.is_local(folder):
            connection.register_filesystem(fsspec.core.url_to_fs(folder)[0])
        _view(connection, folder, "data", [f.path for f in manifest.files if f.role == "data"])
        id_column = "uuid" if manifest.dataset.kind == "posttrain" else "id"
        connection.execute(f"create view rows as select *, {id_column} as row_id from data")
        for role in _VIEWS:
            _view(connection, folder, role, [f.path for f in manifest.files if f.role == role])
        yield Audited(folder, manifest, connection)
    finally:
        connection.close()


def _view(connection: duckdb.DuckDBPyConnection, folder: str, name: str, paths: Sequence[str]) -> None:
    if not paths:
        raise VersionError(f"{folder} has no table of {name}: it was made by an older Licet, so run its recipe again.")
    places = ", ".join("'" + _place(folder, path).replace("'", "''") + "'" for path in sorted(paths))
    try:
        connection.execute(f"create view {name} as select * from read_parquet([{places}])")
    except (duckdb.Error, OSError) as error:
        raise _damaged(folder, error) from error


def _place(folder: str, path: str) -> str:
    return storage.join(folder, path).removeprefix("file://")


def _manifest_of(folder: str) -> Manifest:
    try:
        return parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    except (OSError, ValueError, ImportError) as error:
        raise VersionError(
            f"'{folder}' is no finished version ({MANIFEST_PATH} cannot be read): name the folder of one."
        ) from error


def _damaged(folder: str, error: Exception) -> VersionError:
    told = str(error).strip().splitlines()[0][:200]
    return VersionError(f"{folder} cannot be read as a version ({told}): `licet verify` says what is wrong with it.")
