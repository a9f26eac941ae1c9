"""Runs that balance: which rows stay, and what is said of it before and after."""

import json
import re
import shlex
from collections import Counter
from pathlib import Path

import duckdb
import fasttext
import pyarrow.parquet as pq
import pytest
from mixtures import (
    LEDGER,
    SIZES,
    Told,
    balanced,
    conversations,
    counted,
    kept,
    refusals,
    settings,
    told_of,
)
from runs import contents, run, write_files, write_run
from tiny import MIT, document
from typer.testing import CliRunner
from versions import change_rows

from licet.pipelines.cli import app
from licet.pipelines.plan import make_plan
from licet.pipelines.verify import verify
from licet.schemas.errors import RecipeError, RunError
from licet.schemas.recipe import load_recipe

PAGE = Path(__file__).resolve().parents[2] / "docs" / "balance.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("balanced")
    write_files(found, conversations(SIZES))
    return found


@pytest.fixture(scope="module")
def capped(folder: Path) -> Path:
    balanced(folder, {"caps": {"math": 10}, "default": 11}, output="capped")
    return folder / "capped"


def test_caps_bound_groups_and_each_row_that_left_is_in_the_ledger(capped: Path) -> None:
    assert counted(capped) == {"math": 10, "code": 11, "chat": 8}
    assert told_of(capped) == {"math": (10, 20, 10, None), "code": (11, 12, 11, None), "chat": (11, 8, 8, None)}
    assert refusals(capped) == {("balance", "over_cap", "math"): 10, ("balance", "over_cap", "code"): 1}
    assert all(row["value"] >= row["threshold"] > 0 for row in pq.read_table(capped / LEDGER).to_pylist())
    assert verify(str(capped)) == []


def test_weights_are_met_in_full_so_that_the_scarcest_group_sets_the_size(folder: Path) -> None:
    outcome = balanced(folder, {"weights": {"math": 2, "code": 1, "chat": 1}}, output="weighed")
    assert counted(outcome.folder) == {"math": 16, "code": 8, "chat": 8}
    assert told_of(outcome.folder) == {"math": (16, 20, 16, 1.0), "code": (8, 12, 8, 1.0), "chat": (8, 8, 8, 1.0)}
    assert verify(outcome.folder) == []
    assert list(outcome.notes) == []


def test_a_total_that_cannot_be_met_is_told_with_how_often_each_group_is_to_be_read(folder: Path) -> None:
    outcome = balanced(folder, {"weights": {"math": 0.5, "chat": 0.5}, "total": 40}, output="short")
    assert told_of(outcome.folder) == {"math": (20, 20, 20, 1.0), "code": (0, 12, 0, None), "chat": (20, 8, 8, 2.5)}
    assert refusals(outcome.folder) == {("balance", "no_weight", "code"): 12}
    assert list(outcome.notes) == [
        "chat has 8 of the 20 rows that its weight asks for: a trainer would read it 2.50 times"
    ]
    assert verify(outcome.folder) == []


def test_what_cannot_be_met_is_an_error_where_the_recipe_says_so(folder: Path) -> None:
    short = {"weights": {"math": 1, "chat": 1}, "total": 40, "shortfall": "error"}
    with pytest.raises(RunError, match=r"chat has 8 of the 20 rows that its weight asks for.*1 of 3 groups fall short"):
        balanced(folder, short, output="strict")
    with pytest.raises(RunError, match=r"`balance.caps` names maths, and no row of that group came so far"):
        balanced(folder, {"caps": {"maths": 3}, "shortfall": "error"}, output="strict")
    assert not (folder / "strict").exists()


def test_a_share_that_too_few_groups_cannot_have_is_said(folder: Path) -> None:
    with pytest.raises(RunError, match=r"`balance.max_share` is 0.2, but there are only 3 groups"):
        balanced(folder, {"max_share": 0.2}, output="strict")


def test_no_group_has_a_larger_share_than_is_asked_for(folder: Path) -> None:
    outcome = balanced(folder, {"max_share": 0.4}, output="shared")
    assert counted(outcome.folder) == {"math": 13, "code": 12, "chat": 8}
    assert {reason for _, reason, _ in refusals(outcome.folder)} == {"over_share"}
    assert verify(outcome.folder) == []


def test_a_total_takes_of_each_group_alike(folder: Path) -> None:
    outcome = balanced(folder, {"total": 20}, output="total")
    assert counted(outcome.folder) == {"math": 10, "code": 6, "chat": 4}
    assert {reason for _, reason, _ in refusals(outcome.folder)} == {"over_total"}
    assert verify(outcome.folder) == []


