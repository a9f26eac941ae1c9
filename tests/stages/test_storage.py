from pathlib import Path

import fsspec
import pyarrow as pa
import pytest

from licet.stages import storage

BATCH = pa.record_batch({"a": [1, 2], "b": ["x", None]})


@pytest.fixture(params=["local", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "local":
        return str(tmp_path)
    fsspec.filesystem("memory").store.clear()
    return "memory://store"


def test_bytes_and_batches_come_back(folder: str) -> None:
    storage.write_bytes(storage.join(folder, "a", "b.bin"), b"\x00\x01")
    storage.write_arrow(storage.join(folder, "c.arrow"), BATCH)
    assert storage.read_bytes(storage.join(folder, "a", "b.bin")) == b"\x00\x01"
    assert storage.read_arrow(storage.join(folder, "c.arrow")) == BATCH
    assert storage.names_in(folder) == ["a", "c.arrow"]


def test_an_output_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"before")
    with pytest.raises(TypeError), storage.atomic_output(str(path)) as sink:
        sink.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.bin", b"before")]


def test_a_folder_takes_the_place_of_another(folder: str) -> None:
    storage.write_bytes(storage.join(folder, "new", "provenance", "manifest.json"), b"2")
    storage.write_bytes(storage.join(folder, "new", "data", "x"), b"2")
    storage.write_bytes(storage.join(folder, "place", "old"), b"1")
    storage.replace_folder(storage.join(folder, "new"), storage.join(folder, "place"))
    assert storage.names_in(storage.join(folder, "place")) == ["data", "provenance"]
    assert storage.read_bytes(storage.join(folder, "place", "data", "x")) == b"2"
    assert not storage.exists(storage.join(folder, "new"))


def test_removing_what_is_not_there_is_no_error(folder: str) -> None:
    storage.write_bytes(storage.join(folder, "a", "b"), b"")
    storage.remove(storage.join(folder, "none"))
    storage.remove(storage.join(folder, "a"))
    assert not storage.exists(storage.join(folder, "a", "b"))


@pytest.mark.parametrize(
    ("path", "is_local"), [("a/b", True), ("/a", True), ("file:///a", True), ("s3://a/b", False), ("memory://a", False)]
)
def test_a_path_tells_whether_it_is_of_this_machine(path: str, is_local: bool) -> None:
    assert storage.is_local(path) is is_local
