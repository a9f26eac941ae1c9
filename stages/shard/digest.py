"""The row digest: one number for all rows of a version, whatever files they are in and in whatever order.

A row's leaf binds its id, its content and its licence record:

    leaf = SHA256(0x00 ‖ id ‖ content_sha256 ‖ SHA256(JCS(licence record)))

where the licence record is the JSON object of the row's five licence columns and JCS is RFC 8785. Leaves are spread
over 256 buckets by their first byte and sorted within. Each bucket has a Merkle tree as in RFC 6962, 2.1, its nodes
being ``SHA256(0x01 ‖ left ‖ right)``; a bucket enters the upper tree, which has the same nodes, as

    SHA256(0x02 ‖ bucket byte ‖ leaves as 8 bytes, big-endian ‖ root of the bucket)

so the digest binds the number of rows too. Sorting makes it independent of shards and order; buckets let it be built
in pieces and let two versions be compared by 256 numbers; the trees give a proof for one row in about log2(n) hashes.
The final two fields of a leaf's preimage have fixed lengths, so an id cannot be confused with what follows it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from json.encoder import encode_basestring

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from licet.schemas.rows import LICENSED

SIZE = 32
BUCKETS = 256
RECORD_KEYS = tuple(sorted(LICENSED.names))
_RECORD = "{" + ",".join(f'"{key}":%s' for key in RECORD_KEYS) + "}"
_REMEMBERED = 65_536

Leaves = NDArray[np.uint8]
"""Leaves as an array of shape (n, 32)."""


@dataclass(frozen=True, kw_only=True)
class RowDigest:
    """The digest of ``rows`` rows, in hex, and the 256 bucket nodes that it is the root of."""

    rows: int
    digest: str
    buckets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InclusionProof:
    """What shows that a leaf is under a row digest: its place in its bucket and the hashes beside its way up."""

    leaves: int
    place: int
    path: tuple[str, ...]
    upper: tuple[str, ...]


def licence_record_json(values: Sequence[str | None]) -> bytes:
    """Return the RFC 8785 bytes of a licence record given its values in the order of `RECORD_KEYS`.

    For an object of strings and nulls with sorted ASCII keys, RFC 8785 is JSON without white space whose strings
    escape what they must and nothing else: what Python's ``ensure_ascii=False`` encoder writes.
    """
    return (_RECORD % tuple(map(_json, values))).encode()


def row_leaves(rows: pa.RecordBatch | pa.Table, id_column: str = "id") -> list[bytes]:
    """Return the leaf of each row, in order. The rows need an id, ``content_sha256`` and the licence columns."""
    sha256 = hashlib.sha256
    records: dict[tuple[str, ...], bytes] = {}
    columns = [_json_column(rows.column(key)) for key in RECORD_KEYS]
    ids, contents = rows.column(id_column).to_pylist(), rows.column("content_sha256").to_pylist()
    leaves = []
    for row_id, content, record in zip(ids, contents, zip(*columns, strict=True), strict=True):
        known = records.get(record)
        if known is None:
            if len(records) >= _REMEMBERED:
                records.clear()
            known = records[record] = sha256((_RECORD % record).encode()).digest()
        leaves.append(sha256(b"\x00" + row_id.encode() + bytes.fromhex(content) + known).digest())
    return leaves


def _json(value: str | None) -> str:
    return "null" if value is None else encode_basestring(value)


def _json_column(column: pa.Array | pa.ChunkedArray) -> list[str]:
    """Return each value of a column as JSON; values that repeat are encoded once."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    coded = column.dictionary_encode()
    told = [*map(_json, coded.dictionary.to_pylist()), "null"]
    return list(map(told.__getitem__, pc.fill_null(coded.indices, -1).to_pylist()))


def packed(leaves: Iterable[bytes]) -> bytes:
    """Return leaves sorted and joined: the form in which a shard's leaves are kept beside it."""
    return b"".join(sorted(leaves))


def unpacked(data: bytes | memoryview) -> Leaves:
    """Return packed leaves as an array, without copying them."""
    return np.frombuffer(data, np.uint8).reshape(-1, SIZE)


