from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.license import CC_VERSIONS, is_known, rank_of, spdx, tier_of
from licet.stages.license.cc import PORTS, read_cc_url
from licet.stages.license.expression import leaves, parse, tier_of_node
from licet.stages.license.normalize import _aliases, _spdx_names, normalize, spelling_key

GOLDEN = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "data" / "golden.tsv").read_text(encoding="utf-8").splitlines()
]
SLUGS = ("by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd")


@pytest.mark.parametrize(("raw", "expression"), GOLDEN)
def test_spellings_are_read_as_the_golden_table_says(raw: str, expression: str) -> None:
    assert (normalize(raw).expression or "") == expression


def test_every_spdx_id_is_read_as_itself_in_any_case() -> None:
    used = [key for key, it in spdx()["licenses"].items() if not it["deprecated"]]
    assert [k for k in used if normalize(k).expression != k or normalize(k.upper()).expression != k] == []


def test_every_spdx_name_is_read_as_its_id() -> None:
    used = {it["name"]: key for key, it in spdx()["licenses"].items() if not it["deprecated"]}
    assert {name: key for name, key in used.items() if normalize(name).expression != key} == {}


def test_every_alias_is_read_as_its_row_says() -> None:
    names, addresses = _aliases()
    for reading in (*names.values(), *addresses.values()):
        assert (reading.expression is None) != (not reading.flags) or reading.expression
        if reading.expression:
            assert normalize(reading.expression).expression == reading.expression
    assert len(names) > 300


def test_no_alias_takes_an_spdx_spelling_away() -> None:
    names, _ = _aliases()
    both = names.keys() & _spdx_names().keys()
    assert {
        k: (names[k].expression, _spdx_names()[k]) for k in both if names[k].expression not in (_spdx_names()[k], None)
    } == {}


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("version", CC_VERSIONS)
def test_creative_commons_addresses_keep_elements_version_and_port(slug: str, version: str) -> None:
    elements = slug.upper()
    for port in ("", *sorted(PORTS)):
        found = read_cc_url(
            f"https://creativecommons.org/licenses/{slug}/{version}/{port}/deed.en".replace("//d", "/d")
        )
        exists = (not port and version != "2.1") or (port and version not in ("1.0", "4.0"))
        assert (found is not None) == bool(exists), (slug, version, port)
        if found is not None:
            spelled = "Scotland" if port == "scotland" else port.upper()
            assert found.id.removeprefix("LicenseRef-") == f"CC-{elements}-{version}" + (f"-{spelled}" if port else "")
            assert tier_of(found.id) == tier_of(f"CC-{elements}-4.0")
            assert normalize(found.id).expression == found.id


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("form", ["cc-{}-4.0", "CC {} 4.0", "Creative Commons {} 4.0", "CC-{}-4.0 International"])
def test_names_of_creative_commons_licences_never_lose_an_element(slug: str, form: str) -> None:
    assert normalize(form.format(slug)).expression == f"CC-{slug.upper()}-4.0"


def test_version_is_never_invented() -> None:
    assert normalize("CC BY-SA").flags == ("version_missing",)
    assert normalize("GPL-3.0").flags == ("suffix_inferred",)
    assert normalize("MIT/Apache-2.0").flags == ("slash_as_or",)


def test_family_is_named_where_nothing_more_is_known() -> None:
    assert normalize("License :: OSI Approved :: BSD License") == (None, ("family_only",), "BSD")


@given(st.text(max_size=80))
def test_no_text_makes_it_raise_or_admits_what_is_unknown(text: str) -> None:
    found = normalize(text)
    if found.expression is not None:
        node = parse(found.expression)
        assert node is not None
        assert all(is_known(leaf.id) for leaf in leaves(node))
        assert normalize(found.expression).expression == found.expression
    else:
        assert found.flags


@given(st.lists(st.sampled_from(["MIT", "CC BY-NC 4.0", "Apache 2", "GPLv3+", "nonsense"]), min_size=1, max_size=4))
def test_conjunction_is_never_looser_than_its_parts(parts: list[str]) -> None:
    found = normalize(" and ".join(parts)).expression
    if "nonsense" in parts:
        assert found is None
    else:
        node = parse(found or "")
        assert node is not None
        assert rank_of(tier_of_node(node)) == max(
            rank_of(tier_of_node(parse(normalize(p).expression or "") or node)) for p in parts
        )


def test_key_unites_spellings() -> None:
    assert {spelling_key(s) for s in ("GPLv3", "GPL 3.0", "the GPL, Version 3", "gpl-3.0")} == {"gpl 3"}
