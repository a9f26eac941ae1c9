"""The words of a version's claims, looked up by their sha256."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from licet.schemas.errors import VersionError
from licet.schemas.evidence import STATEMENTS
from licet.stages.contract import as_array


class Words(Mapping[str, str]):
    """The statements of a version by their sha256, held as Arrow columns: a lookup is a binary search.

    Raises:
        VersionError: they are not sorted, or a key is no sha256.

    """

    def __init__(self, statements: pa.Table):
        self.table = statements
        try:
            keys = [bytes.fromhex(key) for key in statements.column("sha256").to_pylist()]
        except ValueError as error:
            raise VersionError("a statement of the version is not named by a sha256") from error
        self._keys = np.array(keys, "S32")
        if len(keys) > 1 and any(one >= other for one, other in pairwise(keys)):
            raise VersionError("the statements of the version are not sorted; check it with `licet verify`")

    def __getitem__(self, sha256: str) -> str:
        """Return the words; `KeyError` where they are not there."""
        at = self.place(sha256)
        if at is None:
            raise KeyError(sha256)
        return str(self.table.column("raw")[at].as_py())

    def place(self, sha256: str) -> int | None:
        """Return which statement has a sha256; null where none has."""
        try:
            wanted = bytes.fromhex(sha256 or "")
        except ValueError:
            return None
        at = int(np.searchsorted(self._keys, np.array(wanted, "S32")))
        return at if at < len(self) and self.table.column("sha256")[at].as_py() == sha256 else None

    def __iter__(self) -> Iterator[str]:
        """Yield the keys in order."""
        yield from self.table.column("sha256").to_pylist()

    def __len__(self) -> int:
        """Return how many statements there are."""
        return int(self.table.num_rows)

    def batch(self) -> pa.RecordBatch:
        """Return them all as one batch of `STATEMENTS`."""
        columns = [as_array(self.table.column(name)) for name in STATEMENTS.names]
        return pa.RecordBatch.from_arrays(columns, schema=STATEMENTS)
