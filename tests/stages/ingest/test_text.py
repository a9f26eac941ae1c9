from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits


def test_a_tree_gives_a_document_a_file(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    for name in ("b.md", "a.txt", "sub/c.rst", "sub/d.py", "sub/.git/e.txt", "skip.txt", "LICENSE.txt", "b.md.license"):
        (tmp_path / name).write_text(f"text of {name}")
    got = read(tmp_path, type="text", path=".", exclude=["skip.*"])
    assert [(row["id"], row["text"], row["locator"]) for row in got.rows] == [
        (f"src/{name}", f"text of {name}", name) for name in ("a.txt", "b.md", "sub/c.rst")
    ]


def test_what_is_no_text_goes_to_the_ledger(tmp_path: Path, read: Callable[..., Any]) -> None:
    for name, data in {
        "bin.txt": b"a\0b",
        "ctl.txt": b"\x01\x02\x03abc",
        "empty.txt": b"",
        "good.txt": b"\xef\xbb\xbfgood \x1b[0m\tx\n" * 20,
        "huge.txt": b"x" * 2000,
        "latin.txt": b"caf\xe9",
        "utf16.txt": "text".encode("utf-16"),
    }.items():
        (tmp_path / name).write_bytes(data)
    got = read(tmp_path, Limits(max_row_bytes=1000), type="text", path=str(tmp_path))
    assert [row["locator"] for row in got.rows] == ["good.txt"]
    assert not got.texts[0].startswith("\ufeff")
    assert got.refused == [
        ("bin.txt", "binary"),
        ("ctl.txt", "binary"),
        ("empty.txt", "empty_text"),
        ("huge.txt", "too_large"),
        ("latin.txt", "invalid_utf8"),
        ("utf16.txt", "binary"),
    ]


def test_small_files_share_splits_of_about_the_wanted_size(tmp_path: Path, read: Callable[..., Any]) -> None:
    for i in range(10):
        (tmp_path / f"{i}.txt").write_text("x" * 30)
    got = read(tmp_path, Limits(split_bytes=100), type="text", path=".")
    assert [len(split.files) for split in got.splits] == [3, 3, 3, 1]
    assert len(got.rows) == 10


def test_a_split_does_not_know_this_machine(tmp_path: Path, read: Callable[..., Any]) -> None:
    prints = []
    for place in ("here", "there/deeper"):
        (tmp_path / place / "tree").mkdir(parents=True)
        (tmp_path / place / "tree" / "a.txt").write_text("a")
        (tmp_path / place / "tree" / "LICENSE").write_text("MIT License")
        prints.append([s.fingerprint for s in read(tmp_path / place, type="text", path="tree").splits])
    assert prints[0] == prints[1]


def test_a_file_that_changed_since_the_plan_stops_the_run(tmp_path: Path, read: Callable[..., Any]) -> None:
    from licet.stages.ingest.read import read_split

    (tmp_path / "a.txt").write_text("a")
    (split,) = read(tmp_path, type="text", path=".").splits
    (tmp_path / "a.txt").write_text("longer")
    with pytest.raises(InputError, match=r"a\.txt changed from 1 to 6 bytes since the run was planned"):
        list(read_split(split, Limits()))
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a\.txt was there when the run was planned and cannot be read now"):
        list(read_split(split, Limits()))


@pytest.mark.parametrize(("path", "message"), [("no", "there is no folder no"), (".", r"no file below \. matches")])
def test_a_tree_without_text_is_refused(path: str, message: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, type="text", path=path)
