"""Runs over conversations: what becomes of rows, counts, questions and lies, and what docs/conversations.md says."""

import hashlib
import json
import re
import shlex
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from helpers import SHARED, needs_shared
from runs import run
from talks import WEATHER, Row, asked, assistant, call, pair, talk, tool, user
from tokenizers import Tokenizer, models, pre_tokenizers
from typer.testing import CliRunner
from versions import change_rows, manifest_of

from licet.pipelines.cli import app
from licet.pipelines.plan import make_plan
from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.schemas.errors import InputError, RecipeError
from licet.schemas.recipe import parse_recipe
from licet.stages.conversation.identity import vendors

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "conversations.md").read_text(encoding="utf-8")
SOURCE = {"name": "talks", "type": "chat", "paths": "data/talks.jsonl", "id_field": "id", "shape": "messages"}
LICENSED = {**SOURCE, "license": {"expression": "MIT", "evidence": "x"}}
OSLO = call("get_weather", '{"city": "Oslo"}', "a")
TALKS: dict[str, Row] = {
    "good": asked("It is a river that runs to the sea.", "What is the Elbe, of which they spoke?"),
    "called": talk(user("Rain?"), assistant(None, OSLO), tool("rain", "a"), assistant("It will."), tools=[WEATHER]),
    "cut": asked("It is a river, and it runs to the", "What is the Rhine, of which they spoke?"),
    "empty": asked("", "What is the Weser?"),
    "lost": talk(user("Sun?"), assistant(None, OSLO), user("So?"), assistant("Yes."), tools=[WEATHER]),
    "other": asked("I am ChatGPT, and it is a river.", "What is the Oder?"),
    "own": asked("I am Vicuna, and this is a river of the north.", "What is the Ems?"),
    "no": asked("I'm sorry, but I can't help with that.", "What is the Main?"),
}


