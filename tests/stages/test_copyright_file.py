import pytest
from helpers import brief
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.copyright_file import MAX_CHARS, paragraphs_of, read_copyright_file

FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


def stanza(files: str, license: str = "MIT") -> str:  # noqa: A002
    return f"\nFiles: {files}\nCopyright: 2020 Jane\nLicense: {license}\n"


def speaking(*files: str, path: str) -> tuple[str, ...] | None:
    """The patterns of the stanza that speaks of a path."""
    found = read_copyright_file(FORMAT + "".join(stanza(each) for each in files))
    assert found is not None
    told = found.stanza_of(path)
    return told.patterns if told is not None else None


@pytest.mark.parametrize(
    ("pattern", "path", "is_named"),
    [
        ("*", "a", True),
        ("*", "a/b.c", True),
        ("a/*", "a/b/c.d", True),
        ("a/*", "b/a/c", False),
        ("*/Makefile.in", "x/y/Makefile.in", True),
        ("*/Makefile.in", "Makefile.in", False),
        ("Makefile.in", "Makefile.in", True),
        ("Makefile.in", "x/Makefile.in", False),
        ("./src/a.c", "src/a.c", True),
        ("?.c", "a.c", True),
        ("a?c", "a/c", True),
        ("?.c", "ab.c", False),
        ("a[1].c", "a[1].c", True),
        ("a[1].c", "a1.c", False),
        (r"a\*.c", "a*.c", True),
        (r"a\*.c", "ab.c", False),
        (r"a\?[*", "a?[x", True),
        (r"a\\b", r"a\b", True),
        ("src/", "src/deep/a.c", True),
        ("src/", "srca", False),
        ("src", "src/a.c", False),
        ("a.c", "A.c", False),
        ("é*", "été", True),
    ],
)
def test_a_pattern_names_the_paths_that_the_format_says(pattern: str, path: str, is_named: bool) -> None:
    assert (speaking(pattern, path=path) is not None) == is_named


@pytest.mark.parametrize(
    ("path", "patterns"),
    [
        ("README", ("*",)),
        ("lib/x.c", ("lib/*",)),
        ("lib/own.c", ("lib/own.c", "other.c")),
        ("lib/late.c", ("lib/l*",)),
    ],
)
def test_the_last_stanza_that_names_a_path_speaks_of_it(path: str, patterns: tuple[str, ...]) -> None:
    assert speaking("lib/late.c", "*", "lib/*", "lib/own.c other.c", "lib/l*", path=path) == patterns


def test_a_path_that_no_stanza_names_is_not_spoken_of() -> None:
    assert speaking("debian/*", path="src/a.c") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This package was debianized by Jane.\n\nFiles: *\nLicense: MIT\n",
        FORMAT,
        FORMAT + "\nLicense: MIT\n text\n",
        FORMAT + stanza("*") + "x" * MAX_CHARS,
        "Format: 1.0\n" + stanza("*"),
    ],
)
def test_other_texts_are_no_copyright_files(text: str) -> None:
    assert read_copyright_file(text) is None


@pytest.mark.parametrize(
    "line",
    [
        FORMAT,
        "Format-Specification: http://svn.debian.org/wsvn/dep/web/deps/dep5.mdwn?op=file&rev=135\n",
        "Format: http://dep.debian.net/deps/dep5\n",
        "format: http://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n",
    ],
)
def test_drafts_of_the_format_are_read_too(line: str) -> None:
    assert read_copyright_file(line + stanza("*")) is not None


def test_paragraphs_keep_their_lines_and_lose_what_continues_them() -> None:
    text = "Files: a\n b\n# on b\n c\nLicense: X\r\n one\n .\n  two\n\n\n stray\nnot a field\n more\nComment: z\n"
    assert paragraphs_of(text) == [{"files": "a\nb\nc", "license": "X\none\n\n two"}, {"comment": "z"}]


def test_files_without_an_empty_line_before_them_are_a_stanza_of_their_own() -> None:
    found = read_copyright_file(FORMAT + "\nFiles: *\nLicense: GPL-2\nFiles: doc/*\nLicense: MIT\n")
    assert found is not None
    assert [(s.patterns, s.license) for s in found.stanzas] == [(("*",), "GPL-2"), (("doc/*",), "MIT")]


def test_a_second_licence_of_a_stanza_holds_beside_the_first() -> None:
    found = read_copyright_file(
        FORMAT + "\nFiles: *\nLicense: MIT\n text\nLicense: GPL-2\n more\nCopyright: a\nCopyright: b\n"
    )
    assert found is not None
    assert [(s.license, s.copyright) for s in found.stanzas] == [("MIT and GPL-2\ntext\nmore", "a\nb")]


def test_commas_between_patterns_are_none_of_theirs() -> None:
    assert speaking("*", "a.c, b.c", path="a.c") == ("a.c", "b.c")


def test_a_stanza_is_written_with_the_texts_that_it_refers_to() -> None:
    text = (
        FORMAT
        + stanza("*", "GPL-2+ or Expat")
        + stanza("x", "ISC")
        + "\nLicense: GPL-2+\n gnu\n .\n text\n\nLicense: Expat\n e\n"
    )
    found = read_copyright_file(text)
    assert found is not None
    assert found.written(found.stanzas[0]) == (
        "Files: *\nCopyright: 2020 Jane\nLicense: GPL-2+ or Expat\n\nLicense: expat\n e\n\n"
        "License: gpl-2+\n gnu\n .\n text"
    )
    assert found.written(found.stanzas[1]) == "Files: x\nCopyright: 2020 Jane\nLicense: ISC"


def test_the_text_under_one_stanza_serves_the_others_of_its_name() -> None:
    found = read_copyright_file(FORMAT + stanza("a", "Custom\n the terms") + stanza("b", "custom"))
    assert found is not None
    assert found.written(found.stanzas[1]).endswith("License: custom\n\nLicense: custom\n the terms")


_LINE = st.text(st.characters(codec="ascii", exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85"), max_size=12).map(
    str.strip
)


@given(st.lists(_LINE.filter(lambda line: line != "."), min_size=1, max_size=6).filter(lambda lines: lines[-1] != ""))
def test_what_is_written_reads_as_it_was(lines: list[str]) -> None:
    value = "\n".join(lines)
    body = "\n".join(f" {line}" if line else " ." for line in lines[1:])
    found = read_copyright_file(FORMAT + f"\nFiles: *\nLicense: {lines[0]}\n{body}")
    assert found is not None
    assert found.stanzas[0].license == value
    assert paragraphs_of(found.written(found.stanzas[0]))[0].get("license", "") == value


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_copyright_file(FORMAT + text) is None or "files" in text.lower()


def test_a_hostile_pattern_does_not_run_away() -> None:
    with brief():
        assert speaking("*a" * 40 + "*b", path="a" * 4000) is None
