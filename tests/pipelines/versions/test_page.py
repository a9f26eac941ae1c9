"""The commands of docs/versions.md do what the page says."""

import re
import shlex
from pathlib import Path

import pytest
from runs import corpus, run, write_files
from typer.testing import CliRunner

from licet.pipelines.cli import app
from licet.pipelines.publish import publish

PAGE = Path(__file__).resolve().parents[3] / "docs" / "versions.md"
ENDS_WITH_1 = ("licet diff",)


def test_the_commands_of_the_page_run_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path / "in", corpus())
    version = run(tmp_path / "in", name="my-corpus").folder
    publish(version, str(tmp_path / "hub"), "1.0.0")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?m)^    (licet .+)$", PAGE.read_text(encoding="utf-8"))
    assert [command.split()[1] for command in commands] == [
        "versions",
        "pull",
        "verify",
        "retract",
        "retract",
        "verify",
        "publish",
        "diff",
    ]
    for command in commands:
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == int(command.startswith(ENDS_WITH_1)), f"{command}: {told.output}{told.exception}"
    again = run(tmp_path / "in", name="my-corpus", output="again", retractions=[str(tmp_path / "hub/my-corpus@1.0.1")])
    refused = [told for stage in again.manifest.stages if stage.name == "retractions" for told in stage.refused]
    assert sum(told.rows for told in refused) >= 1
