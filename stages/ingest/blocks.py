"""Bytes of a file in blocks, decompressed: gzip of several members, zstd of several frames.

What stands before a truncation or a damage is always yielded; then `Damaged` is raised. Memory is bounded whatever
a file claims to expand to: gzip by an explicit bound on each output, zstd by feeding it few bytes at a time.
"""

import zlib
from collections.abc import Iterator
from typing import IO

import zstandard

from licet.stages.ingest.reasons import Damaged

BLOCK = 1 << 20
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
ZSTD_PIECE = 4096
"""Input given to zstd at once. A zstd block expands 4 bytes to at most 128 KiB, so output stays under 128 MiB."""


def compression_of(head: bytes) -> str:
    """Return ``gzip``, ``zstd`` or the empty string for the first bytes of a file: names may lie."""
    if head.startswith(GZIP):
        return "gzip"
    return "zstd" if head.startswith(ZSTD) else ""


def blocks(file: IO[bytes], compression: str) -> Iterator[bytes]:
    """Yield the contents of a file from where it stands, in blocks of about a megabyte.

    Raises:
        Damaged: ``truncated`` when a compressed file ends early, ``unreadable`` when it is not what it claims.

    """
    if compression == "gzip":
        yield from _gzip(file)
    elif compression == "zstd":
        yield from _zstd(file)
    else:
        while block := file.read(BLOCK):
            yield block


def _gzip(file: IO[bytes]) -> Iterator[bytes]:
    members = 0
    inflater = zlib.decompressobj(wbits=31)
    begun = False
    while data := file.read(BLOCK):
        while data:
            if not begun and not (data := data.lstrip(b"\0")):
                break  # zeros between or after members are padding, as in gzip(1)
            try:
                out = inflater.decompress(data, 4 * BLOCK)
            except zlib.error as error:
                raise Damaged("unreadable", f"gzip: {error}", members=members) from error
            begun = True
            if out:
                yield out
            if inflater.eof:
                data, begun = inflater.unused_data, False
                inflater = zlib.decompressobj(wbits=31)
                members += 1
            else:
                data = inflater.unconsumed_tail
    if begun:
        raise Damaged("truncated", "the gzip stream ends before its end mark", members=members)


def _zstd(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what frames hold, gathered: a block of a few kilobytes costs its readers as much as one of a megabyte."""
    held, size = [], 0
    try:
        for out in _zstd_pieces(file):
            held.append(out)
            size += len(out)
            if size >= BLOCK:
                yield b"".join(held)
                held, size = [], 0
    except Damaged:
        if held:
            yield b"".join(held)
        raise
    if held:
        yield b"".join(held)


def _zstd_pieces(file: IO[bytes]) -> Iterator[bytes]:
    members = 0
    context = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    frame = context.decompressobj()
    begun = False
    while data := file.read(BLOCK):
        at = 0
        while at < len(data):
            piece = data[at : at + ZSTD_PIECE]
            at += len(piece)
            try:
                out = frame.decompress(piece)
            except zstandard.ZstdError as error:
                raise Damaged("unreadable", f"zstd: {error}", members=members) from error
            begun = True
            if out:
                yield out
            if frame.eof:
                at -= len(frame.unused_data)
                frame, begun = context.decompressobj(), False
                members += 1
    if begun:
        raise Damaged("truncated", "the zstd stream ends within a frame", members=members)
