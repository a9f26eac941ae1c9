from pathlib import Path

import pytest

from licet.schemas.evidence import Claim
from licet.stages.ingest import folders
from licet.stages.ingest.folders import FolderClaims

DEP5 = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
GPL = "\nFiles: *\nLicense: GPL-2+\n"


def tree(at: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_text(text)
    return str(at)


def told(root: str, path: str, top: str | None = "") -> list[tuple[str, str, str]]:
    """What is said of a file of a tree: kind, place and words, without those of a REUSE entry's precedence."""
    said = FolderClaims(root, root if top == "" else top).of_file(f"{root}/{path}")
    return [(c.kind, c.locator, c.raw.partition("\nPrecedence")[0]) for c in said]


def test_package_metadata_speaks_for_what_is_below_it(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "package.json": '{"license": "MIT"}',
            "node_modules/a/package.json": '{"license": "ISC"}',
            "pkg.gemspec": "s.license = 'Ruby'",
        },
    )
    own = [
        ("package_expression", "package.json#license", "MIT"),
        ("package_license", "pkg.gemspec#license", "Ruby"),
    ]
    assert told(root, "src/a.md") == own
    assert told(root, "node_modules/a/lib/a.md") == [
        ("package_expression", "node_modules/a/package.json#license", "ISC"),
        *own,
    ]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("legal/terms.txt", ("license_file", "p/legal/terms.txt", "terms")),
        ("../TERMS", ("license_file", "TERMS", "terms")),
        ("legal/none.txt", ("package_expression", "p/package.json#license", "SEE LICENSE IN legal/none.txt")),
        ("../../outside", ("package_expression", "p/package.json#license", "SEE LICENSE IN ../../outside")),
        ("legal", ("package_expression", "p/package.json#license", "SEE LICENSE IN legal")),
    ],
)
def test_a_field_that_points_to_a_file_is_followed_within_the_tree(
    tmp_path: Path, file: str, said: tuple[str, str, str]
) -> None:
    (tmp_path / "outside").write_text("secret")
    manifest = f'{{"license": "SEE LICENSE IN {file}"}}'
    root = tree(tmp_path / "r", {"p/package.json": manifest, "p/legal/terms.txt": "terms", "TERMS": "terms"})
    assert told(root, "p/a.md") == [said]


def test_a_licence_file_that_a_manifest_points_to_is_one_claim(tmp_path: Path) -> None:
    root = tree(tmp_path, {"Cargo.toml": '[package]\nlicense-file = "LICENSE"', "LICENSE": "terms"})
    assert told(root, "a.md") == [("license_file", "LICENSE", "terms")]


def test_a_stanza_speaks_for_the_paths_of_its_package(tmp_path: Path) -> None:
    stanzas = DEP5 + GPL + "\nFiles: doc/*\nLicense: Expat\n"
    root = tree(tmp_path, {"up/debian/copyright": stanzas, "up/.reuse/dep5": DEP5 + "\nFiles: doc/b*\nLicense: ISC\n"})
    assert told(root, "up/src/a.md") == [
        ("file_annotation", "up/debian/copyright#stanza=1", "Files: *\nLicense: GPL-2+")
    ]
    assert told(root, "up/doc/b.md") == [
        ("file_annotation", "up/.reuse/dep5#stanza=1", "Files: doc/b*\nLicense: ISC"),
        ("file_annotation", "up/debian/copyright#stanza=2", "Files: doc/*\nLicense: Expat"),
    ]
    assert told(root, "up/debian/rules.md") == told(root, "up/src/a.md")
    assert told(root, "other/a.md") == []


def test_a_copyright_file_as_it_is_installed_speaks_for_its_folder_as_a_whole(tmp_path: Path) -> None:
    root = tree(tmp_path, {"pkg/copyright": DEP5 + GPL})
    assert told(root, "pkg/NEWS.md") == [("license_file", "pkg/copyright", DEP5 + GPL)]


def test_a_copyright_file_in_free_words_is_a_notice_on_the_package(tmp_path: Path) -> None:
    root = tree(tmp_path, {"debian/copyright": "It is licensed under the MIT license."})
    notice = ("notice", "debian/copyright", "It is licensed under the MIT license.")
    assert told(root, "src/a.md") == [notice]
    assert set(told(root, "debian/a.md")) == {notice}


REUSE = (
    'version = 1\n[[annotations]]\npath = "{path}"\nprecedence = "{precedence}"\nSPDX-License-Identifier = "{name}"\n'
)


def entry(path: str, name: str, precedence: str = "closest") -> str:
    return REUSE.format(path=path, name=name, precedence=precedence)


def test_the_nearest_reuse_toml_speaks_and_paths_are_relative_to_it(tmp_path: Path) -> None:
    root = tree(tmp_path, {"REUSE.toml": entry("**", "MIT"), "lib/REUSE.toml": entry("a.md", "ISC")})
    assert told(root, "lib/a.md") == [
        ("file_annotation", "lib/REUSE.toml#annotations=1", "SPDX-License-Identifier: ISC")
    ]
    assert told(root, "lib/b.md") == [("file_annotation", "REUSE.toml#annotations=1", "SPDX-License-Identifier: MIT")]


