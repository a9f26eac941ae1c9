import gzip
import json
import random
import textwrap
from pathlib import Path

import pytest
from helpers import SHARED, needs_shared
from tiny import MIT

from licet.stages.license.grams import plain
from licet.stages.license.holders import holders_in
from licet.stages.license.text import SURE, Found, identify

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


SHAPES = [("l", "1"), ("o", "0"), ("rn", "m"), ("m", "rn"), ("e", "c"), ("h", "b"), ("i", "l"), ("s", "5")]


def scanned(text: str, rate: float, rng: random.Random) -> str:
    """The text with a share of its letters misread, doubled, exchanged or dropped."""
    out: list[str] = []
    at = 0
    while at < len(text):
        letter, at = text[at], at + 1
        seen = [(a, b) for a, b in SHAPES if text.startswith(a, at - 1)]
        if not letter.isalpha() or rng.random() >= rate:
            out.append(letter)
        elif seen and rng.random() < 0.5:
            before, after = rng.choice(seen)
            out.append(after)
            at += len(before) - 1
        else:
            out.append(rng.choice([letter * 2, "x", ""]))
    return "".join(out)


@pytest.mark.parametrize("key", sorted(TEXTS))
@pytest.mark.parametrize("rate", [0.005, 0.02])
def test_scanned_licence_is_known_or_nothing_is_said(key: str, rate: float) -> None:
    rng = random.Random(f"{key} {rate}")
    found = [identify(scanned(TEXTS[key], rate, rng)) for _ in range(3)]
    assert {it.ids for it in found} <= {(key,), ()}
    assert any(it.ids == (key,) for it in found)


@pytest.mark.parametrize(
    "written", ["NonCommerc1al", "NonCornmercial", "Non-\nCommercial", "NonCommercia", "N0nCommereial"]
)
def test_misread_restriction_still_counts(written: str) -> None:
    text = TEXTS["CC-BY-NC-4.0"]
    assert identify(text.replace("NonCommercial", written)).ids in ((), ("CC-BY-NC-4.0",))


def test_restriction_beyond_recognition_leaves_nothing_found() -> None:
    text = TEXTS["CC-BY-4.0"] + "\n\nOnly for Nonxommexciax use.\n"
    assert identify(text).ids == ()


def test_words_cut_by_hyphens_at_line_ends_are_one() -> None:
    text = TEXTS["CC-BY-4.0"]
    cut = text.replace("distribution", "distri-\nbution").replace("License", "Li-\ncense")
    assert identify(cut).ids == ("CC-BY-4.0",)
    assert identify(cut).confidence >= 0.95


@pytest.mark.parametrize("key", ["MIT", "BSD-3-Clause", "CC-BY-4.0"])
def test_licence_within_other_prose_is_found_with_less_confidence(key: str) -> None:
    prose = "This project began as a small tool for reading tables of numbers from old instruments of all sorts. " * 6
    found = identify(prose + "\n\n" + TEXTS[key] + "\n\n" + prose)
    assert found.ids == (key,)
    assert found.confidence < identify(TEXTS[key]).confidence


def test_redistribution_that_is_not_permitted_is_no_bsd() -> None:
    text = TEXTS["BSD-2-Clause"]
    at = text.index("THIS SOFTWARE IS PROVIDED")
    refused = "Redistribution and use in source and binary forms is not permitted without the consent of Example.\n\n"
    assert identify(refused + text[at:]).ids == ()


def test_enumerated_sentence_that_begins_with_c_in_brackets_is_kept() -> None:
    lines = "(c) the licenses granted in this section are effective on the date of this agreement\n"
    assert plain(lines) == lines
    assert plain("(c) 2020 Jane Doe\nText\n") == "\nText\n"


NAMED = (
    "\n\nExcept as contained in this notice, the name of Jane Doe shall not be used in advertising or otherwise to"
    " promote the sale, use or other dealings in this Software without prior written authorization from Jane Doe.\n"
)


def test_mit_whose_holder_reserves_a_name_is_x11_and_none_of_its_variants() -> None:
    assert identify(TEXTS["MIT"] + NAMED).ids == ("X11",)
    freer = TEXTS["MIT"].replace("distribute, sublicense", "distribute, distribute with modifications, sublicense")
    assert identify(freer + NAMED).ids == ("X11-distribute-modifications-variant",)


def test_name_reserved_before_the_disclaimer_is_x11_swapped() -> None:
    at = TEXTS["MIT"].index("THE SOFTWARE IS PROVIDED")
    assert identify(TEXTS["MIT"][:at] + NAMED + "\n" + TEXTS["MIT"][at:]).ids == ("X11-swapped",)


MIT_CMU = """By obtaining, using, and/or copying this software and/or its associated documentation, you agree that you
have read, understood, and will comply with the following terms and conditions:

Permission to use, copy, modify and distribute this software and its documentation for any purpose and without fee is
hereby granted, provided that the above copyright notice appears in all copies, and that both that copyright notice and
this permission notice appear in supporting documentation, and that the name of Example Labs or the author not be used
in advertising or publicity pertaining to distribution of the software without specific, written prior permission.

EXAMPLE LABS AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE, INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL EXAMPLE LABS OR THE AUTHOR BE LIABLE FOR ANY SPECIAL, INDIRECT OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF
CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS
SOFTWARE."""


def test_few_words_put_otherwise_leave_a_short_licence_sure() -> None:
    found = identify(MIT_CMU)
    assert (found.ids, found.flags) == (("MIT-CMU",), ())
    assert found.confidence >= SURE


@pytest.mark.parametrize(
    ("written", "worded"),
    [
        ("without fee is", "without any modification fee is"),
        ("appears in all copies", "appears in all source copies"),
        ("resulting from loss", "resulting from commercial loss"),
        ("with regard to", "with blorb to"),
        ("contract, negligence or other tortious action, arising out of", "contract, arising out of"),
    ],
)
def test_words_that_may_matter_are_never_put_otherwise(written: str, worded: str) -> None:
    text = " ".join(MIT_CMU.split()).lower()
    assert written in text
    assert identify(text.replace(written, worded)).confidence <= identify(text).confidence - 0.01


def test_permission_notice_of_somebody_is_not_surely_that_of_standard_ml() -> None:
    text = MIT_CMU[MIT_CMU.index("Permission") :].replace("appears in", "appear in")
    assert identify(text).confidence < SURE
