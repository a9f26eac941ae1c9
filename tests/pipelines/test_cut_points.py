"""Quality buckets of whole versions: each model's own cut points, saved, and taken over by a later version."""

from pathlib import Path

import fasttext
import pyarrow.parquet as pq
import pytest
from runs import corpus, run, write_files
from tiny import WORDS

from licet.pipelines.outcome import Outcome
from licet.pipelines.verify import verify
from licet.schemas.errors import InputError


def trained(path: Path, good: str) -> str:
    """Train a model that takes texts for good that have one of the corpus's words often."""
    lines = [f"__label__{'good' if word.startswith(good) else 'bad'} {word}{n}" for word in WORDS for n in range(997)]
    (path.parent / "lines.txt").write_text("\n".join(lines) + "\n")
    model = fasttext.train_supervised(
        str(path.parent / "lines.txt"), dim=4, epoch=3, thread=1, minn=3, maxn=5, bucket=5000, verbose=0
    )
    model.save_model(str(path))
    return str(path)


def models(folder: Path) -> list[dict[str, str]]:
    return [
        {"name": name, "path": trained(folder / f"{name}.bin", name[0]), "label": "good"} for name in ("river", "stone")
    ]


def buckets(made: Outcome) -> dict[str, list[int]]:
    table = pq.ParquetDataset(f"{made.folder}/data").read()
    names = ("quality_river_bucket", "quality_stone_bucket", "quality_bucket")
    return {name: table.column(name).to_pylist() for name in names}


def test_a_later_version_takes_the_cut_points_of_an_earlier_one(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    quality = {"models": models(tmp_path)}
    first = run(tmp_path, quality=quality, output="first")
    cuts = {model.name: model.cuts for model in first.manifest.models}
    assert {name: len(bounds) for name, bounds in cuts.items()} == {"river": 19, "stone": 19}
    found = buckets(first)
    assert found["quality_bucket"] == [
        max(pair) for pair in zip(found["quality_river_bucket"], found["quality_stone_bucket"], strict=True)
    ]
    assert set(found["quality_river_bucket"]) == set(range(20))
    assert verify(first.folder) == []

    write_files(tmp_path, corpus()[:30])
    own = run(tmp_path, quality=quality, output="own")
    later = run(tmp_path, quality={**quality, "cut_points": "first"}, output="later")
    assert {model.name: model.cuts for model in later.manifest.models} == cuts
    assert {model.name: model.cuts for model in own.manifest.models} != cuts
    assert buckets(later) != buckets(own)
    assert verify(later.folder) == []


def test_cut_points_are_those_of_a_version_with_the_same_models(tmp_path: Path) -> None:
    write_files(tmp_path, corpus()[:20])
    river, stone = models(tmp_path)
    run(tmp_path, quality={"models": [river]}, output="first")
    with pytest.raises(InputError, match="no row of first was scored by the model stone"):
        run(tmp_path, quality={"models": [river, stone], "cut_points": "first"}, output="later")
    with pytest.raises(InputError, match=r"`quality\.cut_points`: nowhere is no finished version"):
        run(tmp_path, quality={"models": [river], "cut_points": "nowhere"}, output="later")
