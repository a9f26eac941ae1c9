"""Copies of licences in which somebody changed what is permitted, and copies that only look changed."""

import gzip
import json
import random
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.stages.license.text import Found, identify

TEXTS: dict[str, str] = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))[
    "texts"
]
MIT = " ".join(TEXTS["MIT"].split())


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("sublicense, and/or sell", "sublicense, but not sell"),
        ("sublicense, and/or sell copies", "and sublicense copies"),
        ("and/or sell copies", "and/or modified copies"),
        ("without restriction, including without limitation", "with restrictions, including"),
        ("subject to the following conditions:", "for use on our systems only, in which case it is free:"),
        ("free of charge, to any person", "to any person who paid for it"),
        ("The above copyright", "You must send us a postcard from every city. The above copyright"),
        ("The above copyright", "The Software must not be offered as a service. The above copyright"),
        ("THE SOFTWARE IS PROVIDED", "Banks are excluding themselves unless approved. THE SOFTWARE IS PROVIDED"),
    ],
)
def test_mit_that_permits_less_is_not_mit(written: str, changed: str) -> None:
    assert written in MIT
    found = identify(MIT.replace(written, changed))
    assert found.ids == ()
    assert "restrictive_words:changed" in found.flags


@pytest.mark.parametrize(
    ("key", "written", "changed"),
    [
        ("MIT", "THE SOFTWARE IS PROVIDED", "You also agree to give us your first house. THE SOFTWARE IS PROVIDED"),
        ("MIT", "The above copyright", "Every use should acknowledge the publication. The above copyright"),
        ("ISC", "appear in all copies", "appear in all copies and that users contribute to any open source work"),
        ("ISC", "appear in all copies", "appear in all copies, and any technical work cites our first paper"),
        ("BSD-2-Clause", "THIS SOFTWARE IS", "Users of Qwertz shall pay us for Qwertz and Asdfgh. THIS SOFTWARE IS"),
        ("BSD-2-Clause", "THIS SOFTWARE IS", "Decompilation of Qwertz by Asdfgh is not right. THIS SOFTWARE IS"),
    ],
)
def test_short_licence_that_asks_in_friendly_words_is_not_that_licence(key: str, written: str, changed: str) -> None:
    text = " ".join(TEXTS[key].split())
    assert written in text
    assert identify(text.replace(written, changed, 1)) == Found(
        ids=(), confidence=0.0, flags=("restrictive_words:changed", "unidentified_text")
    )


def test_sentence_in_braces_is_read_and_a_placeholder_is_not() -> None:
    assert (
        identify(MIT.replace("The above copyright", "{{You may not use it to sell or for war.}} The above")).ids == ()
    )
    assert identify(MIT.replace("The above copyright", "{{ cookiecutter.full_name }} The above copyright")).ids == (
        "MIT",
    )


def test_terms_after_a_short_licence_are_of_its_own() -> None:
    more = "If your product has many users, you shall prominently display the name of ours on its first page."
    assert identify(f"{TEXTS['MIT']}\n\n{more}").ids == ()
    assert identify(f"{TEXTS['MIT']}\n\nIf you have many users, we are glad. Pages display the name.").ids == ("MIT",)


def test_condition_put_into_a_long_licence_is_seen() -> None:
    text = TEXTS["CC-BY-4.0"]
    sentence = "You may not offer or impose any additional"
    assert sentence in text
    assert identify(text.replace(sentence, "You must pay us and may not sell the Work. " + sentence)).ids == ()


@pytest.mark.parametrize("key", ["MIT", "BSD-2-Clause", "Zlib", "ISC"])
def test_two_copies_with_names_between_are_the_same_licence(key: str) -> None:
    note = "The tables of the second part come from elsewhere, from a project for old instruments, and are not ours:"
    between = f"\n\n-----\n\n{note}\n\nCopyright 2011 Jane Doe\n\n"
    assert identify(TEXTS[key] + between + TEXTS[key]).ids == (key,)


def test_notes_between_two_licences_belong_to_neither() -> None:
    between = "\n\nThe parser was taken from another project:\n\n"
    assert identify(TEXTS["MIT"] + between + TEXTS["BSD-3-Clause"]).ids == ("BSD-3-Clause", "MIT")


def test_endorsement_clause_in_other_words_is_no_added_restriction() -> None:
    text = " ".join(TEXTS["BSD-3-Clause"].split())
    clause = re.search(r"Neither the name of .*? may be used", text)
    assert clause
    assert identify(text.replace(clause[0], "The name of the author may not be used")).ids == ("BSD-3-Clause",)


