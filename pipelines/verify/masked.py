"""Checks of masking: rows count what was masked, and their texts hold nothing more that the rules would mask."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.manifest import MANIFEST_PATH, FileEntry, Masked
from licet.schemas.masking import MASKED, RULES
from licet.schemas.recipe import Recipe
from licet.stages.mask import STAGE, Mask
from licet.stages.quality import takes_lines
from licet.stages.shard.counts import masked_counts, total_masked


def check_masked(version: Version, recipe: Recipe | None, findings: Findings) -> None:
    """Check the stage's settings, the totals, and, where these are the rules of this code, each row."""
    if recipe is None:
        return
    manifest = version.manifest
    told = next((stage.params for stage in manifest.stages if stage.name == STAGE), None)
    place = f"{MANIFEST_PATH}#{STAGE}"
    rules = told.get("rules") if told else None
    expected = {**recipe.mask.params, "rules": rules} if recipe.mask.is_on else None
    findings.expect("parameters", "What the stage was set to", expected, told, place)
    # Where lines were taken out behind masking, what stood beside a span may be gone, and with it why it was left.
    is_as_masked = rules == RULES and not takes_lines(recipe.heuristics)
    masking = Mask(recipe.mask) if recipe.mask.is_on and is_as_masked else None
    found = _Found(masking)
    for entry in version.of_role("data"):
        for table in version.tables(entry, findings):
            with findings.reading(entry.path):
                found.add(table, entry, findings)
    findings.expect("masked", "What was masked in all rows", manifest.masked, total_masked(found.counts), MANIFEST_PATH)


@dataclass
class _Found:
    masking: Mask | None
    counts: list[Masked | None] = field(default_factory=list)

    def add(self, table: pa.Table, entry: FileEntry, findings: Findings) -> None:
        """Count what some rows say, and mask them again."""
        self.counts.append(masked_counts(table))
        if MASKED in table.column_names:
            self._check_present(table, entry, findings)
        if self.masking is not None:
            again = [self.masking.counts(batch) for batch in table.combine_chunks().to_batches()]
            rows: list[int] = [int(row) for row in np.flatnonzero(np.concatenate(again).any(axis=1))] if again else []
            if rows:
                first = table.column(0)[rows[0]].as_py()
                findings.add_rows("masked", "in which the rules mask more than was", entry.path, len(rows), first)

    @staticmethod
    def _check_present(table: pa.Table, entry: FileEntry, findings: Findings) -> None:
        """Check that each row says for each kind how much of it there was."""
        column = table.column(MASKED).combine_chunks()
        lacking = np.zeros(table.num_rows, bool)
        for part in (column, *(column.field(i) for i in range(column.type.num_fields))):
            lacking |= part.is_null().to_numpy(zero_copy_only=False)
        if lacking.any():
            first = table.column(0)[int(np.flatnonzero(lacking)[0])].as_py()
            findings.add_rows("masked", "without a count of what was masked", entry.path, int(lacking.sum()), first)
