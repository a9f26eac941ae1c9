"""The number that follows is told from what changed, and a smaller one is refused with the reason."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from versions import change_manifest, change_rows, finished, manifest_of, relist, some_parcels

from licet.pipelines.publish import row_sets
from licet.pipelines.publish.admission import Admission
from licet.pipelines.publish.backend import PublishedVersion
from licet.pipelines.publish.plan import plan_publication
from licet.pipelines.publish.publish import publish
from licet.pipelines.publish.row_sets import Open, RowChanges, row_changes
from licet.pipelines.publish.store import StoreBackend, shelf_at
from licet.pipelines.publish.suggest import Level, Suggestion, step, suggested
from licet.schemas.errors import VersionError
from licet.schemas.semver import Release, parse_release

SHARD = "data/default/train-00000-of-00002.parquet"
SINCE = Release(1, 2, 3)
OTHER = "0" * 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    return finished(folder, some_parcels(folder))[0]


@pytest.fixture
def pair(made: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Twice the same version."""
    return made, Path(shutil.copytree(made, tmp_path / "after"))


def opener(folder: Path) -> Open:
    def opened(path: str) -> IO[bytes]:
        return open(folder / path, "rb")

    return opened


def nothing(folder: Path) -> None:
    """Change nothing."""


def between(before: Path, after: Path, since: Release = SINCE) -> Suggestion:
    return suggested(since, manifest_of(before), opener(before), manifest_of(after), opener(after))


def other_digest(told: dict[str, Any]) -> None:
    told["rows"]["digest"] = OTHER


def without_column(folder: Path, path: str, name: str) -> None:
    pq.write_table(pq.read_table(folder / path).drop_columns([name]), folder / path)


def added_row(rows: list[dict[str, Any]]) -> None:
    rows.append({**rows[0], "id": "new"})


