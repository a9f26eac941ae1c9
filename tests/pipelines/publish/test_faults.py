"""Publishers killed at every step, and several at once: nothing half there is ever visible."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_versions import publish

from licet.pipelines.publish.publish import list_versions, resolve

PUBLISHERS = Path(__file__).with_name("publishers.py")


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in memory where there is one: these tests sync hundreds of files."""
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def run(*arguments: str | Path) -> str:
    tests = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, str(PUBLISHERS), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": f"{tests.parent / 'src'}{os.pathsep}{tests}"},
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def held(hub: Path) -> set[str]:
    return {p.name for p in (hub / "objects/sha256").glob("*/*")}


@pytest.mark.skipif(not hasattr(os, "copy_file_range"), reason="the steps within a copy are seen on Linux only")
@pytest.mark.parametrize("before", [[], ["1.0.0"]], ids=["first version", "second version"])
def test_a_publisher_killed_at_any_step_leaves_nothing_half_and_a_rerun_finishes(
    before: list[str], quick: Path, make_version: Callable[..., Path], assert_whole: Callable[[Path], None]
) -> None:
    hub = quick / "hub"
    old, new = make_version(f"{quick}/old", "same"), make_version(f"{quick}/new", "same", "more")
    for version in before:
        publish(str(old), str(hub), version)
    steps = int(run("kill", new, hub, "1.1.0", quick / "killed"))
    assert steps > 80

    moments = set()
    for step in range(steps):
        killed = quick / f"killed/{step:04d}"
        if killed.exists():
            assert_whole(killed)
        kept = held(killed)
        tagged = [entry.version for entry in list_versions(str(killed), "tiny")]
        shown = sorted(p.name for p in killed.glob("tiny/*") if p.is_dir())
        assert tagged in (before, [*before, "1.1.0"])
        assert shown in (before, [*before, "1.1.0"])
        assert shown == before or tagged != before, "a folder without its tag"
        moments.add((len(tagged) - len(before), len(shown) - len(before)))

        done = publish(str(new), str(killed), "1.1.0")
        assert_whole(killed)
        assert contents(Path(resolve(str(killed), "tiny", "1.1.0"))) == contents(new)
        assert [entry.version for entry in list_versions(str(killed), "tiny")] == [*before, "1.1.0"]
        assert done.new_bytes == sum(
            (killed / f"objects/sha256/{o[:2]}/{o}").stat().st_size for o in held(killed) - kept
        )
        assert list((killed / "objects/tmp").iterdir()) == []
    assert moments == {(0, 0), (1, 0), (1, 1)}, "kills fell before the tag, before the folder, and after it"


def test_another_version_published_after_a_kill_finishes_the_killed_one_first(
    quick: Path, make_version: Callable[..., Path], assert_whole: Callable[[Path], None]
) -> None:
    first, second = make_version(f"{quick}/first", "a"), make_version(f"{quick}/second", "b")
    steps = int(run("kill", first, quick / "none", "1.0.0", quick / "killed"))
    outcomes = set()
    for step in range(0, steps, 3):
        hub = quick / f"killed/{step:04d}"
        committed = bool(list(hub.glob("repos/datasets/local/tiny/refs/heads/main/*")))
        publish(str(second), str(hub), "1.1.0")
        assert_whole(hub)
        there = [entry.version for entry in list_versions(str(hub), "tiny")]
        assert there == (["1.0.0", "1.1.0"] if committed else ["1.1.0"])
        assert sorted(p.name for p in hub.glob("tiny/*")) == [*there, "versions.json"]
        outcomes.add(committed)
    assert outcomes == {False, True}


@pytest.mark.parametrize("round_", range(4))
def test_of_publishers_with_different_content_exactly_one_wins(
    round_: int, tmp_path: Path, make_version: Callable[..., Path], assert_whole: Callable[[Path], None]
) -> None:
    folders = [make_version(f"v{i}", f"text {i} {round_}") for i in range(4)]
    told = json.loads(run("race", tmp_path / "hub", *(x for folder in folders for x in (folder, "1.0.0"))))
    assert_whole(tmp_path / "hub")
    assert told.count("published") == 1
    refused = [re.sub(r" \(manifest .*", "", words) for words in told if words != "published"]
    assert refused == ["Version 1.0.0 of 'tiny' is published with other content"] * 3
    winner = folders[told.index("published")]
    assert contents(Path(resolve(str(tmp_path / "hub"), "tiny", "1.0.0"))) == contents(winner)


def test_of_publishers_with_the_same_content_one_publishes_and_the_others_find_it_there(
    tmp_path: Path, make_version: Callable[..., Path], assert_whole: Callable[[Path], None]
) -> None:
    folder = make_version("v", "text")
    told = json.loads(run("race", tmp_path / "hub", *(folder, "1.0.0") * 4))
    assert_whole(tmp_path / "hub")
    assert sorted(told) == ["already there"] * 3 + ["published"]


def test_publishers_of_different_versions_end_in_one_ascending_line(
    tmp_path: Path, make_version: Callable[..., Path], assert_whole: Callable[[Path], None]
) -> None:
    hub = tmp_path / "hub"
    versions = [f"{i}.0.0" for i in range(1, 5)]
    folders = [make_version(version, version) for version in versions]
    told = json.loads(run("race", hub, *(x for pair in zip(folders, versions, strict=True) for x in pair)))
    assert_whole(hub)
    published = [version for version, words in zip(versions, told, strict=True) if words == "published"]
    assert published[-1] == "4.0.0"
    assert [entry.version for entry in list_versions(str(hub), "tiny")] == published
    assert all("is lower than" in words for words in told if words != "published")
    recorded = json.loads((hub / "tiny/versions.json").read_bytes())["versions"]
    assert [entry["version"] for entry in recorded] == published
