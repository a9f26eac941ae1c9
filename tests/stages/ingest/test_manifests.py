import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.ingest.manifests import Field, fields_of, is_manifest

NAMES = ["package.json", "composer.json", "Cargo.toml", "pyproject.toml", "setup.cfg", "DESCRIPTION", "CITATION.cff"]


def said(name: str, text: str) -> list[tuple[str, str, str, str | None]]:
    return [(f.kind, f.name, f.raw, f.file) for f in fields_of(name, text)]


@pytest.mark.parametrize("name", [*NAMES, ".zenodo.json", "x.gemspec"])
def test_manifests_are_told_by_their_names(name: str) -> None:
    assert is_manifest(name)
    assert not is_manifest(name.upper() + ".bak")


EXPRESSION, FREE, CLASSIFIER = "package_expression", "package_license", "package_classifier"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"license": "MIT"}, [(EXPRESSION, "license", "MIT", None)]),
        ({"licence": "MIT"}, [(EXPRESSION, "license", "MIT", None)]),
        ({"license": "UNLICENSED"}, [(EXPRESSION, "license", "UNLICENSED", None)]),
        ({"license": {"type": "ISC", "url": "u"}}, [(EXPRESSION, "license", "ISC", None)]),
        ({"license": {"url": "https://x/MIT"}}, [(EXPRESSION, "license", "https://x/MIT", None)]),
        ({"licenses": [{"type": "MIT"}, "Apache-2.0"]}, [(EXPRESSION, "licenses", "(MIT) OR (Apache-2.0)", None)]),
        ({"licenses": [{"type": "MIT"}]}, [(EXPRESSION, "licenses", "MIT", None)]),
        (
            {"license": "SEE LICENSE IN legal/terms.txt"},
            [(EXPRESSION, "license", "SEE LICENSE IN legal/terms.txt", "legal/terms.txt")],
        ),
        ({"license": False}, [(EXPRESSION, "license", "no name but a boolean", None)]),
        ({"license": {"a": 1}}, [(EXPRESSION, "license", 'no name but {"a":1}', None)]),
        ({"license": ""}, []),
        ({"license": None}, []),
        ({"name": "license-checker"}, []),
    ],
)
def test_npm(told: object, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert said("package.json", json.dumps(told)) == expected
    assert said("package.json", "\ufeff" + json.dumps(told)) == expected


def test_composer_s_list_is_a_choice() -> None:
    assert said("composer.json", '{"license": ["LGPL-2.1-only", "GPL-3.0-or-later"]}') == [
        (EXPRESSION, "license", "(LGPL-2.1-only) OR (GPL-3.0-or-later)", None)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[package]\nlicense = "MIT/Apache-2.0"', [(EXPRESSION, "package.license", "MIT/Apache-2.0", None)]),
        (
            '[package]\nlicense-file = "../TERMS"',
            [(FREE, "package.license-file", "file ../TERMS", "../TERMS")],
        ),
        ("[package]\nlicense.workspace = true", []),
        (
            '[workspace.package]\nlicense = "MIT OR Apache-2.0"',
            [(EXPRESSION, "workspace.package.license", "MIT OR Apache-2.0", None)],
        ),
        ('[package]\nname = "license"', []),
    ],
)
def test_cargo(text: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert said("Cargo.toml", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[project]\nlicense = "MIT AND ISC"\nlicense-files = ["LICENSE*", "legal/x.txt"]',
            [(EXPRESSION, "project.license", "MIT AND ISC", None), (FREE, "project.license-files", "", "legal/x.txt")],
        ),
        (
            '[project]\nlicense = {text = "MIT"}\nclassifiers = ["License :: OSI Approved :: MIT License", "Typing"]',
            [
                (FREE, "project.license.text", "MIT", None),
                (CLASSIFIER, "project.classifiers", "License :: OSI Approved :: MIT License", None),
            ],
        ),
        (
            '[project]\nlicense = {file = "COPYING.rst"}',
            [(FREE, "project.license.file", "file COPYING.rst", "COPYING.rst")],
        ),
        ('[tool.poetry]\nlicense = "BSD-3-Clause"', [(FREE, "tool.poetry.license", "BSD-3-Clause", None)]),
        ('[tool.flit.metadata]\nlicense = "MIT"', [(FREE, "tool.flit.metadata.license", "MIT", None)]),
        ('[project]\ndynamic = ["license"]', []),
    ],
)
def test_pyproject(text: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert said("pyproject.toml", text) == expected


def test_setup_cfg() -> None:
    text = (
        "[metadata]\nname = x\nlicense = BSD\n  3-clause\nlicense-files =\n  legal/a.txt\n  LICEN*\n"
        "classifiers =\n  Typing :: x\n  License :: OSI Approved :: BSD License\n[options]\nlicense = no\n"
    )
    assert said("setup.cfg", text) == [
        (FREE, "license", "BSD 3-clause", None),
        (CLASSIFIER, "classifiers", "License :: OSI Approved :: BSD License", None),
        (FREE, "license_files", "", "legal/a.txt"),
    ]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("GPL (>= 2)", [(FREE, "License", "GPL (>= 2)", None)]),
        ("MIT + file LICENSE", [(FREE, "License", "MIT + file LICENSE", None), (FREE, "License", "", "LICENSE")]),
        ("file LICENSE", [(FREE, "License", "file LICENSE", "LICENSE")]),
        ("GPL-2 |\n    GPL-3", [(FREE, "License", "GPL-2 | GPL-3", None)]),
    ],
)
def test_r(stated: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert said("DESCRIPTION", f"Package: x\nVersion: 1\nLicense: {stated}\nImports: y\n") == expected


def test_a_description_of_something_else_is_no_manifest() -> None:
    assert said("DESCRIPTION", "This is about a license.\nLicense: MIT\n") == []


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ('s.license = "MIT"', "MIT"),
        ("spec.license     = 'MIT'.freeze", "MIT"),
        ("s.licenses = ['MIT', \"GPL-2.0\"]", "(MIT) AND (GPL-2.0)"),
        ("s.licenses = %w[MIT Ruby]", "(MIT) AND (Ruby)"),
        ("s.license = LICENSE_NAME", "LICENSE_NAME"),
    ],
)
def test_a_gem_is_under_all_that_it_lists(line: str, raw: str) -> None:
    text = f"Gem::Specification.new do |s|\n  # s.license = 'GPL-3.0'\n  {line}\nend\n"
    assert said("x.gemspec", text) == [(FREE, "license", raw, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("license: MIT", [(EXPRESSION, "license", "MIT", None)]),
        ("license:\n- MIT\n- Apache-2.0", [(EXPRESSION, "license", "(MIT) OR (Apache-2.0)", None)]),
        ("license-url: https://example.org/l", [(FREE, "license-url", "https://example.org/l", None)]),
        ("title: license", []),
    ],
)
def test_citation_file(text: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert said("CITATION.cff", f"cff-version: 1.2.0\n{text}\n") == expected


@pytest.mark.parametrize("stated", ['"cc-by-4.0"', '{"id": "cc-by-4.0"}'])
def test_zenodo(stated: str) -> None:
    assert said(".zenodo.json", f'{{"license": {stated}}}') == [(FREE, "license", "cc-by-4.0", None)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"license": "MIT"'),
        ("package.json", '["license"]'),
        ("package.json", '{"license": ' + "[" * 100_000),
        ("composer.json", "license"),
        ("Cargo.toml", "[package]\nlicense = MIT"),
        ("Cargo.toml", 'package = "license"'),
        ("pyproject.toml", "[project\nlicense"),
        ("setup.cfg", "license = MIT"),
        ("CITATION.cff", "license: [MIT\n}"),
        ("CITATION.cff", "just a license"),
        (".zenodo.json", "{license}"),
    ],
)
def test_a_manifest_that_cannot_be_read_says_so(name: str, text: str) -> None:
    (found,) = fields_of(name, text)
    assert (found.kind, found.name, found.file) == ("package_license", "unreadable", None)
    assert found.raw.startswith("cannot be read: ")


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_manifest_without_a_word_of_licences_says_nothing(name: str) -> None:
    assert fields_of(name, "{[") == ()


@given(st.sampled_from([*NAMES, ".zenodo.json", "a.gemspec"]), st.text(max_size=120))
def test_any_text_is_read_without_an_error(name: str, text: str) -> None:
    assert all(isinstance(found, Field) for found in fields_of(name, "license" + text))
