"""Whatever stands in its way, the command ends with rows and a ledger that add up, or with a sentence."""

import json
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile import NOISE, READERS, good
from rich.console import Console

from licet.pipelines import cli
from licet.pipelines.plan import Plan, make_plan

LICENSE = {"expression": "CC-BY-4.0", "evidence": "https://example.org/licence"}
FIELDS = {"id_field": "id", "url_field": "url", "date_field": "date", "license_field": "license"}
Licet = Callable[..., tuple[int, str, str]]


@pytest.fixture
def licet(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Licet:
    """Return a function that calls the command in this process, and returns exit code, output and errors.

    A traceback or a bug, told or not, fails the test there and then.
    """

    def called(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["licet", *map(str, words)])
        monkeypatch.setattr(cli, "err", Console(stderr=True, soft_wrap=True, highlight=False))
        capfd.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        assert code in {0, 1, 2}, err
        assert "Traceback" not in out + err
        return code, out, err

    return called


def source(kind: str, **more: Any) -> dict[str, Any]:
    where = {"path": "in"} if kind in {"text", "packages"} else {"paths": "in"}
    return {"name": kind, "type": kind, "license": LICENSE, **where, **more}


def write_recipe(folder: Path, *sources: dict[str, Any], **more: Any) -> Path:
    chat = any(each["type"] == "chat" for each in sources)
    told = {
        "name": "hostile",
        "kind": "posttrain" if chat else "pretrain",
        "sources": sources or [source("jsonl")],
        "limits": {"max_row_bytes": 1_000_000, "max_error_share": 0.0},
        "output": str(folder / "out"),
        **more,
    }
    (folder / "recipe.yaml").write_text(json.dumps(told))
    return folder / "recipe.yaml"


def some_rows(folder: Path) -> Path:
    """Write a good input, and return its folder."""
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.jsonl").write_bytes(good(0, 20))
    return folder


def rows_in(folder: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in folder.rglob("*.parquet"))


@pytest.mark.parametrize("kind", READERS)
def test_every_piece_of_a_hostile_input_is_accounted_for(kind: str, licet: Licet, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    READERS[kind](tmp_path / "in")
    if kind == "chat":  # Each file has a shape of its own.
        names = sorted(path.name for path in (tmp_path / "in").iterdir())
        sources = [source(kind, name=name, paths=f"in/{name}", id_field="id") for name in names]
    else:
        sources = [source(kind, **(FIELDS if kind == "jsonl" else {"date_field": "date"} if kind == "parquet" else {}))]
    recipe = write_recipe(tmp_path, *sources, heuristics={"profile": "basic"}, allow_empty=True)
    code, out, err = licet("run", recipe, "--json", "--quiet")
    assert (code, err) == (0, "")
    first = json.loads(out)
    version = tmp_path / "out"
    assert first["rows_in"] == rows_in(version / "data") + rows_in(version / "provenance" / "ledger")
    assert first["rows_kept"] >= 1
    assert first["refused"]
    code, out, _ = licet("verify", version, "--json")
    assert (code, json.loads(out)["findings"]) == (0, [])
    second = json.loads(licet("run", recipe, "--json", "--quiet")[1])
    assert (second["splits_reused"], second["digest"]) == (second["splits"], first["digest"])


@pytest.mark.parametrize(
    ("made", "given", "told"),
    [
        ({"in/\udcff.jsonl": good(0, 1)}, source("jsonl"), "is not UTF-8: rename the file"),
        ({"in/a.txt": b"x", "in/LICENSE\udcff": b"MIT"}, source("text"), "is not UTF-8: rename the file"),
        ({"in/a.txt": b"x"}, source("text", include=["[z-a]*"]), "pattern that is no glob"),
        ({"in/a.txt": b"x"}, source("text", path="in/a.txt"), "there is no folder in/a.txt"),
        ({}, source("text", path="\0"), "there is no folder"),
        ({}, source("jsonl", paths="\0"), "there is no file"),
        ({}, source("jsonl", paths="zzz://a/b"), "Protocol not known: zzz"),
        ({}, source("packages"), "holds no installed package"),
        ({"in/a.parquet": b""}, source("parquet"), "is no Parquet file"),
        ({"in/a.parquet": NOISE}, source("parquet"), "is no Parquet file"),
        ({"in/a.jsonl": b"PAR1"}, source("jsonl"), "it is a Parquet file"),
        ({"in/a.warc": b"{}"}, source("warc"), "no WARC header"),
        ({"out/a.jsonl": good(0, 1)}, source("jsonl", paths="out"), "lies in the output folder"),
        ({"out.work/a.jsonl": good(0, 1)}, source("jsonl", paths="out.work"), "lies in the work folder"),
    ],
)
def test_an_input_that_cannot_be_is_refused_before_anything_is_written(
    made: dict[str, bytes], given: dict[str, Any], told: str, licet: Licet, tmp_path: Path
) -> None:
    for name, data in made.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    recipe = write_recipe(tmp_path, given)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = licet("run", recipe, "--quiet")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"body": ["x"]}, "has no column `text`; its columns are body"),
        ({}, "its columns are none"),
        ({"text": [1]}, "of type int64, which is not text"),
        ({"text": pa.nulls(2)}, "of type null, which is not text"),
    ],
)
def test_columns_that_are_not_there_are_told(columns: dict[str, Any], told: str, licet: Licet, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table(columns), tmp_path / "in" / "a.parquet")
    code, _, err = licet("plan", write_recipe(tmp_path, source("parquet")))
    assert (code, told in err) == (2, True)


