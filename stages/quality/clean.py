"""The step that takes lines from rows before they are judged, for the profiles that ask for it.

Text, its digest and what objects to copies of it change; ids stay, since they say where a row was read. A row of which
no line is left is refused with the numbers of its lines.
"""

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.ledger import Verdicts
from licet.schemas.quality import Heuristics
from licet.stages.contract import failed, isolate, sha256_of
from licet.stages.parcel import Parcel
from licet.stages.quality.c4 import LINE_REASONS, Kept, kept_lines
from licet.stages.quality.peers import LINES
from licet.stages.quality.rules import rules_of

STAGE = "clean"
NO_TEXT_LEFT = "no_text_left"
CLEAN_REASONS = {
    NO_TEXT_LEFT: "The profile takes lines away before it judges, and took all of this row's; the detail counts them."
}


def clean_params(settings: Heuristics) -> dict[str, Any]:
    """Return what the manifest says of the step: the profile, and what it asks of a line."""
    (name,) = (profile for profile in settings.profiles if profile in LINES)
    return {"profile": name, **asdict(LINES[name])}


def takes_lines(settings: Heuristics) -> bool:
    """Tell whether rows lose lines before they are judged."""
    return any(profile in LINES for profile in settings.profiles)


@dataclass(frozen=True)
class CleanParcel:
    """Takes from the rows of a parcel, and from what objects to copies of them, the lines that the profile rules out.

    ``Parcel.cleaned`` counts the rows that are not what they were and the lines that went, by reason.
    """

    settings: Heuristics

    def __call__(self, parcel: Parcel) -> Parcel:
        """Return the parcel with what is left."""
        if parcel.objections.num_rows:
            parcel = replace(parcel, objections=self._objections(parcel.objections))
        if not parcel.rows.num_rows:
            return parcel
        pieces, errors = isolate(self.kept, parcel.rows)
        if errors.null_count < len(errors):
            parcel = parcel.refuse(STAGE, failed(errors))
        if not pieces:
            return parcel
        text = pa.concat_arrays([kept.text for _, kept in pieces])
        lines, changed = (np.concatenate([getattr(kept, name) for _, kept in pieces]) for name in ("lines", "changed"))
        is_left = pc.greater(pc.binary_length(text), 0)
        parcel = parcel.refuse(STAGE, without_text(is_left, lines))
        left = is_left.to_numpy(zero_copy_only=False)
        counts = Counter(dict(parcel.cleaned))
        counts["rows_changed"] += int(changed[left].sum())
        for number, reason in enumerate(LINE_REASONS):
            counts[f"lines_{reason}"] += int(lines[:, number].sum())
        text = text.filter(is_left)
        return replace(
            parcel.with_columns({"text": text, "content_sha256": sha256_of(text)}),
            cleaned=tuple(sorted(counts.items())),
        )

    def kept(self, batch: pa.RecordBatch) -> Kept:
        """Return what is left of the texts of a batch."""
        (rules,) = (LINES[profile] for profile in self.settings.profiles if profile in LINES)
        most = [rule.bound for rule in rules_of(self.settings) if rule.name == "max_characters"]
        return kept_lines(batch.column("text"), rules, *most)

    def _objections(self, objections: pa.RecordBatch) -> pa.RecordBatch:
        """Return objections with what is left of their texts; one of which nothing is left stays whole."""
        before = objections.column("text")
        kept = self.kept(objections).text
        text = pc.if_else(pc.greater(pc.binary_length(kept), 0), kept, before)
        columns = {"text": text, "content_sha256": sha256_of(text)}
        made = [columns.get(f.name, objections.column(f.name)) for f in objections.schema]
        return pa.RecordBatch.from_arrays(made, schema=objections.schema)


def without_text(is_left: pa.Array, lines: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Verdicts:
    """Return verdicts that refuse the rows of which nothing is left; the detail says why lines went."""
    details: list[str | None] = [None] * len(is_left)
    for row in np.flatnonzero(~is_left.to_numpy(zero_copy_only=False)).tolist():
        counts = dict(zip(LINE_REASONS, lines[row].tolist(), strict=False))
        why = ", ".join(f"{reason} {count}" for reason, count in counts.items() if count)
        details[row] = f"{sum(counts.values())} lines went{f': {why}' if why else ''}"
    reason = pc.if_else(is_left, pa.scalar(None, pa.string()), NO_TEXT_LEFT)
    return Verdicts(reason=reason, detail=pa.array(details, pa.string()))
