import pytest
from runs import contents, corpus, run, write_files


@pytest.fixture(scope="package")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of the version that a run in this process makes."""
    folder = tmp_path_factory.mktemp("local")
    write_files(folder, corpus())
    return contents(run(folder).folder)
