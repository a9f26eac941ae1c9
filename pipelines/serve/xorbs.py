"""The two binary forms of the xet protocol, as far as a server reads them: xorbs of chunks, shards of files.

As in the Xet specification (huggingface.co/docs/xet): integers are little-endian, hashes are 32 bytes whose text form
reverses each group of eight. A xorb is a row of chunks, each behind a header of eight bytes. A shard lists files as
rows of (xorb, first chunk, end) and, behind each, its sha256.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import lz4.frame

SHARD_TAG = b"HFRepoMetaData\0" + bytes.fromhex("556967456a7b815783a5bdd95ccdd14aa9")
RECORD = 48
"""Bytes of each record of a shard, its header too."""
_IS_VERIFIED, _HAS_SHA256 = 1 << 31, 1 << 30
_BOOKEND = b"\xff" * 32
_CHUNK_HEADER = 8
PLAIN, LZ4, GROUPED_LZ4 = 0, 1, 2


class BadXetError(Exception):
    """A xorb or a shard is not what it should be; the message says why."""


@dataclass(frozen=True)
class Term:
    """Consecutive chunks of a xorb: from ``first`` to before ``end``."""

    xorb: str
    first: int
    end: int


@dataclass(frozen=True)
class XetFile:
    """A file of a shard: what it is made of, and the sha256 that its pointer has."""

    sha256: str
    terms: tuple[Term, ...]


def hash_text(data: bytes) -> str:
    """Return the text form of a hash's 32 bytes."""
    return "".join(data[i : i + 8][::-1].hex() for i in range(0, 32, 8))


def files_in(shard: bytes) -> list[XetFile]:
    """Return the files of a shard as a client sends it.

    Raises:
        BadXetError: it is cut off, has another form, or names a file without its sha256.

    """
    if len(shard) < RECORD or shard[:32] != SHARD_TAG:
        raise BadXetError("this is no shard")
    if struct.unpack_from("<Q", shard, 32)[0] != 2:
        raise BadXetError("the shard has another version than 2")
    found: list[XetFile] = []
    at = RECORD
    while True:
        head = _record(shard, at)
        at += RECORD
        if head[:32] == _BOOKEND:
            return found
        flags, entries = struct.unpack_from("<II", head, 32)
        terms = [_term(_record(shard, at + i * RECORD)) for i in range(entries)]
        at += RECORD * entries * (2 if flags & _IS_VERIFIED else 1)
        if not flags & _HAS_SHA256:
            raise BadXetError("a file of the shard has no sha256")
        found.append(XetFile(hash_text(_record(shard, at)[:32]), tuple(terms)))
        at += RECORD


def _record(shard: bytes, at: int) -> bytes:
    if at + RECORD > len(shard):
        raise BadXetError("the shard is cut off")
    return shard[at : at + RECORD]


def _term(record: bytes) -> Term:
    _, _, first, end = struct.unpack_from("<IIII", record, 32)
    return Term(hash_text(record[:32]), first, end)


def chunk_places(xorb: BinaryIO, size: int) -> list[int]:
    """Return where each chunk of a xorb begins, and where the last one ends; what follows them is a footer."""
    places = [0]
    while (at := places[-1]) + _CHUNK_HEADER <= size:
        xorb.seek(at)
        header = xorb.read(_CHUNK_HEADER)
        if header[0] != 0:
            break
        end = at + _CHUNK_HEADER + int.from_bytes(header[1:4], "little")
        if end > size:
            raise BadXetError("the xorb is cut off")
        places.append(end)
    return places


def chunks(xorb: BinaryIO, places: Sequence[int], first: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of consecutive chunks."""
    if not 0 <= first <= end < len(places):
        raise BadXetError(f"a xorb of {len(places) - 1} chunks has no chunks {first} to {end}")
    for number in range(first, end):
        xorb.seek(places[number])
        yield _unpacked(xorb.read(places[number + 1] - places[number]))


def _unpacked(chunk: bytes) -> bytes:
    scheme, size = chunk[4], int.from_bytes(chunk[5:8], "little")
    data = chunk[_CHUNK_HEADER:]
    if scheme not in (PLAIN, LZ4, GROUPED_LZ4):
        raise BadXetError(f"there is no compression scheme {scheme}")
    try:
        found = data if scheme == PLAIN else lz4.frame.decompress(data)
    except RuntimeError as error:
        raise BadXetError("a chunk cannot be decompressed") from error
    if len(found) != size:
        raise BadXetError("a chunk has another size than it says")
    return ungrouped(found) if scheme == GROUPED_LZ4 else found


def ungrouped(data: bytes) -> bytes:
    """Return bytes in their order that were grouped by their place modulo four."""
    out = bytearray(len(data))
    at = 0
    for place in range(4):
        size = (len(data) - place + 3) // 4
        out[place::4] = data[at : at + size]
        at += size
    return bytes(out)
