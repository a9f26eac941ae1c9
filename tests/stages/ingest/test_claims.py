from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.evidence import Claim
from licet.stages.ingest.claims import MAX_RAW, is_evidence, is_license_file, text_of
from licet.stages.ingest.folders import FolderClaims
from licet.stages.ingest.notices import passages


def _names(told: str) -> list[str]:
    return told.split()


@pytest.mark.parametrize(
    "name",
    _names(
        "LICENSE LICENCE license.md LICENSE-MIT LICENSE.APACHE LICENSE-2.0.txt COPYING COPYING.LESSER"
        " License.txt COPYRIGHT NOTICE NOTICE.txt UNLICENSE DATA_LICENSE MIT-LICENSE.txt"
        " mit-license LICENSE_3RD_PARTY CODE_LICENSE.md"
    ),
)
def test_licence_files_are_told_by_their_names(name: str) -> None:
    assert is_license_file(name)


@pytest.mark.parametrize(
    "name",
    _names(
        "license.py licenses.json choosing-a-license.md license-guide.md licensing.md README.md copying_files.txt"
        " noticeboard.md LICENSE.html"
    ),
)
def test_documents_about_licences_are_documents(name: str) -> None:
    assert not is_license_file(name)


def test_texts_in_a_licenses_folder_and_sidecars_are_evidence() -> None:
    paths = ["LICENSES/MIT.txt", "a/LICENSES/CC0-1.0.txt", "img.png.license", "licenses/index.md", "docs/a.md"]
    assert [is_evidence(path) for path in paths] == [True, True, True, False, False]


def test_what_stands_beside_and_above_a_file_speaks_for_it(tmp_path: Path) -> None:
    files = {
        "LICENSE": "above the root",
        "root/LICENSE-MIT": "mit",
        "root/LICENSES/CC0-1.0.txt": "cc0",
        "root/README.md": "# Name\nText is under CC BY 4.0.",
        "root/sub/NOTICE": "notice",
        "root/sub/a.md": "a",
        "root/sub/a.md.license": "SPDX-FileCopyrightText: X\nSPDX-License-Identifier: CC0-1.0",
        "root/other/LICENSE": "elsewhere",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    root = str(tmp_path / "root")
    assert FolderClaims(root, root).of_file(f"{root}/sub/a.md") == (
        Claim(kind="spdx_header", raw="CC0-1.0", locator="sub/a.md.license"),
        Claim(kind="notice", raw="notice", locator="sub/NOTICE"),
        Claim(kind="license_file", raw="mit", locator="LICENSE-MIT"),
        Claim(kind="notice", raw="Text is under CC BY 4.0.", locator="README.md"),
        Claim(kind="license_file", raw="cc0", locator="LICENSES/CC0-1.0.txt"),
    )
    alone = FolderClaims(root, None).of_file(f"{root}/sub/b.md")
    assert [claim.locator for claim in alone] == ["sub/NOTICE"]


def test_a_licence_text_is_bounded_and_never_fails(tmp_path: Path) -> None:
    (tmp_path / "long").write_text("é" * MAX_RAW)
    (tmp_path / "latin").write_bytes(b"\xa9 Jos\xe9")
    assert len(text_of(str(tmp_path / "long"))) == MAX_RAW // 2
    assert text_of(str(tmp_path / "latin")) == "© José"


def test_the_recipe_s_own_word_comes_first(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.jsonl").write_text('{"text": "a"}\n')
    (tmp_path / "LICENSE").write_text("MIT License")
    said = {"expression": "MIT", "evidence": "https://example.org/terms"}
    got = read(tmp_path, type="jsonl", paths="data", license=said, root=".")
    assert got.parcels[0].claims == (
        (
            Claim(
                kind="declared",
                raw="MIT",
                locator="recipe#sources.src.license",
                url="https://example.org/terms",
            ),
            Claim(kind="license_file", raw="MIT License", locator="LICENSE"),
        ),
    )
    assert got.rows[0]["locator"] == "data/a.jsonl#byte=0"


def test_whom_the_recipe_credits_is_a_claim_that_says_no_licence(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n')
    named = read(tmp_path, type="jsonl", paths="a.jsonl", holder="Jane Doe", homepage="https://example.org")
    assert named.parcels[0].claims == (
        (Claim(kind="credit", raw="Jane Doe", locator="recipe#sources.src.holder", url="https://example.org"),),
    )
    assert read(tmp_path, type="jsonl", paths="a.jsonl").parcels[0].claims == ((),)


BADGE = "[![License](https://img.shields.io/badge/License-Apache_2.0-green.svg)](https://x/LICENSE)"


@pytest.mark.parametrize(
    ("readme", "found"),
    [
        (f"# Name\n{BADGE}\n[![Python](https://img.shields.io/python)]\n", BADGE),
        ("# A\ntext\n## License\nMIT, see file.\n\nMore.\n## Next\nother", "## License\nMIT, see file.\nMore."),
        ("Name\n====\n\nLicence\n-------\nISC.\n\nNext\n----\nother", "Licence\n-------\nISC."),
        ("---\nlicense: cc-by-4.0\ntags: [a]\n---\nx", "license: cc-by-4.0"),
        ("The data is released under CC BY-NC 4.0.\nUse it.", "The data is released under CC BY-NC 4.0."),
        ("# Drivers\nHow to get a driving licence in three days.\n", ""),
    ],
)
def test_a_readme_is_quoted_where_it_speaks_of_its_licence(readme: str, found: str) -> None:
    assert passages(readme) == found
