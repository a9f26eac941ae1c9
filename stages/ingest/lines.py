"""Lines of a stream of blocks, with the offset at which each begins. Lines above a limit are passed over unread."""

from collections.abc import Iterable, Iterator

from licet.stages.ingest.reasons import Damaged

Piece = tuple[int, bytes | None, int]
"""Offset of the first byte; the bytes, None for a line that was too long; and how many bytes they are or were."""


def whole_lines(blocks: Iterable[bytes], *, start: int = 0, stop: int | None = None, limit: int) -> Iterator[Piece]:
    r"""Yield runs of whole lines, those that begin in [``start``, ``stop``), in pieces of about a block.

    For ``start`` > 0 the blocks begin at ``start - 1``: that byte tells whether a line begins at ``start`` itself.
    So each line of a file is in exactly one of the ranges the file is cut into, wherever the cuts fall. Lines end
    with ``\n``; the last of the file need not. A line that spans blocks is held up to ``limit`` bytes; a longer one
    is yielded as None, with its length without its end.

    Raises:
        Damaged: the stream breaks off; its offset is that of the line which was then unfinished.

    """
    offset = max(0, start - 1)
    skipping = start > 0
    held: list[bytes] = []
    length = 0
    try:
        for block in blocks:
            if stop is not None and offset >= stop:
                return
            first = block.find(b"\n")
            if first < 0:
                length += len(block)
                held = [] if skipping or length > limit else [*held, block]
                continue
            last = block.rfind(b"\n")
            if skipping or length + first > limit:
                if not skipping:
                    yield offset, None, length + first
                offset += length + first + 1
                body = block[first + 1 : last + 1]
            else:
                body = b"".join((*held, block[: last + 1]))
            skipping = False
            if stop is not None and offset + len(body) > stop:
                end = body.find(b"\n", max(0, stop - offset - 1)) + 1 if stop > offset else 0
                body = body[:end]
                if body:
                    yield offset, body, len(body)
                return
            if body:
                yield offset, body, len(body)
            offset += len(body)
            tail = block[last + 1 :]
            length = len(tail)
            held = [tail] if 0 < length <= limit else []
    except Damaged as error:
        raise Damaged(error.reason, error.detail, offset, error.members) from error
    if length and not skipping and (stop is None or offset < stop):
        yield offset, (b"".join(held) if length <= limit else None), length


def lines(pieces: Iterable[Piece], *, limit: int) -> Iterator[Piece]:
    """Yield the single lines of runs of lines, without their ends; None for those above ``limit``."""
    for offset, run, length in pieces:
        if run is None:
            yield offset, None, length
            continue
        parts = run.split(b"\n")
        if run.endswith(b"\n"):
            parts.pop()
        for part in parts:
            yield offset, (part if len(part) <= limit else None), len(part)
            offset += len(part) + 1
