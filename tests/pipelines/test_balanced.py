"""Runs that balance: which rows stay, what the version says of it, and lies about it."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import fasttext
import pyarrow.parquet as pq
import pytest
from lies import adds_up
from runs import contents, run, write_run
from tiny import MIT, document
from typer.testing import CliRunner
from versions import change_manifest, change_rows, manifest_of

from licet.pipelines.cli import app
from licet.pipelines.outcome import Outcome
from licet.pipelines.plan import make_plan
from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.schemas.errors import RecipeError, RunError
from licet.schemas.recipe import load_recipe
from licet.stages.balance import draws, shown

SIZES = {"math": 20, "code": 12, "chat": 8}
SHARD = "data/sft/train-00000-of-00001.parquet"
LEDGER = "provenance/ledger/part-00000-of-00001.parquet"
Told = dict[str, Any]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "balance.md"


def conversations(sizes: dict[str, int]) -> list[Told]:
    """Rows of each category, none of which resembles another."""
    found: list[Told] = []
    for category, rows in sizes.items():
        for _ in range(rows):
            number = len(found)
            asked = {"role": "user", "content": f"What is said of number {number}?"}
            answer = {"role": "assistant", "content": document(number)}
            found.append({"id": f"row-{number:02d}", "category": category, "messages": [asked, answer]})
    return found


def write(folder: Path, rows: list[Told], files: int = 2) -> None:
    """Write rows, in order, as that many files."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for file in range(files):
        part = rows[file * len(rows) // files : (file + 1) * len(rows) // files]
        (data / f"part-{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part))
    (data / "LICENSE").write_text(MIT)


def settings(balance: Told | None, **more: Any) -> Told:
    """The keys of a recipe over conversations by category."""
    source = {"name": "talks", "type": "chat", "paths": "data", "id_field": "id"}
    by = {"balance": {"by": "category", **balance}} if balance is not None else {}
    return {"kind": "posttrain", "sources": [source], "shards": {}, "work": "work", **by, **more}


def balanced(folder: Path, balance: Told | None, **more: Any) -> Outcome:
    told = settings(balance, **more)
    return run(folder, **{**told, "work": str(folder / told["work"])})


def kept(version: str | Path) -> dict[str, set[str]]:
    """The ids of the published rows by category."""
    found: dict[str, set[str]] = {}
    for row in pq.read_table(Path(version) / SHARD, columns=["uuid", "category"]).to_pylist():
        found.setdefault(row["category"], set()).add(row["uuid"])
    return found


def counted(version: str | Path) -> dict[str, int]:
    return {category: len(ids) for category, ids in kept(version).items()}


def told_of(version: str | Path) -> dict[str, tuple[int | None, int, int, float | None]]:
    """What the manifest says that each group was to have, had, has, and how often it is to be read."""
    mixture = manifest_of(Path(version)).mixture
    assert mixture is not None
    return {g.name: (g.asked, g.available, g.kept, g.epochs) for g in mixture.groups}


def refusals(version: str | Path) -> Counter[tuple[str, str, str]]:
    return Counter(
        (row["stage"], row["reason"], row["detail"]) for row in pq.read_table(Path(version) / LEDGER).to_pylist()
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("balanced")
    write(found, conversations(SIZES))
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
    write(tmp_path, conversations(SIZES)[::-1], files=5)
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


def test_retraction_changes_the_mixture_and_says_so(capped: Path, tmp_path: Path) -> None:
    gone = sorted(kept(capped)["math"])[:4]
    command = ["retract", str(capped), *(part for one in gone for part in ("--id", one)), "--reference", "t"]
    told = CliRunner().invoke(app, [*command, "--output", str(tmp_path / "new"), "--version", "1.0.1"])
    assert told.exit_code == 0, told.output
    assert told_of(tmp_path / "new")["math"] == (10, 16, 6, None)
    assert verify(str(tmp_path / "new"), parent=str(capped)) == []
    shown = CliRunner().invoke(app, ["diff", str(capped), str(tmp_path / "new"), "--json"])
    assert json.loads(shown.stdout)["histograms"]["mixture"] == [
        {"name": "math", "before": 10, "after": 6, "delta": -4}
    ]


def test_retraction_from_a_weighed_version_says_how_often_what_is_left_is_to_be_read(
    folder: Path, tmp_path: Path
) -> None:
    version = balanced(folder, {"weights": {"math": 2, "chat": 1}, "unit": "tokens"}, output="retracted").folder
    before = told_of(version)["math"]
    gone = sorted(kept(version)["math"])[:8]
    command = ["retract", version, *(part for one in gone for part in ("--id", one)), "--reference", "t"]
    told = CliRunner().invoke(app, [*command, "--output", str(tmp_path / "new"), "--version", "1.0.1"])
    assert told.exit_code == 0, told.output
    asked, _, has, epochs = told_of(tmp_path / "new")["math"]
    assert asked == before[0]
    assert asked is not None
    assert epochs == round(asked / has, 4) > 1.5
    assert verify(str(tmp_path / "new"), parent=version) == []


def test_a_version_that_is_decided_anew_keeps_its_mixture(capped: Path, tmp_path: Path) -> None:
    redone = redo(str(capped), "osi-approved", str(tmp_path / "new"))
    assert told_of(redone.folder) == told_of(capped)
    assert verify(redone.folder, parent=str(capped)) == []


@pytest.mark.parametrize("by", ["category", "license"])
def test_rows_that_another_policy_refuses_are_in_neither_side_of_the_mixture(tmp_path: Path, by: str) -> None:
    rows = conversations(SIZES)
    for number, row in enumerate(rows):
        row["license"] = "CC-BY-4.0" if number % 2 else "MIT"
    write(tmp_path, rows)
    (tmp_path / "data" / "LICENSE").unlink()
    source: Told = {"name": "talks", "type": "chat", "paths": "data", "id_field": "id", "license_field": "license"}
    source["license"] = {"expression": "MIT OR CC-BY-4.0", "evidence": "https://example.org/"}
    version = balanced(tmp_path, {"by": by, "default": 7}, sources=[source]).folder
    assert verify(version) == []
    redone = redo(version, "osi-approved", str(tmp_path / "new"))
    assert verify(redone.folder) == []
    assert verify(redone.folder, parent=version) == []
    now = told_of(redone.folder)
    before = told_of(version)
    assert {name: asked for name, (asked, *_) in now.items()} == {name: asked for name, (asked, *_) in before.items()}
    assert sum(has for _, _, has, _ in now.values()) == redone.manifest.rows.count < 14
    if by == "category":
        assert {name: available for name, (_, available, *_) in now.items()} == {"math": 10, "code": 6, "chat": 4}
    else:
        assert now == {"MIT": (7, 20, 7, None), "CC-BY-4.0": (7, 0, 0, None)}


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


def lie_of_group(group_name: str, /, **values: Any) -> Callable[[Path], None]:
    def change(told: Told) -> None:
        for group in told["mixture"]["groups"]:
            if group["name"] == group_name:
                group.update(values)

    return lambda version: change_manifest(version, change)


def in_ledger(place: int, **values: Any) -> Callable[[Path], None]:
    return lambda version: change_rows(version, LEDGER, lambda rows: rows[place].update(values))


def swapped(version: Path) -> None:
    """Publish a row that left in the stead of one that stayed, each with the number that it truly drew."""
    mine: Told = {}
    change_rows(version, SHARD, lambda rows: mine.update(next(row for row in rows if row["category"] == "math")))

    def of_the_ledger(rows: list[Told]) -> None:
        worst = max((row for row in rows if row["detail"] == "math"), key=lambda row: row["value"])
        theirs.update(worst)
        drew = shown(draws([mine["content_sha256"]], [mine["uuid"]], 0), "random")[0]
        worst.update(id=mine["uuid"], content_sha256=mine["content_sha256"], value=float(drew))
        for row in rows:
            row["threshold"] = float(drew) if row["detail"] == "math" else row["threshold"]

    def of_the_data(rows: list[Told]) -> None:
        one = next(row for row in rows if row["uuid"] == mine["uuid"])
        one.update(uuid=theirs["id"], content_sha256=theirs["content_sha256"])

    theirs: Told = {}
    change_rows(version, LEDGER, of_the_ledger)
    change_rows(version, SHARD, of_the_data)


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lie_of_group("math", kept=12), "`kept` of the group math should be 10 and is 12"),
        (lie_of_group("math", available=10), "`available` of the group math should be 20 and is 10"),
        (lie_of_group("math", asked=20), "`asked` of the group math should be 10 and is 20"),
        (lie_of_group("chat", share=0.5), "`share` of the group chat should be"),
        (lie_of_group("chat", epochs=2.0), "`epochs` of the group chat should be None and is 2.0"),
        (lie_of_group("chat", name="cats"), "The groups, in order,"),
        (lambda v: change_manifest(v, lambda m: m.pop("mixture")), "The mixture is not there"),
        (lambda v: change_manifest(v, lambda m: m["mixture"].update(unit="tokens")), "What is counted"),
        (in_ledger(0, value=0.999), "that drew another number"),
        (in_ledger(0, threshold=0.0), "whose bound is not that of their group"),
        (in_ledger(0, reason="over_share"), "that left as over_share, and would as over_cap"),
        (in_ledger(0, detail="chat"), "left while there was room"),
        (swapped, "that left before others which stayed"),
        (lambda v: change_rows(v, SHARD, lambda rows: rows[0].update(category="chat")), "of the group"),
    ],
)
def test_a_lie_about_the_mixture_is_found(
    capped: Path, tmp_path: Path, lie: Callable[[Path], None], words: str
) -> None:
    version = tmp_path / "lie"
    version.mkdir()
    for path, data in ((p, p.read_bytes()) for p in capped.rglob("*") if p.is_file()):
        (version / path.relative_to(capped)).parent.mkdir(parents=True, exist_ok=True)
        (version / path.relative_to(capped)).write_bytes(data)
    lie(version)
    adds_up(version)
    told = [finding.message for finding in verify(str(version)) if finding.check == "mixture"]
    assert any(words in message for message in told), told


def test_what_groups_were_to_have_is_held_against_the_parent(capped: Path, tmp_path: Path) -> None:
    version = Path(redo(str(capped), "osi-approved", str(tmp_path / "new")).folder)
    lie_of_group("math", asked=15)(version)
    adds_up(version)
    assert not [finding for finding in verify(str(version)) if finding.check == "mixture"]
    told = [finding.message for finding in verify(str(version), parent=str(capped)) if finding.check == "mixture"]
    assert told == ["What math was to have should be (None, 10) and is (None, 15)."]
    lie_of_group("math", asked=9)(version)
    told = [finding.message for finding in verify(str(version)) if finding.check == "mixture"]
    assert told == ["The group math has 10, and was to have 9 at most."]


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
    write(tmp_path, conversations(SIZES))
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