def test_a_column_that_is_there_twice_is_told(licet: Licet, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    twice = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(twice, tmp_path / "in" / "a.parquet")
    code, _, err = licet("plan", write_recipe(tmp_path, source("parquet")))
    assert (code, "more than one column `text`" in err) == (2, True)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"output": ""}, "is no name of a folder"),
        ({"output": "a\0b"}, "is no name of a folder"),
        ({"output": "{nope}"}, "no other braces"),
        ({"work": "\udcff"}, "surrogates not allowed"),
        ({"output": "{"}, "no other braces"),
        ({"output": "zzz://a"}, "Protocol not known"),
        ({"output": "BASE/recipe.yaml"}, "cannot be a folder"),
        ({"output": "BASE/recipe.yaml/out"}, "cannot be a folder"),
        ({"output": "BASE/dangling"}, "cannot be a folder"),
        ({"output": "BASE/full"}, "is not empty and not a result of Licet"),
        ({"output": "BASE/in"}, "lies in the output folder"),
        ({"work": "BASE/in"}, "lies in the work folder"),
        ({"work": "{output}"}, "which each run replaces"),
        ({"work": "{output}/work"}, "which each run replaces"),
        ({"work": "BASE/recipe.yaml"}, "cannot be a folder"),
        ({"policy": "nope.json"}, "there is no policy"),
        ({"policy": "deep.json"}, "is not JSON"),
        ({"runner": {"nope": 1}}, "there is no option `--nope`"),
        ({"runner": {"direct_num_workers": "x"}}, "invalid int value"),
        ({"limits": {"split_bytes": 10**30}}, "less than"),
        ({"description": "\ud800"}, "surrogates not allowed"),
        *(
            ({"quality": {"models": [{"name": "q", "path": path, "label": "good"}]}}, told)
            for path, told in (
                ("nope.bin", "cannot read the model"),
                ("in", "cannot read the model"),
                ("a\0b", "cannot read the model"),
                ("zzz://a", "cannot read the model"),
                ("noise.bin", "is no fastText classifier (it does not begin as one)"),
                ("empty.bin", "is no fastText classifier"),
                ("cut.bin", "is no fastText classifier (it ends early)"),
            )
        ),
        ({"language": {"model": "noise.bin"}}, "is no fastText classifier"),
    ],
)
def test_settings_that_cannot_be_are_refused_before_anything_is_written(
    settings: dict[str, Any], told: str, licet: Licet, tmp_path: Path
) -> None:
    some_rows(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "noise.bin").write_bytes(NOISE)
    (tmp_path / "empty.bin").write_bytes(b"")
    head = struct.pack("<2i12id3i2q", 793712314, 12, *[8] * 7, 3, *[8] * 4, 0.1, 5, 3, 2, 9, -1)
    (tmp_path / "cut.bin").write_bytes(head + b"word without an end")
    recipe = write_recipe(tmp_path, **json.loads(json.dumps(settings).replace("BASE", str(tmp_path))))
    before = sorted(tmp_path.rglob("*"))
    code, out, err = licet("run", recipe, "--quiet")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"\xff", b"\0", b"a: [", b"5", b"? [a]\n: b", b"1: 2", b"a: &a [*a]", b"&x : *x", b"name: .inf"),
        *(b"name: !!python/object:os.system x", b"sources: [null, 5, [], {type: [1]}]", b"sources: [{type: zzz}]"),
        *(b"a: " + b"[" * 3_000, b"name: 2024-99-99", b"a: 9999-99-99 99:99:99", b"2024-01-01: a"),
    ],
)
def test_what_is_no_recipe_is_told(text: bytes, licet: Licet, tmp_path: Path) -> None:
    (tmp_path / "recipe.yaml").write_bytes(text)
    code, out, err = licet("recipe", "check", tmp_path / "recipe.yaml")
    assert (code, out) == (2, "")
    assert all(line.startswith("error ") for line in err.splitlines())


