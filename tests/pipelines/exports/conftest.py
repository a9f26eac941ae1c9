from pathlib import Path

import pytest
from runs import corpus, run, write_files
from versions import finished, some_parcels


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version of six rows under two licences; not to be changed."""
    folder = tmp_path_factory.mktemp("books")
    return finished(folder, some_parcels(folder))[0]


@pytest.fixture(scope="session")
def with_license_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run makes of inputs that lie beside a licence file; not to be changed."""
    folder = tmp_path_factory.mktemp("ran")
    write_files(folder, corpus()[:30])
    return Path(run(folder).folder)
