"""What differs between two versions is told, row by row, as a plain comparison finds it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs import run
from tiny import document
from typer.testing import CliRunner
from versions import finished, some_parcels

from licet.pipelines.cli import app
from licet.pipelines.redo import redo
from licet.pipelines.versions.difference import difference
from licet.pipelines.versions.manifests_between import settings as settings_between
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.pipelines.versions.rows_between import Change, rows_between
from licet.schemas.errors import VersionError
from licet.schemas.manifest import FileEntry, Manifest
from licet.schemas.quality import Heuristics
from licet.stages.quality import heuristics_params

SOURCES = [{"name": "parts", "type": "jsonl", "paths": "data", "id_field": "id", "license_field": "license"}]
FACTS = ("id", "content_sha256", "license", "locator", "source", "attribution")
Row = tuple[str, ...]


def made(folder: Path, *rows: tuple[str, str, str], **more: Any) -> str:
    """A version of rows of an id, a text and a licence."""
    data = folder / "data"
    data.mkdir(parents=True)
    told = [{"id": row_id, "text": text, "license": licence} for row_id, text, licence in rows]
    (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told))
    return run(folder, sources=SOURCES, **more).folder


def on_disk(folder: Path, manifest: Manifest, rows: list[Row], name: str) -> tuple[str, Manifest]:
    """Rows as the data of something that has a manifest."""
    path = folder / name / "data" / "default" / "train-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(zip(FACTS, row, strict=True)) for row in rows], schema=SCHEMA), path)
    entry = FileEntry(path=str(path.relative_to(folder / name)), role="data", bytes=0, sha256=name.ljust(64, "0"))
    return str(folder / name), manifest.model_copy(update={"files": [entry]})


SCHEMA = pa.schema([pa.field(name, pa.string()) for name in FACTS])


def plainly(before: list[Row], after: list[Row]) -> Counter[Change]:
    """The changes as loops over all rows find them."""
    gone, come = (
        list((Counter(before) - Counter(after)).elements()),
        list((Counter(after) - Counter(before)).elements()),
    )
    found: Counter[Change] = Counter()

    def pair(same: Any, order: Any) -> None:
        for one in sorted(gone, key=order):
            other = next((row for row in sorted(come, key=order) if same(row) == same(one)), None)
            if other is not None:
                gone.remove(one)
                come.remove(other)
                kind = (
                    "changed_text"
                    if one[1] != other[1]
                    else "relicensed"
                    if one[2] != other[2]
                    else "changed_otherwise"
                )
                found[Change(kind, one[0], one[1], other[1], one[2], other[2])] += 1

    pair(lambda row: row[:2], lambda row: (row[2], row[3]))
    pair(lambda row: row[0], lambda row: row[1:4])
    found.update(Change("removed", row[0], row[1], None, row[2], None) for row in gone)
    found.update(Change("added", row[0], None, row[1], None, row[2]) for row in come)
    return found


some_rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["s", "t"]),
        st.sampled_from(["MIT", "BSD"]),
        st.sampled_from(["x", "y"]),
        st.just("parts"),
        st.sampled_from(["me", "you"]),
    ),
    max_size=7,
)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Any manifest."""
    folder = tmp_path_factory.mktemp("any")
    return finished(folder, some_parcels(folder))[1]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=some_rows, after=some_rows)
def test_rows_are_paired_as_a_plain_comparison_pairs_them(
    tmp_path_factory: pytest.TempPathFactory, manifest: Manifest, before: list[Row], after: list[Row]
) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    versions = [on_disk(folder, manifest, rows, name) for rows, name in ((before, "a"), (after, "b"))]
    expected = plainly(before, after)
    with rows_between(versions[0], versions[1]) as compared:
        counts = compared.counts()
        found = [change for kind in counts for change in compared.examples(kind, 100)]
    kinds = Counter(dict.fromkeys(("removed", "added", "changed_text", "changed_otherwise"), 0))
    for change, rows in expected.items():
        kinds[change.kind] += rows
    assert {kind: counts[kind] for kind in kinds if kind != "relicensed"} == {
        kind: rows for kind, rows in kinds.items() if kind != "relicensed"
    }
    assert len(after) == len(before) + counts["added"] - counts["removed"]
    assert sorted(map(repr, found)) == sorted(map(repr, expected.elements()))


