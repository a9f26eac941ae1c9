"""JSON texts with the strings in them masked: what was valid JSON stays so, and nothing but those strings changes."""

import json
import re

import numpy as np
import pyarrow as pa

from licet.stages.json_text import is_json
from licet.stages.mask.secrets import is_secret, is_secret_name
from licet.stages.mask.texts import Counts, Masker, with_replaced

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_IS_NAME = re.compile(r"\s*:")


def masked_json(masker: Masker, texts: pa.Array) -> tuple[pa.Array, Counts]:
    """Return masked JSON texts, and counts of shape (texts, kinds); one that is no JSON is masked as a text.

    Names of members stay, and so do numbers: neither a placeholder nor what it would stand for is a number. Strings
    within strings, such as JSON in a JSON string, are texts.
    """
    counts = np.zeros((len(texts), len(masker.settings.kinds)), np.int32)
    changed: dict[int, str] = {}
    plain: list[int] = []
    for row, text in enumerate(texts.to_pylist()):
        if text is None:
            continue
        if not is_json(text):
            plain.append(row)
            continue
        new = _masked(masker, text, counts[row])
        if new != text:
            changed[row] = new
    if plain:
        told, their_counts = masker(texts.take(pa.array(plain, pa.int64())))
        counts[plain] = their_counts
        changed |= {row: new for row, new in zip(plain, told.to_pylist(), strict=True) if counts[row].any()}
    return with_replaced(texts, changed), counts


def _masked(masker: Masker, text: str, counts: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> str:
    """Return valid JSON with its strings masked, all of them in one go, adding to the counts."""
    found = list(_STRING.finditer(text))
    values = [json.loads(match[0], strict=False) for match in found]
    masked, by_value = masker(pa.array([v.encode("utf-8", "replace").decode() for v in values], pa.string()))
    told = masked.to_pylist()
    is_name = [_IS_NAME.match(text, match.end()) is not None for match in found]
    pieces, at, name = [], 0, ""
    for place, match in enumerate(found):
        if is_name[place]:
            name = values[place]
            continue
        new = told[place] if by_value[place].any() else None
        if new is not None:
            counts += by_value[place]
        elif _is_secret_member(masker, text[: match.start()], name, values[place]):
            counts[masker.settings.kinds.index("key")] += 1
            new = masker.settings.placeholder("key")
        if new is not None:
            pieces += [text[at : match.start()], json.dumps(new, ensure_ascii=False)]
            at = match.end()
    return "".join([*pieces, text[at:]])


def _is_secret_member(masker: Masker, before: str, name: str, value: str) -> bool:
    """Tell whether a string is the value of a member whose name speaks of a secret, and looks like one."""
    if "key" not in masker.settings.kinds or not before.rstrip().endswith(":"):
        return False
    told = name.encode("utf-8", "replace")
    return is_secret_name(told) and is_secret(told, value.encode("utf-8", "replace"))
