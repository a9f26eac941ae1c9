"""Lines of a stream of blocks, with the offset at which each begins. Lines above a limit are passed over unread."""

from collections.abc import Iterable, Iterator

from licet.stages.ingest.reasons import Damaged

Line = tuple[int, bytes | None, int]
"""Offset of its first byte, the line without its end (None when it was too long), and its length in bytes."""


def lines(blocks: Iterable[bytes], *, begin: int = 0, stop: int | None = None, limit: int) -> Iterator[Line]:
    r"""Yield the lines that begin before ``stop``; the first block begins at offset ``begin``.

    Lines end with ``\n``; the last one need not. At most ``limit`` bytes of a line are held.

    Raises:
        Damaged: the stream breaks off; its offset is that of the line which was then unfinished.

    """
    offset = begin
    pieces: list[bytes] = []
    length = 0
    try:
        for block in blocks:
            parts = block.split(b"\n")
            tail = parts.pop()
            for part in parts:
                if stop is not None and offset >= stop:
                    return
                length += len(part)
                if length > limit:
                    yield offset, None, length
                elif pieces:
                    yield offset, b"".join((*pieces, part)), length
                else:
                    yield offset, part, length
                offset += length + 1
                length = 0
                pieces = []
            length += len(tail)
            if length > limit:
                pieces = []
            elif tail:
                pieces.append(tail)
            if stop is not None and offset >= stop:
                return
    except Damaged as error:
        raise Damaged(error.reason, error.detail, offset, error.members) from error
    if length and (stop is None or offset < stop):
        yield offset, (b"".join(pieces) if length <= limit else None), length


def lines_of_range(blocks: Iterable[bytes], *, start: int, stop: int | None, limit: int) -> Iterator[Line]:
    """Yield the lines that begin in [``start``, ``stop``); for ``start`` > 0 the blocks begin at ``start - 1``.

    So each line of a file belongs to exactly one of the ranges the file is cut into, wherever the cuts fall: the
    byte before the range tells whether a line begins at its very start.
    """
    if not start:
        return lines(blocks, stop=stop, limit=limit)
    found = lines(blocks, begin=start - 1, stop=stop, limit=limit)
    next(found, None)
    return found
