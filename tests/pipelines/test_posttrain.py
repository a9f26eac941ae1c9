"""A run over rows of every kind: where they go, what columns they have there, and how they are written back."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from rich.console import Console
from shapes import ROWS, Row
from tiny import MIT
from typer.testing import CliRunner

from licet.pipelines.audit.version import audited
from licet.pipelines.cli import app
from licet.pipelines.plan import make_plan
from licet.pipelines.progress import showing
from licet.pipelines.run import run_recipe
from licet.pipelines.verify import verify
from licet.schemas.recipe import load_recipe
from licet.schemas.rows import KINDS

ANY_KIND = {name for names in KINDS.values() for name in names}
CHATS = [row for shape, row in ROWS if shape == "sharegpt" and row["conversations"][-1]["from"] == "gpt"]
PAIRS = [row for shape, row in ROWS if shape == "preference"][:2]
CHECKED: list[Row] = [
    {"prompt": [{"role": "user", "content": f"What is {i} + {i}?"}], "ground_truth": f"{2 * i}", "dataset": "gsm8k"}
    for i in range(3)
]
JUDGED: list[Row] = [
    {"prompt": [{"role": "user", "content": f"Add {i} to {i}."}], "completion": [answer], "label": label}
    for i in range(2)
    for answer, label in (
        ({"role": "assistant", "content": f"{2 * i}"}, True),
        ({"role": "assistant", "content": f"{3 * i + 1}"}, False),
    )
]
STRAY: Row = {"prompt": "u", "chosen": "a", "rejected": "b"}


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of rows of each kind; all but the conversations are from one source."""
    folder = tmp_path_factory.mktemp("posttrain")
    data = folder / "data"
    data.mkdir()
    (data / "LICENSE").write_text(MIT)
    write(data / "chats.jsonl", [*CHATS, STRAY])
    write(data / "pairs.jsonl", PAIRS)
    write(data / "checked.jsonl", CHECKED)
    write(data / "judged.jsonl", JUDGED)
    by = {"name": "human", "evidence": "https://example.org"}
    recipe = {
        "name": "chats",
        "kind": "posttrain",
        "sources": [
            {"name": "chats", "type": "chat", "paths": "data/chats.jsonl", "generator": by},
            {
                "name": "both",
                "type": "chat",
                "paths": [f"data/{name}.jsonl" for name in ("pairs", "checked", "judged")],
                "generator": by,
            },
        ],
        "heuristics": {"profile": "none"},
        "dedup": {"enabled": False},
        "shards": {"target_bytes": 4096},
        "output": str(folder / "out"),
    }
    (folder / "recipe.yaml").write_text(json.dumps(recipe))
    run_recipe(load_recipe(folder / "recipe.yaml"), folder, quiet=True)
    shutil.rmtree(folder / "out.work")
    return folder


def columns(version: Path, config: str) -> set[str]:
    (shard,) = (version / "data" / config).glob("*.parquet")
    return set(pq.read_schema(shard).names)


def test_each_file_goes_to_the_config_of_its_kind_and_has_no_columns_of_others(made: Path) -> None:
    version = made / "out"
    found = {config: columns(version, config) & ANY_KIND for config in KINDS}
    assert found == {config: set(names) for config, names in KINDS.items()}
    assert [entry.name for entry in sorted((version / "data").iterdir())] == sorted(KINDS)
    assert verify(str(version)) == []


def test_a_row_of_another_kind_than_its_file_s_is_refused_with_what_to_do(made: Path) -> None:
    told = pq.read_table(made / "out/provenance/ledger", columns=["reason", "detail"]).to_pylist()
    assert told == [
        {
            "reason": "unknown_shape",
            "detail": "sharegpt: conversations that are of type null; it is a row of the shape preference, of the kind"
            " preference: read the file by a source of that shape too",
        }
    ]


@pytest.mark.parametrize("config", [*KINDS])
def test_a_config_has_one_type_however_much_of_it_is_null(made: Path, config: str, tmp_path: Path) -> None:
    (shard,) = (made / "out/data" / config).glob("*.parquet")
    table = pq.read_table(shard)
    null = [name for name in table.column_names if table.column(name).null_count == table.num_rows]
    assert null
    parts = [str(tmp_path / f"{i}.parquet") for i in range(table.num_rows)]
    for i, part in enumerate(parts):
        pq.write_table(table.slice(i, 1), part)
    whole = load_dataset(str(made / "out"), config, split="train", cache_dir=str(tmp_path / "cache"))
    for files in (parts, parts[:1], parts[-1:]):
        some = load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
        assert some.features == whole.features


