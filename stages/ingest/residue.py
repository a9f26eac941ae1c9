"""What is left of a row when it is written back by its shape alone: the little that makes it the original again.

A difference is a JSON value, so that a row's metadata can hold it. Text is not repeated in it where white space, an
encoding as JSON or the cut into parts is all that differs:

    {"=": value}             the value itself
    {"-": 1}                 there is none
    {"d": {key: …}}          an object, by its keys; of one that is written by another name, ``{"<": name}`` says so
    {"l": {index: …}}        a list of as many items, by their places
    {"j": style}             the JSON of the value, in one of `STYLES`; ``o`` is the order of the keys of its objects
    {"p": 1}                 the value that the text is the JSON of
    {"n": …}                 what differs besides, beside ``<`` and ``j``
    {"t": [lengths]}         parts ``{"type": "text", "text": …}`` of the text, which are joined by newlines; ``k`` is
                             what they hold besides their text where that is something else, of all or of each
    {"w": [[at, space], …]}  other white space before some of the characters that are none
    {"e": [start, end, …]}   another piece between that many characters at the start and at the end

The last four hold for one text only, and go by its checksum: a text that was masked since keeps what was masked.
"""

import json
import re
import zlib
from typing import Any

Difference = dict[str, Any]
STYLES: tuple[dict[str, Any], ...] = (
    {},
    {"ensure_ascii": False},
    {"ensure_ascii": False, "separators": (",", ":")},
    {"separators": (",", ":")},
    {"indent": 4},
    {"indent": 2},
    {"ensure_ascii": False, "indent": 4},
    {"ensure_ascii": False, "indent": 2},
)
"""How programs write JSON: Python's own way first."""
MOST_SPACES = 400
"""Pieces of white space that are worth telling one by one."""
MOST_ORDERS = 12
"""Orders of keys that are worth telling."""
_TEXT = {"type": "text"}
_BESIDE = frozenset("ckno")
"""Keys of a difference that say more of another key."""
_SPACE = re.compile(r"\s+")


def difference(written: Any, original: Any) -> Difference | None:
    """Return what makes ``original`` of ``written``; None where they are the same. A null field is as good as none."""
    if written is original:
        return None
    if type(written) is type(original):
        if isinstance(original, dict):
            return _of_objects(written, original)
        if isinstance(original, list) and len(written) == len(original):
            pairs = enumerate(zip(written, original, strict=True))
            found = {str(i): told for i, (made, one) in pairs if made is not one and (told := difference(made, one))}
            return {"l": found} if found else None
        if isinstance(original, str) and written != original:
            return _of_texts(written, original)
        if written == original:
            return None
    if isinstance(original, str) and isinstance(written, (dict, list)):
        for i, style in enumerate(STYLES):
            if _dumped(written, style) == original:
                return {"j": i}
        return _of_encoded(written, original) or {"=": original}
    if isinstance(written, str) and isinstance(original, (dict, list)):
        if (parts := _parts(written, original)) is not None:
            return {**parts, "c": _checksum(written)}
        if difference(_loaded(written), original) is None:
            return {"p": 1}
    return {"=": original}


def original_of(written: Any, told: Difference | None) -> Any:
    """Return the value that `difference` told of; where a text is not the one that it was, it stays as it is."""
    if told is None:
        return written
    kind = next(kind for kind in told if kind not in _BESIDE)
    value = told[kind]
    if kind == "=":
        return value
    if kind == "d":
        made = dict(written) if isinstance(written, dict) else {}
        for key, inner in value.items():
            if inner == {"-": 1}:
                made.pop(key, None)
            elif "<" in inner:
                made[key] = original_of(written.get(inner["<"]), inner.get("n")) if isinstance(written, dict) else None
            else:
                made[key] = original_of(made.get(key), inner)
        return made
    if kind == "l":
        return [original_of(item, value.get(str(i))) for i, item in enumerate(written or [])]
    if kind == "j":
        return _dumped(_ordered(original_of(written, told.get("n")), told.get("o", [])), STYLES[value])
    if kind == "p":
        return _loaded(written)
    if not isinstance(written, str) or _checksum(written) != told["c"]:
        return written
    if kind == "t":
        return _in_parts(written, value, told.get("k", _TEXT))
    return {"w": _spaced, "e": _edited}[kind](written, value)


def without_nulls(value: Any) -> Any:
    """Return a value without the null fields of its objects: in Parquet a struct has every field in every row."""
    if isinstance(value, dict):
        return {
            key: inner if type(inner) is str else without_nulls(inner)
            for key, inner in value.items()
            if inner is not None
        }
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def _of_objects(written: dict[str, Any], original: dict[str, Any]) -> Difference | None:
    found: dict[str, Any] = {}
    new: list[str] = []
    for key, value in original.items():
        made = written.get(key)
        if value is None or made is value:
            continue
        if made is None:
            new.append(key)
        elif told := difference(made, value):
            found[key] = told
    gone = [key for key, value in written.items() if value is not None and original.get(key) is None]
    for key in new:
        found[key] = _renamed(written, gone, original[key]) if gone else {"=": original[key]}
    found.update({key: {"-": 1} for key in gone})
    return {"d": found} if found else None