def test_a_sidecar_stands_beside_an_annotation(tmp_path: Path) -> None:
    sidecar = "SPDX-License-Identifier: CC0-1.0\n"
    root = tree(tmp_path, {"REUSE.toml": entry("**", "MIT", "aggregate"), "a.md.license": sidecar})
    assert told(root, "a.md") == [
        ("spdx_header", "a.md.license", "CC0-1.0"),
        ("file_annotation", "REUSE.toml#annotations=1", "SPDX-License-Identifier: MIT"),
    ]


def test_a_broken_reuse_toml_stands_in_the_way_of_its_folder_only(tmp_path: Path) -> None:
    root = tree(tmp_path, {"bad/REUSE.toml": "[[", "good/a.md": ""})
    ((kind, locator, words),) = told(root, "bad/a.md")
    assert (kind, locator, words.startswith("no REUSE.toml: ")) == ("file_annotation", "bad/REUSE.toml", True)
    assert told(root, "good/a.md") == []


def test_without_a_root_a_file_s_own_folder_alone_speaks(tmp_path: Path) -> None:
    root = tree(tmp_path, {"REUSE.toml": entry("**", "MIT"), "a/REUSE.toml": entry("*", "ISC"), "LICENSE": "x"})
    assert told(root, "a/x.md", None) == [
        ("file_annotation", "a/REUSE.toml#annotations=1", "SPDX-License-Identifier: ISC")
    ]


CARD = "---\nlicense: {name}\nlicense_link: {link}\n---\n# Set\nThe data is released under CC BY 4.0.\n"


def test_a_card_and_the_words_below_it_are_two_claims(tmp_path: Path) -> None:
    root = tree(tmp_path, {"README.md": CARD.format(name="cc-by-4.0", link="https://example.org"), "data/a.jsonl": ""})
    page = "https://huggingface.co/datasets/org/name"
    assert FolderClaims(root, root, page).of_file(f"{root}/data/a.jsonl") == (
        Claim(kind="hub_card", raw="cc-by-4.0", locator="README.md#license", url=page),
        Claim(kind="notice", raw="The data is released under CC BY 4.0.", locator="README.md"),
    )


def test_a_card_s_link_to_a_file_is_followed(tmp_path: Path) -> None:
    root = tree(tmp_path, {"README.md": CARD.format(name="other", link="TERMS.md"), "TERMS.md": "terms"})
    notice = ("notice", "README.md", "The data is released under CC BY 4.0.")
    assert told(root, "a.jsonl") == [("license_file", "TERMS.md", "terms"), notice]
    (tmp_path / "TERMS.md").unlink()
    assert told(root, "a.jsonl") == [
        ("hub_card", "README.md#license", "other"),
        ("hub_card", "README.md#license_link", "TERMS.md"),
        notice,
    ]


def test_a_part_of_a_card_speaks_for_its_own_files(tmp_path: Path) -> None:
    card = "---\nconfigs:\n- {config_name: en, data_files: en/*, license: mit}\n---\n"
    root = tree(tmp_path, {"README.md": card, "en/a.jsonl": "", "de/a.jsonl": ""})
    assert told(root, "en/a.jsonl") == [("hub_card", "README.md#configs.en.license", "mit")]
    assert told(root, "de/a.jsonl") == []


def test_each_file_that_speaks_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "REUSE.toml": entry("**", "MIT"),
        "debian/copyright": DEP5 + GPL,
        "package.json": '{"license": "MIT"}',
        "README.md": CARD.format(name="mit", link="https://example.org"),
    }
    root = tree(tmp_path, files)
    opened: list[str] = []

    def text_of(path: str, *limit: int) -> str:
        opened.append(path.removeprefix(f"{root}/"))
        return Path(path).read_text()[: sum(limit) or None]

    monkeypatch.setattr(folders, "text_of", text_of)
    said = FolderClaims(root, root)
    for name in ("a.md", "b.md", "x/a.md", "x/y/a.md", "x/y/b.md", "z/a.md"):
        assert len(said.of_file(f"{root}/{name}")) == 5
    assert sorted(opened) == sorted(files)


def test_files_with_the_same_claims_share_them(tmp_path: Path) -> None:
    root = tree(tmp_path, {"REUSE.toml": entry("*.txt", "MIT"), "LICENSE": "x"})
    said = FolderClaims(root, root)
    assert said.of_file(f"{root}/a.txt") is said.of_file(f"{root}/b.txt")
    assert said.of_file(f"{root}/a.md") is said.of_file(f"{root}/b.md")
    assert said.of_file(f"{root}/a.md") != said.of_file(f"{root}/a.txt")


@pytest.mark.parametrize(
    "name", ["REUSE.toml", "package.json", "README.md", "debian/copyright", ".reuse/dep5", "x.gemspec"]
)
@pytest.mark.parametrize("data", [b"\xff\xfe\x00license", b"", b"license: \x00\x01", b"---\nlicense: \x80\n---\n"])
def test_files_that_are_no_text_are_no_errors(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(data)
    assert isinstance(told(str(tmp_path), "a.md"), list)
