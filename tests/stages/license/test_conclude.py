import gzip
import itertools
import json
from pathlib import Path

import pytest
from helpers import SHARED, needs_shared
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.evidence import Claim, ClaimKind
from licet.stages.license import load_policy
from licet.stages.license.conclude import conclude
from licet.stages.license.evidence import evidence_id
from licet.stages.license.judge import judged

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
OPEN = load_policy("open-definition-2.1")
URL = "https://example.org/licence"


def claim(kind: ClaimKind, raw: str, locator: str = "", url: str | None = None) -> Claim:
    return Claim(
        kind=kind, raw=TEXTS.get(raw, raw) if kind == "license_file" else raw, locator=locator or kind, url=url
    )


def file(key: str, name: str = "LICENSE") -> Claim:
    return claim("license_file", key, name)


def declared(raw: str, url: str | None = URL) -> Claim:
    return claim("declared", raw, "recipe.yaml", url)


def verdict(*claims: Claim) -> tuple[str | None, str, str | None]:
    found = judged(frozenset(claims), OPEN)
    return found.license, found.grade, found.reason


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], (None, "F", "no_license")),
        ([claim("row_column", "other")], (None, "F", "no_license")),
        ([claim("row_column", "My Licence")], (None, "F", "unknown_license")),
        ([claim("row_column", "MIT OR (")], (None, "F", "unparsable_license")),
        ([claim("row_column", "CC BY 4.0")], ("CC-BY-4.0", "B", None)),
        ([claim("row_column", "CC BY-NC 4.0")], ("CC-BY-NC-4.0", "B", "non_commercial")),
        ([claim("row_column", "CC BY-ND 4.0")], ("CC-BY-ND-4.0", "B", "no_derivatives")),
        ([claim("row_column", "gemma")], ("LicenseRef-Gemma", "B", "custom_terms")),
        ([declared("MIT")], ("MIT", "C", None)),
        ([declared("MIT", None)], ("MIT", "F", "weak_evidence")),
        ([declared("Apache License")], (None, "F", "family_only")),
        ([declared("MIT"), file("CC-BY-SA-4.0")], (None, "F", "contradictory")),
        ([declared("MIT"), file("CC-BY-NC-4.0")], (None, "F", "contradictory")),
        ([declared("MIT", None), file("MIT")], ("MIT", "C", None)),
        ([declared("odc-by")], (None, "F", "database_layer_only")),
        ([declared("odc-by"), claim("row_column", "CC BY-SA 4.0")], ("CC-BY-SA-4.0", "B", None)),
        ([declared("MIT"), claim("row_column", "nonsense")], (None, "F", "unknown_license")),
        ([declared("MIT"), claim("row_column", "CC-BY-NC-4.0")], ("CC-BY-NC-4.0", "B", "non_commercial")),
        ([declared("CC-BY-NC-4.0"), claim("row_column", "MIT")], (None, "F", "contradictory")),
        ([declared("CC-BY-SA-4.0"), claim("row_column", "CC0")], ("CC-BY-SA-4.0 AND CC0-1.0", "C", None)),
        ([file("MIT", "LICENSE-MIT"), file("ISC", "LICENSE-ISC")], ("ISC AND MIT", "C", None)),
        ([file("MIT"), file("CC-BY-NC-4.0", "DATA_LICENSE")], (None, "F", "contradictory")),
        ([file("MIT", "A"), file("ISC", "B"), declared("ISC OR MIT")], ("ISC OR MIT", "C", None)),
        ([file("MIT", "A"), file("ISC", "B"), declared("ISC OR MIT", None)], ("ISC AND MIT", "C", None)),
        ([claim("package_classifier", "License :: OSI Approved :: BSD License")], (None, "F", "family_only")),
        (
            [claim("package_classifier", "License :: OSI Approved :: BSD License"), file("BSD-3-Clause")],
            ("BSD-3-Clause", "C", None),
        ),
        (
            [claim("package_classifier", "License :: OSI Approved :: Apache Software License"), file("MIT")],
            (None, "F", "contradictory"),
        ),
        ([claim("package_expression", "MIT"), file("MIT")], ("MIT", "B", None)),
        ([claim("package_license", "CC-BY-4.0"), file("CC-BY-SA-4.0")], (None, "F", "contradictory")),
        ([claim("package_expression", "MIT"), file("a licence that nobody knows " * 20)], ("MIT", "B", None)),
        ([declared("MIT"), file("a licence that nobody knows " * 20)], (None, "F", "unknown_license")),
        ([claim("spdx_header", "GPL-2.0-or-later"), file("MIT")], ("GPL-2.0-or-later", "A", None)),
        ([claim("spdx_header", "MIT"), file("MIT")], ("MIT", "A", None)),
        ([claim("spdx_header", "MIT"), file("CC-BY-SA-4.0")], ("CC-BY-SA-4.0 AND MIT", "C", None)),
        ([claim("spdx_header", "LicenseRef-ours"), file("MIT")], (None, "F", "unknown_license")),
        ([claim("notice", "This project is licensed under the MIT license.")], ("MIT", "C", None)),
        ([claim("notice", "It uses foo, which is MIT licensed.")], (None, "F", "no_license")),
        (
            [file("MIT"), claim("notice", "This dataset is released for non-commercial use only.", "README.md")],
            (None, "F", "contradictory"),
        ),
        ([claim("html_text", "https://creativecommons.org/licenses/by/4.0/")], ("CC-BY-4.0", "F", "weak_evidence")),
    ],
)
def test_claims_come_to_the_licence_grade_and_reason_of_the_table(
    claims: list[Claim], expected: tuple[str | None, str, str | None]
) -> None:
    assert verdict(*claims) == expected


