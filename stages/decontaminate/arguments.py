r"""Arguments of tool calls as they are looked through: JSON, whose escapes are read.

An agent's code and queries stand in strings of JSON, where a line break is ``\n``: looked at as it is written, its
``n`` would be a word, or the beginning of the next one. So escapes are read, and what is found is told by the
characters of the arguments as they are published. One level is read: JSON within a string of JSON is a text. Arguments
that are no JSON are looked at as they are written.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from licet.stages.json_text import is_json

_PAIR = r"u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}"
_ESCAPE = re.compile(rf'\\(?:{_PAIR}|u[0-9A-Fa-f]{{4}}|["\\/bfnrt])')


@dataclass(frozen=True)
class Read:
    """A text whose escapes were read, and where its characters stand in the one with escapes.

    From character ``since[i]`` on, they stand ``behind[i]`` characters further on there.
    """

    text: str
    since: tuple[int, ...] = ()
    behind: tuple[int, ...] = ()

    def place(self, at: int) -> int:
        """Return where the character at ``at`` begins, which is where the one before it ends."""
        before = bisect_right(self.since, at)
        return at + self.behind[before - 1] if before else at


def read_arguments(arguments: str) -> Read:
    """Return the arguments of a call as they are looked through."""
    return read_escapes(arguments) if "\\" in arguments and is_json(arguments) else Read(arguments)


def words_between(arguments: str, start: int, end: int) -> str:
    """Return what is looked through between two characters of the arguments of a call, which cut no escape."""
    told = arguments[start:end]
    return read_escapes(told).text if "\\" in told and is_json(arguments) else told


def read_escapes(text: str) -> Read:
    """Return a part of a JSON text with its escapes read; half of a surrogate pair is U+FFFD."""
    pieces, since, behind = [], [], []
    at = size = 0
    for found in _ESCAPE.finditer(text):
        sign = json.loads(f'"{found[0]}"').encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        pieces += [text[at : found.start()], sign]
        size += found.start() - at + len(sign)
        at = found.end()
        since.append(size)
        behind.append(at - size)
    return Read("".join([*pieces, text[at:]]), tuple(since), tuple(behind))
