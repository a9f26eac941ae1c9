import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow.parquet as pq
import pytest
from called import called
from helpers import SHARED, needs_shared
from tiny import document, write_corpus, write_recipe

import licet
from licet.pipelines.cli import fail, main

RECIPES = sorted((Path(licet.__file__).parent / "pipelines" / "recipes").glob("*.yaml"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run of the command over ten rows, two of which are the same."""
    folder = tmp_path_factory.mktemp("run")
    write_corpus(folder, [document(i) for i in range(9)] + [document(0)])
    code, out, err = called("run", str(write_recipe(folder)), "--json", "--quiet")
    assert (code, err) == (0, "")
    return folder, json.loads(out)


def test_a_run_says_what_became_of_the_rows(finished: tuple[Path, dict[str, Any]]) -> None:
    folder, told = finished
    assert {name: told[name] for name in ("rows_in", "rows_kept", "refused", "licences", "version")} == {
        "rows_in": 10,
        "rows_kept": 9,
        "refused": {"dedup.exact_duplicate": 1},
        "licences": {"MIT": 9},
        "version": str(folder / "out"),
    }


def test_a_version_of_a_run_has_its_rows_with_licence_and_credit(finished: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = finished
    table = pq.read_table(folder / "out" / "data" / "default" / "train-00000-of-00001.parquet")
    first = table.to_pylist()[0]
    assert (first["text"], first["license"], first["license_tier"]) == (document(0), "MIT", "permissive")
    assert (first["source"], first["locator"], first["cluster_size"]) == ("notes", "notes.jsonl#byte=0", 2)


def test_what_a_run_made_is_verified_and_published(finished: tuple[Path, dict[str, Any]]) -> None:
    folder, told = finished
    version = str(folder / "out")
    code, out, _ = called("verify", version, "--json")
    signature = {"signature": "unsigned", "signers": []}
    assert (code, json.loads(out)) == (0, {"version": version, "ok": True, "findings": [], **signature})
    hub = str(folder / "hub")
    code, out, _ = called("publish", version, "--to", hub, "--version", "1.0.0", "--json")
    assert (code, json.loads(out)["manifest_digest"]) == (0, told["digest"])
    assert (folder / "hub" / "tiny" / "1.0.0" / "README.md").is_file()


def test_a_second_run_reads_nothing_again_and_is_the_same(finished: tuple[Path, dict[str, Any]]) -> None:
    folder, told = finished
    _, out, _ = called("run", str(folder / "recipe.yaml"), "--json", "--quiet")
    again = json.loads(out)
    assert (again["digest"], again["splits_reused"]) == (told["digest"], told["splits"])
    assert again["stage_seconds"] == {}


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    write_corpus(tmp_path, [document(1)])
    recipe = write_recipe(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, _ = called("plan", str(recipe), "--json")
    told = json.loads(out)
    assert (code, told["splits"], told["splits_staged"]) == (0, 1, 0)
    assert told["sources"][0]["files"] == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_version_with_a_lie_fails_verification_with_exit_code_1(
    finished: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    lie = tmp_path / "lie"
    shutil.copytree(finished[0] / "out", lie)
    (lie / "README.md").write_text("all is well")
    code, out, _ = called("verify", str(lie))
    assert code == 1
    assert "README.md" in out


def test_a_mistake_in_a_recipe_is_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, dedpu={})
    code, out, err = called("recipe", "check", str(recipe))
    assert (code, out) == (2, "")
    assert err == f"error {recipe}: `dedpu` is no key of a recipe. Did you mean `dedup`?\n"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"policy": "open"}, "there is no policy `open`"),
        ({"heuristics": {"set": {"min_wrods": 3}}}, "min_words"),
        ({"quality": {"min_score": 0.5}}, "`quality.min_score` is set, but there is no model"),
    ],
)
def test_a_check_finds_what_the_schema_cannot(settings: dict[str, Any], told: str, tmp_path: Path) -> None:
    code, _, err = called("recipe", "check", str(write_recipe(tmp_path, **settings)))
    assert code == 2
    assert told in err


def test_a_check_tells_how_many_pairs_at_the_threshold_are_found_and_warns_of_few(tmp_path: Path) -> None:
    code, out, _ = called("recipe", "check", str(write_recipe(tmp_path, dedup={"threshold": 0.7})))
    assert code == 0
    assert "of the pairs at the threshold of 0.7, bands find 56.5 %" in out
    assert "warning: `dedup`: 14 bands of 8 rows find only 56 %" in out
    code, out, _ = called("recipe", "check", str(write_recipe(tmp_path)), "--json")
    assert json.loads(out)["dedup"]["warning"] is None


def test_an_output_folder_of_another_is_left_alone(tmp_path: Path) -> None:
    write_corpus(tmp_path, [document(1)])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    code, _, err = called("run", str(write_recipe(tmp_path)))
    assert code == 2
    assert "is not empty and not a result of Licet" in err
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


def test_a_run_that_keeps_nothing_is_an_error_unless_that_is_allowed(tmp_path: Path) -> None:
    write_corpus(tmp_path, [document(1)], license_text=None)
    code, _, err = called("run", str(write_recipe(tmp_path)), "--quiet")
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert "No row of 1 was kept" in err
    code, out, _ = called("run", str(write_recipe(tmp_path, allow_empty=True)), "--quiet", "--json")
    assert (code, json.loads(out)["refused"]) == (0, {"license.no_license": 1})
    assert called("verify", str(tmp_path / "out"))[0] == 0


def test_a_remote_runner_does_not_get_a_local_folder(tmp_path: Path) -> None:
    write_corpus(tmp_path, [document(1)])
    asked = ["--runner", "portable", "--worker-pool", "localhost:2"]
    code, _, err = called("run", str(write_recipe(tmp_path)), *asked)
    assert code == 2
    assert f"its workers cannot see what lies on this machine (`output` at {tmp_path / 'out'}" in err


def test_progress_is_plain_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    write_corpus(tmp_path, [document(i) for i in range(3)])
    code, out, err = called("run", str(write_recipe(tmp_path)))
    assert code == 0
    assert "kept" in out
    assert "\x1b" not in out + err


def test_the_command_is_a_command(tmp_path: Path) -> None:
    write_corpus(tmp_path, [document(1)])
    command = [sys.executable, "-m", "licet", "run", str(write_recipe(tmp_path)), "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert (json.loads(done.stdout)["rows_kept"], done.stderr) == (1, "")


def test_an_interrupt_says_that_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: beam.Pipeline) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(beam.Pipeline, "run", interrupted)
    write_corpus(tmp_path, [document(1)])
    code, _, err = called("run", str(write_recipe(tmp_path)), "--quiet")
    assert code == 130
    assert "interrupted; what is staged is kept, and the same command goes on from there" in err


def test_an_unexpected_error_is_called_a_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("licet.pipelines.cli.app", broken)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 70
    assert "this is a bug in Licet: ZeroDivisionError: division by zero" in capsys.readouterr().err


def test_messages_are_not_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fail("the key [bold]x[/bold] is odd", 2)
    assert capsys.readouterr().err == "error the key [bold]x[/bold] is odd\n"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_that_we_ship_is_a_good_one(recipe: Path) -> None:
    code, out, err = called("recipe", "check", str(recipe), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["ok"] is True


@needs_shared
@pytest.mark.parametrize("recipe", [path for path in RECIPES if path.stem != "quickstart"], ids=lambda path: path.stem)
def test_every_recipe_over_the_real_inputs_can_be_planned(recipe: Path) -> None:
    assert SHARED.is_dir()
    code, out, err = called("plan", str(recipe), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["splits"] > 0
