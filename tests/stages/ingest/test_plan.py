from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits
from licet.schemas.sources import JsonlSource
from licet.stages.ingest.locate import common_folder, matches
from licet.stages.ingest.plan import plan_source


def tree(base: Path, *names: str) -> None:
    for name in names:
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text('{"text": "a"}\n')


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ("data/b/2.jsonl", ["2.jsonl"]),
        ("data", ["a/1.jsonl", "b/2.jsonl", "b/3.json"]),
        ("data/*/*.jsonl", ["a/1.jsonl", "b/2.jsonl"]),
        ("data/**/*.txt", ["b/4.txt"]),
        (["data/b/2.jsonl", "data/a"], ["a/1.jsonl", "b/2.jsonl"]),
        (["data/b/*.jsonl", "data/b/2.jsonl"], ["2.jsonl"]),
        ("odd[1].jsonl", ["odd[1].jsonl"]),
        ("../base/data/a", ["1.jsonl"]),
    ],
)
def test_paths_globs_and_folders_name_files(
    paths: str | list[str], names: list[str], tmp_path: Path, read: Callable[..., Any]
) -> None:
    base = tmp_path / "base"
    tree(base, "data/a/1.jsonl", "data/b/2.jsonl", "data/b/3.json", "data/b/4.txt", "data/.h/5.jsonl", "odd[1].jsonl")
    got = read(base, type="jsonl", paths=paths)
    assert [pin.name for split in got.splits for pin in split.files] == names


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ("no.jsonl", r"source src: there is no file no\.jsonl \(looked for .*/no\.jsonl\)"),
        ("*.jsonl", r"source src: \*\.jsonl matches no file"),
        ("empty", r"source src: the folder empty holds no \.jsonl or .* file"),
        ("nostore://x/a.jsonl", r"source src: cannot look for nostore://x/a\.jsonl: Protocol not known: nostore"),
    ],
)
def test_a_path_that_names_nothing_is_refused(
    paths: str, message: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=message):
        read(tmp_path, type="jsonl", paths=paths)


def test_a_root_that_is_no_folder_is_refused(tmp_path: Path, read: Callable[..., Any]) -> None:
    tree(tmp_path, "a.jsonl")
    with pytest.raises(InputError, match="its root up is no folder"):
        read(tmp_path, type="jsonl", paths="a.jsonl", root="up")


def test_a_source_of_the_other_kind_is_refused(tmp_path: Path) -> None:
    source = JsonlSource(name="s", type="jsonl", paths=["a.jsonl"])
    with pytest.raises(InputError, match="source s: type jsonl does not make chat"):
        plan_source(source, base=str(tmp_path), limits=Limits(), chat=True)


def test_the_plan_is_the_same_each_time_and_changes_with_the_bytes(tmp_path: Path, read: Callable[..., Any]) -> None:
    tree(tmp_path, "b.jsonl", "a.jsonl")
    first = read(tmp_path, type="jsonl", paths=".").splits
    assert read(tmp_path, type="jsonl", paths=".").splits == first
    assert [split.files[0].name for split in first] == ["a.jsonl", "b.jsonl"]
    assert all(split.fingerprint == replace(split, order=9).identity() for split in first)
    (tmp_path / "a.jsonl").write_text('{"text": "z"}\n')
    second = read(tmp_path, type="jsonl", paths=".").splits
    assert [a.fingerprint == b.fingerprint for a, b in zip(first, second, strict=True)] == [False, True]
    third = read(tmp_path, type="jsonl", paths=".", id_field="id").splits
    assert third[1].fingerprint != first[1].fingerprint


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (["/a/b", "/a/c/d"], "/a"),
        (["/a/b"], "/a/b"),
        (["s3://bucket/a/b", "s3://bucket/a/c"], "s3://bucket/a"),
        (["/a/b", "s3://bucket/a"], ""),
    ],
)
def test_names_are_relative_to_what_all_paths_have_in_common(folders: list[str], expected: str) -> None:
    assert common_folder(folders) == expected


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("a.md", "**/*.md", True),
        ("x/y/a.md", "**/*.md", True),
        ("x/a.md", "*.md", False),
        ("x/a.md", "x/**", True),
        ("a1.md", "a[0-9].md", True),
        ("ab.md", "a[!0-9].md", True),
        ("a.md.bak", "**/*.md", False),
    ],
)
def test_globs_of_trees(name: str, pattern: str, expected: bool) -> None:
    assert matches(name, [pattern]) is expected
