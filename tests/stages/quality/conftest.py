"""Tiny fastText models, trained once."""

from pathlib import Path

import fasttext
import pytest

GOOD = "the river runs to the sea and nobody knows why"
BAD = "buy cheap pills now click here best price online"


def trained(path: Path, lines: list[str]) -> Path:
    """Write a classifier of those lines, each `label text`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = path.with_suffix(".txt")
    source.write_text("".join(f"__label__{line}\n" for line in lines), encoding="utf-8")
    model = fasttext.train_supervised(
        input=str(source), dim=4, epoch=25, lr=1.0, bucket=1000, thread=1, verbose=0, seed=1, minCount=1
    )
    model.save_model(str(path))
    return path


@pytest.fixture(scope="session")
def quality_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tells GOOD from BAD."""
    return trained(tmp_path_factory.mktemp("quality") / "model.bin", [f"good {GOOD}", f"bad {BAD}"] * 20)


@pytest.fixture(scope="session")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tells English from German, with NLLB's labels."""
    lines = [f"eng_Latn {GOOD}", "deu_Latn der Fluss fließt ins Meer und niemand weiß warum"] * 20
    return trained(tmp_path_factory.mktemp("language") / "lid.bin", lines)
