import shutil
from pathlib import Path

from versions import change_rows

from licet.pipelines.audit.synthetic import Made, in_lines, synthetic
from licet.pipelines.audit.version import Audited, audited


def test_documents_say_nothing_of_who_made_them(version: Audited) -> None:
    assert synthetic(version).summary() == {"makers": [], "unsaid": 8, "refused": []}


def test_people_are_no_models(talk: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(talk, tmp_path / "copy"))
    path = "data/sft/train-00000-of-00001.parquet"
    change_rows(
        copy, path, lambda rows: [row.update(generator=g) for row, g in zip(rows, ["human", "gpt-4"], strict=True)]
    )
    with audited(str(copy)) as opened:
        found = synthetic(opened)
    assert found.makers == [Made("gpt-4", True, None, "MIT", 1), Made("human", False, None, "MIT", 1)]
    assert found.unsaid == 1
    assert next(in_lines(found)) == "1 rows say that a model made them, 1 say nothing of who did"
