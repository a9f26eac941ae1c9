"""A recipe that names earlier versions gives what these do not have, and says of the rest where it is."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from runs import contents, run, staged_splits
from stories import changed, plain_jaccard, story, text
from tiny import MIT
from versions import change_rows

from licet.pipelines.outcome import Outcome
from licet.pipelines.publish import publish
from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.errors import InputError, RecipeError, RunError
from licet.schemas.manifest import HeldAgainst

Row = dict[str, Any]
INDEX = "provenance/dedup/default/train-00000-of-00001.parquet"
ONE_SHARD = {"shards": {"target_bytes": 1_000_000}}
FIRST = [{"id": f"{i:02d}", "text": text(story(i))} for i in range(6)]
NEAR = text(changed(story(1), 2, 0))
SECOND = [
    {"id": "again", "text": FIRST[0]["text"]},
    {"id": "near", "text": NEAR},
    {"id": "new", "text": text(changed(story(20), 2, 0))},
    {"id": "new-too", "text": text(story(20))},
]
CHAT = [{"name": "parts", "type": "chat", "paths": "data"}]


def made(folder: Path, rows: list[Row], name: str = "corpus", **settings: Any) -> Outcome:
    """Run over some rows."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (data / "LICENSE").write_text(MIT)
    return run(folder, name=name, **{**ONE_SHARD, **settings})


def kept(outcome: Outcome | str | Path) -> list[str]:
    """The ids of all published rows."""
    folder = Path(outcome.folder if isinstance(outcome, Outcome) else outcome)
    tables = [pq.read_table(path) for path in sorted(folder.glob("data/*/*.parquet"))]
    return [row_id.removeprefix("parts/") for table in tables for row_id in table.column(0).to_pylist()]


def refused(outcome: Outcome) -> dict[str, tuple[Any, ...]]:
    """Why each row was refused, by its id: reason, value, threshold, the row that is there, and where."""
    names = ("reason", "value", "threshold", "kept_id", "kept_locator", "detail")
    tables = [pq.read_table(path) for path in sorted(Path(outcome.folder).glob("provenance/ledger/*.parquet"))]
    rows = [row for table in tables for row in table.to_pylist()]
    return {row["id"].removeprefix("parts/"): tuple(row[name] for name in names) for row in rows}