@pytest.mark.parametrize(
    ("shape", "rows"), [("sharegpt", CHATS), ("preference", PAIRS), ("unpaired", JUDGED), ("rl", CHECKED)]
)
def test_rows_are_exported_as_they_came(made: Path, shape: str, rows: list[Row], tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    command = ["export", str(made / "out"), "--as", shape, "--out", str(out), "--json"]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert (done.exit_code, json.loads(done.stdout)["written"]) == (0, len(rows))
    assert [json.loads(line) for line in out.read_text().splitlines()] == rows


def test_rows_that_a_shape_cannot_carry_are_counted_and_told(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    command = ["export", str(made / "out"), "--as", "qa", "--out", str(out), "--credits"]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 1
    assert f"{out}: 1 row as qa" in done.stdout
    assert "4 messages, which are more or less than a question and an answer" in done.stdout
    (row,) = (json.loads(line) for line in out.read_text().splitlines())
    assert (row["question"], row["licet"]["license"]) == ("u", "MIT")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--as", "qa"], "name the file that the rows go to"),
        (["--out", "x"], "name their shape by --as"),
        (["--as", "qa", "--out", "{version}/x"], "lies in the version"),
        (["--as", "qa", "--out", "x", "--to", "y"], "give them to another command"),
    ],
)
def test_options_that_do_not_go_together_are_refused(made: Path, options: list[str], told: str) -> None:
    from licet.schemas.errors import RunError

    given = [option.format(version=made / "out") for option in options]
    with pytest.raises(RunError, match=told):
        CliRunner().invoke(app, ["export", str(made / "out"), *given], catch_exceptions=False)


def test_a_plan_and_the_start_of_a_run_show_what_was_found(made: Path) -> None:
    done = CliRunner().invoke(app, ["plan", str(made / "recipe.yaml"), "--json"], catch_exceptions=False)
    found: list[dict[str, Any]] = json.loads(done.stdout)["sources"]
    assert [source["config"] for source in found] == ["sft", "preference, rl, unpaired"]
    (chats,) = found[0]["shapes"]
    assert {name: chats[name] for name in ("shape", "rows", "fit", "tags")} == {
        "shape": "sharegpt",
        "rows": len(CHATS) + 1,
        "fit": len(CHATS),
        "tags": ["tool_call", "tool_response", "tools"],
    }
    assert {"human", "gpt", "tool"} <= set(chats["speakers"])
    lines = CliRunner().invoke(app, ["plan", str(made / "recipe.yaml")], catch_exceptions=False).stdout
    told = "both: rl in 1 file, for the config rl; 3 of 3 rows looked at fit; answer in `ground_truth`, checker in"
    assert told in lines
    console = Console(file=io.StringIO(), width=120)
    with showing(make_plan(load_recipe(made / "recipe.yaml"), made), console):
        pass
    assert isinstance(console.file, io.StringIO)
    assert told in console.file.getvalue()


def test_questions_go_to_the_rows_of_all_configs(made: Path) -> None:
    with audited(str(made / "out")) as version:
        (kinds,) = version.rows(
            "select count(messages) as sft, count(chosen) as preference, count(label) as unpaired, count(answer) as rl,"
            " count(*) as n from rows"
        )
    rows = {"sft": len(CHATS), "preference": len(PAIRS), "unpaired": len(JUDGED), "rl": len(CHECKED)}
    assert kinds == {**rows, "n": sum(rows.values())}


def test_versions_without_a_row_and_under_another_policy_hold(made: Path, tmp_path: Path) -> None:
    version, less, anew = str(made / "out"), str(tmp_path / "less"), str(tmp_path / "anew")
    (shard,) = (made / "out/data/rl").glob("*.parquet")
    name = pq.read_table(shard, columns=["uuid"])["uuid"][0].as_py()
    retract = ["retract", version, "--id", name, "--version", "1.0.1", "--reference", "r", "--output", less]
    redo = ["redo", version, "--policy", "commercial-ok", "--output", anew]
    for command in (retract, redo):
        assert CliRunner().invoke(app, command, catch_exceptions=False).exit_code == 0
    assert (verify(less), verify(anew)) == ([], [])
    diff = CliRunner().invoke(app, ["diff", version, less, "--json"], catch_exceptions=False)
    assert json.loads(diff.stdout)["rows"]["removed"] == 1