def row_digest(pieces: Sequence[Leaves]) -> RowDigest:
    """Return the digest of all leaves in some sorted pieces. Memory is that of the largest bucket."""
    bounds = [_bounds(piece) for piece in pieces]
    rows, nodes = 0, []
    for bucket in range(BUCKETS):
        leaves = _bucket(pieces, bounds, bucket)
        rows += len(leaves)
        nodes.append(bucket_node(bucket, leaves))
    return RowDigest(rows=rows, digest=tree_root(nodes).hex(), buckets=tuple(node.hex() for node in nodes))


def digest_of_rows(rows: pa.RecordBatch | pa.Table, id_column: str = "id") -> RowDigest:
    """Return the row digest of a batch or table that is a whole version."""
    return row_digest([unpacked(packed(row_leaves(rows, id_column)))])


def inclusion_proof(pieces: Sequence[Leaves], leaf: bytes) -> InclusionProof | None:
    """Return the proof that a leaf is among those in some sorted pieces; None when it is not."""
    bounds = [_bounds(piece) for piece in pieces]
    leaves = _bucket(pieces, bounds, leaf[0])
    if leaf not in leaves:
        return None
    place = leaves.index(leaf)
    nodes = [bucket_node(bucket, _bucket(pieces, bounds, bucket)) for bucket in range(BUCKETS)]
    return InclusionProof(
        leaves=len(leaves),
        place=place,
        path=tuple(node.hex() for node in _audit_path(leaves, place)),
        upper=tuple(node.hex() for node in _audit_path(nodes, leaf[0])),
    )


def is_included(leaf: bytes, proof: InclusionProof, digest: str) -> bool:
    """Tell whether a proof shows that a leaf is under a row digest (RFC 9162, 2.1.3.2, once per tree)."""
    if len(leaf) != SIZE:
        return False
    root = _climb(leaf, proof.place, proof.leaves, [bytes.fromhex(node) for node in proof.path])
    if root is None:
        return False
    node = _bucket_node(leaf[0], proof.leaves, root)
    top = _climb(node, leaf[0], BUCKETS, [bytes.fromhex(node) for node in proof.upper])
    return top is not None and top.hex() == digest


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a Merkle tree over leaf hashes: SHA256 of nothing for none (RFC 6962, 2.1)."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def bucket_node(bucket: int, leaves: Sequence[bytes]) -> bytes:
    """Return what stands for a bucket, given its sorted leaves, in the upper tree."""
    return _bucket_node(bucket, len(leaves), tree_root(leaves))


def _bucket_node(bucket: int, leaves: int, root: bytes) -> bytes:
    return hashlib.sha256(b"\x02" + bytes([bucket]) + leaves.to_bytes(8, "big") + root).digest()


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    """Return the parents of a level: pairs are joined, an odd last one rises as it is.

    This is the tree of RFC 6962, which splits n leaves at the largest power of two below n.
    """
    sha256 = hashlib.sha256
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    if len(level) % 2:
        above.append(level[-1])
    return above


def _audit_path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """Return the hashes beside the way from a leaf to the root."""
    path, level = [], list(leaves)
    while len(level) > 1:
        if (place ^ 1) < len(level):
            path.append(level[place ^ 1])
        place //= 2
        level = _next_level(level)
    return path


def _climb(leaf: bytes, place: int, leaves: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a path leads to; None when the path does not fit a tree of that size."""
    if not 0 <= place < leaves:
        return None
    last = leaves - 1
    for beside in path:
        if not last:
            return None
        if place % 2 or place == last:
            leaf = hashlib.sha256(b"\x01" + beside + leaf).digest()
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + beside).digest()
        place, last = place // 2, last // 2
    return None if last else leaf


def _bounds(piece: Leaves) -> list[int]:
    return [int(at) for at in np.searchsorted(piece[:, 0], np.arange(BUCKETS + 1))]


def _bucket(pieces: Sequence[Leaves], bounds: Sequence[Sequence[int]], bucket: int) -> list[bytes]:
    """Return the sorted leaves of one bucket."""

    def taken(piece: Leaves, bound: Sequence[int]) -> list[bytes]:
        data = piece[bound[bucket] : bound[bucket + 1]].tobytes()
        return [data[at : at + SIZE] for at in range(0, len(data), SIZE)]

    found = [taken(piece, bound) for piece, bound in zip(pieces, bounds, strict=True)]
    return sorted(chain.from_iterable(found))
