from pathlib import Path
from typing import NoReturn

import pytest

from licet.schemas.errors import InputError
from licet.stages.ingest.locate import folder_files


def test_files_right_in_a_folder_are_listed_in_order(tmp_path: Path) -> None:
    for name in ("b", "a", "deeper/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert folder_files(str(tmp_path)) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert folder_files(str(tmp_path / "none")) == []


def test_a_folder_that_cannot_be_listed_is_never_taken_for_one_without_licence_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(InputError, match="for licence files: Permission denied"):
        folder_files(str(tmp_path))