PAGE = "https://huggingface.co/datasets/org/name"
UNKNOWN_TEXT = "a licence that nobody knows " * 20


def card(raw: str, url: str | None = None) -> Claim:
    return claim("hub_card", raw, "README.md#license", url)


def manifest(raw: str, place: str = "package.json#license", kind: ClaimKind = "package_expression") -> Claim:
    return claim(kind, raw, place)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([card("cc-by-4.0")], ("CC-BY-4.0", "F", "weak_evidence")),
        ([card("cc-by-4.0", PAGE)], ("CC-BY-4.0", "C", None)),
        ([card("cc-by-nc-4.0", PAGE)], ("CC-BY-NC-4.0", "C", "non_commercial")),
        ([card("cc-by-4.0"), declared("CC-BY-4.0")], ("CC-BY-4.0", "C", None)),
        ([card("cc-by-nc-4.0"), declared("CC-BY-4.0")], (None, "F", "contradictory")),
        ([card("mit"), file("CC-BY-NC-4.0")], (None, "F", "contradictory")),
        ([card("mit"), file("MIT")], ("MIT", "C", None)),
        ([card("cc-by-4.0"), claim("row_column", "CC-BY-NC-4.0")], ("CC-BY-NC-4.0", "B", "non_commercial")),
        ([card('["cc-by-4.0","cc-by-sa-3.0"]', PAGE)], ("CC-BY-4.0 AND CC-BY-SA-3.0", "C", None)),
        ([card('["mit","cc-by-nc-4.0"]', PAGE)], ("CC-BY-NC-4.0 AND MIT", "C", "non_commercial")),
        ([card('["mit","my-licence"]', PAGE)], (None, "F", "unknown_license")),
        ([card('["mit","unknown"]', PAGE)], (None, "F", "no_license")),
        ([card("gemma", PAGE)], ("LicenseRef-Gemma", "C", "custom_terms")),
        ([card("my-licence"), declared("MIT")], (None, "F", "unknown_license")),
        ([card("other"), declared("MIT")], (None, "F", "no_license")),
        ([card("unknown"), declared("MIT")], ("MIT", "C", None)),
        ([card("unknown", PAGE)], (None, "F", "no_license")),
        ([card("no YAML: while parsing"), declared("MIT")], (None, "F", "unknown_license")),
        ([card("odc-by", PAGE)], (None, "F", "database_layer_only")),
        ([card("odc-by", PAGE), claim("row_column", "CC0")], ("CC0-1.0", "B", None)),
    ],
)
def test_a_dataset_card_is_a_third_party_s_word_unless_it_is_the_publisher_s(
    claims: list[Claim], expected: tuple[str | None, str, str | None]
) -> None:
    assert verdict(*claims) == expected


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([manifest("MIT")], ("MIT", "C", None)),
        ([manifest("MIT/Apache-2.0", "Cargo.toml#package.license")], ("MIT OR Apache-2.0", "C", None)),
        ([manifest("UNLICENSED")], ("LicenseRef-All-Rights-Reserved", "C", "no_license")),
        ([manifest("UNLICENSED"), file("MIT")], (None, "F", "contradictory")),
        ([manifest("SEE LICENSE IN nowhere")], (None, "F", "no_license")),
        ([manifest("SEE LICENSE IN nowhere"), file("MIT")], (None, "F", "no_license")),
        ([manifest("cannot be read: line 1", "package.json#unreadable")], (None, "F", "unknown_license")),
        ([manifest("My Licence"), file("MIT")], (None, "F", "unknown_license")),
        ([manifest(""), file("MIT")], ("MIT", "C", None)),
        ([manifest("MIT"), file("GPL-3.0-only")], (None, "F", "contradictory")),
        ([manifest("MIT"), file(UNKNOWN_TEXT)], (None, "F", "unknown_license")),
        ([file("MIT"), manifest("ISC", "vendor/a/package.json#license")], ("ISC AND MIT", "C", None)),
        ([file("GPL-3.0-only"), manifest("ISC", "v/a/package.json#license")], ("GPL-3.0-only AND ISC", "C", None)),
        ([file("MIT"), manifest("UNLICENSED", "v/a/package.json#license")], (None, "F", "contradictory")),
        (
            [file("ISC", "v/a/LICENSE"), file("MIT"), manifest("ISC", "v/a/package.json#license")],
            ("ISC AND MIT", "C", None),
        ),
        (
            [manifest("GPL (>= 2) | file LICENSE", "DESCRIPTION#License", "package_license")],
            ("GPL-2.0-or-later", "C", None),
        ),
    ],
)
def test_a_manifest_in_the_sources_is_its_author_s_word(
    claims: list[Claim], expected: tuple[str | None, str, str | None]
) -> None:
    assert verdict(*claims) == expected


