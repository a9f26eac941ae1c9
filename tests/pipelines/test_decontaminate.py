"""Runs whose rows are held against evaluation sets: what leaves and what is on record; nobody can lie about it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from lies import RECIPE, Lie, in_manifest, in_rows, in_text, put, well
from runs import contents, run, write_files
from stories import story, text

from licet.pipelines.outcome import Outcome
from licet.pipelines.publish import publish
from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.pipelines.versions.difference import difference
from licet.pipelines.versions.pull import pull
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.decontamination import CONTAMINATION_PATH
from licet.schemas.errors import InputError, RecipeError
from licet.schemas.manifest import MANIFEST_PATH
from licet.stages.decontaminate import words_sha256

DATA = "data/default/train-00000-of-00001.parquet"
LEDGER = "provenance/ledger/part-00000-of-00001.parquet"
QUESTION = " ".join(f"q{i}" for i in range(40))
SET = {"name": "quiz", "paths": "evals/quiz.jsonl", "fields": ["question", "answer"]}
ONE_SHARD = {"target_bytes": 1_000_000}


def some_rows() -> list[dict[str, str]]:
    """Six texts: the second holds a whole item, the third a third of it."""
    rows = [{"id": f"row-{i}", "text": text(story(i, 60))} for i in range(6)]
    rows[1]["text"] += f"\n\n> {QUESTION.upper()}!\n"
    rows[2]["text"] += " " + text(QUESTION.split(" ")[10:24])
    return rows


def made(folder: Path, **settings: Any) -> Outcome:
    """Run over some rows, against a set of two items."""
    write_files(folder, some_rows())
    (folder / "evals").mkdir(exist_ok=True)
    items = [{"question": QUESTION, "answer": "Yes."}, {"question": text(story(99, 30)), "answer": text(story(98, 30))}]
    (folder / "evals/quiz.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    return run(folder, **{"decontaminate": {"against": [SET]}, "shards": ONE_SHARD, "limits": {}, **settings})


def report(folder: str | Path, *names: str) -> list[tuple[Any, ...]]:
    rows = pq.read_table(Path(folder) / CONTAMINATION_PATH).to_pylist()
    return [tuple(row[name] for name in names) for row in rows]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return made(tmp_path_factory.mktemp("once"))


def test_contaminated_rows_leave_and_all_matches_are_on_record(once: Outcome) -> None:
    assert once.summary()["refused"] == {"decontaminate.contaminated": 1}
    assert report(once.folder, "id", "item", "field", "share", "threshold", "is_refused") == [
        ("parts/row-1", "quiz.jsonl#0", "question", 1.0, 0.5, True),
        ("parts/row-2", "quiz.jsonl#0", "question", 0.35, 0.5, False),
    ]
    (entry,) = pq.read_table(Path(once.folder) / LEDGER).to_pylist()
    assert (entry["id"], entry["stage"], entry["value"], entry["threshold"]) == (
        "parts/row-1",
        "decontaminate",
        1.0,
        0.5,
    )
    assert verify(once.folder) == []


def test_the_manifest_pins_the_sets_and_tells_what_cannot_be_looked_for(once: Outcome) -> None:
    (stage,) = (stage for stage in once.manifest.stages if stage.name == "decontaminate")
    (told,) = stage.params["sets"]
    assert len(told["files"][0]["sha256"]) == 64
    assert told["fields"] == {"answer": {"looked_for": 1, "too_short": 1}, "question": {"looked_for": 2}}
    assert (told["items"], told["items_looked_for"]) == (2, 2)
    assert "paths" not in json.dumps(stage.params)


def test_the_report_says_what_was_found_of_each_set(once: Outcome) -> None:
    page = (Path(once.folder) / "report.html").read_text(encoding="utf-8")
    assert "Evaluation sets" in page
    assert "quiz.jsonl#0" in page
    note = "1 text of 4 cannot be looked for (answer 1 too short)"
    assert note in page
    assert once.summary()["notes"] == [f"evaluation set quiz: {note}"]


def test_a_recipe_that_names_no_set_does_and_says_nothing(tmp_path: Path) -> None:
    outcome = made(tmp_path, decontaminate={})
    assert outcome.manifest.rows.count == 6
    assert "decontaminate" not in {stage.name for stage in outcome.manifest.stages}
    assert CONTAMINATION_PATH not in contents(outcome.folder)
    assert verify(outcome.folder) == []


def test_a_set_in_which_nothing_was_found_is_on_record_too(tmp_path: Path) -> None:
    other = {"name": "other", "paths": "evals/other.jsonl"}
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals/other.jsonl").write_text(json.dumps({"q": text(story(77, 30))}))
    outcome = made(tmp_path, decontaminate={"against": [other]})
    assert report(outcome.folder, "id") == []
    assert verify(outcome.folder) == []


def test_the_source_against_itself_leaves_nothing(tmp_path: Path) -> None:
    itself = {"name": "itself", "paths": "data", "fields": ["text"]}
    outcome = made(tmp_path, decontaminate={"against": [itself]}, allow_empty=True)
    assert outcome.manifest.rows.count == 0
    assert verify(outcome.folder) == []


def test_a_change_of_the_set_stages_anew_and_a_rerun_does_not(tmp_path: Path) -> None:
    first = made(tmp_path)
    again = made(tmp_path)
    assert (again.digest, again.splits_reused) == (first.digest, again.splits)
    more = [{"question": text(story(3, 60))}, {"question": QUESTION, "answer": "No."}]
    (tmp_path / "evals/more.jsonl").write_text("".join(json.dumps(item) + "\n" for item in more))
    other = made(tmp_path, decontaminate={"against": [{**SET, "paths": "evals/*.jsonl"}]})
    assert (other.splits_reused, other.manifest.rows.count) == (0, 4)


def test_a_version_is_the_same_however_its_input_is_cut(once: Outcome, tmp_path: Path) -> None:
    other = made(tmp_path, limits={"split_bytes": 400, "batch_bytes": 300})
    assert other.manifest.rows == once.manifest.rows
    assert report(other.folder, "id", "start", "end") == report(once.folder, "id", "start", "end")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"against": [{**SET, "paths": "evals/no.jsonl"}]}, "evaluation set quiz: there is no file evals/no.jsonl"),
        ({"against": [{**SET, "fields": ["prompt"]}]}, "no row has a text in the field prompt"),
        ({"against": [SET], "min_words": 64, "ngram": 64}, "nothing of evaluation set quiz can be looked for"),
    ],
)
def test_a_set_that_cannot_be_used_stops_the_run(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        made(tmp_path, decontaminate=settings)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"against": [SET, SET]}, "two evaluation sets are named quiz"),
        ({"report_share": 0.6}, "set `report_share` no higher"),
        ({"ngram": 6}, "`min_words` is 8 and `ngram` 6"),
        ({"against": [{**SET, "min_shares": {"prompt": 1}}]}, "`min_shares` names prompt, which `fields` does not"),
        ({"against": [{**SET, "min_shares": {"answer": 2}}]}, "give a share up to 1"),
        ({"againts": []}, "against"),
    ],
)
def test_settings_that_do_not_fit_are_told(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        made(tmp_path, decontaminate=settings)


def test_what_was_found_survives_a_retraction_publishing_and_pulling(once: Outcome, tmp_path: Path) -> None:
    done = retract(plan_retraction(once.folder, [request_of("id", "parts/row-2")], "7", "1.0.1"), str(tmp_path / "new"))
    assert report(done.folder, "id") == report(once.folder, "id")
    assert verify(done.folder, once.folder) == []
    publish(once.folder, str(tmp_path / "hub"), "1.0.0")
    publish(done.folder, str(tmp_path / "hub"), "1.0.1")
    pulled = pull(f"{tmp_path}/hub/runs@1.0.1", str(tmp_path / "pulled"))
    assert verify(pulled.folder) == []
    assert report(pulled.folder, "id") == report(once.folder, "id")


def test_what_was_found_survives_a_new_policy(once: Outcome, tmp_path: Path) -> None:
    done = redo(once.folder, "no-share-alike", str(tmp_path / "new"))
    assert report(done.folder, "id") == report(once.folder, "id")
    assert verify(done.folder, once.folder) == []


def of_report(change: Callable[[list[dict[str, Any]]], object]) -> Lie:
    return in_rows(CONTAMINATION_PATH, change)


def without_report(version: Path) -> None:
    (version / CONTAMINATION_PATH).unlink()
    in_manifest(lambda m: m.update(files=[f for f in m["files"] if f["role"] != "contamination"]))(version)


def stage_of(manifest: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(stage for stage in manifest["stages"] if stage["name"] == "decontaminate")
    return found


def kept_again(version: Path) -> None:
    """Put the contaminated row back into the data."""
    table = pq.read_table(version / LEDGER).to_pylist()
    named = {name: table[0][name] for name in ("id", "locator", "evidence_id")}
    in_rows(LEDGER, lambda rows: rows.clear())(version)
    in_rows(DATA, lambda rows: rows.append({**rows[0], **named}))(version)


LIES: list[tuple[str, str, str, Lie]] = [
    ("no report", "contamination", "is not there", without_report),
    ("a match taken out", "contamination", "without the match that they name", of_report(lambda rows: rows.pop(0))),
    ("a smaller share", "contamination", "not that of the words", of_report(put(1, share=0.3))),
    ("more words", "contamination", "not that of the words", of_report(put(1, words_found=99))),
    (
        "a milder match",
        "contamination",
        "without the match that they name",
        of_report(put(0, words_found=30, share=0.75)),
    ),
    ("a bound of its own", "contamination", "other bounds than the recipe's", of_report(put(1, threshold=0.3))),
    ("a match without a consequence", "contamination", "said to have led to", of_report(put(0, is_refused=False))),
    ("a match in no row", "contamination", "neither in the data nor in the ledger", of_report(put(1, id="parts/no"))),
    ("a match in another source", "contamination", "in another source", of_report(put(1, source="web"))),
    ("a match of another set", "contamination", "that the recipe does not name", of_report(put(1, set="exam"))),
    ("a match elsewhere", "contamination", "do not have the words", of_report(put(1, start=0))),
    ("a match of other words", "contamination", "do not have the words", of_report(put(1, words_sha256="0" * 64))),
    (
        "a match in a message",
        "contamination",
        "do not have the words",
        of_report(lambda rows: rows[1].update(place="messages[0]")),
    ),
    ("a match that is nowhere", "contamination", "nowhere", of_report(put(1, end=0))),
    ("a contaminated row kept", "contamination", "kept although they are contaminated", well(kept_again)),
    ("a refusal of a clean row", "contamination", "without the match", in_rows(LEDGER, put(0, id="parts/x"))),
    (
        "another share in the ledger",
        "contamination",
        "without the match",
        in_rows(LEDGER, put(0, value=0.9)),
    ),
    ("a later refusal", "contamination", "later stage", well(in_rows(LEDGER, put(0, stage="quality", reason="low")))),
    (
        "other settings",
        "parameters",
        "What the stage was set to",
        well(in_manifest(lambda m: stage_of(m)["params"]["settings"].update(min_share=0.9))),
    ),
    (
        "a set less",
        "parameters",
        "The evaluation sets",
        well(in_manifest(lambda m: stage_of(m)["params"]["sets"].clear())),
    ),
    ("a recipe with another bound", "parameters", "set to", in_text(RECIPE, "min_share: 0.5", "min_share: 0.6")),
]


@pytest.mark.parametrize(("name", "check", "told", "lie"), LIES, ids=[name for name, *_ in LIES])
def test_a_planted_lie_is_found(once: Outcome, tmp_path: Path, name: str, check: str, told: str, lie: Lie) -> None:
    version = tmp_path / "version"
    shutil.copytree(once.folder, version)
    lie(version)
    found = verify(str(version))
    assert any(finding.check == check and told in finding.message for finding in found), f"{name}: {found}"


def test_the_report_of_a_stage_that_did_not_run_is_found(once: Outcome, tmp_path: Path) -> None:
    version = tmp_path / "version"
    shutil.copytree(once.folder, version)
    in_manifest(lambda m: m.update(stages=[s for s in m["stages"] if s["name"] != "decontaminate"]))(version)
    told = {finding.message for finding in verify(str(version)) if finding.check == "contamination"}
    assert "There is a report of a stage that did not run." in told


def test_a_kept_match_names_the_very_words(once: Outcome) -> None:
    ((row_id, start, end, digest),) = report(once.folder, "id", "start", "end", "words_sha256")[1:]
    rows = {row["id"]: row["text"] for row in pq.read_table(Path(once.folder) / DATA).to_pylist()}
    assert rows[row_id][start:end] == text(QUESTION.split(" ")[10:24])
    assert digest == words_sha256(rows[row_id][start:end])
    assert (Path(once.folder) / MANIFEST_PATH).is_file()


def test_a_difference_is_told_of_versions_that_were_held_against_other_sets(once: Outcome, tmp_path: Path) -> None:
    other = made(tmp_path, decontaminate={"against": [SET], "min_share": 0.3})
    assert difference(once.folder, other.folder).summary()["rows"]["removed"] == 1


def test_conversations_are_looked_through_message_by_message(tmp_path: Path) -> None:
    def turns(*contents: str) -> list[dict[str, str]]:
        return [
            {"role": role, "content": c}
            for role, c in zip(("user", "assistant", "user", "assistant"), contents, strict=False)
        ]

    words = QUESTION.split(" ")
    talks = [
        turns(text(story(1, 30)), text(story(2, 30))),
        turns(text(story(3, 30)), f"You mean: {QUESTION}?"),
        turns(text(story(5, 30)), text(story(6, 30)), f"And {text(words[:15])}", "Yes."),
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "data/talks.jsonl").write_text("".join(json.dumps({"messages": talk}) + "\n" for talk in talks))
    source = {"name": "talks", "type": "chat", "paths": "data", "license": {"expression": "MIT", "evidence": "x"}}
    outcome = made(tmp_path, kind="posttrain", sources=[{**source, "paths": "data/talks.jsonl"}])
    told = report(outcome.folder, "place", "words_found", "is_refused")
    assert sorted(told) == [("messages[1]", 40, True), ("messages[2]", 15, False)]
    assert outcome.manifest.rows.count == 2
    assert verify(outcome.folder) == []
    version = Path(outcome.folder)
    of_report(lambda rows: [row.update(place="messages[0]") for row in rows if not row["is_refused"]])(version)
    assert "contamination" in {finding.check for finding in verify(outcome.folder)}
