from pathlib import Path

import pytest

from licet.pipelines.plan import code_digest, file_digest
from licet.pipelines.same_everywhere import check_worker
from licet.schemas.errors import InputError, RunError


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.bin"
    path.write_bytes(b"a model")
    return str(path)


def test_a_worker_with_the_same_code_and_models_works(model: str) -> None:
    check_worker((code_digest(), ((model, file_digest(model)),)))


def test_a_worker_with_other_code_says_so() -> None:
    with pytest.raises(RunError, match=r"a worker has another Licet .* install the same one for all workers"):
        check_worker(("0" * 64, ()))


def test_a_worker_with_another_model_at_a_path_says_so(model: str) -> None:
    with pytest.raises(RunError, match=r"a worker has another model at .*model\.bin"):
        check_worker((code_digest(), ((model, "0" * 64),)))


def test_a_worker_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the fastText model .*none\.bin"):
        check_worker((code_digest(), ((str(tmp_path / "none.bin"), "0" * 64),)))