def write_talks(folder: Path, talks: dict[str, Row]) -> None:
    (folder / "data").mkdir()
    rows = [{"id": name, **row} for name, row in talks.items()]
    (folder / "data/talks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def write_tokenizer(path: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(path))


def judged_run(folder: Path, **settings: Any) -> Any:
    told = {"kind": "posttrain", "sources": [LICENSED], "heuristics": {"profile": "none"}, "shards": {}, **settings}
    return run(folder, **told)


def ledger(version: str | Path) -> list[tuple[Any, ...]]:
    found = pq.ParquetDataset(sorted(Path(version).glob("provenance/ledger/*.parquet"))).read().to_pylist()
    told = ("id", "stage", "reason", "value", "threshold", "detail")
    return sorted(tuple(row[name] for name in told) for row in found)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("talks")
    write_talks(folder, TALKS)
    judged_run(folder)
    return folder


def test_what_a_trainer_cannot_use_is_refused_by_default_with_value_bound_and_place(made: Path) -> None:
    assert ledger(made / "out") == [
        ("talks/empty", "conversations", "empty_turn", 1, 0, "messages[1]"),
        ("talks/lost", "conversations", "call_without_answer", 1, 0, "messages[1]: get_weather"),
    ]
    (stage,) = (stage for stage in manifest_of(made / "out").stages if stage.name == "conversations")
    assert (stage.rows_in, stage.rows_kept) == (8, 6)
    assert [(told.reason, told.rows) for told in stage.refused] == [("call_without_answer", 1), ("empty_turn", 1)]
    assert (stage.params["profile"], stage.params["measures"]) == ("structure", "licet-conversations/2")
    assert verify(str(made / "out")) == []


def test_card_and_report_tell_of_it(made: Path) -> None:
    card = (made / "out" / "README.md").read_text()
    assert "**Turns.** Rules on turns, tool calls and answers of the profile `structure`" in card
    assert "`call_without_answer` 1" in card
    assert "call_without_answer" in (made / "out" / "report.html").read_text()


def test_other_rules_have_a_staging_of_their_own_and_a_rerun_finds_it(made: Path) -> None:
    again = judged_run(made)
    assert (again.splits - again.splits_reused, again.digest) == (0, manifest_of(made / "out").digest)
    other = judged_run(made, conversations={"profile": "strict"}, output="strict", work=str(made / "out.work"))
    assert other.splits_reused == 0
    assert [told[2] for told in ledger(other.folder)] == [
        "answer_unfinished", "empty_turn", "call_without_answer", "answer_refuses", "speaks_as_another_model",
        "speaks_as_another_model",
    ]  # fmt: skip
    assert verify(other.folder) == []


def test_without_rules_there_is_no_trace_of_the_stage(tmp_path: Path) -> None:
    write_talks(tmp_path, TALKS)
    outcome = judged_run(tmp_path, conversations={"profile": "none"})
    assert "conversations" not in {stage.name for stage in outcome.manifest.stages}
    assert verify(outcome.folder) == []


def test_a_row_changed_into_one_that_the_rules_refuse_is_found(tmp_path: Path) -> None:
    write_talks(tmp_path, TALKS)
    version = Path(judged_run(tmp_path).folder)

    def change(rows: list[Row]) -> None:
        next(row for row in rows if row["uuid"] == "talks/good")["messages"][1]["content"] = " "

    change_rows(version, "data/sft/train-00000-of-00001.parquet", change)
    told = [finding.message for finding in verify(str(version)) if finding.check == "conversations"]
    assert told == ["1 row that the rules refuse, the first as empty_turn, the first is talks/good."]


def test_under_another_policy_the_licence_speaks_first_and_the_rest_stays_as_judged(tmp_path: Path) -> None:
    licences = {"good": "MIT", "cut": "CC-BY-SA-4.0", "empty": "CC-BY-SA-4.0", "lost": "MIT"}
    write_talks(tmp_path, {name: {**TALKS[name], "license": licence} for name, licence in licences.items()})
    sources = [{**SOURCE, "license_field": "license"}]
    before = judged_run(tmp_path, sources=sources)
    redo(before.folder, "no-share-alike", str(tmp_path / "anew"))
    assert [told[:3] for told in ledger(tmp_path / "anew")] == [
        ("talks/cut", "license", "not_permitted"),
        ("talks/empty", "license", "not_permitted"),
        ("talks/lost", "conversations", "call_without_answer"),
    ]
    assert verify(str(tmp_path / "anew")) == []
    again = judged_run(tmp_path, sources=sources, policy="no-share-alike", output="again")
    assert [told[:3] for told in ledger(again.folder)] == [told[:3] for told in ledger(tmp_path / "anew")]


def test_preferences_are_judged_in_their_own_config(tmp_path: Path) -> None:
    write_talks(tmp_path, {"good": pair("It is so.", "It is not."), "same": pair("It is so.", "It is so.\n")})
    outcome = judged_run(tmp_path, sources=[{**LICENSED, "shape": "preference"}])
    assert ledger(outcome.folder) == [("talks/same", "conversations", "sides_differ_in_space_only", 1, 0, None)]
    assert verify(outcome.folder) == []


def test_the_tokenizer_is_pinned_by_its_file_and_another_one_stages_anew(tmp_path: Path) -> None:
    write_talks(tmp_path, TALKS)
    write_tokenizer(tmp_path / "tokenizer.json")
    rules = {"profile": "none", "set": {"max_total_tokens": 14}, "tokenizer": "tokenizer.json"}
    outcome = judged_run(tmp_path, conversations=rules)
    assert {told[2] for told in ledger(outcome.folder)} == {"too_many_tokens"}
    digest = hashlib.sha256((tmp_path / "tokenizer.json").read_bytes()).hexdigest()
    assert [(model.name, model.sha256) for model in outcome.manifest.models] == [("tokenizer", digest)]
    assert [s.params["tokenizer"] for s in outcome.manifest.stages if s.name == "conversations"] == [digest]
    assert verify(outcome.folder) == []
    (tmp_path / "tokenizer.json").write_text((tmp_path / "tokenizer.json").read_text() + " ")
    assert judged_run(tmp_path, conversations=rules, output="other", work=str(tmp_path / "out.work")).splits_reused == 0


def test_documents_take_no_such_rules() -> None:
    told = {"name": "a", "kind": "pretrain", "sources": [{"name": "b", "type": "jsonl", "paths": "x"}]}
    with pytest.raises(RecipeError, match="`conversations` has rules on turns, but documents have none: leave it out"):
        parse_recipe(json.dumps({**told, "conversations": {}}))
    assert parse_recipe(json.dumps(told)).conversations is None


def test_a_rule_that_there_is_not_and_a_tokenizer_that_is_none_stop_the_plan(tmp_path: Path) -> None:
    write_talks(tmp_path, TALKS)
    (tmp_path / "none.json").write_text("{}")
    base = {"name": "a", "kind": "posttrain", "sources": [LICENSED], "output": "out"}
    rules = {"set": {"max_refusal": 0}}
    with pytest.raises(RecipeError, match="did you mean `max_refusals`"):
        make_plan(parse_recipe(json.dumps({**base, "conversations": rules})), tmp_path)
    bounds = {"set": {"max_total_tokens": 9}, "tokenizer": "none.json"}
    with pytest.raises(InputError, match="is no tokenizer"):
        make_plan(parse_recipe(json.dumps({**base, "conversations": bounds})), tmp_path)


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_talks(tmp_path, TALKS)
    write_tokenizer(tmp_path / "tokenizer.json")
    (settings,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    recipe = {"name": "my-talks", "kind": "posttrain", "sources": [LICENSED], "heuristics": {"profile": "none"}}
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump({**recipe, **yaml.safe_load(settings)}))
    monkeypatch.chdir(tmp_path)
    told = ""
    commands = re.findall(r"(?m)^    (licet .+)$", PAGE)
    assert [command.split()[1] for command in commands] == ["recipe", "run", "verify", "why-not"]
    for command in commands:
        result = CliRunner().invoke(app, shlex.split(command)[1:])
        told = result.output
        assert result.exit_code == 0, f"{command}: {told}{result.exception}"
    assert "answer_unfinished" in told
    (query,) = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)
    assert duckdb.execute(query).fetchall() == [
        ("answer_unfinished", 1, 0, "messages[1]"),
        ("empty_turn", 1, 0, "messages[1]"),
        ("call_without_answer", 1, 0, "messages[1]: get_weather"),
        ("speaks_as_another_model", 1, 0, "messages[1]: openai"),
    ]


def test_the_page_names_every_vendor() -> None:
    section = PAGE.partition("## Vendors")[2].partition("## ")[0].partition("may speak:")[2]
    assert re.findall(r"`([a-z0-9]+)`", section) == list(vendors())


@needs_shared
@pytest.mark.shared
def test_of_the_real_sets_few_rows_are_refused_by_default(tmp_path: Path) -> None:
    sets = SHARED / "posttrain"
    sources = [
        {**LICENSED, "name": "hh", "paths": str(sets / "hh-rlhf/harmless-base-test.jsonl.gz"), "shape": "preference"},
        {**LICENSED, "name": "math", "paths": str(sets / "gsm8k/test.jsonl"), "shape": "qa"},
    ]
    for source in sources:
        del source["id_field"]
    outcome = judged_run(tmp_path, sources=sources, dedup={"enabled": False})
    (stage,) = (stage for stage in outcome.manifest.stages if stage.name == "conversations")
    assert {told.reason: told.rows for told in stage.refused} == {"empty_turn": 4, "roles_out_of_order": 9}
