"""From texts to spans: places proposed by one pass over their bytes, each looked at by the rule of its kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from licet.schemas.masking import ALLOW, Kind, Masking
from licet.stages.mask import _scan
from licet.stages.mask.allowed import allowed
from licet.stages.mask.email import email_at, written_out_at
from licet.stages.mask.ip import ipv4_at, ipv6_at
from licet.stages.mask.keys import key_at, login_at, pem_at
from licet.stages.mask.money import card_at, iban_at
from licet.stages.mask.phone import phone_at
from licet.stages.mask.secrets import bare_at, quoted_at
from licet.stages.mask.spans import Span, apart

Rule = Callable[[bytes, int], Span | None]

_PLACES: dict[Kind, tuple[int, ...]] = {
    "email": (_scan.EMAIL, _scan.OBFUSCATED),
    "phone": (_scan.PHONE,),
    "ip_address": (_scan.IPV4, _scan.IPV6),
    "iban": (_scan.IBAN,),
    "card": (_scan.CARD,),
    "key": (_scan.KEY, _scan.PEM, _scan.LOGIN, _scan.QUOTED, _scan.BARE),
}


@dataclass(frozen=True)
class Finder:
    """Finds what a recipe wants masked."""

    settings: Masking
    _wanted: int = field(init=False)
    _rules: dict[int, Rule] = field(init=False)

    def __post_init__(self) -> None:
        allow = allowed(ALLOW, self.settings.allow)
        keep = self.settings.keep_notices
        rules: dict[int, Rule] = {
            _scan.EMAIL: partial(email_at, allowed=allow, keep_notices=keep),
            _scan.OBFUSCATED: partial(written_out_at, allowed=allow, keep_notices=keep),
            _scan.PHONE: phone_at,
            _scan.IPV4: partial(ipv4_at, allowed=allow),
            _scan.IPV6: partial(ipv6_at, allowed=allow),
            _scan.IBAN: iban_at,
            _scan.CARD: card_at,
            _scan.KEY: key_at,
            _scan.PEM: pem_at,
            _scan.LOGIN: login_at,
            _scan.QUOTED: quoted_at,
            _scan.BARE: bare_at,
        }
        wanted = [place for kind in self.settings.kinds for place in _PLACES[kind]]
        object.__setattr__(self, "_wanted", sum(wanted))
        object.__setattr__(self, "_rules", {place: rules[place] for place in wanted})

    def spans(self, texts: pa.Array) -> Iterator[tuple[int, bytes, list[Span]]]:
        """Yield each text in which there is something: its row, its bytes and the spans in order."""
        data, offsets = buffers(texts)
        rows, places, kinds = proposals(data, offsets, self._wanted)
        ends = np.flatnonzero(np.diff(rows, append=-1))
        first = 0
        for last in ends.tolist():
            row = int(rows[first])
            text = data[offsets[row] : offsets[row + 1]].tobytes()
            found = [
                span
                for place, kind in zip(places[first : last + 1].tolist(), kinds[first : last + 1].tolist(), strict=True)
                if (span := self._rules[kind](text, place)) is not None
            ]
            first = last + 1
            if found:
                yield row, text, apart(found)


Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


def buffers(texts: pa.Array) -> tuple[Bytes, Ints]:
    """Return the bytes of a string array and where each text begins and ends in them; a null is empty."""
    wide = texts.cast(pa.large_string())
    _, offsets, data = wide.buffers()
    ends = (
        np.frombuffer(offsets, np.int64)[wide.offset : wide.offset + len(wide) + 1] if len(wide) else np.zeros(1, int)
    )
    held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return held, np.ascontiguousarray(ends, np.int64)


def proposals(data: Bytes, offsets: Ints, wanted: int) -> tuple[Ints, Ints, Ints]:
    """Return the rows, places and kinds of all proposals, in order."""
    room = 1024 + len(data) // 256
    while True:
        rows, places, kinds = (np.empty(room, np.int64) for _ in range(3))
        found = _scan.find_places(data, offsets, _scan.CLASSES, _scan.PAIRS, _scan.STARTS, wanted, rows, places, kinds)
        if found <= room:
            return rows[:found], places[:found], kinds[:found]
        room = found