def test_each_kind_of_change_is_told_with_its_rows(tmp_path: Path) -> None:
    same = ("same", document(0), "MIT")
    one = made(
        tmp_path / "a",
        same,
        ("gone", document(1), "MIT"),
        ("text", document(2), "MIT"),
        ("licence", document(3), "MIT"),
        ("old-name", document(4), "MIT"),
    )
    other = made(
        tmp_path / "b",
        same,
        ("new", document(5), "CC-BY-4.0"),
        ("text", document(6), "MIT"),
        ("licence", document(3), "CC0-1.0"),
        ("new-name", document(4), "Apache-2.0"),
    )
    found = difference(one, other)
    assert found.rows == {
        "removed": 2,
        "added": 2,
        "changed_text": 1,
        "relicensed": 1,
        "changed_otherwise": 0,
        "relicensed_elsewhere": 1,
        "renamed": 0,
    }
    names = {kind: [change.row_id for change in changes] for kind, changes in found.examples.items()}
    assert names == {
        "removed": ["parts/gone", "parts/old-name"],
        "added": ["parts/new", "parts/new-name"],
        "changed_text": ["parts/text"],
        "relicensed": ["parts/licence"],
    }
    assert found.relicensed == [
        {"before": "MIT", "after": "Apache-2.0", "rows": 1},
        {"before": "MIT", "after": "CC0-1.0", "rows": 1},
    ]
    by_licence = {delta.name: (delta.before, delta.after) for delta in found.histograms["license"]}
    assert by_licence == {"MIT": (5, 2), "Apache-2.0": (0, 1), "CC0-1.0": (0, 1), "CC-BY-4.0": (0, 1)}
    assert [told["source"] for told in found.inputs] == ["parts"]
    assert found.inputs[0]["files"] == {"added": 0, "removed": 0, "changed": 1}
    assert not found.is_same


def test_another_policy_is_told_with_what_it_admits_and_refuses(tmp_path: Path) -> None:
    version = made(tmp_path / "a", ("a", document(0), "MIT"), ("b", document(1), "CC-BY-SA-4.0"))
    redone = redo(version, "no-share-alike", str(tmp_path / "redone"))
    found = difference(version, redone.folder)
    assert (found.rows["removed"], sum(found.rows.values())) == (1, 1)
    assert [(delta.name, delta.before, delta.after) for delta in found.refused] == [("license.not_permitted", 0, 1)]
    assert found.policy is not None
    assert "CC-BY-SA-4.0" in [told["license"] for told in found.policy["only_a"]]
    assert (found.columns, found.inputs, found.settings) == ([], [], [])


def test_a_retraction_is_told_with_what_was_asked(tmp_path: Path) -> None:
    version = made(tmp_path / "a", ("a", document(0), "MIT"), ("b", document(1), "MIT"))
    done = retract(plan_retraction(version, [request_of("id", "parts/a")], "r", "1.0.1"), str(tmp_path / "new"))
    found = difference(version, done.folder)
    assert found.retractions == {"added": ["id parts/a"], "removed": []}
    assert found.rows["removed"] == 1


def test_other_columns_and_configs_are_told(tmp_path: Path) -> None:
    plain = finished(tmp_path / "a", some_parcels(tmp_path / "a"), models=())[0]
    scored = finished(tmp_path / "b", some_parcels(tmp_path / "b"), models=("wiki",))[0]
    found = difference(str(plain), str(scored))
    assert found.columns == [
        {"config": "default", "column": "quality_wiki", "before": None, "after": "float"},
        {"config": "default", "column": "quality_wiki_bucket", "before": None, "after": "int8"},
    ]


def test_the_command_ends_with_0_1_or_2(tmp_path: Path) -> None:
    version = made(tmp_path / "a", ("a", document(0), "MIT"), ("b", document(1), "CC-BY-SA-4.0"))
    again = made(tmp_path / "b", ("a", document(0), "MIT"), ("b", document(1), "CC-BY-SA-4.0"))
    less = redo(version, "no-share-alike", str(tmp_path / "redone")).folder
    for other, code in ((again, 0), (less, 1)):
        told = CliRunner().invoke(app, ["diff", version, other, "--json"])
        assert (told.exit_code, json.loads(told.stdout)["same"]) == (code, code == 0)
    shown = CliRunner().invoke(app, ["diff", version, less, "--rows", str(tmp_path / "rows.parquet")])
    assert "no longer admitted" in shown.stdout
    rows = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [(row["kind"], row["row_id"]) for row in rows] == [("removed", "parts/b")]
    with pytest.raises(VersionError, match="is no finished version"):
        difference(version, str(tmp_path / "none"))


def test_of_a_stage_only_the_settings_and_rules_that_differ_are_told(tmp_path: Path) -> None:
    _, manifest = finished(tmp_path, some_parcels(tmp_path))

    def with_least(words: float) -> Manifest:
        params = heuristics_params(Heuristics(set={"min_words": words}))
        stages = [s.model_copy(update={"params": params}) if s.name == "heuristics" else s for s in manifest.stages]
        return manifest.model_copy(update={"stages": stages})

    (told,) = settings_between(with_least(20), with_least(30))
    rule = {"name": "min_words", "measure": "words", "reason": "too_few_words"}
    assert told == {
        "stage": "heuristics",
        "before": {"set": {"min_words": 20.0}, "rules": [{**rule, "bound": 20.0}]},
        "after": {"set": {"min_words": 30.0}, "rules": [{**rule, "bound": 30.0}]},
    }
