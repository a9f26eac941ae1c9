import gc
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pyarrow as pa
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.spec import AbstractBufferedFile

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


class Uploads(AbstractBufferedFile):
    """An object as object stores write them: there when its last part is."""

    def _upload_chunk(self, final: bool = False) -> bool:
        if final:
            self.fs.pipe_file(self.path, self.buffer.getvalue())
        return final


class ObjectStore(MemoryFileSystem):
    """Objects in memory, of which a listing is remembered."""

    protocol = "oss"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    dircache: ClassVar[dict[Any, Any]] = {}

    def ls(self, path: str, detail: bool = True, **kwargs: Any) -> Any:
        if (path, detail) not in self.dircache:
            self.dircache[path, detail] = super().ls(path, detail, **kwargs)
        return self.dircache[path, detail]

    def invalidate_cache(self, path: str | None = None) -> None:
        del path
        self.dircache.clear()

    def _open(self, path: str, mode: str = "rb", **kwargs: Any) -> Any:
        if mode == "rb":
            return io.BytesIO(self.cat_file(path))
        return super()._open(path, mode, **kwargs) if "data" in kwargs else Uploads(self, path, mode)


@pytest.fixture(params=["local", "memory", "objects"])
def any_store(request: pytest.FixtureRequest, folder_of: dict[str, str]) -> str:
    return folder_of[request.param]


@pytest.fixture
def folder_of(tmp_path: Path) -> Iterator[dict[str, str]]:
    fsspec.register_implementation("oss", ObjectStore, clobber=True)
    fsspec.filesystem("memory").store.clear()
    yield {"local": str(tmp_path), "memory": "memory://store", "objects": "oss://store"}
    ObjectStore.store.clear()


def held(folder: str) -> dict[str, bytes]:
    """All files below a folder."""
    fs, name = fsspec.core.url_to_fs(folder)
    return {path[len(name) + 1 :]: bytes(fs.cat_file(path)) for path in fs.find(name)}


def test_an_output_that_fails_leaves_what_was_there(any_store: str) -> None:
    path = storage.join(any_store, "a.bin")
    storage.write_bytes(path, b"before")
    with pytest.raises(TypeError), storage.atomic_output(path) as sink:
        sink.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    del sink
    gc.collect()
    assert held(any_store) == {"a.bin": b"before"}


def test_what_others_wrote_since_the_last_look_is_listed(any_store: str) -> None:
    storage.write_bytes(storage.join(any_store, "a"), b"")
    assert storage.names_in(any_store) == ["a"]
    fs, name = fsspec.core.url_to_fs(storage.join(any_store, "b"))
    fs.pipe_file(name, b"")
    assert storage.names_in(any_store) == ["a", "b"]


def test_of_two_writers_each_name_has_what_one_of_them_wrote_and_never_half_of_it(any_store: str) -> None:
    path = storage.join(any_store, "a.bin")
    with storage.atomic_output(path) as slow:
        slow.write(b"slow ")
        assert not storage.exists(path)
        with storage.atomic_output(path) as quick:
            quick.write(b"quick")
        assert storage.read_bytes(path) == b"quick"
        slow.write(b"one")
        assert storage.read_bytes(path) == b"quick"
    assert held(any_store) == {"a.bin": b"slow one"}


def test_a_reader_keeps_what_it_has_mapped_while_another_file_takes_the_name(tmp_path: Path) -> None:
    path = str(tmp_path / "a.arrow")
    storage.write_arrow(path, BATCH)
    mapped = storage.read_arrow(path)
    storage.write_arrow(path, pa.record_batch({"a": [3], "b": ["other"]}))
    assert mapped == BATCH
    assert storage.read_arrow(path).num_rows == 1


def test_readers_of_a_file_do_not_move_each_other(any_store: str) -> None:
    path = storage.join(any_store, "a.bin")
    storage.write_bytes(path, b"abcdef")
    with storage.open_input(path) as one, storage.open_input(path) as other:
        assert (one.read(3), other.read(2), one.read(), other.read()) == (b"abc", b"ab", b"def", b"cdef")


def test_what_a_writer_has_not_finished_does_not_come_into_the_place(folder: str) -> None:
    made, place = storage.join(folder, "made"), storage.join(folder, "place")
    storage.write_bytes(storage.join(made, "data", "x"), b"1")
    dead = storage.join(made, "data", "x.0123abcd.tmp")
    fs, name = fsspec.core.url_to_fs(dead)
    fs.pipe_file(name, b"half")
    zombie = storage.atomic_output(storage.join(made, "data", "x"))
    zombie.__enter__().write(b"1")
    storage.replace_folder(made, place)
    assert held(place) == {"data/x": b"1"}
    with pytest.raises(FileNotFoundError):
        zombie.__exit__(None, None, None)
    assert held(place) == {"data/x": b"1"}


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