def with_rows(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        change_rows(folder, SHARD, change)
        change_manifest(folder, other_digest)

    return changed


def retracted(folder: Path) -> None:
    """Let the ledger say of the shard's first row that it was taken back."""
    gone = pq.read_table(folder / SHARD)["id"][0].as_py()
    change_rows(folder, SHARD, lambda rows: rows.pop(0))
    ledger = next(f.path for f in manifest_of(folder).files if f.role == "ledger")
    change_rows(folder, ledger, lambda rows: rows.append({**rows[0], "id": gone, "reason": "retracted"}))
    change_manifest(folder, other_digest)


CASES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "card": (nothing, "1.2.4", "only card or provenance changed"),
    "kind": (
        lambda after: change_manifest(after, lambda told: told["dataset"].update(kind="posttrain")),
        "2.0.0",
        "the rows are posttrain rows and were pretrain rows",
    ),
    "licence came": (
        lambda after: change_manifest(after, lambda told: told["licences"][0].update(expression="ISC")),
        "2.0.0",
        "rows under ISC are new",
    ),
    "policy": (
        lambda after: change_manifest(after, lambda told: told["policy"].update(id="mine")),
        "2.0.0",
        "the policy is mine and was",
    ),
    "policy's rules": (
        lambda after: change_manifest(after, lambda told: told["policy"].update(sha256=OTHER)),
        "1.3.0",
        "has other rules than it had",
    ),
    "column gone": (
        lambda after: without_column(after, SHARD, "url"),
        "2.0.0",
        "the column 'url' of config 'default' is gone",
    ),
    "other columns": (
        lambda after: change_rows(after, SHARD, lambda rows: rows[0].update(url="https://example.org/x")),
        "1.3.0",
        "rows have the same ids, texts and licences, and other columns",
    ),
    "rows came": (
        with_rows(added_row),
        "1.3.0",
        "1 row came",
    ),
    "rows went": (
        with_rows(lambda rows: rows.pop()),
        "2.0.0",
        "1 row left without being taken back",
    ),
    "rows edited": (
        with_rows(lambda rows: rows[0].update(content_sha256=OTHER)),
        "2.0.0",
        "1 row has another content",
    ),
    "rows taken back": (retracted, "1.2.4", "1 row was taken back"),
    "licences of rows mended": (
        lambda after: change_manifest(after, other_digest),
        "1.2.4",
        "what is told of the licences of rows changed",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_change_asks_for_its_number(case: str, pair: tuple[Path, Path]) -> None:
    change, number, reason = CASES[case]
    change(pair[1])
    found = between(*pair)
    assert (str(found.number), found.since) == (number, SINCE)
    assert reason in "; ".join(found.reasons)


def under_isc(row: int) -> Callable[[Path], None]:
    """Put a row of a version, and a licence's whole count, under ISC."""

    def changed(folder: Path) -> None:
        change_rows(folder, SHARD, lambda rows: rows[row].update(license="ISC"))
        change_manifest(folder, lambda told: told["licences"].append({**told["licences"][0], "expression": "ISC"}))

    return changed


def test_a_licence_that_went_with_rows_taken_back_asks_for_no_more_than_a_patch(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = Path(shutil.copytree(pair[0], tmp_path / "before")), pair[1]
    under_isc(0)(before)
    retracted(after)
    found = between(before, after)
    assert (str(found.number), found.reasons) == ("1.2.4", ("1 row was taken back",))


def test_a_licence_that_a_row_still_there_was_under_went_for_good(pair: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = Path(shutil.copytree(pair[0], tmp_path / "before")), pair[1]
    under_isc(1)(before)
    retracted(after)
    found = between(before, after)
    assert (str(found.number), found.reasons) == ("2.0.0", ("no rows are under ISC any more",))


def test_a_new_column_and_a_new_config_are_minor_and_gone_the_other_way_round(pair: tuple[Path, Path]) -> None:
    before, after = pair
    without_column(after, SHARD, "url")
    assert "the column 'url' of config 'default' is new" in between(after, before).reasons
    assert between(after, before).level == Level.MINOR

    def hide_data(told: dict[str, Any]) -> None:
        for file in told["files"]:
            file["role"] = "chart" if file["role"] == "data" else file["role"]

    change_manifest(after, hide_data)
    assert "the config 'default' is new" in between(after, before).reasons
    assert between(before, after).reasons == ("the config 'default' is gone",)


def test_too_many_rows_to_compare_count_as_edited(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    change_manifest(pair[1], other_digest)
    monkeypatch.setattr(row_sets, "MAX_ROWS", 1)
    assert between(*pair).reasons == ("rows changed, and there are too many to tell how",)


def test_before_the_first_major_number_what_is_major_asks_for_a_minor_one() -> None:
    levels = (Level.PATCH, Level.MINOR, Level.MAJOR)
    assert [str(step(Release(0, 4, 2), level)) for level in levels] == ["0.4.3", "0.5.0", "0.5.0"]
    assert [str(step(Release(3, 4, 2), level)) for level in levels] == ["3.4.3", "3.5.0", "4.0.0"]


@given(st.tuples(*[st.integers(0, 99)] * 3), st.sampled_from(Level), st.tuples(*[st.integers(0, 99)] * 3))
def test_a_number_is_taken_exactly_from_the_suggested_one_on(
    since: tuple[int, int, int], level: Level, given_number: tuple[int, int, int]
) -> None:
    found = Suggestion(step(Release(*since), level), level, Release(*since), ("a reason",))
    assert found.number > Release(*since)
    if Release(*given_number) >= found.number:
        found.check(Release(*given_number))
        return
    with pytest.raises(VersionError, match=f"for a reason: that is {level.name}, so publish it as {found.number}"):
        found.check(Release(*given_number))


def test_rows_are_told_apart_by_id_and_content(pair: tuple[Path, Path]) -> None:
    before, after = pair
    change_rows(after, SHARD, lambda rows: (rows[0].update(id="other"), rows[1].update(content_sha256=OTHER)))
    found = row_changes(manifest_of(before), opener(before), manifest_of(after), opener(after))
    assert found == RowChanges(added=1, removed=1, edited=1, retracted=0)


def test_published_with_too_small_a_number_is_refused_and_auto_takes_the_suggested_one(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    before, after = map(str, pair)
    hub = str(tmp_path / "hub")
    assert publish(before, hub, "auto").version == "1.0.0"
    assert publish(before, hub, "auto").already_there
    change_manifest(pair[1], lambda told: told["policy"].update(id="mine"))
    words = (
        r"1\.1\.0 is too small a step from 1\.0\.0, for the policy is mine .*: that is MAJOR, so publish it as 2\.0\.0"
    )
    with pytest.raises(VersionError, match=words):
        publish(after, hub, "1.1.0", verified=True)
    told = publish(after, hub, "auto", verified=True, dry_run=True)
    assert (told.version, told.follows) == ("2.0.0", "1.0.0")
    done = publish(after, hub, "auto", verified=True)
    assert (done.version, done.follows, done.why) == ("2.0.0", "1.0.0", told.why)


def test_main_must_be_where_it_is_expected(pair: tuple[Path, Path], tmp_path: Path) -> None:
    hub = str(tmp_path / "hub")
    first = publish(str(pair[0]), hub, "1.0.0")
    (pair[1] / "README.md").write_text((pair[1] / "README.md").read_text() + "\nMore.\n")
    relist(pair[1], "README.md")
    with pytest.raises(VersionError, match=f"main is at {first.commit}, and the version was to follow {OTHER[:40]}"):
        publish(str(pair[1]), hub, "1.0.1", verified=True, revision=OTHER[:40])
    assert publish(str(pair[1]), hub, "auto", verified=True, revision=first.commit).version == "1.0.1"


def test_a_version_before_without_a_manifest_counts_as_another_one(pair: tuple[Path, Path], tmp_path: Path) -> None:

    backend = StoreBackend(shelf_at(str(tmp_path / "hub")), "books")
    found = Admission(plan_publication(str(pair[0]), None), backend).suggestion(PublishedVersion("1.4.0", "0" * 40, ""))
    assert found is not None
    assert (found.number, found.level) == (parse_release("2.0.0"), Level.MAJOR)
