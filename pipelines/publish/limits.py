"""What a hub takes: names, paths, counts and Parquet shapes, checked before anything is sent.

The figures are the Hugging Face Hub's published limits and its viewer's, since a version that fits there fits anywhere.
"""

import re
from collections import Counter
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.errors import VersionError
from licet.schemas.semver import is_release

MAX_FILES = 99_999
"""Files of a repository: fewer than 100,000 (the hub's repository limits)."""

MAX_FOLDER_ENTRIES = 9_999
"""Entries of one folder: the hub refuses a push with 10,000 or more, at its very end."""

MAX_FILE_BYTES = 50_000_000_000
"""Bytes of one file: the hub's plain HTTP download stops at 50 GB, its hard limit is 500 GB."""

MAX_SHARD_BYTES = 5_000_000_000
"""Bytes of one Parquet file: a server-side copy on S3 ends at 5 GB. Ten times the 500 MB that shards are made for."""

MAX_ROW_GROUP_BYTES = 300_000_000
"""Uncompressed bytes of a row group under ``data/``: the hub's viewer reads at most about 300 MB at once."""

MAX_NAME = 96
"""Characters of a dataset's or an organisation's name (the hub's rule for repository ids)."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_FORBIDDEN_FOLDERS = frozenset({".git", ".cache"})
_RESERVED = frozenset({"objects", "repos", "hub.json", "versions.json"})


def check_name(kind: str, name: str) -> None:
    """Refuse a dataset or organisation name that no hub would take, or that would collide with the store's own."""
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME or "--" in name or ".." in name or name[-1] in ".-":
        raise VersionError(
            f"The {kind} name {name!r} is not allowed on a hub: use at most {MAX_NAME} letters, digits, '_', '.'"
            " and '-', without '--' or '..' and not ending in '.' or '-'."
        )
    if name in _RESERVED or is_release(name):
        raise VersionError(f"The {kind} name '{name}' means something else in a hub folder: choose another.")


def check_path(path: str) -> None:
    """Refuse a path that could leave the version's folder or that a hub does not take."""
    parts = path.split("/")
    if "\\" in path or any(part in ("", ".", "..") for part in parts) or not path.isprintable():
        raise VersionError(f"{path!r} is not a plain relative path: a version holds no such file name.")
    if bad := _FORBIDDEN_FOLDERS.intersection(parts):
        raise VersionError(f"'{path}' lies in {min(bad)}, which hubs do not take: rename that folder.")


def check_counts(paths: Iterable[str]) -> None:
    """Refuse more files, or more entries in one folder, than a hub takes."""
    files = sorted(paths)
    if len(files) > MAX_FILES:
        raise VersionError(f"The version has {len(files):,} files and a hub takes {MAX_FILES:,}: make larger shards.")
    nodes, above = set(files), set(files)
    while above := {path.rpartition("/")[0] for path in above} - nodes - {""}:
        nodes |= above
    entries = Counter(path.rpartition("/")[0] or "." for path in nodes)
    for folder, count in sorted(entries.items()):
        if count > MAX_FOLDER_ENTRIES:
            raise VersionError(
                f"The folder '{folder}' has {count:,} entries and a hub takes {MAX_FOLDER_ENTRIES:,}:"
                " use subfolders or larger shards."
            )


def check_size(path: str, size: int) -> None:
    """Refuse a file that a hub, or a copy between two hubs, could not carry."""
    limit = MAX_SHARD_BYTES if path.endswith(".parquet") else MAX_FILE_BYTES
    if size > limit:
        raise VersionError(f"'{path}' has {size:,} bytes and the limit is {limit:,}: make smaller shards.")


def check_parquet(path: str, source: str, rows: int | None) -> pa.Schema:
    """Read a Parquet footer, compare it with what the manifest says, and return the schema.

    Row groups are measured under ``data/`` only, which is what the viewer reads.
    """
    try:
        with pq.ParquetFile(source) as file:
            footer, schema = file.metadata, file.schema_arrow
    except (pa.ArrowException, OSError) as error:
        raise VersionError(f"'{path}' is not a readable Parquet file: build the version again.") from error
    if rows is not None and footer.num_rows != rows:
        raise VersionError(f"'{path}' has {footer.num_rows:,} rows and the manifest says {rows:,}: build it again.")
    if path.startswith("data/"):
        largest = max((footer.row_group(i).total_byte_size for i in range(footer.num_row_groups)), default=0)
        if largest > MAX_ROW_GROUP_BYTES:
            raise VersionError(
                f"'{path}' has a row group of {largest:,} bytes, which the viewer cannot read: make the version"
                f" again with row groups of at most {MAX_ROW_GROUP_BYTES:,} bytes."
            )
    return schema.remove_metadata()
