import json
from collections import Counter

import pytest
from golden_licenses import by_hand, grid, spelled, written
from helpers import brief
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.license import LICENSES_FOLDER, is_known, rank_of, spdx, tier_of
from licet.stages.license.cc import PORTS_OF, read_cc_url
from licet.stages.license.expression import leaves, parse, tier_of_node
from licet.stages.license.normalize import MAX_CHARS, Reading, normalize, spelling_key
from licet.stages.license.presets import load_policy, preset_names
from licet.stages.license.spellings import spdx_names, table

ROWS = written()
READ = sorted({row.raw for row in ROWS if row.expression and " " not in row.expression})
POLICIES = [load_policy(name) for name in preset_names()]
CC_ELEMENTS = {"by": "BY", "nc": "NC", "nd": "ND", "sa": "SA"}


def as_row(found: Reading) -> tuple[str, str, str]:
    return (found.expression or "", " ".join(found.flags), found.family or "")


def test_spellings_are_read_as_the_golden_table_says() -> None:
    found = {row.raw: as_row(normalize(spelled(row.raw))) for row in ROWS}
    found = {row.raw: it if row.family else (*it[:2], "") for row in ROWS for it in [found[row.raw]]}
    assert {row.raw: (row.expression, row.flags, row.family) for row in ROWS} == found


def test_golden_table_is_large_and_names_each_spelling_once() -> None:
    assert len(by_hand()) > 1_400
    assert len(ROWS) > 5_000
    assert [raw for raw, times in Counter(row.raw for row in ROWS).items() if times > 1] == []


def test_golden_table_has_every_licence_of_the_hub() -> None:
    ids = json.loads((LICENSES_FOLDER.parent / "hub_licenses.json").read_text(encoding="utf-8"))["ids"]
    assert sorted(set(ids) - {row.raw for row in ROWS}) == []


def test_rows_by_rule_in_the_golden_table_are_those_that_the_rules_give() -> None:
    hand = {row.raw for row in by_hand()}
    assert [row for row in ROWS if row.source.startswith("grid:")] == [r for r in grid() if r.raw not in hand]


def test_whatever_was_read_is_read_as_itself() -> None:
    expressions = {found.expression for row in ROWS if (found := normalize(spelled(row.raw))).expression}
    assert {e: normalize(e).expression for e in expressions} == {e: e for e in expressions}


def test_case_white_space_and_quotes_make_no_difference() -> None:
    for row in ROWS:
        raw = spelled(row.raw)
        if "://" in raw or raw.lower().startswith("licenseref-"):
            continue
        for other in (raw.swapcase(), f"  {raw}\n", f'"{raw}"', f"“{raw}”", raw.replace(" ", "\u00a0")):
            assert normalize(other)[:2] == normalize(raw)[:2], (raw, other)


def test_every_spdx_id_is_read_as_itself_in_any_case() -> None:
    used = [key for key, it in spdx()["licenses"].items() if not it["deprecated"]]
    assert [k for k in used if normalize(k).expression != k or normalize(k.upper()).expression != k] == []


def test_every_alias_that_is_read_means_a_licence_that_is_known() -> None:
    aliases = table()
    readings = (*aliases.names.values(), *aliases.exact.values(), *aliases.addresses.values())
    for reading in readings:
        assert reading.expression or reading.flags
        assert not (reading.expression and reading.family)
        if reading.expression:
            assert normalize(reading.expression).expression == reading.expression
    assert {key for key, _ in aliases.exceptions.values()} <= set(spdx()["exceptions"])


def test_no_alias_takes_an_spdx_spelling_away() -> None:
    names, listed = table().names, spdx_names()
    taken = {k: (names[k].expression, listed[k]) for k in names.keys() & listed.keys()}
    assert {k: pair for k, pair in taken.items() if pair[0] not in (pair[1], None)} == {}


def test_versions_and_ports_of_creative_commons_are_those_that_were_published() -> None:
    for version, ports in PORTS_OF.items():
        for port in ports:
            found = read_cc_url(f"https://creativecommons.org/licenses/by-nc/{version}/{port}/deed.fr")
            assert found is not None
            assert found.id.lower().endswith(f"cc-by-nc-{version}-{port}")
            assert tier_of(found.id) == "non-commercial"


def test_version_is_never_invented() -> None:
    assert normalize("CC BY-SA").flags == ("version_missing",)
    assert normalize("GPL-3.0").flags == ("suffix_inferred",)
    assert normalize("OFL") == (None, ("family_only",), "OFL")
    for row in ROWS:
        found = normalize(spelled(row.raw))
        if found.expression and "-unversioned" in found.expression:
            assert "version_missing" in found.flags


def test_lists_of_classifiers_hold_together() -> None:
    both = "License :: OSI Approved :: MIT License\nLicense :: OSI Approved :: ISC License (ISCL)"
    assert normalize(both) == ("MIT AND ISC", ("list_as_and",), None)


def test_key_unites_spellings() -> None:
    assert {spelling_key(s) for s in ("GPLv3", "GPL 3.0", "the GPL, Version 3", "gpl-3.0")} == {"gpl 3"}