def test_r_s_stub_of_a_licence_file_names_the_holder_of_the_licence_beside_it() -> None:
    stub = claim("license_file", "YEAR: 2020\nCOPYRIGHT HOLDER: Jane Doe\n", "LICENSE")
    found = judged(frozenset({stub, manifest("MIT + file LICENSE", "DESCRIPTION#License", "package_license")}), OPEN)
    assert (found.license, found.reason, found.holders) == ("MIT", None, ("Jane Doe",))
    assert verdict(stub) == (None, "F", "no_license")


def tags(name: str, precedence: str = "closest") -> Claim:
    raw = f"SPDX-License-Identifier: {name}\nPrecedence: {precedence}"
    return claim("file_annotation", raw, "REUSE.toml#annotations=1")


COLLECTED = [
    file("MIT", "LICENSES/MIT.txt"),
    file("ISC", "LICENSES/ISC.txt"),
    file("CC-BY-4.0", "LICENSES/CC-BY-4.0.txt"),
]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], ("CC-BY-4.0 AND ISC AND MIT", "C", None)),
        ([tags("MIT")], ("MIT", "B", None)),
        ([tags("MIT"), claim("spdx_header", "ISC")], ("ISC", "A", None)),
        ([tags("Zlib"), claim("spdx_header", "ISC")], ("ISC", "A", None)),
        ([tags("ISC", "override"), claim("spdx_header", "Zlib")], ("ISC", "B", None)),
        ([tags("MIT", "aggregate"), claim("spdx_header", "ISC")], ("ISC AND MIT", "B", None)),
        ([tags("Zlib")], ("CC-BY-4.0 AND ISC AND MIT AND Zlib", "C", None)),
        ([file("GPL-2.0-only"), tags("MIT")], ("GPL-2.0-only AND MIT", "C", None)),
        ([claim("file_annotation", "no REUSE.toml: x"), file("MIT")], (None, "F", "unparsable_license")),
    ],
)
def test_texts_that_are_collected_hold_for_files_that_name_none_of_them(
    claims: list[Claim], expected: tuple[str | None, str, str | None]
) -> None:
    assert verdict(*COLLECTED, *claims) == expected


FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


@pytest.mark.parametrize(
    ("stanzas", "expected"),
    [
        (["Expat"], ("MIT", "C", None)),
        (["GPL-2+", "Expat"], ("GPL-2.0-or-later AND MIT", "C", None)),
        (["Expat", "My-Licence"], (None, "F", "unknown_license")),
    ],
)
def test_a_copyright_file_beside_what_it_is_about_says_all_that_its_stanzas_say(
    stanzas: list[str], expected: tuple[str | None, str, str | None]
) -> None:
    raw = FORMAT + "".join(f"\nFiles: {at}\nLicense: {name}\n" for at, name in enumerate(stanzas))
    assert verdict(claim("license_file", raw, "copyright")) == expected


def made(name: str) -> Claim:
    return claim("generator", name, "a.jsonl#generator")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([made("human")], ("MIT", "C", None)),
        ([made("mistralai/Mixtral-8x7B-Instruct-v0.1")], ("MIT", "C", None)),
        ([made("gpt-4")], ("LicenseRef-OpenAI-Output-Terms AND MIT", "C", "generator_forbids")),
        ([made("human"), made("gpt-4")], ("LicenseRef-OpenAI-Output-Terms AND MIT", "C", "generator_forbids")),
        ([made("a model of ours")], (None, "F", "unknown_generator")),
        ([made("human"), made("a model of ours")], (None, "F", "unknown_generator")),
        ([made("gpt-4"), claim("row_column", "nonsense")], (None, "F", "generator_forbids")),
    ],
)
def test_what_a_model_asks_of_its_outputs_holds_beside_the_licence_of_the_seed(
    claims: list[Claim], expected: tuple[str | None, str, str | None]
) -> None:
    assert verdict(declared("MIT"), *claims) == expected


def test_a_model_s_terms_are_no_licence_of_the_seed() -> None:
    assert verdict(made("gpt-4")) == (None, "F", "generator_forbids")
    assert verdict(made("mistralai/Mixtral-8x7B-v0.1")) == (None, "F", "no_license")


@pytest.mark.parametrize(
    ("names", "terms"),
    [
        ([], None),
        (["human"], None),
        (["a model of ours"], None),
        (["gpt-4"], "LicenseRef-OpenAI-Output-Terms"),
        (["gpt-4", "claude-3-opus"], "LicenseRef-Anthropic-Output-Terms AND LicenseRef-OpenAI-Output-Terms"),
    ],
)
def test_the_terms_of_the_models_are_told_by_themselves(names: list[str], terms: str | None) -> None:
    assert judged(frozenset({declared("MIT"), *map(made, names)}), OPEN).generator_terms == terms


POOL = [
    declared("MIT"),
    declared("ISC OR MIT"),
    file("MIT", "LICENSE-MIT"),
    file("ISC", "LICENSE-ISC"),
    file("CC-BY-NC-4.0", "DATA_LICENSE"),
    claim("package_expression", "MIT"),
    claim("package_classifier", "License :: OSI Approved :: BSD License"),
    claim("notice", "This project is licensed under the MIT license or the ISC license, at your option."),
    claim("row_column", "CC BY 4.0"),
    claim("spdx_header", "Apache-2.0"),
    claim("html_link", "https://creativecommons.org/licenses/by-sa/4.0/"),
]


