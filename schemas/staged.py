"""What a run knows of its intermediate files: staged parcels, judged parcels, shards to write and shards written."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True, kw_only=True)
class Staged:
    """One staged parcel: rows that passed all stages up to dedup, with sidecars of the same name.

    ``order`` is (place of the split in the plan, place of the parcel in its split) and gives rows their order in
    the version. ``base`` is the path without its ending; the sidecars are

    ``.rows.parquet`` the rows · ``.ledger.arrow`` those that left · ``.evidence.arrow`` distinct evidence sets ·
    ``.statements.arrow`` the words of their claims · ``.objections.parquet`` rows that left for stated terms, with
    their text, only where there are any · ``.measured.arrow`` what the heuristics measured of each row that came to
    them, only where it is kept · ``.contamination.arrow`` evaluation items found in rows, only where
    there are any · ``.bands.arrow`` band hashes, one row for each of ``.rows.parquet`` and then each objection ·
    ``.json`` counts, written last: it exists only when all the others do.
    """

    order: tuple[int, int]
    source: str
    config: str
    base: str
    rows: int
    bytes: int
    objections: int = 0
    measured: int = 0
    contamination: int = 0

    @property
    def key(self) -> str:
        """Name within the staging folder, "<split fingerprint>/<seq>": the same on every machine."""
        return "/".join(self.base.rsplit("/", 2)[-2:])

    @property
    def rows_path(self) -> str:
        """Parquet file of the rows."""
        return self.base + ".rows.parquet"

    @property
    def ledger_path(self) -> str:
        """Arrow file of the ledger."""
        return self.base + ".ledger.arrow"

    @property
    def evidence_path(self) -> str:
        """Arrow file of the evidence sets."""
        return self.base + ".evidence.arrow"

    @property
    def statements_path(self) -> str:
        """Arrow file of the claims' words."""
        return self.base + ".statements.arrow"

    @property
    def objections_path(self) -> str:
        """Parquet file of the objections; not there when there are none."""
        return self.base + ".objections.parquet"

    @property
    def measured_path(self) -> str:
        """Arrow file of what was measured of each row; not there when none was."""
        return self.base + ".measured.arrow"

    @property
    def contamination_path(self) -> str:
        """Arrow file of the evaluation items that were found; not there when none was."""
        return self.base + ".contamination.arrow"

    @property
    def bands_path(self) -> str:
        """Arrow file of the band hashes."""
        return self.base + ".bands.arrow"

    @property
    def done_path(self) -> str:
        """JSON file of the counts: the mark that the parcel is whole."""
        return self.base + ".json"


@dataclass(frozen=True, order=True, kw_only=True)
class Held:
    """One row group of an earlier version's shard: rows that are there already, and speak against copies of them.

    ``order`` is (place of the version in the recipe, place of the shard in it, row group). ``version`` is the digest
    of its manifest, ``label`` what the ledger calls it. ``shard`` is the path of the shard within ``folder``. ``index``
    is the path of the file with its fingerprints, which has the same row groups; without one they are made anew.
    """

    order: tuple[int, int, int]
    version: str
    label: str
    folder: str
    shard: str
    rows: int
    chat: bool = False
    index: str | None = None

    @property
    def key(self) -> str:
        """Name within the earlier versions, the same wherever they are."""
        return f"{self.version}/{self.shard}/{self.order[2]}"

    @property
    def source(self) -> str:
        """Where its rows are from."""
        return self.label

    @property
    def bytes(self) -> int:
        """Bytes of text that it adds to a run: none."""
        return 0

    @property
    def objections(self) -> int:
        """Rows of it that left for stated terms: none are published."""
        return 0

    @property
    def holder(self) -> str:
        """Place of the version in the recipe and what the ledger calls it, as one string."""
        return f"{self.order[0]} {self.label}"


@dataclass(frozen=True, order=True, kw_only=True)
class Judged:
    """A staged parcel after dedup and classification.

    ``marks_path`` is an Arrow file of `MARKS`: what became of rows that did not simply stay. ``scores_path`` is an
    Arrow file with one row for each *kept* row in order: ``length`` (UTF-8 bytes of the text), ``quality_score``
    and one ``quality_<name>`` a model; only ``length`` when there are no models.
    """

    staged: Staged
    marks_path: str
    scores_path: str
    kept_rows: int
    kept_bytes: int


@dataclass(frozen=True, order=True, kw_only=True)
class ShardSpec:
    """A shard to be written: consecutive kept rows of consecutive parcels of one config.

    Each piece is (parcel, first kept row, end of kept rows); rows are counted among the kept ones of the parcel.
    ``cuts`` are, by the column of each model's scores, the 19 bounds between its 20 buckets; empty without models.
    """

    config: str
    number: int
    of: int
    pieces: tuple[tuple[Judged, int, int], ...]
    cuts: tuple[tuple[str, tuple[float, ...]], ...] = ()
