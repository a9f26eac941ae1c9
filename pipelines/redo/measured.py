"""The measures of a version that is decided anew: those of the rows that still come to the heuristics.

A row that is refused for its licence now does not come to them, whatever they or a later stage had said of it.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.verify.once import row_key
from licet.stages.license.reasons import STAGE

_KEY = "S16"


class Gone:
    """Rows that do not come to the heuristics any more, as 16 bytes each."""

    def __init__(self) -> None:
        self._keys = bytearray()

    def add_changed(self, before: pa.Table, after: pa.Table) -> None:
        """Add the rows of the ledger that another stage had refused before, and the licence stage does now."""
        self.add(after.filter(pc.not_equal(before.column("stage"), STAGE)))

    def add(self, rows: pa.Table) -> None:
        """Add those ledger rows that the licence stage refuses; one that is laundered leaves at dedup."""
        for key in _keys(rows.filter(pc.equal(rows.column("stage"), STAGE))):
            self._keys += key

    def without(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Yield tables of measures without the rows that are gone, in their order."""
        gone = np.unique(np.frombuffer(bytes(self._keys), _KEY))
        for table in tables:
            keys = np.array(list(_keys(table)), _KEY)
            yield table.filter(pa.array(~np.isin(keys, gone)))


def _keys(rows: pa.Table) -> Iterator[bytes]:
    for row_id, locator in zip(rows.column("id").to_pylist(), rows.column("locator").to_pylist(), strict=True):
        if row_id is not None:
            yield row_key(row_id, locator or "")
