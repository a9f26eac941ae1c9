import json
from pathlib import Path

from apache_beam import Create, Map
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.test_pipeline import TestPipeline as Pipeline
from apache_beam.testing.util import assert_that, equal_to

from licet.schemas.recipe import Limits
from licet.schemas.sources import JsonlSource
from licet.stages.ingest import REASONS
from licet.stages.ingest.plan import plan_source
from licet.stages.ingest.transform import Ingest
from licet.stages.parcel import Parcel


def counted(result: object) -> dict[str, int]:
    found = result.metrics().query()["counters"]  # type: ignore[attr-defined]
    return {c.key.metric.name: c.result for c in found if c.key.metric.namespace == "ingest"}


def test_splits_become_parcels_in_a_pipeline_and_are_counted(tmp_path: Path) -> None:
    for name in ("a", "b"):
        good = "".join(json.dumps({"text": f"{name}{i}"}) + "\n" for i in range(3))
        (tmp_path / f"{name}.jsonl").write_text(good + "{broken\n")
    source = JsonlSource(name="s", type="jsonl", paths=["."])
    splits = plan_source(source, base=str(tmp_path), limits=Limits(), chat=False)
    pipeline = Pipeline(runner=FnApiRunner())
    parcels = pipeline | Create(splits) | Ingest(Limits())
    assert parcels.element_type is Parcel
    told = parcels | Map(texts)
    assert_that(told, equal_to([(["a0", "a1", "a2"], ["bad_json"]), (["b0", "b1", "b2"], ["bad_json"])]))
    result = pipeline.run()
    result.wait_until_finish()
    assert counted(result) == {
        "rows_in": 8,
        "rows_kept": 6,
        "bytes_in": 2 * (3 * 14 + 7),
        "refused_bad_json": 2,
        "splits": 2,
    }


def texts(parcel: Parcel) -> tuple[list[str], list[str]]:
    return parcel.rows.column("text").to_pylist(), parcel.ledger.column("reason").to_pylist()


def test_every_reason_is_explained_in_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in REASONS.values())
    folder = Path(__file__).parents[3] / "stages" / "ingest"
    code = "".join(path.read_text() for path in sorted(folder.glob("*.py")) if path.name != "reasons.py")
    assert [reason for reason in REASONS if f'"{reason}"' not in code] == []