def _renamed(written: dict[str, Any], gone: list[str], value: Any) -> Difference:
    """Return of which field that is gone a value is the one, or nearly; else the value."""
    for key in gone:
        told = difference(written[key], value)
        if told is None:
            return {"<": key}
        if "=" not in told:
            return {"<": key, "n": told}
    return {"=": value}


def _of_encoded(written: Any, original: str) -> Difference | None:
    """Return how a text differs from the JSON of a value, where it is that of one like it; None where none tells."""
    meant = _loaded(original)
    style = next((i for i, style in enumerate(STYLES) if _dumped(meant, style) == original), None)
    if style is None or type(meant) is not type(written):
        return None
    told: Difference = {"j": style, "o": _orders(meant)}
    if (inner := difference(written, meant)) is not None:
        if "=" in inner:
            return None
        told["n"] = inner
    return told if len(told["o"]) <= MOST_ORDERS and original_of(written, told) == original else None


def _orders(value: Any) -> list[list[str]]:
    """Return the keys of the objects in a value in each of their orders, nulls among them."""
    found: dict[tuple[str, ...], None] = {}
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            found[tuple(one)] = None
            pending += one.values()
        elif isinstance(one, list):
            pending += one
    return [list(keys) for keys in found]


def _ordered(value: Any, orders: list[list[str]]) -> Any:
    """Return a value whose objects have their keys in the first order that names them all, with nulls for others."""
    if isinstance(value, list):
        return [_ordered(one, orders) for one in value]
    if not isinstance(value, dict):
        return value
    keys = next((keys for keys in orders if value.keys() <= set(keys)), list(value))
    return {key: _ordered(value.get(key), orders) for key in keys}


def _of_texts(written: str, original: str) -> Difference:
    start = _alike(written, original)
    end = _alike(written[start:][::-1], original[start:][::-1])
    if _bare(written) == _bare(original):
        spaces = _other_spaces(written, original, start, end)
        if len(spaces) <= MOST_SPACES:
            return {"w": spaces, "c": _checksum(written)}
    if start + end <= len(original) // 2:
        return {"=": original}
    return {"e": [start, end, original[start : len(original) - end]], "c": _checksum(written)}


def _alike(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _bare(text: str) -> str:
    return "".join(text.split())


def _other_spaces(written: str, original: str, start: int, end: int) -> list[list[Any]]:
    """Return the white space of a text where that of the other differs; both begin and end alike for so long."""
    first = len(written[:start].rstrip())
    last = len(written[len(written) - end :].lstrip())
    passed = len(_bare(written[:first]))
    before, after = (_gaps(text[first : len(text) - last]) for text in (written, original))
    places = sorted({*before, *after})
    return [[passed + at, after.get(at, "")] for at in places if before.get(at) != after.get(at)]


def _gaps(text: str) -> dict[int, str]:
    """Return the white space of a text, by the number of other characters before it."""
    gaps, passed = {}, 0
    for found in _SPACE.finditer(text):
        gaps[found.start() - passed] = found[0]
        passed += len(found[0])
    return gaps


def _spaced(written: str, spaces: list[Any]) -> str:
    bare = _SPACE.sub("", written)
    gaps = _gaps(written) | dict(spaces)
    made, last = [], 0
    for at in sorted(gaps):
        made += [bare[last:at], gaps[at]]
        last = at
    return "".join([*made, bare[last:]])


def _edited(written: str, edit: list[Any]) -> str:
    start, end, piece = edit
    return f"{written[:start]}{piece}{written[len(written) - end :]}"


def _parts(written: str, original: Any) -> Difference | None:
    """Return how a text is cut into parts; None where these are not all that it is."""
    if not isinstance(original, list) or not original:
        return None
    if not all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in original):
        return None
    texts = [part["text"] for part in original]
    if "\n".join(texts) != written:
        return None
    besides = [{key: value for key, value in part.items() if key != "text"} for part in original]
    lengths = {"t": [len(text) for text in texts]}
    if all(each == _TEXT for each in besides):
        return lengths
    is_one = all(difference(each, besides[0]) is None for each in besides)
    return {**lengths, "k": besides[0] if is_one else besides}


def _in_parts(written: str, lengths: list[int], besides: Any) -> list[dict[str, Any]]:
    made, at = [], 0
    for i, length in enumerate(lengths):
        more = besides if isinstance(besides, dict) else besides[i]
        made.append({**more, "text": written[at : at + length]})
        at += length + 1
    return made


def _dumped(value: Any, style: dict[str, Any]) -> str:
    return json.dumps(value, **style)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
