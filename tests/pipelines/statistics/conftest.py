import pytest
from talked import talked


@pytest.fixture(scope="session")
def talks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a version with conversations, a preference and a row for reinforcement learning."""
    return talked(tmp_path_factory.mktemp("talks"))
