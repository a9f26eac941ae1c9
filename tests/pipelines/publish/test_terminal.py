"""The command shows what it will send, asks where somebody can answer, and tells a program the same in JSON."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_kinds import AHub, hub
from rich.console import Console
from versions import change_rows, finished, some_parcels

from licet.pipelines.publish.terminal import PlainLines, in_bytes

SHARD = "data/default/train-00000-of-00002.parquet"


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    return finished(folder, some_parcels(folder))[0]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHub]:
    with hub("xet", tmp_path_factory.mktemp("xet"), "hub_command", "licet.pipelines.publish.terminal") as made:
        yield made


def licet(at: AHub, folder: Path, *given: str, **more: str) -> tuple[int, str, str]:
    """Publish a folder by command, and return exit code, output and errors."""
    told = at.worker.do("hub_command.licet", given=["publish", str(folder), "--verified", *given], **more)
    return told["code"], told["out"], told["err"]


def log(at: AHub) -> list[str]:
    assert at.served is not None
    return [entry.method for entry in at.served.faults.log]


def test_a_dry_run_without_a_token_says_what_would_be_sent(version: Path, at: AHub) -> None:
    since = len(log(at))
    code, out, err = licet(at, version, "--to", f"{at.root}dry", "--version", "auto", "--dry-run", HF_TOKEN="")
    assert (code, err) == (0, "")
    assert "Version 1.0.0 of books: good to be published; nothing was sent" in out
    assert re.search(r"to send +1\d\d\.\d kB new, 0 bytes there already", out)
    assert re.search(r"in new chunks +\d+\.\d kB, measured without the version before", out)
    assert set(log(at)[since:]) <= {"GET"}


def test_without_a_token_nothing_is_asked_of_the_hub(version: Path, at: AHub) -> None:
    since = len(log(at))
    code, out, err = licet(at, version, "--to", f"{at.root}none", "--version", "1.0.0", HF_TOKEN="")
    assert (code, out) == (2, "")
    assert "There is no token to write to http://127.0.0.1" in err
    assert log(at)[since:] == []


def test_on_a_terminal_it_shows_and_asks_and_a_no_sends_nothing(version: Path, at: AHub) -> None:
    given = ("--to", f"{at.root}asked", "--version", "auto")
    since = len(log(at))
    code, out, err = licet(at, version, *given, answer="n")
    assert (code, out) == (1, "")
    assert "Version 1.0.0 of books: about to be published" in err
    assert "Publish it? [y/N]" in err
    assert set(log(at)[since:]) == {"GET"}
    code, out, _ = licet(at, version, *given, answer="y")
    assert code == 0
    assert "Version 1.0.0 of books: published" in out
    assert f"{at.root}asked@v1.0.0" in out


def test_for_a_program_it_does_not_ask_and_tells_all(version: Path, at: AHub) -> None:
    given = ("--to", f"{at.root}told", "--version", "1.0.0", "--json")
    code, out, err = licet(at, version, *given, answer="")
    told = json.loads(out)
    assert (code, told["version"], told["already_there"], told["files"]) == (0, "1.0.0", False, 27)
    assert "Publish it?" not in err
    again = json.loads(licet(at, version, *given)[1])
    assert (again["already_there"], again["commit"]) == (True, told["commit"])


def test_a_dry_run_is_measured_against_the_folder_of_the_version_before(
    version: Path, at: AHub, tmp_path: Path
) -> None:
    to = ("--to", f"{at.root}measured", "--version", "auto")
    assert licet(at, version, *to)[0] == 0
    after = Path(shutil.copytree(version, tmp_path / "after"))
    change_rows(after, SHARD, lambda rows: rows[0].update(url="https://example.org/other"))
    code, out, err = licet(at, after, *to, "--dry-run", "--previous", str(version))
    assert (code, err) == (0, "")
    told = " ".join(out.split())
    assert "follows 1.0.0: rows have the same ids, texts and licences, and other columns" in told
    assert re.search(r"in new chunks [\d.,]+ (k?B|bytes), measured against the version before", told)
    code, _, err = licet(at, after, *to, "--dry-run", "--previous", str(after))
    assert code == 2
    assert "is not the version that main shows" in err


def test_a_repository_that_is_public_is_not_published_to_as_private(version: Path, at: AHub) -> None:
    to = ("--to", f"{at.root}public", "--version", "1.0.0")
    code, _, err = licet(at, version, *to, "--private")
    assert code == 2
    assert "This hub cannot keep a dataset private" in err
    assert licet(at, version, *to)[0] == 0
    code, _, err = licet(at, version, *to, "--private")
    assert code == 2
    assert "is there already and is public" in err


def test_sizes_are_told_as_people_read_them() -> None:
    assert [in_bytes(size) for size in (0, 9_999, 39_300, 5_200_000, 7_000_000_000)] == [
        "0 bytes",
        "9,999 bytes",
        "39.3 kB",
        "5.2 MB",
        "7.0 GB",
    ]


def test_without_a_terminal_progress_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    lines = PlainLines(Console(width=100), last=0.0)
    lines("send", 1_000_000, 2_000_000)
    lines("send", 1_500_000, 2_000_000)
    assert capsys.readouterr().out == "sending: 1.0 MB of 2.0 MB\n"
