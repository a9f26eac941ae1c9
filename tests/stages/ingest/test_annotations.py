import pytest
from helpers import brief

from licet.schemas.evidence import Claim
from licet.stages.copyright_file import read_copyright_file
from licet.stages.ingest.annotations import Annotation, Stanzas, path_pattern, resolved, reuse_toml


def toml(*tables: str) -> str:
    return "version = 1\n" + "".join(f"\n[[annotations]]\n{table}\n" for table in tables)


def said(text: str, path: str) -> tuple[str, str] | None:
    """What a REUSE.toml says of a path: the claim's words and its place."""
    found = reuse_toml(text, "a/REUSE.toml").of(path)
    return (found.claim.raw, found.claim.locator) if found is not None else None


# Each path was given to reuse 6.2.0 as well, which says the same but for `**/x`, where it takes `ax` too.
@pytest.mark.parametrize(
    ("glob", "path", "is_named"),
    [
        ("*", "a", True),
        ("*", "a/b", False),
        ("**", "a/b", True),
        ("*.md", "a.md", True),
        ("*.md", "a/b.md", False),
        ("**.md", "a/b.md", True),
        ("**/*.md", "b.md", True),
        ("**/*.md", "a/b/c.md", True),
        ("**/x", "ax", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/*/b", "a/x/y/b", False),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a", "a", True),
        ("a", "a/b", False),
        ("a?", "ab", False),
        ("a?", "a?", True),
        ("a[b]", "a[b]", True),
        ("a.c", "abc", False),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        (r"a\\b", r"a\b", True),
        ("*a*/b*", "xay/bz", True),
        ("*aab", "aaab", True),
        ("**a/*c", "a/x/a/c", True),
        ("**aa**b", "aaab", True),
        ("*a/b/*c", "xa/b/yc", True),
        ("*/**/x", "a/b/x", True),
        ("*b**/x", "abb/x", True),
    ],
)
def test_a_glob_names_the_paths_that_reuse_says(glob: str, path: str, is_named: bool) -> None:
    assert (path_pattern((glob,)).fullmatch(path) is not None) == is_named


def test_a_hostile_glob_does_not_run_away() -> None:
    with brief():
        for glob in ("*a" * 30 + "b", "**a" * 30 + "b", "**/a" * 3 + "b"):
            assert path_pattern((glob,)).fullmatch("a" * 255) is None


def test_an_entry_becomes_tags_word_for_word() -> None:
    table = (
        'path = ["x", "y/**"]\nSPDX-License-Identifier = ["MIT", "CC0-1.0"]\nSPDX-FileCopyrightText = "2020\\n Jane"'
    )
    words = (
        "SPDX-License-Identifier: MIT\nSPDX-License-Identifier: CC0-1.0\nSPDX-FileCopyrightText: 2020 Jane\n"
        "Precedence: closest"
    )
    assert said(toml(table), "y/z") == (words, "a/REUSE.toml#annotations=1")
    assert said(toml(table), "z") is None


def test_the_last_entry_that_names_a_path_speaks_of_it() -> None:
    text = toml(
        'path = "**"\nSPDX-License-Identifier = "MIT"',
        'path = "a*"\nprecedence = "override"\nSPDX-License-Identifier = "ISC"',
    )
    assert said(text, "ab") == ("SPDX-License-Identifier: ISC\nPrecedence: override", "a/REUSE.toml#annotations=2")
    assert said(text, "b") == ("SPDX-License-Identifier: MIT\nPrecedence: closest", "a/REUSE.toml#annotations=1")


def test_an_entry_without_licence_is_no_other_entry_s_word() -> None:
    text = toml('path = "**"\nSPDX-License-Identifier = "MIT"', 'path = "a"')
    assert said(text, "a") == ("SPDX-FileCopyrightText:\nPrecedence: closest", "a/REUSE.toml#annotations=2")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("version = ", "Invalid value"),
        ("annotations = 1", "annotations is no list of tables"),
        ("annotations = [1]", "annotations is no list of tables"),
        (toml('SPDX-License-Identifier = "MIT"'), "annotations=1 has no path"),
        (toml('path = 1\nSPDX-License-Identifier = "MIT"'), "path is neither a text nor a list of texts"),
        (toml('path = "a"\nSPDX-License-Identifier = [1]'), "SPDX-License-Identifier is neither"),
        (toml('path = "a"\nprecedence = "first"'), "annotations=1 has no known precedence"),
        ("a = " + "[" * 5000, ""),
    ],
)
def test_a_file_that_cannot_be_read_says_so_of_all_below_it(text: str, error: str) -> None:
    words, locator = said(text, "any/where") or ("", "")
    assert words.startswith(f"no REUSE.toml: {error}")
    assert locator == "a/REUSE.toml"


def test_a_file_without_entries_says_nothing() -> None:
    assert said("version = 1\n", "a") is None


def note(name: str, precedence: str, names_license: bool = True) -> Annotation:
    return Annotation(Claim(kind="file_annotation", raw=name, locator="l"), precedence, names_license)


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ([], []),
        ([note("top", "closest"), note("near", "closest")], ["near"]),
        ([note("top", "closest"), note("near", "closest", False)], ["top"]),
        ([note("top", "closest", False), note("near", "closest", False)], ["near"]),
        ([note("top", "aggregate"), note("near", "closest")], ["top", "near"]),
        ([note("top", "closest"), note("near", "aggregate")], ["near", "top"]),
        ([note("top", "override"), note("near", "override")], ["top"]),
        ([note("top", "override"), note("near", "aggregate")], ["top"]),
        ([note("top", "closest"), note("near", "override")], ["near"]),
        ([note("top", "aggregate"), note("near", "override")], ["top", "near"]),
    ],
)
def test_what_is_said_in_several_folders_is_put_together_as_reuse_does(
    found: list[Annotation], left: list[str]
) -> None:
    assert [claim.raw for claim in resolved(found)] == left


def test_a_stanza_becomes_a_claim_with_the_texts_it_refers_to() -> None:
    text = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Expat\n"
    read = read_copyright_file(text + "\nFiles: doc/*\nLicense: custom\n\nLicense: custom\n words\n")
    assert read is not None
    stanzas = Stanzas(read, "debian/copyright")
    assert stanzas.of("doc/a") == Annotation(
        Claim(
            kind="file_annotation",
            raw="Files: doc/*\nLicense: custom\n\nLicense: custom\n words",
            locator="debian/copyright#stanza=2",
        )
    )
    assert stanzas.of("doc/a") is stanzas.of("doc/b")