@pytest.mark.parametrize(
    "words", [["--runner", "nope"], ["--runner", "zzz.Nope"], ["--quite"], ["extra"], ["--x", "y"]]
)
def test_words_that_nobody_knows_are_refused(words: list[str], licet: Licet, tmp_path: Path) -> None:
    code, _, err = licet("run", write_recipe(some_rows(tmp_path)), *words)
    assert (code, err.count("\n"), (tmp_path / "out").exists()) == (2, 1, False)


def test_a_folder_that_is_not_utf8_is_refused(licet: Licet, tmp_path: Path) -> None:
    code, _, err = licet("run", write_recipe(some_rows(tmp_path)), "--output", f"{tmp_path}/\udcff")
    assert (code, "is no name of a folder" in err, (tmp_path / "out.work").exists()) == (2, True, False)


def test_a_run_that_keeps_nothing_is_an_error_unless_it_may(licet: Licet, tmp_path: Path) -> None:
    refusing: dict[str, Any] = {"heuristics": {"set": {"min_words": 1e6}}}
    code, _, err = licet("run", write_recipe(some_rows(tmp_path), **refusing), "--quiet")
    assert (code, "No row of 20 was kept" in err, (tmp_path / "out").exists()) == (2, True, False)
    assert licet("run", write_recipe(tmp_path, **refusing, allow_empty=True), "--quiet")[0] == 0
    assert licet("verify", tmp_path / "out")[0] == 0
    assert licet("publish", tmp_path / "out", "--to", tmp_path / "hub", "--version", "1.0.0")[0] == 0


