from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits


def install(site: Path, name: str, metadata: str, files: dict[str, str]) -> None:
    info = f"{name}-1.0.dist-info"
    files = {f"{info}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}", **files}
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    (site / info / "RECORD").write_text("".join(f"{path},,\n" for path in [*files, "../../bin/tool", "gone.py"]))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    install(
        tmp_path,
        "Good_Name",
        "License-Expression: MIT\nLicense-File: LICENSE\nLicense-File: src/good/_vendor/LICENSE\n"
        "Project-URL: Source, https://example.org/good\n",
        {
            "good/__init__.py": "good = 1",
            "good/_vendor/other.py": "other = 1",
            "good/_vendor/COPYING": "vendored",
            "good/data.bin": "no",
            "good/LICENSE.txt": "beside",
            "Good_Name-1.0.dist-info/licenses/LICENSE": "MIT License",
            "Good_Name-1.0.dist-info/licenses/src/good/_vendor/LICENSE": "BSD",
            "Good_Name-1.0.dist-info/top_level.txt": "good",
        },
    )
    install(
        tmp_path,
        "old",
        "License: BSD 3-Clause\nClassifier: Topic :: X\nClassifier: License :: OSI Approved :: BSD License\n"
        "Home-page: https://example.org/old\n",
        {"old.py": "old = 1"},
    )
    install(tmp_path, "unknown", "License: UNKNOWN\n", {"unknown.py": "unknown = 1"})
    (tmp_path / "editable-1.0.dist-info").mkdir()
    (tmp_path / "editable-1.0.dist-info" / "METADATA").write_text("Name: editable\nVersion: 1.0\n")
    return tmp_path


def test_files_are_named_by_package_url(site: Path, read: Callable[..., Any]) -> None:
    assert [(row["id"], row["url"], row["text"]) for row in read(site, type="packages", path=".").rows] == [
        ("src/pkg:pypi/good-name@1.0#good/__init__.py", "https://example.org/good", "good = 1"),
        ("src/pkg:pypi/good-name@1.0#good/_vendor/other.py", "https://example.org/good", "other = 1"),
        ("src/pkg:pypi/old@1.0#old.py", "https://example.org/old", "old = 1"),
        ("src/pkg:pypi/unknown@1.0#unknown.py", None, "unknown = 1"),
    ]


def test_metadata_and_licence_files_are_claims(site: Path, read: Callable[..., Any]) -> None:
    got = read(site, type="packages", path=".")
    sets = [[(c.kind, c.locator, c.raw) for c in got.parcels[0].claims[row["claims"]]] for row in got.rows]
    own = [
        ("package_expression", "METADATA#License-Expression", "MIT"),
        ("license_file", "Good_Name-1.0.dist-info/licenses/LICENSE", "MIT License"),
    ]
    beside = ("license_file", "good/LICENSE.txt", "beside")
    vendored = [
        ("license_file", "Good_Name-1.0.dist-info/licenses/src/good/_vendor/LICENSE", "BSD"),
        ("license_file", "good/_vendor/COPYING", "vendored"),
    ]
    assert sets == [
        [*own, beside],
        [*own, *vendored, beside],
        [
            ("package_classifier", "METADATA#Classifier", "License :: OSI Approved :: BSD License"),
            ("package_license", "METADATA#License", "BSD 3-Clause"),
        ],
        [],
    ]


def test_licence_of_what_is_not_installed_is_marked_as_a_components(tmp_path: Path, read: Callable[..., Any]) -> None:
    inner = ["LICENSE", "pkg/src/c/LICENSE", "subprojects/f-1.0/LICENSE", "LICENSES/KLIB_LICENSE", "LICENSES/HAVEN_MIT"]
    others = ["LICENSES/MIT.txt", "LICENSES/LICENSE-MIT", "python/LICENSE", "pkg/in/LICENSE"]
    files = {f"pkg-1.0.dist-info/licenses/{name}": "some text" for name in [*inner, *others]}
    listed = "".join(f"License-File: {name}\n" for name in [*inner, *others])
    install(tmp_path, "pkg", listed, {"pkg/a.py": "a = 1", "pkg/in/b.py": "b = 1", **files})
    got = read(tmp_path, type="packages", path=".")
    sets = [{c.locator.partition("licenses/")[2] for c in got.parcels[0].claims[row["claims"]]} for row in got.rows]
    marked = {"pkg/src/c/LICENSE#for=pkg/src/c", "subprojects/f-1.0/LICENSE#for=subprojects/f-1.0"}
    named = {"LICENSES/KLIB_LICENSE#of=KLIB", "LICENSES/HAVEN_MIT#of=HAVEN"}
    own = {"LICENSE", "LICENSES/MIT.txt", "LICENSES/LICENSE-MIT", "python/LICENSE", *marked, *named}
    assert sets == [own, own | {"pkg/in/LICENSE"}]


def test_without_a_licence_of_the_project_each_speaks_for_all(tmp_path: Path, read: Callable[..., Any]) -> None:
    name = "pkg/src/c/LICENSE"
    files = {f"pkg-1.0.dist-info/licenses/{name}": "some text", "pkg/a.py": "a = 1"}
    install(tmp_path, "pkg", f"License-File: {name}\n", files)
    (claim,) = read(tmp_path, type="packages", path=".").parcels[0].claims[0]
    assert claim.locator == f"pkg-1.0.dist-info/licenses/{name}"


def test_distributions_are_chosen_by_any_spelling(site: Path, read: Callable[..., Any]) -> None:
    only = read(site, type="packages", path=".", only=["good.name"], exclude=["OLD"])
    rest = read(site, type="packages", path=".", exclude=["GOOD-NAME"])
    assert (only.texts, rest.texts) == (["good = 1", "other = 1"], ["old = 1", "unknown = 1"])


def test_rows_do_not_depend_on_how_packages_are_grouped(site: Path, read: Callable[..., Any]) -> None:
    cut = read(site, Limits(split_bytes=1), type="packages", path=".")
    assert len(cut.splits) == 4
    whole = read(site, type="packages", path=".")
    assert [r["id"] for r in cut.rows] == [r["id"] for r in whole.rows]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"only": ["absent"]}, "absent is not installed in"),
        ({"path": "nowhere"}, "nowhere holds no installed package"),
        ({"include": ["*.zzz"]}, r"the packages hold no file named \*\.zzz"),
    ],
)
def test_what_is_not_there_is_told(more: dict[str, Any], message: str, site: Path, read: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match=message):
        read(site, **{"type": "packages", "path": ".", **more})


def test_this_environment_can_be_read(read: Callable[..., Any]) -> None:
    got = read("/", type="packages", only=["pytest"])
    assert any(row["id"].endswith("#_pytest/fixtures.py") for row in got.rows)
    assert {claim.kind for claim in got.parcels[0].claims[0]} >= {"package_expression", "license_file"}