@given(st.lists(st.sampled_from(POOL), max_size=5, unique=True), st.randoms(use_true_random=False))
def test_order_of_claims_changes_nothing(claims: list[Claim], rng: object) -> None:
    first = conclude.__wrapped__(frozenset(claims))
    rng.shuffle(claims)  # type: ignore[attr-defined]
    again = conclude.__wrapped__(frozenset(claims))
    assert first == again
    assert evidence_id(first) == evidence_id(again)


def test_what_is_admitted_is_never_looser_than_a_restriction_in_the_container() -> None:
    for pair in itertools.combinations(POOL, 2):
        licence, _, reason = verdict(*pair, file("CC-BY-NC-4.0", "DATA_LICENSE"))
        assert reason is not None, (pair, licence)


def test_evidence_keeps_both_sides_of_a_contradiction() -> None:
    found = judged(frozenset({declared("MIT"), file("CC-BY-NC-4.0")}), OPEN)
    assert [(c["kind"], c["expression"]) for c in found.evidence["claims"]] == [
        ("declared", "MIT"),
        ("license_file", "CC-BY-NC-4.0"),
    ]
    assert found.detail == "CC-BY-NC-4.0 against MIT in recipe.yaml"


def test_evidence_id_is_of_claims_and_conclusion_not_of_the_policy() -> None:
    claims = frozenset({declared("MIT OR CC-BY-SA-4.0")})
    first, second = judged(claims, OPEN), judged(claims, load_policy("pd-only"))
    assert first.evidence_id == second.evidence_id
    assert (first.reason, second.reason) == (None, "not_permitted")
    assert first.evidence_id != judged(frozenset({declared("MIT")}), OPEN).evidence_id


def read(name: str) -> str:
    return (SHARED / name).read_text(encoding="utf-8")


def shared_file(name: str) -> Claim:
    return Claim(kind="license_file", raw=read(name), locator=name.rsplit("/", 1)[-1])


@needs_shared
@pytest.mark.parametrize("is_declared", [True, False])
def test_book_may_be_used_under_either_licence(is_declared: bool) -> None:
    claims = {
        shared_file("books/LICENSE-MIT"),
        shared_file("books/LICENSE-APACHE"),
        Claim(kind="notice", raw=read("books/COPYRIGHT"), locator="COPYRIGHT"),
    }
    found = judged(frozenset(claims | ({declared("MIT OR Apache-2.0")} if is_declared else set())), OPEN)
    assert (found.license, found.elected, found.reason) == ("MIT OR Apache-2.0", "MIT", None)
    assert found.holders == ("The Rust Project Developers",)


@needs_shared
def test_book_without_the_notice_is_under_both() -> None:
    files = (shared_file("books/LICENSE-MIT"), shared_file("books/LICENSE-APACHE"))
    assert verdict(*files) == ("Apache-2.0 AND MIT", "C", None)


@needs_shared
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["gsm8k/LICENSE"], ("MIT", "C", None)),
        (["hh-rlhf/LICENSE"], ("MIT", "C", None)),
        (["sharegpt/LICENSE"], ("Apache-2.0", "C", None)),
        (["codealpaca/LICENSE", "codealpaca/DATA_LICENSE"], (None, "F", "contradictory")),
    ],
)
def test_post_training_sets_end_as_an_audit_would(
    names: list[str], expected: tuple[str | None, str, str | None]
) -> None:
    claims = [shared_file(f"posttrain/{name}") for name in names]
    if names[0].startswith("codealpaca"):
        claims.append(Claim(kind="notice", raw=read("posttrain/codealpaca/README.md"), locator="README.md"))
    assert verdict(*claims) == expected