def test_files_of_a_work_folder_that_are_cut_short_are_made_again(licet: Licet, tmp_path: Path) -> None:
    recipe = write_recipe(some_rows(tmp_path))
    work = tmp_path / "out.work"
    digest = json.loads(licet("run", recipe, "--json", "--quiet")[1])["digest"]
    endings = {"".join(path.suffixes) for path in work.rglob("*") if {"staging", "judged"} & set(path.parts)} - {""}
    assert {".rows.parquet", ".ledger.arrow", ".marks.arrow", ".json"} < endings
    for number, ending in enumerate(sorted(endings)):
        for path in work.rglob(f"*{ending}"):
            path.write_bytes(path.read_bytes()[: number % 2 * path.stat().st_size // 2])
        code, out, err = licet("run", recipe, "--json", "--quiet")
        assert (code, json.loads(out)["digest"], err) == (0, digest, ""), ending


def test_a_work_folder_of_nonsense_is_told(licet: Licet, tmp_path: Path) -> None:
    recipe = write_recipe(some_rows(tmp_path))
    licet("run", recipe, "--quiet")
    for path in (tmp_path / "out.work" / "staging").rglob("*.rows.parquet"):
        path.write_bytes(b"x" * path.stat().st_size)
    code, _, err = licet("run", recipe, "--quiet")
    assert (code, err.count("\n")) == (2, 1)
    assert f"or remove {tmp_path / 'out.work'} if it stops there again" in err


@pytest.mark.parametrize("change", ["grows", "vanishes"])
def test_an_input_that_changes_after_the_plan_stops_the_run(
    change: str, licet: Licet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = write_recipe(some_rows(tmp_path))
    file = tmp_path / "in" / "a.jsonl"

    def planned(*given: Any) -> Plan:
        made = make_plan(*given)
        if change == "grows":
            file.write_bytes(file.read_bytes() + good(50, 1))
        else:
            file.unlink()
        return made

    monkeypatch.setattr("licet.pipelines.run.make_plan", planned)
    code, _, err = licet("run", recipe, "--quiet")
    assert (code, err.count("\n"), (tmp_path / "out").exists()) == (2, 1, False)
    assert "a.jsonl" in err


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b"[]", b"null", b'{"a":1}', b"\xff", b"9" * 5_000, b"[" * 100_000, None]
)
def test_a_folder_that_is_no_version_is_told_by_every_command(
    manifest: bytes | None, licet: Licet, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (out / "provenance").mkdir(parents=True)
    if manifest is None:
        (out / "provenance" / "manifest.json").mkdir()
    else:
        (out / "provenance" / "manifest.json").write_bytes(manifest)
    assert licet("verify", out)[0] == (1 if manifest is not None else 2)
    assert licet("publish", out, "--to", tmp_path / "hub", "--version", "1.0.0")[0] == 2
    assert licet("run", write_recipe(some_rows(tmp_path)), "--quiet")[0] == 2
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize("version", ["", "1", "1.0", "v1.0.0", "1.0.0-", "01.0.0", "latest", "../1.0.0", "1.0.0\n"])
def test_what_is_no_version_number_is_refused(version: str, licet: Licet, tmp_path: Path) -> None:
    code, _, err = licet("publish", tmp_path, "--to", tmp_path / "hub", "--version", version)
    assert (code, bool(err), (tmp_path / "hub").exists()) == (2, True, False)


def test_verify_of_anything_else_says_so(licet: Licet, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(NOISE)
    (tmp_path / "loop").symlink_to("loop")
    for path in ("file", "missing", "loop", ".", "a\0b", "zzz://a"):
        code, out, err = licet("verify", path if "://" in path else f"{tmp_path}/{path}")
        assert code in {1, 2}, path
        assert out + err, path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b""),
        ("a.jsonl", b"\xff"),
        ("a.jsonl", b"[1]\n"),
        ("a.jsonl", b"[" * 100_000),
        ("a.jsonl", b'{"text":' + b"9" * 5_000 + b"}"),
        ("a.jsonl", b'{"text":"\\ud800"}\n'),
        ("a.jsonl", b'{"body":"x"}\n'),
        ("a.jsonl.gz", b"\x1f\x8b" + NOISE),
        ("a.jsonl.zst", NOISE),
        ("a.parquet", NOISE),
        ("a.txt", NOISE),
    ],
)
def test_texts_that_nothing_can_be_learnt_from_are_told(name: str, data: bytes, licet: Licet, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.jsonl").write_bytes(good(0, 20))
    words = ["--positive", tmp_path / "good.jsonl", "--negative", tmp_path / name, "--to", tmp_path / "model"]
    code, _, err = licet("train-quality", *words)
    assert (code, err.count("\n"), (tmp_path / "model").exists()) == (2, 1, False)