@pytest.mark.parametrize(("unit", "most"), [("tokens", 500), ("bytes", 3_000)])
def test_tokens_and_bytes_are_counted_too_and_no_group_has_more(folder: Path, unit: str, most: int) -> None:
    outcome = balanced(folder, {"unit": unit, "default": most}, output=unit)
    for asked, available, has, _ in told_of(outcome.folder).values():
        assert asked == most
        assert 0 < has <= most <= available
    assert verify(outcome.folder) == []


def test_several_columns_make_groups_of_their_own(folder: Path) -> None:
    outcome = balanced(folder, {"by": ["source", "category"], "caps": {"talks / math": 1}}, output="crossed")
    assert counted(outcome.folder) == {"math": 1, "code": 12, "chat": 8}
    assert refusals(outcome.folder) == {("balance", "over_cap", "talks / math"): 19}
    assert verify(outcome.folder) == []


def test_settings_of_the_mixture_do_not_redo_staging_and_a_smaller_cap_keeps_a_part(folder: Path, capped: Path) -> None:
    smaller = balanced(folder, {"caps": {"math": 4}, "default": 3}, output="smaller")
    assert smaller.splits_reused == smaller.splits
    few, many = kept(smaller.folder), kept(capped)
    assert {category: len(ids) for category, ids in few.items()} == {"math": 4, "code": 3, "chat": 3}
    assert all(ids < many[category] for category, ids in few.items())


def test_another_seed_draws_otherwise(folder: Path, capped: Path) -> None:
    other = balanced(folder, {"caps": {"math": 10}, "default": 11, "seed": 7}, output="seeded")
    assert counted(other.folder) == counted(capped)
    assert kept(other.folder) != kept(capped)
    assert verify(other.folder) == []


def test_neither_files_nor_their_order_nor_workers_have_a_part_in_which_rows_stay(tmp_path: Path, capped: Path) -> None:
    write_files(tmp_path, conversations(SIZES)[::-1], files=5)
    other = balanced(tmp_path, {"caps": {"math": 10}, "default": 11}, limits={"batch_bytes": 1_000})
    assert kept(other.folder) == kept(capped)
    assert other.manifest.rows.digest != ""


def test_a_rerun_finds_what_was_decided_and_makes_the_same_bytes(folder: Path, capped: Path) -> None:
    before = contents(capped)
    times = {path: path.stat().st_mtime_ns for path in (folder / "work" / "balance").iterdir()}
    balanced(folder, {"caps": {"math": 10}, "default": 11}, output="capped")
    assert contents(capped) == before
    assert {path: path.stat().st_mtime_ns for path in times if path.name.endswith("drawn.arrow")} == {
        path: time for path, time in times.items() if path.name.endswith("drawn.arrow")
    }


def test_a_version_of_a_recipe_that_balances_nothing_has_no_trace_of_it(folder: Path) -> None:
    outcome = balanced(folder, None, output="plain")
    told = outcome.manifest.model_dump(mode="json")
    assert "mixture" not in told
    assert "balance" not in [stage["name"] for stage in told["stages"]]
    assert "## Mixture" not in (folder / "plain" / "README.md").read_text()


def test_screen_card_report_and_exports_tell_of_it(folder: Path, capped: Path) -> None:
    card = (capped / "README.md").read_text()
    assert "| category | rows asked | available | kept | share |" in card
    assert "| `math` | 10 | 20 | 10 | 34.5 % |" in card
    assert "**Balanced.** By caps for each category, in rows; the lowest draws stayed" in card
    assert "<h2>Mixture</h2>" in (capped / "report.html").read_text()
    assert "chosen, in rows: chat 27.6 %" in (capped / "provenance" / "croissant.json").read_text()
    work = str(folder / "work")
    path = write_run(folder, **settings({"caps": {"math": 10}, "default": 11}, output="capped", work=work))
    told = CliRunner().invoke(app, ["run", str(path), "--json"])
    assert told.exit_code == 0, told.output
    groups = {group["name"]: group["kept"] for group in json.loads(told.stdout)["mixture"]["groups"]}
    assert groups == {"math": 10, "code": 11, "chat": 8}
    told = CliRunner().invoke(app, ["run", str(path)], env={"COLUMNS": "160"})
    assert "The mixture" in told.output


def test_the_ledger_answers_for_a_row_that_left(capped: Path) -> None:
    left = pq.read_table(capped / LEDGER).to_pylist()[0]["id"]
    told = CliRunner().invoke(app, ["why-not", str(capped), left])
    assert "over_cap" in told.output
    assert "more room for its group" in " ".join(told.output.split())


