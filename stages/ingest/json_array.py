"""A JSON array read item by item, without ever holding more than one item and a block."""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from licet.stages.ingest.reasons import Damaged

Item = tuple[Any, str]
"""A decoded item, and the text it was written as."""

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


def items(blocks: Iterable[bytes], *, limit: int) -> Iterator[Item]:
    """Yield the items of a JSON array that comes in blocks of UTF-8.

    Bytes that are not UTF-8 become lone surrogates (PEP 383), so that only the item they are in is bad.

    Raises:
        Damaged: ``bad_json`` where the text is not a JSON array, ``truncated`` where it ends before its bracket,
            ``too_large`` for an item of more than ``limit`` characters. Nothing after it can be read; the offset is
            the number of items before it.

    """
    source = _Text(blocks)
    count = 0
    try:
        source.expect("[")
        if source.peek() == "]":
            source.expect("]")
        else:
            while True:
                yield source.item(limit)
                count += 1
                if source.peek() != ",":
                    break
                source.expect(",")
                source.peek()
            source.expect("]")
        if rest := source.peek():
            raise Damaged("bad_json", f"after the array comes {rest!r}")
    except Damaged as error:
        raise Damaged(error.reason, error.detail, count, error.members) from error


class _Text:
    """Text that arrives in blocks: a window that grows at its end and is cut at its beginning."""

    def __init__(self, blocks: Iterable[bytes]):
        self.blocks = iter(blocks)
        self.decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self.window = ""
        self.at = 0
        self.ended = False
        self.begun = False

    def more(self) -> bool:
        """Add at least as much again to the window as is unread in it; False when nothing is left to add."""
        parts = [self.window[self.at :]]
        wanted = max(1, len(parts[0]))
        added = 0
        while added < wanted and not self.ended:
            block = next(self.blocks, None)
            self.ended = block is None
            text = self.decode(block or b"", final=self.ended)
            if text and not self.begun:
                text, self.begun = text.removeprefix("\ufeff"), True
            parts.append(text)
            added += len(text)
        self.window, self.at = "".join(parts), 0
        return added > 0

    def peek(self) -> str:
        """Return the next character that is no white space; empty at the end."""
        while True:
            found = _SPACE.match(self.window, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.window):
                return self.window[self.at]
            if not self.more():
                return ""

    def expect(self, mark: str) -> None:
        found = self.peek()
        if not found:
            raise Damaged("truncated", f"the array ends where `{mark}` should stand")
        if found != mark:
            raise Damaged("bad_json", f"{found!r} stands where `{mark}` should")
        self.at += 1

    def item(self, limit: int) -> Item:
        while True:
            error: Exception | None = None
            end = self.at
            try:
                value, end = _DECODER.raw_decode(self.window, self.at)
            except RecursionError:
                raise Damaged("bad_json", "nested too deeply") from None
            except ValueError as raised:
                error = raised
            whole = end < len(self.window) or self.ended  # `12` may go on as `123`
            if error is None and whole:
                if end - self.at > limit:
                    raise Damaged("too_large", f"an item of {end - self.at} characters")
                written = self.window[self.at : end]
                self.at = end
                return value, written
            if len(self.window) - self.at > limit:
                raise Damaged("too_large", f"no item ends within {limit} characters")
            if not self.more() and error is not None:
                raise Damaged(*_blame(error, self.window)) from error


def _blame(error: Exception, window: str) -> tuple[str, str]:
    """Return whether an item is malformed or cut off: an error at the very end means that more was to come."""
    position = getattr(error, "pos", 0)
    cut = position >= len(window) - 1 or "Unterminated string" in str(error)
    return ("truncated", "the array ends within an item") if cut else ("bad_json", str(error))
