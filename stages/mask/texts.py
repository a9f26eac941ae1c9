"""Texts with what is to be masked replaced, again until nothing is found, and how much of each kind there was."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from licet.schemas.masking import Kind, Masking
from licet.stages.mask.find import Finder
from licet.stages.mask.spans import replaced

Counts = np.ndarray[tuple[int, int], np.dtype[np.int32]]
MOST_ROUNDS = 8
"""A replacement may uncover another span: the rules look at what is beside one. Two were the most seen."""


@dataclass(frozen=True)
class Masker:
    """Masks arrays of texts as a recipe says."""

    settings: Masking
    finder: Finder = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "finder", Finder(self.settings))

    @cached_property
    def _placeholders(self) -> dict[Kind, bytes]:
        return {kind: self.settings.placeholder(kind).encode() for kind in self.settings.kinds}

    def __call__(self, texts: pa.Array) -> tuple[pa.Array, Counts]:
        """Return the masked texts, and counts of shape (texts, kinds); nulls stay null.

        Masking what comes out changes nothing.

        Raises:
            RuntimeError: a text is not done after `MOST_ROUNDS`.

        """
        counts = np.zeros((len(texts), len(self.settings.kinds)), np.int32)
        changed = self._round(texts, np.arange(len(texts)), counts)
        done = dict(changed)
        for _ in range(MOST_ROUNDS):
            if not changed:
                return with_replaced(texts, done), counts
            rows = np.array(sorted(changed))
            changed = self._round(pa.array([changed[row] for row in rows.tolist()], pa.large_string()), rows, counts)
            done.update(changed)
        if not changed:
            return with_replaced(texts, done), counts
        raise RuntimeError(f"masking is not done after {MOST_ROUNDS} rounds")

    def text(self, text: str) -> str:
        """Return one text masked."""
        masked: str = self(pa.array([text], pa.large_string()))[0][0].as_py()
        return masked

    def _round(
        self, texts: pa.Array, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]", counts: Counts
    ) -> dict[int, str]:
        kinds = {kind: place for place, kind in enumerate(self.settings.kinds)}
        changed: dict[int, str] = {}
        for at, text, spans in self.finder.spans(texts):
            row = int(rows[at])
            for span in spans:
                counts[row, kinds[span.kind]] += 1
            changed[row] = replaced(text, spans, self._placeholders).decode()
        return changed


def with_replaced(texts: pa.Array, changed: dict[int, str]) -> pa.Array:
    """Return texts of which some are replaced; the others are copied as they are, without a Python string."""
    if not changed:
        return texts
    pieces, at = [], 0
    for row in sorted(changed):
        pieces += [texts.slice(at, row - at), pa.array([changed[row]], texts.type)]
        at = row + 1
    return pa.concat_arrays([*pieces, texts.slice(at)])
