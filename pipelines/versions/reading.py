"""Remote versions for DuckDB: their file systems, registered with a connection."""

from datetime import datetime, timezone
from typing import Any

import duckdb
import fsspec
from huggingface_hub import HfFileSystem

from licet.stages import storage

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class _OfVersions(HfFileSystem):
    """A hub's files as DuckDB wants them: it asks when a file was changed, which the files of a version never are."""

    def modified(self, path: str, **_: Any) -> datetime:  # noqa: ARG002
        """Return one time for all files."""
        return _EPOCH


def register(connection: duckdb.DuckDBPyConnection, *folders: str) -> None:
    """Let a connection read from the stores of some folders; local ones need nothing."""
    for folder in {f.partition("://")[0]: f for f in folders if not storage.is_local(f)}.values():
        files = fsspec.core.url_to_fs(folder)[0]
        if isinstance(files, HfFileSystem):
            files = _OfVersions(endpoint=files.endpoint, token=files.token)
        connection.register_filesystem(files)
