"""fastText classifiers as scorers: what they give, where they come from, what is refused."""

import hashlib
import pickle
import shutil
from pathlib import Path
from typing import IO, Any

import fsspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.errors import InputError, RecipeError, RunError
from licet.schemas.quality import Calibration, QualityModel
from licet.stages.quality import models, scorer
from licet.stages.quality.calibration import calibrated
from licet.stages.quality.scorer import FastTextScorer

GOOD, BAD = "the river runs to the sea", "buy cheap pills now"


def scorer_of(path: Path | str, label: str = "good", name: str = "prose") -> FastTextScorer:
    return FastTextScorer(QualityModel(name=name, path=str(path), label=label))


def test_the_score_is_the_probability_of_the_label(quality_model: Path) -> None:
    texts = pa.array([GOOD, BAD, "", None, "\n" + GOOD.replace(" ", "\n")])
    good = scorer_of(quality_model)(texts)
    bad = scorer_of(quality_model, "bad")(texts)
    assert good.type == pa.float32()
    assert [score > 0.9 for score in good.to_pylist()] == [True, False, False, False, True]
    assert np.asarray(good) + np.asarray(bad) == pytest.approx(1, abs=1e-3)
    assert good[4] == scorer_of(quality_model)(pa.array([" " + GOOD]))[0]


def test_a_calibrated_score_is_the_probability_that_scale_and_shift_make_of_it(quality_model: Path) -> None:
    texts, plain = (
        pa.array([GOOD, BAD, "river pills"]),
        QualityModel(name="prose", path=str(quality_model), label="good"),
    )
    settled = plain.model_copy(update={"calibration": Calibration(scale=0.5, shift=-1)})
    before, after = (np.asarray(FastTextScorer(model)(texts), np.float64) for model in (plain, settled))
    assert after == pytest.approx(calibrated(before, 0.5, -1), abs=1e-6)
    assert FastTextScorer(settled).facts[3] == (0.5, -1)
    assert FastTextScorer(plain).facts[:3] == FastTextScorer(settled).facts[:3]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([GOOD, BAD]), st.text(max_size=20)), max_size=9), st.integers(1, 4))
def test_scores_lie_in_the_unit_interval_and_do_not_depend_on_batching(
    quality_model: Path, texts: list[str], size: int
) -> None:
    score, whole = scorer_of(quality_model), pa.array(texts, pa.string())
    scores = score(whole).to_pylist()
    assert all(0 <= s <= 1 for s in scores)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scorer, "ROWS", size)
        assert score(whole).to_pylist() == scores
    assert [score(whole.slice(i, 1))[0].as_py() for i in range(len(texts))] == scores


def test_a_scorer_pickles_without_its_model(quality_model: Path) -> None:
    score = scorer_of(quality_model)
    score.setup()
    assert len(pickle.dumps(score)) < 1000
    assert pickle.loads(pickle.dumps(score)) == score


def test_the_digest_is_of_the_models_file(quality_model: Path) -> None:
    assert scorer_of(quality_model).digest == hashlib.sha256(quality_model.read_bytes()).hexdigest()


def test_a_remote_model_is_copied_once_and_again_when_it_changes(
    quality_model: Path, language_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICET_CACHE", str(tmp_path))
    remote = fsspec.filesystem("memory")
    remote.pipe("/models/m.bin", quality_model.read_bytes())
    first = scorer_of("memory://models/m.bin")
    assert first(pa.array([GOOD])) == scorer_of(quality_model)(pa.array([GOOD]))
    kept = models.cache_folder() / f"{first.digest}.bin"
    changed = kept.stat().st_mtime_ns
    models._fetched.cache_clear()
    assert (first.digest, kept.stat().st_mtime_ns) == (scorer_of(quality_model).digest, changed)
    remote.pipe("/models/m.bin", language_model.read_bytes())
    models._fetched.cache_clear()
    assert first.digest == scorer_of(language_model).digest
    models._fetched.cache_clear()


def test_a_model_that_another_one_replaces_is_loaded_again(
    quality_model: Path, language_model: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(quality_model, tmp_path / "model.bin"))
    first, loaded = scorer_of(path).digest, models.load_model(str(path))
    assert models.load_model(str(path)) is loaded
    shutil.copy(language_model, path)
    assert (first, scorer_of(path).digest) == (scorer_of(quality_model).digest, scorer_of(language_model).digest)
    assert models.load_model(str(path)).get_labels() != loaded.get_labels()


def test_a_remote_model_that_is_copied_twice_at_once_is_whole_both_times(
    quality_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LICET_CACHE", str(tmp_path))
    fsspec.filesystem("memory").pipe("/models/twice.bin", quality_model.read_bytes())
    copied = shutil.copyfileobj
    meanwhile: list[Any] = []

    def slowly(source: IO[bytes], sink: IO[bytes], size: int) -> None:
        sink.write(source.read(1_000))
        if not meanwhile:
            meanwhile.append(None)
            meanwhile.append(models._fetched.__wrapped__("memory://models/twice.bin"))
        copied(source, sink, size)

    monkeypatch.setattr(shutil, "copyfileobj", slowly)
    file, digest = models._fetched.__wrapped__("memory://models/twice.bin")
    assert meanwhile[1] == (file, digest)
    assert digest == hashlib.sha256(file.read_bytes()).hexdigest() == scorer_of(quality_model).digest
    assert len(list(file.parent.iterdir())) == 2


def test_a_label_that_the_model_lacks_is_refused_with_those_it_has(quality_model: Path) -> None:
    message = r"quality model prose has no label `goood` \(did you mean `good`\?\); its labels are: bad, good"
    with pytest.raises(RecipeError, match=message):
        scorer_of(quality_model, "goood").setup()


@pytest.mark.parametrize("path", ["none.bin", "memory://none/none.bin"])
def test_a_missing_model_is_told(path: str, tmp_path: Path) -> None:
    where = path if "://" in path else str(tmp_path / path)
    with pytest.raises(InputError, match="cannot read the fastText model"):
        scorer_of(where).setup()


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\xba\x16\x4f\x2f" + b"\xff" * 100])
def test_a_file_that_is_no_model_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no fastText classifier"):
        scorer_of(path).setup()


def test_a_score_that_is_no_number_is_an_error(quality_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def get_labels(self) -> list[str]:
            return ["__label__good"]

        def predict(self, texts: list[str], k: int) -> tuple[list[list[str]], list[pa.Array]]:
            return [["__label__good"]] * len(texts), [np.array([np.nan], np.float32) for _ in range(len(texts) * k**2)]

    monkeypatch.setattr(scorer, "load_model", lambda _: Broken())
    with pytest.raises(RunError, match="quality model prose gives scores that are no numbers"):
        scorer_of(quality_model)(pa.array([GOOD]))
