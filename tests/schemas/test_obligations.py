"""What the terms of models ask of those who train with their outputs, told as duties."""

import pytest

from licet.schemas.generators import generator_table, output_terms
from licet.schemas.license import url_of
from licet.schemas.obligations import naming, obligations_of


def test_a_model_that_must_be_named_is_named_as_its_licence_words_it() -> None:
    found = {told.bit: told for told in obligations_of("LicenseRef-Llama-3.1")}
    assert found["naming_duty"].sentence == (
        "Begin the name of a model that was trained with it with “Llama”. Show “Built with Llama” on a page about the"
        " model or in its documentation. Keep this notice beside copies of the publisher's materials: “Llama 3.1 is"
        " licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc. All Rights Reserved.”"
    )
    assert (found["naming_duty"].clause, found["naming_duty"].uses) == ("section 1.b.i", ("train", "redistribute"))
    assert "must bear Llama at the beginning of its name" in found["output_terms"].sentence


def test_terms_that_forbid_say_so() -> None:
    (told,) = obligations_of("LicenseRef-OpenAI-Output-Terms")
    assert (told.bit, told.sentence) == (
        "output_terms",
        "Output may not be used to develop models that compete with OpenAI.",
    )


def test_terms_without_a_name_to_show_ask_for_none() -> None:
    terms = output_terms("LicenseRef-Gemma")
    assert terms is not None
    assert naming(terms) == ""


def test_licences_of_no_model_keep_their_own_words() -> None:
    assert [told.bit for told in obligations_of("MIT")] == ["notice"]
    assert output_terms("MIT") is None


@pytest.mark.parametrize("terms", generator_table().terms, ids=lambda terms: terms.id)
def test_each_publisher_s_terms_can_be_read_somewhere_and_ask_for_something(terms: object) -> None:
    key = terms.id  # type: ignore[attr-defined]
    assert (url_of(key) or "").startswith("https://")
    assert all(told.sentence for told in obligations_of(key))
    assert obligations_of(key)
