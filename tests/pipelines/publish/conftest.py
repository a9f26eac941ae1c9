"""Tiny finished versions, made by hand."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from licet.schemas.manifest import MANIFEST_PATH, Dataset, FileEntry, Manifest, PolicyUsed, Rows

CARD = """---
license: mit
configs:
- config_name: default
  default: true
  data_files:
  - split: train
    path: data/default/train-*.parquet
---
# Tiny
"""


MakeVersion = Callable[..., Path]
Seal = Callable[..., None]


def manifest_of(name: str, files: list[FileEntry]) -> Manifest:
    """A manifest of these files, with nothing to say of how they came about."""
    return Manifest(
        dataset=Dataset(name=name, kind="pretrain"),
        inputs=[],
        stages=[],
        models=[],
        policy=PolicyUsed(id="open", version="1", sha256="0" * 64, rules={}),
        licences=[],
        languages=[],
        rows=Rows(count=0, bytes=0, tokens=0, digest="0" * 64),
        files=files,
        environment={},
    )


def seal_folder(folder: Path, name: str = "tiny", files: list[FileEntry] | None = None) -> None:
    """Write the manifest of what lies in the folder, or of the files given."""
    manifest = folder / "provenance/manifest.json"
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p != manifest):
        data = path.read_bytes()
        is_parquet = data[:4] == b"PAR1" == data[-4:]
        found.append(
            FileEntry(
                path=path.relative_to(folder).as_posix(),
                bytes=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                rows=pq.read_metadata(path).num_rows if is_parquet else None,
                role="data" if is_parquet else "card",
            )
        )
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_bytes(manifest_of(name, found if files is None else files).canonical_bytes())


@pytest.fixture
def seal() -> Seal:
    return seal_folder


@pytest.fixture
def make_version(tmp_path: Path) -> MakeVersion:
    def make(where: str, *texts: str, name: str = "tiny") -> Path:
        folder = tmp_path / where
        (folder / "data/default").mkdir(parents=True)
        for i, text in enumerate(texts):
            table = pa.table({"id": [f"{where}/{i}"], "text": [text]})
            pq.write_table(table, folder / f"data/default/train-{i:05d}-of-{len(texts):05d}.parquet")
        (folder / "README.md").write_text(CARD)
        seal_folder(folder, name)
        return folder

    return make


def _whole(hub: Path) -> None:
    """Assert that whatever a reader of the hub can see is whole."""

    def read(path: Path) -> Any:
        return json.loads(path.read_bytes())

    objects = {p.name: p for p in (hub / "objects/sha256").glob("*/*")}
    for name, path in objects.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == name
    for repo in (hub / "repos/datasets").glob("*/*"):
        tags = {path.stem[1:]: read(path) for path in (repo / "refs/tags").glob("*.json")}
        heads = {read(head)["commit"] for head in (repo / "refs/heads/main").glob("*.json")}
        assert {tag["commit"] for tag in tags.values()} <= heads
        commits = {oid: read(repo / f"commits/{oid}.json") for oid in heads}
        for commit in commits.values():
            assert all(objects[f["sha256"]].stat().st_size == f["size"] for f in commit["files"].values())
        shown = hub / repo.name
        for view in (p for p in shown.glob("*") if p.is_dir()):
            files = commits[tags[view.name]["commit"]]["files"]
            assert {
                p.relative_to(view).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
                for p in view.rglob("*")
                if p.is_file()
            } == {path: f["sha256"] for path, f in files.items()}
        if (shown / "versions.json").exists():
            for entry in read(shown / "versions.json")["versions"]:
                manifest = commits[entry["commit"]]["files"][MANIFEST_PATH]["sha256"]
                assert tags[entry["version"]] == {"commit": entry["commit"]}
                assert entry["manifest_sha256"] == manifest


@pytest.fixture
def assert_whole() -> Callable[[Path], None]:
    return _whole