@given(st.lists(st.sampled_from(sorted(CC_ELEMENTS)), min_size=1, max_size=4), st.sampled_from(["", " 4.0", " 3.0 DE"]))
def test_every_element_that_is_named_is_in_the_result(elements: list[str], rest: str) -> None:
    for raw in (f"CC {'-'.join(elements)}{rest}", f"https://creativecommons.org/licenses/{'-'.join(elements)}/4.0/"):
        found = normalize(raw).expression
        if found is not None:
            assert {CC_ELEMENTS[e] for e in elements} <= set(found.split("-"))


@given(st.lists(st.sampled_from(READ), min_size=2, max_size=4), st.sampled_from([" and ", ", ", "; ", " & "]))
def test_names_joined_by_and_are_never_looser_than_each(names: list[str], sign: str) -> None:
    raw = sign.join(spelled(name) for name in names)
    node = parse(normalize(raw).expression or "")
    # What has all rights reserved is let in by no policy, and so is as strict as what is unknown.
    if node is None or len(raw) > MAX_CHARS or tier_of_node(node) == "unlicensed":
        return
    for name in names:
        part = parse(normalize(spelled(name)).expression or "")
        assert part is not None
        assert rank_of(tier_of_node(node)) >= rank_of(tier_of_node(part)), raw


@given(st.lists(st.sampled_from(READ), min_size=2, max_size=3, unique=True), st.sampled_from([" or ", "/", ", ", " "]))
def test_several_names_never_come_out_as_one_of_them_alone(names: list[str], sign: str) -> None:
    meant = {normalize(spelled(name)).expression for name in names}
    found = normalize(sign.join(spelled(name) for name in names)).expression
    node = parse(found or "")
    if node is not None and len(meant) > 1 and len(leaves(node)) == 1:
        assert rank_of(tier_of_node(node)) >= max(rank_of(tier_of(str(m))) for m in meant), (names, found)


WORDS = """the of and or with not for use only free license public domain commercial foo bar data copyright v2 2.0 x
    + / ( ) lib soft open terms see modified except limited basic pro enterprise beta acme corp"""


@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=8))
def test_words_that_name_nothing_are_admitted_by_no_preset(words: list[str]) -> None:
    found = normalize(" ".join(words)).expression
    if found == "LicenseRef-Public-Domain":
        assert "public domain" in " ".join(words)
        assert not {"not", "except", "modified", "limited", "commercial", "basic", "acme"}.intersection(words)
    else:
        assert not any(p.evaluate(found).allowed for p in POLICIES)


@given(st.sampled_from(READ), st.sampled_from(["xq", " zq", " 77", "?", " qua", "-zq", " but not for commercial use"]))
def test_name_with_something_strange_behind_it_is_not_read(raw: str, behind: str) -> None:
    assert normalize(spelled(raw).rstrip(".+)\"'/") + behind).expression is None or "://" in raw or "." in raw


@given(st.text(max_size=80))
def test_no_text_makes_it_raise_or_admits_what_is_unknown(text: str) -> None:
    found = normalize(text)
    if found.expression is None:
        assert found.flags
    else:
        node = parse(found.expression)
        assert node is not None
        assert all(is_known(leaf.id) for leaf in leaves(node))
        assert normalize(found.expression).expression == found.expression


HOSTILE = {
    "words": "a " * 50_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "pairs": "()" * 50_000,
    "accents": "a" + "\u0301\u0323" * 50_000,
    "spaces": "MIT" + " " * 100_000,
    "ors": "MIT or " * 140,
    "commas": ", and " * 160,
    "colons": "a: b, " * 160,
    "frames": "licensed under the terms of the " * 30,
    "nests": "(MIT or " * 60 + "MIT" + ")" * 60,
    "nests within bounds": "(a: b (c) or " * 19 + "MIT" + ")" * 19,
    "addresses": "https://creativecommons.org/licenses/by/4.0/ " * 22,
    "slashes": "/" * 990,
    "dots": "a." * 490 + "org/",
    "dashes": "-" * 990 + "or",
    "dashes and letters": "-a" * 490 + " or",
    "dashes before an exception": "-a" * 480 + "-exception",
    "marks": "cc-by-" * 160,
    "digits": "1." * 490,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_text_is_read_in_bounded_time(kind: str) -> None:
    with brief():
        normalize(HOSTILE[kind])


@pytest.mark.parametrize(
    "text",
    [
        *("()", "( )", "", "AND", "MIT AND", "MIT OR ISC OR", "MIT WITH", "OR MIT", "MIT OR OR ISC", "MIT ISC"),
        *(
            "MIT AND ()",
            "(MIT OR) AND ISC",
            "MIT AND (ISC OR)",
            "MIT)",
            "(MIT",
            ")MIT(",
            "(" * 5_000,
            "MIT OR " * 5_000,
        ),
    ],
)
def test_what_is_no_expression_has_no_tree(text: str) -> None:
    assert parse(text) is None
