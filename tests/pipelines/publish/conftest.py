"""Tiny finished versions, and what a hub of files must look like at every moment."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_versions import make_folder, seal_folder

from licet.schemas.manifest import MANIFEST_PATH

MakeVersion = Callable[..., Path]
Seal = Callable[..., None]


@pytest.fixture
def seal() -> Seal:
    return seal_folder


@pytest.fixture
def make_version(tmp_path: Path) -> MakeVersion:
    def make(where: str, *texts: str, name: str = "tiny") -> Path:
        return make_folder(tmp_path / where, *texts, name=name)

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
