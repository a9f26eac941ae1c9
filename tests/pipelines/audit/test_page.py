"""The page for counsel, auditors and rights-holders: its commands are there, and answer as it says."""

import re
import shlex
from pathlib import Path

import pytest
from called import called
from helpers import needs_shared

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
OBJECTING = {"policy check"}
"""Commands that end with 1 on the page, as it says."""


def asked() -> list[tuple[str, list[str]]]:
    """The commands on the page, each with the lines that it prints there; … stands for what is left out."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", PAGE, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ licet "), []))
            elif line and line != "…":
                found[-1][1].append(line)
    return found


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`licet ([a-z -]+)`", PAGE))))
def test_every_command_on_the_page_is_one(command: str) -> None:
    assert called(*command.split(), "--help")[0] == 0


def test_every_command_is_in_the_table() -> None:
    table = set(re.findall(r"`licet ([a-z -]+)`", PAGE))
    assert {re.match(r"(?:(?:audit|policy) )?[a-z-]+", command)[0] for command, _ in asked()} <= table  # type: ignore[index]


@needs_shared
def test_the_answers_on_the_page_are_those_that_the_commands_give(
    made: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(made["web"]).parents[1])
    monkeypatch.setenv("COLUMNS", "200")
    for command, expected in asked():
        code, out, err = called(*shlex.split(command))
        assert code == any(command.startswith(name) for name in OBJECTING), err
        printed = iter(line.rstrip() for line in out.splitlines())
        missing = [line for line in expected if line not in printed]
        assert missing == [], command
