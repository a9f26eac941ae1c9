"""Versions to ask about: one that a run made, one of conversations, and one made by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from audited_run import audited_run
from called import called
from helpers import SHARED
from versions import finished, some_conversations, some_parcels

import licet
from licet.pipelines.audit.version import Audited, audited


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a version with something of everything."""
    return audited_run(tmp_path_factory.mktemp("audited"))


@pytest.fixture
def version(folder: str) -> Iterator[Audited]:
    """The version in `folder`, opened."""
    with audited(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version made by hand of documents."""
    place = tmp_path_factory.mktemp("by-hand")
    return finished(place, some_parcels(place))[0]


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version made by hand of conversations."""
    place = tmp_path_factory.mktemp("talk")
    return finished(place, some_conversations(place), models=(), kind="posttrain")[0]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The versions that the shipped recipes make of the real inputs, by recipe, each below a folder ``out``."""
    if not SHARED.is_dir():
        pytest.skip("the real inputs are not beside the repository")
    folder, found = tmp_path_factory.mktemp("real"), {}
    for name in ("books", "web", "posttrain"):
        recipe = Path(licet.__file__).parent / "pipelines" / "recipes" / f"{name}.yaml"
        text = recipe.read_text(encoding="utf-8").replace("../../../shared/data", str(SHARED))
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        found[name] = str(folder / yaml.safe_load(text)["output"])
        code, _, err = called("run", str(folder / f"{name}.yaml"), "--output", found[name], "--quiet", "--json")
        assert (code, err) == (0, "")
    return found
