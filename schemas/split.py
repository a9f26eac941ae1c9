"""A split: one unit of input work, pinned to the bytes it was planned on."""

import hashlib
from dataclasses import dataclass

from licet.schemas.evidence import Claim


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """One input file and the bytes it had when the run was planned.

    ``path`` is where it is opened (any fsspec URL); ``name`` is what provenance calls it, free of this machine's
    folders: relative to its source. ``sha256`` is of the file as stored (compressed), or ``etag:…`` for an
    object store that would have to be downloaded to be hashed.
    """

    path: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Split:
    """A unit of input work: some files, or one range of one file.

    ``start`` and ``stop`` are byte offsets (JSONL: the lines that *begin* in the range), row groups (Parquet), or
    both zero for whole files. ``claims`` is what the origin says about the licence of everything in the split,
    one tuple per distinct set; ``claims_of`` gives each file's index into it. Files without one are read beside the
    first, for what they say of its rows. ``order`` is the split's place in the plan and no part of its identity.
    """

    source: str
    reader: str
    files: tuple[Pin, ...]
    start: int = 0
    stop: int = 0
    claims: tuple[tuple[Claim, ...], ...] = ((),)
    claims_of: tuple[int, ...] = ()
    settings: str = "{}"
    order: int = 0
    fingerprint: str = ""

    @property
    def size(self) -> int:
        """Bytes of input that rows are made of, as stored."""
        if len(self.files) == 1 and self.reader == "jsonl" and self.stop:
            return self.stop - self.start
        return sum(pin.size for pin in self.files[: len(self.claims_of) or None])

    def identity(self) -> str:
        """Return the sha256 of what determines the split's rows: inputs, range, claims, and reader settings."""
        told = (
            self.source,
            self.reader,
            [(p.name, p.size, p.sha256) for p in self.files],
            self.start,
            self.stop,
            [[(c.kind, c.locator, c.raw, c.url) for c in claims] for claims in self.claims],
            self.claims_of,
            self.settings,
        )
        return hashlib.sha256(repr(told).encode()).hexdigest()
