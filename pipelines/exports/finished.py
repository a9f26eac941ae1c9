"""A version whose rows and evidence are written: what every export is made from, and nothing else."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import fsspec
import pyarrow as pa

from licet.schemas.manifest import FileEntry, Manifest, Role
from licet.schemas.recipe import Recipe, parse_recipe
from licet.stages import storage
from licet.stages.shard.parquet import parquet_input

MEMORY = "512MB"
"""What a query may hold before it spills to the disk: an export is made beside a run that has just ended."""
MADE_FROM: tuple[Role, ...] = (
    "data",
    "ledger",
    "evidence",
    "statements",
    "clusters",
    "index",
    "objections",
    "contamination",
    "retractions",
    "inputs",
    "recipe",
)
"""The files that exports may speak of: they are there before any export is."""
BATCH = 10_000


@dataclass(frozen=True)
class Finished:
    """A version's folder, its manifest without the exports, and its tables as views ``data`` and ``evidence``."""

    folder: str
    manifest: Manifest
    connection: duckdb.DuckDBPyConnection

    def files(self, role: Role) -> list[FileEntry]:
        """Return the files of a role, by path."""
        return sorted((file for file in self.manifest.files if file.role == role), key=lambda file: file.path)

    def tuples(self, sql: str, *given: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the answer to a query row by row, never all of it at once."""
        found = self.connection.execute(sql, list(given))
        while held := found.fetchmany(BATCH):
            yield from held

    def rows(self, sql: str, *given: Any) -> Iterator[dict[str, Any]]:
        """Yield the answer to a query as dicts, likewise."""
        names = [column[0] for column in self.connection.execute(f"describe {sql}", list(given)).fetchall()]
        for row in self.tuples(sql, *given):
            yield dict(zip(names, row, strict=True))

    def groups(self, role: Role, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns of all files of a role by row groups, in their order."""
        for entry in self.files(role):
            with parquet_input(storage.join(self.folder, entry.path)) as file:
                for group in range(file.metadata.num_row_groups):
                    yield file.read_row_group(group, columns=list(columns), use_threads=False)

    @property
    def id_column(self) -> str:
        """The column that names a row."""
        return "uuid" if self.manifest.dataset.kind == "posttrain" else "id"

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe, as the version keeps it."""
        (entry,) = self.files("recipe")
        return parse_recipe(storage.read_bytes(storage.join(self.folder, entry.path)).decode(), entry.path)


@contextmanager
def finished(folder: str, manifest: Manifest) -> Iterator[Finished]:
    """Open the files of a version that its manifest lists, or its draft that does not list the exports yet."""
    told = manifest.model_copy(update={"files": [file for file in manifest.files if file.role in MADE_FROM]})
    with TemporaryDirectory(prefix="licet-exports-") as spill:
        connection = duckdb.connect(config={"memory_limit": MEMORY, "threads": 2, "temp_directory": spill})
        try:
            if not storage.is_local(folder):
                connection.register_filesystem(fsspec.core.url_to_fs(folder)[0])
            version = Finished(folder, told, connection)
            for role in ("data", "evidence"):
                listed = ", ".join(_quoted(storage.join(folder, file.path)) for file in version.files(role))
                # Each config of conversations has columns of its own.
                connection.execute(f"create view {role} as from read_parquet([{listed}], union_by_name = true)")
            yield version
        finally:
            connection.close()


def _quoted(path: str) -> str:
    """Return a path as SQL writes it; what would be a pattern in a local one stands for itself."""
    if storage.is_local(path):
        path = re.sub(r"([*?\[])", r"[\1]", path.removeprefix("file://"))
    return "'" + path.replace("'", "''") + "'"
