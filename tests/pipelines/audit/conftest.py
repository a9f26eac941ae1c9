"""Versions to ask about: one that a run made, one of conversations, and one made by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from audited_run import audited_run
from versions import finished, some_conversations, some_parcels

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