def test_licence_that_runs_on_behind_a_copyright_line_is_whole() -> None:
    joined = "Copyright (c) 2020 Jane Doe " + MIT[MIT.index("Permission is") :]
    assert identify(joined).ids == ("MIT",)
    assert identify(joined).confidence >= 0.98


def test_half_a_licence_is_not_the_whole() -> None:
    for key, text in TEXTS.items():
        words = text.split()
        assert identify(" ".join(words[: len(words) // 2])).ids in ((), *_shorter(key)), key


def _shorter(key: str) -> list[tuple[str, ...]]:
    """Licences that are a part of another one."""
    return [("ISC",)] if key == "0BSD" else []


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_british_spelling_and_lost_accents_are_the_same_words(key: str) -> None:
    text = TEXTS[key].replace("icense", "icence").replace("uthoriz", "uthoris")
    assert identify(text.replace("e", "é", 3)).ids == (key,)


PREFIXES = ["dnl ", "REM ", " * ", ";; ", "% ", "-- ", "!! ", ".. ", "C     ", '\\" ', "|| ", "/// ", "> "]


def on_pages(text: str, rng: random.Random) -> str:
    """The text in lines, with a page's number and a running title between some of them."""
    lines = [line for part in text.split("\n\n") for line in (*textwrap.wrap(part, rng.randint(55, 90)), "")]
    size = rng.randint(28, 60)
    for at in range(len(lines) - len(lines) % size, 0, -size):
        lines[at:at] = ["", f"Page {at // size} of 9", "", "Example Corporation - Third Party Licences", ""]
    return "\n".join(lines)


def typeset(text: str, rng: random.Random) -> str:
    """The text with ligatures, soft hyphens, unbreakable spaces and curled quotation marks."""
    text = text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ").replace("'", "’")
    text = re.sub(r'"(?=\w)', "“", text).replace('"', "”").replace(". ", ".\xa0 ")
    return re.sub(r"\b(\w{4})(\w{5,})", lambda m: f"{m[1]}\xad{m[2]}" if rng.random() < 0.3 else m[0], text)


def from_a_page(text: str, rng: random.Random) -> str:
    """The text as programs leave it that take it out of HTML."""
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    parts = [("    * " if rng.random() < 0.2 else "") + part.replace('"', "&quot;") for part in parts]
    return "Skip to content\n\n" + "\n\n".join(parts).replace("'", "&#39;") + "\n\nBack to top ↑\n"


def behind_marks(text: str, rng: random.Random) -> str:
    """The text on other lines, each behind one of the marks of languages and mail."""
    mark, width = rng.choice(PREFIXES), rng.randint(45, 95)
    return "\n".join(mark + line for part in text.split("\n\n") for line in (*textwrap.wrap(part, width), ""))


def with_holders(text: str, rng: random.Random) -> str:
    """The text with several holders of long names above it."""
    names = ["Example Business Machines Corporation, L.P. and its licensors", "Müller & Söhne GmbH, Straße 12, Ulm"]
    lines = [f"Copyright (c) {rng.randint(1980, 2025)} {name}. All rights reserved." for name in names]
    return "\n".join(lines) + "\n\n" + text


NOISES: list[Callable[[str, random.Random], str]] = [on_pages, typeset, from_a_page, behind_marks, with_holders]


@given(key=st.sampled_from(sorted(TEXTS)), noise=st.sampled_from(NOISES), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_layout_changes_no_licence(key: str, noise: Callable[[str, random.Random], str], seed: int) -> None:
    assert identify(noise(TEXTS[key], random.Random(seed))).ids == (key,)


SHAPES = {"l": "1|", "i": "l!", "o": "0c", "e": "c", "a": "o", "s": "5", "t": "f", "g": "9q", "b": "6", "c": "o"}


def photographed(text: str, rate: float, rng: random.Random) -> str:
    """The text with a share of its letters taken for others, lost, or torn from the rest of the word."""
    out = []
    for letter in text:
        if not letter.isalpha() or rng.random() >= rate:
            out.append(letter)
        elif letter in SHAPES and rng.random() < 0.7:
            out.append(rng.choice(SHAPES[letter]))
        else:
            out.append(rng.choice(["", letter + " "]))
    return "".join(out)


@given(key=st.sampled_from(sorted(TEXTS)), rate=st.sampled_from([0.005, 0.01, 0.03]), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_badly_read_text_is_the_licence_or_none(key: str, rate: float, seed: int) -> None:
    assert identify(photographed(TEXTS[key], rate, random.Random(seed))).ids in ((), (key,))
