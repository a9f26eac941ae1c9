"""Checks that no row is in a version twice: not in the data and the ledger, nor twice in either."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version

_BYTES = 16
_FLUSH = 1 << 16


class Keys:
    """Hashes of rows in 256 files by their first byte, so that memory is that of one file."""

    def __init__(self, folder: str):
        self._folder = Path(folder)
        self._held = [bytearray() for _ in range(256)]

    def add(self, key: bytes) -> None:
        """Add the hash of a row."""
        held = self._held[key[0]]
        held += key
        if len(held) >= _FLUSH:
            self._flush(key[0])

    def _flush(self, bucket: int) -> None:
        with (self._folder / f"{bucket:02x}").open("ab") as file:
            file.write(self._held[bucket])
        self._held[bucket].clear()

    def buckets(self) -> Iterator[np.ndarray]:
        """Yield the sorted hashes of each file."""
        for bucket in range(256):
            self._flush(bucket)
            yield np.sort(np.fromfile(self._folder / f"{bucket:02x}", dtype=f"V{_BYTES}").view("S16"))


def row_key(row_id: str, locator: str) -> bytes:
    """Return 16 bytes that stand for a row: its id and where it was read, since equal texts may have equal ids."""
    return hashlib.sha256(f"{row_id}\0{locator}".encode()).digest()[:_BYTES]


def check_once(version: Version, findings: Findings) -> None:
    """Check that each row is in one place only; rows of the ledger without an id are passed over."""
    with TemporaryDirectory(prefix="licet-once-") as scratch:
        keys = Keys(scratch)
        for _, _, key in _rows(version, findings):
            keys.add(key)
        twice = {
            key.ljust(_BYTES, b"\0")
            for bucket in keys.buckets()
            for key in bucket[1:][bucket[1:] == bucket[:-1]].tolist()
        }
    if not twice:
        return
    seen: dict[bytes, str] = {}
    for place, row_id, key in _rows(version, findings):
        if key in twice:
            if key in seen:
                first = seen[key] if seen[key] != place else "it"
                findings.add_rows("once", f"that are in {first} already", place, 1, row_id)
            seen.setdefault(key, place)


def _rows(version: Version, findings: Findings) -> Iterator[tuple[str, str, bytes]]:
    """Yield place, id and key of every row of data and ledger that has an id."""
    data_id = "uuid" if version.manifest.dataset.kind == "posttrain" else "id"
    for entry in (*version.of_role("data"), *version.of_role("ledger")):
        name = data_id if entry.role == "data" else "id"
        for table in version.tables(entry, findings, [name, "locator"]):
            if set(table.column_names) != {name, "locator"}:
                continue
            ids, locators = table.column(name).to_pylist(), table.column("locator").to_pylist()
            for row_id, locator in zip(ids, locators, strict=True):
                if row_id is not None:
                    yield entry.path, row_id, row_key(row_id, locator or "")
