"""A version's folder as its manifest lists it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import fsspec
import pyarrow as pa
from fsspec.utils import stringify_path

from licet.pipelines.verify.columns import check_columns
from licet.pipelines.verify.finding import Findings
from licet.schemas.errors import VersionError
from licet.schemas.manifest import (
    MANIFEST_PATH,
    OF_A_HUB,
    UNLISTED,
    FileEntry,
    Manifest,
    Role,
    parse_manifest,
    schema_digest,
)
from licet.stages import storage
from licet.stages.mask import STAGE as MASK
from licet.stages.shard.parquet import parquet_input

PIECE = 1 << 20


@dataclass(frozen=True)
class Version:
    """A folder, its manifest, and the listed files that are there."""

    folder: str
    manifest: Manifest
    present: frozenset[str]

    def of_role(self, role: Role) -> list[FileEntry]:
        """Return the listed files of a role that are there, by path."""
        return [file for file in self.manifest.files if file.role == role and file.path in self.present]

    def path(self, entry: FileEntry) -> str:
        """Return where a file is."""
        return storage.join(self.folder, entry.path)

    def tables(self, entry: FileEntry, findings: Findings, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield a Parquet file by row groups; a file that cannot be read becomes a finding."""
        with findings.reading(entry.path), parquet_input(self.path(entry)) as file:
            for group in range(file.metadata.num_row_groups):
                yield file.read_row_group(group, columns=columns, use_threads=False)


def open_version(folder: str, findings: Findings) -> Version | None:
    """Return a version whose manifest can be read, after checking manifest, files, sizes, hashes and footers.

    Raises:
        VersionError: there is nothing of a version in the folder, or the place cannot be looked at.

    """
    try:
        present = set(_files_below(folder))
    except Exception as error:
        # Every store raises errors of its own kind; none of them is a fault of Licet's.
        told = " ".join(str(error).split()) or type(error).__name__
        raise VersionError(f"'{folder}' cannot be read: {told[:200]}") from error
    if not any(path.startswith("provenance/") for path in present):
        raise VersionError(
            f"'{folder}' is no finished version: there is no {MANIFEST_PATH} in it. Name the folder or URL of one."
        )
    if MANIFEST_PATH not in present:
        findings.add("manifest", f"There is no {MANIFEST_PATH}: this is no finished version.", folder)
        return None
    data = storage.read_bytes(storage.join(folder, MANIFEST_PATH))
    try:
        manifest = parse_manifest(data)
    except VersionError as error:
        findings.add("manifest", f"{error}.", MANIFEST_PATH)
        return None
    if manifest.canonical_bytes() != data:
        findings.add("manifest", "Its bytes are not the canonical ones of what it says.", MANIFEST_PATH)
    listed = [file.path for file in manifest.files]
    for path in sorted({path for path in listed if listed.count(path) > 1}):
        findings.add("files", "The file is listed twice.", path)
    for path in sorted(set(listed) - present):
        findings.add("files", "The file is listed and not there.", path)
    for path in sorted(present - set(listed) - UNLISTED - OF_A_HUB):
        findings.add("files", "The file is there and not listed.", path)
    version = Version(folder, manifest, frozenset(present))
    odd = {
        entry.path for entry in manifest.files if entry.path in present and not _check_file(version, entry, findings)
    }
    _check_configs(version, findings)
    return replace(version, present=version.present - odd)


def _check_file(version: Version, entry: FileEntry, findings: Findings) -> bool:
    """Check one file; tell whether what is in it can be read as what it is to be."""
    found, size = hashlib.sha256(), 0
    with storage.open_input(version.path(entry)) as file:
        while piece := file.read(PIECE):
            found.update(piece)
            size += len(piece)
    findings.expect("hashes", "The size in bytes", entry.bytes, size, entry.path)
    findings.expect("hashes", "The sha256", entry.sha256, found.hexdigest(), entry.path)
    if not entry.path.endswith(".parquet"):
        return True
    with findings.reading(entry.path), parquet_input(version.path(entry)) as parquet:
        findings.expect("row_counts", "The number of rows", entry.rows, parquet.metadata.num_rows, entry.path)
        digest = schema_digest(parquet.schema_arrow)
        findings.expect("schemas", "The digest of the schema", entry.schema_sha256, digest, entry.path)
        is_chat = version.manifest.dataset.kind == "posttrain"
        # A version without rows has the column too, and nothing to count in it.
        told = next((stage.params for stage in version.manifest.stages if stage.name == MASK), {})
        counted = version.manifest.masked
        masked = list(counted.kinds) if counted else list(told.get("kinds", []))
        return check_columns(entry, parquet.schema_arrow, is_chat=is_chat, findings=findings, masked=masked)
    return False


def _check_configs(version: Version, findings: Findings) -> None:
    """Check that the shards of a config are numbered without a gap and have one schema."""
    configs: dict[str, list[FileEntry]] = {}
    for entry in version.manifest.files:
        if entry.role == "data":
            configs.setdefault(entry.path.split("/")[1], []).append(entry)
    for config, shards in sorted(configs.items()):
        place = f"data/{config}"
        if len({shard.schema_sha256 for shard in shards}) > 1:
            findings.add("schemas", "The shards of this config do not all have the same columns.", place)
        names = [f"{place}/train-{i:05d}-of-{len(shards):05d}.parquet" for i in range(len(shards))]
        if sorted(shard.path for shard in shards) != names:
            findings.add("files", "The shards of this config are not numbered without a gap.", place)
    rows = sum(shard.rows or 0 for shards in configs.values() for shard in shards)
    findings.expect("row_counts", "The rows of all shards", version.manifest.rows.count, rows, "data")


def _files_below(folder: str) -> Iterator[str]:
    """Yield the path of every file below a folder, relative to it."""
    fs, root = fsspec.core.url_to_fs(folder)
    root = stringify_path(root).rstrip("/")
    for found in fs.find(root):
        yield found[len(root) + 1 :]