def test_the_best_stay_where_the_recipe_asks_for_quality(tmp_path: Path) -> None:
    """Documents of two sources, scored by a model that knows good words from bad ones."""
    model = tmp_path / "model.bin"
    lines = [f"__label__{'good' if n % 2 else 'bad'} {document(n)}\n" for n in range(40)]
    (tmp_path / "lines.txt").write_text("".join(lines))
    options = {"dim": 4, "epoch": 25, "lr": 1.0, "bucket": 1000, "thread": 1, "verbose": 0, "minCount": 1}
    fasttext.train_supervised(str(tmp_path / "lines.txt"), **options).save_model(str(model))
    for name, numbers in (("web", range(20)), ("books", range(20, 40))):
        (tmp_path / name).mkdir()
        told = [json.dumps({"id": f"{n}", "text": document(n)}) for n in numbers]
        (tmp_path / name / "rows.jsonl").write_text("\n".join(told))
        (tmp_path / name / "LICENSE").write_text(MIT)
    sources = [{"name": n, "type": "jsonl", "paths": n, "id_field": "id"} for n in ("web", "books")]
    outcome = run(
        tmp_path,
        sources=sources,
        quality={"models": [{"name": "q", "path": str(model), "label": "good"}]},
        balance={"by": "source", "caps": {"web": 8}, "default": 11, "keep": "quality"},
        shards={},
    )
    rows = pq.read_table(Path(outcome.folder) / "data/default/train-00000-of-00001.parquet").to_pylist()
    assert Counter(row["source"] for row in rows) == {"web": 8, "books": 11}
    left = pq.read_table(Path(outcome.folder) / LEDGER).to_pylist()
    for source in ("web", "books"):
        least = min(row["quality_score"] for row in rows if row["source"] == source)
        assert max(row["value"] for row in left if row["source"] == source) <= least
    assert verify(outcome.folder) == []
    change_rows(Path(outcome.folder), LEDGER, lambda told: told[0].update(value=0.999))
    assert "mixture" in {finding.check for finding in verify(outcome.folder)}


@pytest.mark.parametrize(
    ("balance", "words"),
    [
        ({"caps": {"math": 1}, "weights": {"math": 1}}, "`caps` and `weights` cannot both be set"),
        ({"weights": {"math": 1}, "max_share": 0.5}, "`max_share` cannot be set beside `weights`"),
        ({"weights": {"math": 0}}, "no group has a weight above 0"),
        ({"weights": {"math": -1}}, "the weight of math is -1.0: it must be 0 or more"),
        ({"caps": {"math": -1}}, "the cap of math is -1: it must be 0 or more"),
        ({"default": 1.5}, "`default` is 1.5, but without `weights` it is a cap"),
        ({"by": ["category", "category"], "default": 1}, "a column is named twice"),
        ({"by": "source", "caps": {"walks": 1}}, "`balance` names walks, which is none of the sources: talks"),
        ({"keep": "quality", "default": 1}, "`balance.keep` is quality, but there is no model to score by"),
        ({"cap": 1}, "`balance.cap` is no key of a recipe. Did you mean `caps`?"),
    ],
)
def test_settings_that_do_not_fit_are_said_before_anything_runs(tmp_path: Path, balance: Told, words: str) -> None:
    with pytest.raises(RecipeError) as error:
        load_recipe(write_run(tmp_path, **settings(balance)))
    assert words in str(error.value)


def test_documents_have_no_categories(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"`balance.by` is category, but documents have no such column"):
        load_recipe(write_run(tmp_path, balance={"by": "category", "default": 1}))


def test_the_mixture_has_no_part_in_what_is_staged(folder: Path) -> None:
    recipes = [settings(balance) for balance in (None, {"default": 1}, {"weights": {"math": 1}})]
    assert len({make_plan(load_recipe(write_run(folder, **told)), folder).chain for told in recipes}) == 1


def test_the_commands_and_queries_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, conversations(SIZES))
    page = PAGE.read_text(encoding="utf-8")
    (balance,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    source = "{name: chats, type: chat, paths: data, id_field: id}"
    (tmp_path / "recipe.yaml").write_text(f"name: my-chats\nkind: posttrain\nsources: [{source}]\n{balance}")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?m)^    (licet .+)$", page)
    assert [command.split()[1] for command in commands] == ["run", "verify", "why-not"]
    for command in commands:
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, f"{command}: {told.output}{told.exception}"
    (query,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    left = {(group, reason): rows for group, reason, rows, *_ in duckdb.connect().execute(query).fetchall()}
    assert left == {("chat", "over_weight"): 2, ("math", "over_weight"): 2}
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    told_of_it: Told = {}
    exec(code, told_of_it)
    assert told_of_it["blend"] == ["0.166667", "chat", "0.333333", "code", "0.5", "math"]
