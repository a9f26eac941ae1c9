"""Text files written piece by piece, hashed on their way out."""

import json
from collections.abc import Iterable
from typing import Any

from licet.schemas.manifest import FileEntry, Role
from licet.stages import storage
from licet.stages.shard.parquet import HashedSink


def write_pieces(folder: str, path: str, role: Role, pieces: Iterable[str]) -> FileEntry:
    """Write a text that is never held whole, and return what the manifest says of it."""
    with storage.atomic_output(storage.join(folder, path)) as raw:
        sink = HashedSink(raw)
        for piece in pieces:
            sink.write(piece.encode())
    return FileEntry(path=path, role=role, bytes=sink.size, sha256=sink.sha256)


def write_json(folder: str, path: str, role: Role, value: Any) -> FileEntry:
    """Write a JSON value for people and machines: indented, in the order in which it was made."""
    return write_pieces(folder, path, role, [json.dumps(value, indent=1, ensure_ascii=False), "\n"])
