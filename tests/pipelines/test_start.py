"""What commands that only read a version load before they answer; each is started as a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from versions import finished, some_conversations

DEAR = {"apache_beam", "fasttext", "fastwarc", "huggingface_hub", "numba", "resiliparse"}
"""Packages that take a tenth of a second and more to import, none of which an answer about a row needs."""
PROBE = """
import json, sys
from licet.pipelines.cli import app
app(sys.argv[1:], standalone_mode=False)
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("start")
    return str(finished(folder, some_conversations(folder), models=(), kind="posttrain")[0])


def loaded(*words: str) -> set[str]:
    """Return the modules of a process that has obeyed a command."""
    told = subprocess.run([sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=True).stdout
    return set(json.loads(told.splitlines()[-1]))


@pytest.mark.parametrize(
    ("command", "what"),
    [("show", ["test/a"]), ("explain", ["test/a"]), ("stats", []), ("audit licenses", []), ("audit unknown", [])],
)
def test_a_question_about_a_version_is_answered_without_the_packages_of_runs(
    version: str, command: str, what: list[str]
) -> None:
    assert DEAR & loaded(*command.split(), version, *what) == set()


def test_exports_are_made_again_without_the_packages_of_runs(version: str, tmp_path: Path) -> None:
    assert DEAR & loaded("export", version, "--to", str(tmp_path / "exports")) == set()


def test_a_version_is_verified_without_beam_and_without_a_hub(version: str) -> None:
    assert {"apache_beam", "huggingface_hub"} & loaded("verify", version) == set()


def test_help_needs_neither_arrow_nor_a_database() -> None:
    assert {"duckdb", "numpy", "pyarrow", *DEAR} & loaded("explain", "--help") == set()