def copy_of(version: str, to: Path) -> Path:
    """A version to do something to."""
    shutil.copytree(version, to)
    return to


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What was published on the first day."""
    return made(tmp_path_factory.mktemp("first"), FIRST)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory, first: Outcome) -> Outcome:
    """What the second day brought, held against the first."""
    return made(tmp_path_factory.mktemp("second"), SECOND, dedup={"against": [first.folder]})


def test_the_second_day_gives_only_what_the_first_does_not_have(first: Outcome, second: Outcome) -> None:
    label = f"corpus sha256:{first.digest}"
    there = [f"rows.jsonl#byte={sum(len(json.dumps(row)) + 1 for row in FIRST[:i])}" for i in range(2)]
    alike = plain_jaccard(NEAR, str(FIRST[1]["text"]))
    assert kept(second) == ["new"]
    assert refused(second) == {
        "again": ("already_published_exact", 1.0, 1.0, "parts/00", there[0], label),
        "near": ("already_published", alike, 0.8, "parts/01", there[1], label),
        "new-too": (
            "near_duplicate",
            plain_jaccard(str(SECOND[2]["text"]), str(SECOND[3]["text"])),
            0.8,
            "parts/new",
            *refused(second)["new-too"][4:],
        ),
    }
    assert second.manifest.against == [HeldAgainst(name="corpus", version=None, sha256=first.digest, rows=6)]
    assert [source.rows for source in second.manifest.inputs] == [4]


def test_clusters_and_their_sizes_know_nothing_of_earlier_versions(second: Outcome) -> None:
    folder = Path(second.folder)
    (shard,) = folder.glob("data/*/*.parquet")
    assert pq.read_table(shard).column("cluster_size").to_pylist() == [2]
    assert pq.read_table(folder / "provenance/clusters.parquet").column("id").to_pylist() == ["parts/new-too"]


def test_both_days_verify_alone_and_together(first: Outcome, second: Outcome) -> None:
    assert verify(first.folder) == []
    assert verify(second.folder, against=[first.folder]) == []
    (finding,) = verify(first.folder, against=[second.folder])
    assert finding.message == f"{second.folder} is none of the versions that rows were held against."


def test_two_workers_come_to_the_same(tmp_path: Path, first: Outcome, second: Outcome) -> None:
    again = made(tmp_path, SECOND, dedup={"against": [first.folder]}, workers=2)
    assert again.digest == second.digest


def test_a_row_that_is_like_a_refused_one_only_stays(tmp_path: Path, first: Outcome) -> None:
    """No chain of likeness: what falls to an earlier version speaks for no other row."""
    near = changed(story(1), 2, 0)
    far = text(changed(near, 3, 1))
    assert plain_jaccard(far, str(FIRST[1]["text"])) < 0.8 <= plain_jaccard(far, text(near))
    rows = [{"id": "near", "text": text(near)}, {"id": "far", "text": far}]
    assert kept(made(tmp_path, rows, dedup={"against": [first.folder]})) == ["far"]


def test_the_version_that_is_named_first_is_told_then_the_row_most_alike(tmp_path: Path, first: Outcome) -> None:
    alike = [
        {"id": "b", "text": text(changed(story(1), 1, 0))},
        {"id": "a", "text": text([*changed(story(1), 1, 0), "x"])},
    ]
    other = made(tmp_path / "other", alike, name="other", dedup={"enabled": False})
    row = [{"id": "near", "text": NEAR}]
    for place, order in enumerate([[first.folder, other.folder], [other.folder, first.folder]]):
        told = refused(made(tmp_path / str(place), [*row, *SECOND[2:]], dedup={"against": order}))["near"]
        if place == 0:
            assert (told[3], told[5]) == ("parts/01", f"corpus sha256:{first.digest}")
        else:
            best = max(alike, key=lambda each: plain_jaccard(NEAR, str(each["text"])))
            assert (told[3], told[5]) == (f"parts/{best['id']}", f"other sha256:{other.digest}")


def without_index(version: Path) -> None:
    (version / INDEX).unlink()


def cut_short(version: Path) -> None:
    (version / INDEX).write_bytes((version / INDEX).read_bytes()[:-9])


def of_other_settings(version: Path) -> None:
    shutil.rmtree(version)
    made(version.parent / "other", FIRST, dedup={"bands": 7})
    shutil.move(version.parent / "other" / "out", version)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (without_index, f"{INDEX} cannot be read"),
        (cut_short, f"{INDEX} cannot be read"),
        (of_other_settings, "its dedup index was made with other settings or in another way"),
    ],
    ids=["gone", "cut short", "other settings"],
)
def test_without_an_index_of_use_fingerprints_are_made_anew_and_the_run_says_so(
    tmp_path: Path, first: Outcome, second: Outcome, change: Callable[[Path], None], why: str
) -> None:
    version = copy_of(first.folder, tmp_path / "version")
    change(version)
    again = made(tmp_path / "again", SECOND, dedup={"against": [str(version)]})
    assert again.notes == (f"{version}: fingerprints of 1 shard are made anew from the texts, since {why}",)
    assert (kept(again), {name: told[:5] for name, told in refused(again).items()}) == (
        kept(second),
        {name: told[:5] for name, told in refused(second).items()},
    )


def test_a_version_may_be_made_without_an_index(tmp_path: Path) -> None:
    version = made(tmp_path / "one", FIRST, dedup={"index": False})
    assert [file.role for file in version.manifest.files if file.role == "index"] == []
    assert verify(version.folder) == []
    again = made(tmp_path / "two", SECOND, dedup={"against": [version.folder]})
    assert again.notes == (
        f"{version.folder}: fingerprints of 1 shard are made anew from the texts, since it has no dedup index",
    )
    assert kept(again) == ["new"]


def test_an_index_with_wrong_bytes_within_stops_the_run_with_a_sentence(tmp_path: Path, first: Outcome) -> None:
    version = copy_of(first.folder, tmp_path / "version")
    data = bytearray((version / INDEX).read_bytes())
    column = pq.read_metadata(version / INDEX).row_group(0).column(2)
    data[column.data_page_offset + 60] ^= 1
    (version / INDEX).write_bytes(data)
    with pytest.raises(RunError, match=r"the dedup index .* is damaged .* fingerprints are made anew from its texts"):
        made(tmp_path / "again", SECOND, dedup={"against": [str(version)]})


def test_a_text_that_is_not_of_its_hash_is_not_measured_against(tmp_path: Path, first: Outcome) -> None:
    version = copy_of(first.folder, tmp_path / "version")
    change_rows(
        version, "data/default/train-00000-of-00001.parquet", lambda rows: rows[1].update(text="something else")
    )
    with pytest.raises(RunError, match="has a text that is not of its content_sha256"):
        made(tmp_path / "again", SECOND, dedup={"against": [str(version)]})


def conversations(count: int, of: int = 0) -> list[Row]:
    """Conversations of one question and one answer."""
    return [
        {
            "id": f"talk-{of + i}",
            "messages": [
                {"role": "user", "content": text(story(100 + of + i))},
                {"role": "assistant", "content": text(story(200 + of + i))},
            ],
        }
        for i in range(count)
    ]


def test_conversations_are_held_against_conversations(tmp_path: Path) -> None:
    told: dict[str, Any] = {"sources": CHAT, "kind": "posttrain"}
    one = made(tmp_path / "one", conversations(4), **told)
    rows = conversations(4, of=2)
    again = made(tmp_path / "two", rows, dedup={"against": [one.folder]}, **told)
    assert [(stage.name, r.reason, r.rows) for stage in again.manifest.stages for r in stage.refused] == [
        ("dedup", "already_published_exact", 2)
    ]
    assert again.manifest.rows.count == 2
    assert again.notes == ()
    assert verify(again.folder, against=[one.folder]) == []


def documents(talks: list[Row]) -> list[Row]:
    """Documents of all that conversations say."""
    return [
        {"id": f"doc-{i}", "text": "\n\n".join(turn["content"] for turn in talk["messages"])}
        for i, talk in enumerate(talks)
    ]


def test_conversations_are_held_against_documents_by_all_that_they_say(tmp_path: Path) -> None:
    talks = conversations(4)
    talks[1]["messages"][1]["content"] = text(changed(story(201), 2, 0))
    one = made(tmp_path / "one", documents(conversations(2)))
    told: dict[str, Any] = {"sources": CHAT, "kind": "posttrain"}
    again = made(tmp_path / "two", talks, dedup={"against": [one.folder], "compare": "text"}, **told)
    # A conversation has roles, so that it is never the very text of a document, but may be wholly like it.
    assert [(r.reason, r.rows) for stage in again.manifest.stages for r in stage.refused] == [("already_published", 2)]
    assert again.notes == ()
    assert verify(again.folder, against=[one.folder]) == []


def test_documents_are_held_against_conversations(tmp_path: Path) -> None:
    one = made(tmp_path / "one", conversations(2), sources=CHAT, kind="posttrain")
    again = made(tmp_path / "two", documents(conversations(3)), dedup={"against": [one.folder]})
    assert kept(again) == ["doc-2"]
    (note,) = again.notes
    assert "fingerprints of 1 shard are made anew from the texts" in note
    assert verify(again.folder, against=[one.folder]) == []


def test_conversations_are_not_held_against_documents_by_parts_that_these_do_not_have(
    tmp_path: Path, first: Outcome
) -> None:
    with pytest.raises(InputError, match="holds documents, which have no both to compare conversations by"):
        made(tmp_path, conversations(1), dedup={"against": [first.folder]}, sources=CHAT, kind="posttrain")


def test_versions_in_a_hub_are_named_as_they_were_published(tmp_path: Path, first: Outcome) -> None:
    publish(first.folder, str(tmp_path / "hub"), "1.0.0")
    again = made(tmp_path / "two", SECOND, dedup={"against": [f"{tmp_path}/hub/corpus@1.0.0"]})
    assert kept(again) == ["new"]
    (told,) = again.manifest.against
    assert (told.name, told.version, told.rows) == ("corpus", "1.0.0", 6)
    assert refused(again)["again"][5] == f"corpus@1.0.0 sha256:{told.sha256}"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nowhere"], "`dedup.against`: nowhere is no finished version"),
        (["hub/corpus@1.0.0"], "`dedup.against`: hub/corpus@1.0.0 cannot be used: "),
        (["{first}", "{first}"], "is named twice: leave one out"),
        (["out"], "is the output folder of the recipe, which the run replaces"),
    ],
)
def test_what_cannot_be_held_against_is_refused_before_anything_is_written(
    tmp_path: Path, first: Outcome, names: list[str], words: str
) -> None:
    places = {"first": first.folder}
    if "out" in names:
        copy_of(first.folder, tmp_path / "out")
    with pytest.raises(InputError, match=re.escape(words)):
        made(tmp_path, SECOND, dedup={"against": [name.format(**places) for name in names]})
    assert not (tmp_path / "out.work").exists()


def test_without_dedup_nothing_is_held_against_anything(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="`against` names versions to hold rows against, and `enabled: false`"):
        made(tmp_path, SECOND, dedup={"enabled": False, "against": ["x"]})
    version = made(tmp_path, SECOND, dedup={"enabled": False})
    assert [file.path for file in version.manifest.files if file.role == "index"] == []
    assert verify(version.folder) == []


def test_when_the_earlier_version_has_changed_rows_are_compared_anew_and_not_read(tmp_path: Path) -> None:
    one = made(tmp_path / "one", FIRST)
    before = kept(made(tmp_path / "two", SECOND, dedup={"against": [one.folder]}))
    staged = staged_splits(tmp_path / "two")
    made(tmp_path / "one", [*FIRST[1:], SECOND[2]])
    after = made(tmp_path / "two", SECOND, dedup={"against": [one.folder]})
    assert (before, kept(after)) == (["new"], ["again"])
    assert staged_splits(tmp_path / "two") == staged
    assert after.splits_reused == after.splits


def test_rows_that_are_taken_out_leave_the_index(tmp_path: Path, first: Outcome) -> None:
    asked = [request_of("id", "parts/00")]
    taken = retract(plan_retraction(first.folder, asked, "ticket 7", "1.0.1"), str(tmp_path / "taken"))
    assert pq.read_table(Path(taken.folder) / INDEX).column("id").to_pylist() == [f"parts/0{i}" for i in range(1, 6)]
    assert verify(taken.folder) == []
    again = made(tmp_path / "two", SECOND, dedup={"against": [taken.folder]})
    assert (kept(again), again.notes) == (["again", "new"], ())


def test_a_version_that_is_decided_anew_keeps_its_index_and_what_it_was_held_against(
    tmp_path: Path, first: Outcome, second: Outcome
) -> None:
    redone = redo(second.folder, "osi-approved", str(tmp_path / "redone"))
    assert redone.manifest.against == second.manifest.against
    assert contents(redone.folder)[INDEX] == contents(second.folder)[INDEX]
    assert verify(redone.folder, against=[first.folder]) == []
