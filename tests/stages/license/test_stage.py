from dataclasses import replace

import pyarrow as pa
from apache_beam import Create
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing import test_pipeline
from apache_beam.testing.util import assert_that
from helpers import parcel, rows

from licet.schemas.evidence import EVIDENCE, Claim
from licet.schemas.rows import LICENSED
from licet.stages.license import REASONS, load_policy
from licet.stages.license.headers import header_claims
from licet.stages.license.policy import Policy
from licet.stages.license.stage import filter_licenses
from licet.stages.license.transform import LicenseFilter
from licet.stages.parcel import Parcel

OPEN = load_policy("open-definition-2.1")
MIT = Claim(kind="row_column", raw="MIT", locator="#license")
NC = Claim(kind="row_column", raw="CC BY-NC 4.0", locator="#license")
BY = Claim(kind="row_column", raw="CC BY 4.0", locator="#license")
MARKED = b'<html><head><title>Hats</title><link rel=license href="https://creativecommons.org/licenses/by/4.0/"></head></html>'


def mixed() -> Parcel:
    batch = rows("a", "b", "c", "d", claims=[0, 1, 2, 1], url=["https://a", None, None, "https://d"])
    return replace(parcel(batch), claims=((MIT,), (NC,), (BY,)))


def test_rows_get_their_licence_or_leave_with_a_reason() -> None:
    after = filter_licenses(mixed(), OPEN)
    assert after.is_conserved
    assert after.rows.column("license").to_pylist() == ["MIT", "CC-BY-4.0"]
    assert after.rows.column("license_tier").to_pylist() == ["permissive", "attribution"]
    assert after.rows.column("attribution").to_pylist() == [
        '"0", https://a, licensed under MIT (https://spdx.org/licenses/MIT.html)',
        '"2", licensed under CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)',
    ]
    assert after.ledger.column("reason").to_pylist() == ["non_commercial", "non_commercial"]
    assert after.ledger.column("stage").to_pylist() == ["license", "license"]
    assert after.ledger.column("detail").to_pylist() == ["CC-BY-NC-4.0 (non-commercial)"] * 2


def test_evidence_has_one_row_for_each_set_and_every_row_points_to_one() -> None:
    after = filter_licenses(mixed(), OPEN)
    assert after.evidence.schema == EVIDENCE
    known = after.evidence.column("evidence_id").to_pylist()
    assert known == sorted(known)
    assert len(known) == 3
    pointed = {*after.rows.column("evidence_id").to_pylist(), *after.ledger.column("evidence_id").to_pylist()}
    assert pointed == set(known)
    assert set(after.evidence.column("reason").to_pylist()) == {None, "non_commercial"}
    assert set(after.evidence.column("policy").to_pylist()) == {OPEN.name}


def test_columns_are_those_of_licensed_rows_and_claims_are_gone() -> None:
    after = filter_licenses(mixed(), OPEN)
    assert [pa.field(n, after.rows.schema.field(n).type) for n in LICENSED.names] == list(LICENSED)
    assert {"claims", "markup"}.isdisjoint(after.rows.schema.names)
    assert after.claims == ((),)


def test_empty_parcel_stays_empty_with_the_same_columns() -> None:
    empty = parcel(rows())
    after = filter_licenses(empty, OPEN)
    assert after.is_conserved
    assert after.rows.num_rows == 0
    assert after.rows.schema.names == filter_licenses(mixed(), OPEN).rows.schema.names


def test_page_is_judged_by_its_own_marks() -> None:
    batch = rows("x", "y", markup=[MARKED, b"<html></html>"])
    after = filter_licenses(parcel(batch), OPEN)
    assert after.rows.column("attribution").to_pylist() == [
        '"Hats", licensed under CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)'
    ]
    assert after.ledger.column("reason").to_pylist() == ["no_license"]


def test_header_of_a_file_is_its_licence() -> None:
    batch = rows("# SPDX-License-Identifier: GPL-2.0-or-later\nprint()", "print()\n# SPDX-License-Identifier: JSON")
    container = Claim(kind="package_expression", raw="MIT", locator="METADATA")
    after = filter_licenses(parcel(batch, container), OPEN)
    assert after.rows.column("license").to_pylist() == ["GPL-2.0-or-later", "MIT"]
    assert after.rows.column("license_grade").to_pylist() == ["A", "B"]


