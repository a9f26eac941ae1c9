"""Xorbs and shards are read as the xet specification writes them, and refused where they are not."""

import io
import struct

import lz4.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.pipelines.serve.xorbs import (
    GROUPED_LZ4,
    LZ4,
    PLAIN,
    SHARD_TAG,
    BadXetError,
    Term,
    XetFile,
    chunk_places,
    chunks,
    files_in,
    hash_text,
    ungrouped,
)

VERIFIED, WITH_SHA256 = 1 << 31, 1 << 30


def chunk(data: bytes, scheme: int = PLAIN, size: int | None = None) -> bytes:
    """A chunk with its header."""
    packed = {
        PLAIN: lambda: data,
        LZ4: lambda: lz4.frame.compress(data),
        GROUPED_LZ4: lambda: lz4.frame.compress(b"".join(data[i::4] for i in range(4))),
    }.get(scheme, lambda: data)()
    told = len(data) if size is None else size
    return b"\0" + len(packed).to_bytes(3, "little") + bytes([scheme]) + told.to_bytes(3, "little") + packed


def shard(*files: tuple[bytes, list[tuple[bytes, int, int]], int]) -> bytes:
    """A shard of files: sha256, terms, flags."""
    out = [SHARD_TAG, struct.pack("<QQ", 2, 0)]
    for sha256, terms, flags in files:
        out.append(b"f" * 32 + struct.pack("<IIQ", flags, len(terms), 0))
        out += [xorb + struct.pack("<IIII", 0, 0, first, end) for xorb, first, end in terms]
        out += [b"v" * 48] * (len(terms) if flags & VERIFIED else 0)
        out += [sha256 + b"\0" * 16] if flags & WITH_SHA256 else []
    return b"".join([*out, b"\xff" * 32, b"\0" * 16, b"what follows is about xorbs"])


def read(xorb: bytes, first: int, end: int) -> list[bytes]:
    file = io.BytesIO(xorb)
    return list(chunks(file, chunk_places(file, len(xorb)), first, end))


@pytest.mark.parametrize("scheme", [PLAIN, LZ4, GROUPED_LZ4])
def test_chunks_come_out_as_they_went_in(scheme: int) -> None:
    texts = [b"first", b"", b"x" * 100_001, bytes(range(256)) * 7]
    xorb = b"".join(chunk(text, scheme) for text in texts) + b"XETBLOB and the rest of the footer"
    assert read(xorb, 0, 4) == texts
    assert read(xorb, 2, 3) == texts[2:3]


@given(st.binary(max_size=300))
def test_grouped_bytes_are_put_back(data: bytes) -> None:
    assert ungrouped(b"".join(data[i::4] for i in range(4))) == data


def test_files_of_a_shard_are_read_with_and_without_verification() -> None:
    one, two = bytes(range(32)), bytes(range(32, 64))
    terms = [(b"a" * 32, 0, 3), (b"b" * 32, 5, 6)]
    told = shard((one, terms, WITH_SHA256 | VERIFIED), (two, [], WITH_SHA256))
    assert files_in(told) == [
        XetFile(hash_text(one), (Term(hash_text(b"a" * 32), 0, 3), Term(hash_text(b"b" * 32), 5, 6))),
        XetFile(hash_text(two), ()),
    ]
    assert hash_text(one)[:16] == "0706050403020100"


@pytest.mark.parametrize(
    ("xorb", "first", "end", "said"),
    [
        (chunk(b"abc"), 0, 2, "has no chunks 0 to 2"),
        (chunk(b"abc"), 1, 0, "has no chunks 1 to 0"),
        (chunk(b"abc")[:-1], 0, 1, "is cut off"),
        (chunk(b"abc", size=4), 0, 1, "another size"),
        (chunk(b"abc", scheme=7), 0, 1, "no compression scheme 7"),
        (b"\0\3\0\0\1\3\0\0abc", 0, 1, "cannot be decompressed"),
    ],
)
def test_xorbs_that_are_not_whole_are_refused(xorb: bytes, first: int, end: int, said: str) -> None:
    with pytest.raises(BadXetError, match=said):
        read(xorb, first, end)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no shard"),
        (b"x" * 96, "no shard"),
        (SHARD_TAG + struct.pack("<QQ", 3, 0), "another version"),
        (SHARD_TAG + struct.pack("<QQ", 2, 0), "cut off"),
        (shard((b"s" * 32, [(b"a" * 32, 0, 1)], WITH_SHA256))[:150], "cut off"),
        (shard((b"s" * 32, [(b"a" * 32, 0, 1)], 0)), "no sha256"),
    ],
)
def test_shards_that_are_not_whole_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadXetError, match=said):
        files_in(data)
