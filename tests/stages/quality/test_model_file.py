import random
from pathlib import Path
from typing import Any

import fasttext
import pytest

from licet.stages.quality.model_file import check_model_file

SETTINGS = {"dim": 8, "epoch": 1, "thread": 1, "verbose": 0, "bucket": 500}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a classifier, quantised ones, and vectors without labels."""
    made = tmp_path_factory.mktemp("models")
    chance = random.Random(1)
    words = [f"{first}{second}" for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrst"]
    texts = [f"__label__{kind} {' '.join(chance.choices(words, k=20))}" for kind in ("good", "bad") for _ in range(100)]
    (made / "texts").write_text("\n".join(texts))
    given: dict[str, Any] = {"input": str(made / "texts"), **SETTINGS}
    fasttext.train_supervised(wordNgrams=2, minn=2, maxn=3, **given).save_model(str(made / "dense.bin"))
    for name, more in (("plain.ftz", {}), ("normed.ftz", {"qnorm": True}), ("pruned.ftz", {"cutoff": 300})):
        model = fasttext.load_model(str(made / "dense.bin"))
        model.quantize(str(made / "texts"), thread=1, verbose=0, **more)
        model.save_model(str(made / name))
    fasttext.train_unsupervised(minCount=1, **given).save_model(str(made / "vectors.bin"))
    return made


@pytest.mark.parametrize("name", ["dense.bin", "plain.ftz", "normed.ftz", "pruned.ftz"])
def test_a_model_is_whole_to_its_last_byte(name: str, folder: Path, tmp_path: Path) -> None:
    data = (folder / name).read_bytes()
    check_model_file(folder / name)
    for left in (*range(1, 200, 7), len(data) // 2, len(data) - 1):
        (tmp_path / "cut").write_bytes(data[:left])
        with pytest.raises(ValueError, match="it ends early"):
            check_model_file(tmp_path / "cut")


def test_vectors_are_no_classifier(folder: Path) -> None:
    with pytest.raises(ValueError, match="trained without labels"):
        check_model_file(folder / "vectors.bin")


def test_other_files_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"x" * 500)
    with pytest.raises(ValueError, match="does not begin as one"):
        check_model_file(tmp_path / "other")
