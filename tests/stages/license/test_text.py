import gzip
import json
import random
import textwrap
from pathlib import Path

import pytest
from helpers import SHARED, needs_shared
from tiny import MIT

from licet.stages.license.holders import holders_in
from licet.stages.license.text import Found, identify

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]


def wrapped(text: str, width: int, prefix: str) -> str:
    """The text on other lines, each behind a comment mark."""
    paragraphs = [textwrap.fill(p, width) for p in text.split("\n\n")]
    return "\n".join(prefix + line for p in paragraphs for line in (*p.splitlines(), ""))


@pytest.mark.parametrize("key", sorted(TEXTS))
@pytest.mark.parametrize(("width", "prefix"), [(60, ""), (76, "# "), (100, " * "), (72, "// ")])
def test_licence_is_known_however_it_is_wrapped(key: str, width: int, prefix: str) -> None:
    found = identify(wrapped(TEXTS[key], width, prefix))
    assert found.ids == (key,)
    # A copyright line that is broken in two leaves a few words behind, which weigh in a short licence.
    assert found.confidence >= (0.95 if width > 60 else 0.9)


@pytest.mark.parametrize("key", [k for k in sorted(TEXTS) if k.startswith("CC-")])
def test_damaged_creative_commons_text_is_never_taken_for_one_with_other_elements(key: str) -> None:
    rng = random.Random(key)
    words = TEXTS[key].split(" ")
    for damage in (0.002, 0.01, 0.03, 0.1):
        noisy = [w if rng.random() > damage else rng.choice(["teh", "lorem", w[::-1]]) for w in words]
        assert identify(" ".join(noisy)).ids in ((), (key,))


def test_copyright_line_costs_mit_no_confidence() -> None:
    text = TEXTS["MIT"].replace("Copyright (c) <year> <copyright holders>", "Copyright (c) 2021 Jane Doe and others")
    assert identify(text).ids == ("MIT",)
    assert identify(text).confidence >= 0.95


def test_good_not_evil_is_not_mit() -> None:
    text = TEXTS["MIT"] + "\n\nThe Software shall be used for Good, not Evil.\n"
    assert identify(text).ids in ((), ("JSON",))


@pytest.mark.parametrize(
    "sentence",
    [
        "The Software may be used for non-commercial purposes only.",
        "This licence is for research purposes only.",
        '"Commons Clause" License Condition v1.0: the License does not include the right to Sell the Software.',
    ],
)
def test_restriction_beside_a_licence_leaves_it_unidentified(sentence: str) -> None:
    found = identify(TEXTS["MIT"] + "\n\n" + sentence)
    assert found.ids == ()
    assert any(flag.startswith("restrictive_words:") for flag in found.flags)


def test_several_licences_in_one_file_are_all_found() -> None:
    found = identify(TEXTS["MIT"] + "\n\n-----\n\n" + TEXTS["BSD-3-Clause"] + "\n\n-----\n\n" + TEXTS["Zlib"])
    assert found.ids == ("BSD-3-Clause", "MIT", "Zlib")


def test_other_text_is_not_identified() -> None:
    prose = "You may do with this what you like as long as you are kind to animals and to people in general. " * 4
    assert identify(prose).ids == ()
    assert identify("").flags == ("unidentified_text",)
    assert identify("MIT").ids == ()


def test_holders_are_named_without_years_and_reserves() -> None:
    text = "Copyright (c) 2010-2014, 2020 The Rust Project Developers\n(c) 2021 Jane Doe. All rights reserved.\n"
    assert holders_in(text) == ("The Rust Project Developers", "Jane Doe")
    assert (
        holders_in("copyright notice, this list of conditions\n(c) You must retain\nCopyright (c) <year> <owner>") == ()
    )


@needs_shared
def test_real_licence_files_are_identified() -> None:
    found = {
        name: (identify((SHARED / name).read_text()).ids, identify((SHARED / name).read_text()).confidence >= 0.95)
        for name in (
            "books/LICENSE-MIT",
            "books/LICENSE-APACHE",
            "posttrain/gsm8k/LICENSE",
            "posttrain/humaneval/LICENSE",
            "posttrain/sharegpt/LICENSE",
            "posttrain/codealpaca/DATA_LICENSE",
        )
    }
    assert found == {
        "books/LICENSE-MIT": (("MIT",), True),
        "books/LICENSE-APACHE": (("Apache-2.0",), True),
        "posttrain/gsm8k/LICENSE": (("MIT",), True),
        "posttrain/humaneval/LICENSE": (("MIT",), True),
        "posttrain/sharegpt/LICENSE": (("Apache-2.0",), True),
        "posttrain/codealpaca/DATA_LICENSE": (("CC-BY-NC-4.0",), True),
    }


@pytest.mark.parametrize("width", range(40, 140, 7))
def test_where_lines_are_broken_does_not_matter(width: int) -> None:
    title, holder, *paragraphs = MIT.split("\n\n")
    wrapped = [textwrap.fill(" ".join(paragraph.split()), width) for paragraph in paragraphs]
    assert identify("\n\n".join([title, holder, *wrapped])) == Found(ids=("MIT",), confidence=1.0, flags=())
