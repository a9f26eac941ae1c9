from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from judged import HEURISTICS, Parcels, refused, row

from licet.schemas.measured import Bins, measured_schema
from licet.schemas.quality import Heuristics
from licet.stages.quality import kept_bins
from licet.stages.shard.ledger import LedgerWriter, plan_ledger
from licet.stages.shard.measures import Tally, summed
from licet.stages.shard.records import LedgerPart

AT_LEAST_TWO = Bins(rule="min_words", measure="words", bound=2.0, is_minimum=True, edges=(1.0, 2.0, 4.0))
AT_MOST_TWO = Bins(rule="max_words", measure="words", bound=2.0, is_minimum=False, edges=(1.0, 2.0, 4.0))


def parts(folder: Path, parcels_a_part: int, settings: Heuristics = HEURISTICS) -> list[LedgerPart]:
    """The ledger parts of two parcels, one of which has a row that was refused for its shape."""
    parcels = Parcels(folder / "staging")
    parcels.add([row("a", "one two"), row("b", "one")], ledger=[refused("y", "heuristics", "too_few_words")])
    parcels.add([row("c", "one two three")], ledger=[refused("z")])
    writer = LedgerWriter(folder=str(folder / "version"), scratch=str(folder / "scratch"), bins=kept_bins(settings))
    return [writer(part) for part in plan_ledger(parcels.made, parcels_a_part)]


def told(folder: Path, part: LedgerPart) -> list[tuple[object, ...]]:
    """The rows of the measures beside a ledger part."""
    assert part.measures is not None
    return [tuple(found.values()) for found in pq.read_table(folder / "version" / part.measures.path).to_pylist()]


def test_a_part_of_the_measures_has_the_rows_of_its_parcels_kept_and_refused(tmp_path: Path) -> None:
    first, second = parts(tmp_path, 1)
    assert told(tmp_path, first) == [
        ("test/a", "a.txt", None, 2.0),
        ("test/b", "b.txt", None, 1.0),
        ("test/y", "y.txt", "too_few_words", 0.0),
    ]
    assert told(tmp_path, second) == [("test/c", "c.txt", None, 3.0)]
    assert first.measures is not None
    assert (first.measures.path, first.measures.role, first.measures.rows) == (
        "provenance/measures/part-00000-of-00002.parquet",
        "measures",
        3,
    )


def test_the_same_rows_have_the_same_bytes_and_histograms_add_up_however_they_are_cut(tmp_path: Path) -> None:
    one, again = parts(tmp_path / "one", 2), parts(tmp_path / "again", 2)
    assert one[0].measures == again[0].measures
    two = parts(tmp_path / "two", 1)
    assert [row for part in two for row in told(tmp_path / "two", part)] == told(tmp_path / "one", one[0])
    assert summed(part.histograms for part in two) == one[0].histograms


def test_no_measures_are_written_where_they_are_not_kept(tmp_path: Path) -> None:
    (part,) = parts(tmp_path, 2, HEURISTICS.model_copy(update={"keep_values": False}))
    assert (part.measures, part.histograms) == (None, ())


def test_a_value_at_the_bound_counts_on_the_side_that_is_kept() -> None:
    values = [0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 9.0]
    schema = measured_schema(["words"])
    columns = [["x"] * 7, ["y"] * 7, [None] * 6 + ["too_many_words"], values]
    tally = Tally([AT_LEAST_TWO, AT_MOST_TWO])
    tally.add(pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema))
    least, most = tally.histograms()
    assert (least.kept, least.refused) == ((1, 2, 2, 1), (0, 0, 0, 1))
    assert (most.kept, most.refused) == ((2, 2, 2, 0), (0, 0, 0, 1))