def test_header_counts_only_in_the_opening_comment() -> None:
    assert [c.raw for c in header_claims("#!/bin/sh\n\n# SPDX-License-Identifier: MIT\n")] == ["MIT"]
    assert [c.raw for c in header_claims("/*\n Copyright X\n SPDX-License-Identifier: MIT */\n")] == ["MIT"]
    assert [c.raw for c in header_claims("<!-- SPDX-License-Identifier: CC-BY-4.0 -->")] == ["CC-BY-4.0"]
    assert header_claims("How to write\n# SPDX-License-Identifier: MIT\n") == ()
    assert header_claims("") == ()


def test_row_at_a_bundled_components_path_is_under_its_licence_too() -> None:
    text = "License: MIT\n\n----\n\nThe files under pkg/foo are licensed as:\n\nLicense: ISC"
    batch = rows("a", "b", locator=["pkg/a.py", "pkg/foo/b.py"])
    after = filter_licenses(parcel(batch, Claim(kind="license_file", raw=text, locator="LICENSE")), OPEN)
    assert after.rows.column("license").to_pylist() == ["MIT", "ISC AND MIT"]
    assert after.evidence.num_rows == 2


def test_credit_names_the_holder_and_address_that_the_recipe_gives() -> None:
    credit = Claim(kind="credit", raw="Jane Doe", locator="recipe#sources.a.holder", url="https://example.org/a")
    after = filter_licenses(parcel(rows("a", "b", url=[None, "https://b"]), MIT, credit), OPEN)
    end = "licensed under MIT (https://spdx.org/licenses/MIT.html)"
    assert after.rows.column("attribution").to_pylist() == [
        f'"0" by Jane Doe, https://example.org/a, {end}',
        f'"1" by Jane Doe, https://b, {end}',
    ]


def test_rows_are_judged_alike_however_they_are_cut() -> None:
    whole = filter_licenses(mixed(), OPEN)
    halves = [filter_licenses(replace(mixed(), rows=mixed().rows.slice(at, 2), rows_in=2), OPEN) for at in (0, 2)]
    assert pa.concat_batches([h.rows for h in halves]) == whole.rows
    assert pa.concat_batches([h.ledger for h in halves]) == whole.ledger


def test_refusals_are_reasons_of_the_table() -> None:
    batch = rows(*"abcd", claims=[0, 1, 2, 3])
    claims = (
        (),
        (NC,),
        (Claim(kind="row_column", raw="??", locator=""),),
        (Claim(kind="declared", raw="MIT", locator=""),),
    )
    after = filter_licenses(replace(parcel(batch), claims=claims), OPEN)
    found = after.ledger.column("reason").to_pylist()
    assert found == ["no_license", "non_commercial", "unknown_license", "weak_evidence"]
    assert set(found) <= set(REASONS)


def test_transform_yields_the_parcel_that_the_function_returns() -> None:
    expected = filter_licenses(mixed(), OPEN)

    def same(found: list[Parcel]) -> None:
        (one,) = found
        assert (one.rows, one.ledger, one.evidence) == (expected.rows, expected.ledger, expected.evidence)

    with test_pipeline.TestPipeline(runner=FnApiRunner()) as pipeline:
        assert_that(pipeline | Create([mixed()]) | LicenseFilter(OPEN), same)


def test_post_training_rows_bear_the_terms_of_the_models_that_made_them() -> None:
    batch = rows("a", "b", "c", claims=[0, 1, 2], generator=["human", "Llama-3.3-70B-Instruct", "a model of ours"])
    made = [Claim(kind="generator", raw=name, locator="#generator") for name in batch.column("generator").to_pylist()]
    given = replace(parcel(batch), claims=tuple((MIT, each) for each in made))
    terms = "LicenseRef-Llama-3.3"
    policy = Policy.model_validate({**OPEN.model_dump(), "id": "with-llama", "licenses": (*OPEN.licenses, terms)})
    after = filter_licenses(given, policy)
    kept = after.rows.select(["license", "generator_terms"]).to_pylist()
    assert kept == [
        {"license": "MIT", "generator_terms": None},
        {"license": f"{terms} AND MIT", "generator_terms": terms},
    ]
    assert after.ledger.column("reason").to_pylist() == ["unknown_generator"]
    assert "generator_terms" not in filter_licenses(mixed(), OPEN).rows.schema.names
