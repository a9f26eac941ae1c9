from pathlib import Path

import pyarrow as pa
from apache_beam.coders.typecoders import registry
from helpers import parcel, rows

from licet.schemas.evidence import Claim
from licet.schemas.ledger import Verdicts
from licet.stages.coders import BatchCoder, ParcelCoder
from licet.stages.parcel import Parcel

STAGES = Path(__file__).resolve().parents[2] / "stages"


def test_a_slice_is_coded_without_its_parent() -> None:
    parent = rows(*("words " * 100 for _ in range(1000)))
    coded = BatchCoder().encode(parent.slice(10, 2))
    assert len(coded) < 6_000
    assert BatchCoder().decode(coded) == parent.slice(10, 2)


def test_a_parcel_survives_its_coder() -> None:
    claim = Claim(kind="declared", raw="MIT", locator="recipe")
    given = parcel(rows("a", "b"), claim).refuse("x", Verdicts(reason=pa.array([None, "no"])))
    assert ParcelCoder().decode(ParcelCoder().encode(given)) == given


def test_beam_uses_our_coders() -> None:
    assert isinstance(registry.get_coder(pa.RecordBatch), BatchCoder)
    assert isinstance(registry.get_coder(Parcel), ParcelCoder)


def test_each_module_of_the_stages_that_imports_beam_registers_our_coders_too() -> None:
    with_beam = {path: path.read_text() for path in STAGES.rglob("*.py") if "\nfrom apache_beam" in path.read_text()}
    steps = ("import licet.stages.coders", "from licet.stages.step import")
    assert [path.name for path, code in with_beam.items() if not any(step in code for step in steps)] == ["coders.py"]
