from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from licet.schemas.generators import STRICTEST, Family, GeneratorTable, Terms, generator_table, output_terms
from licet.schemas.license import CLOSED_TIERS, is_known, tier_of
from licet.stages.license.generators import Generator, read_generator
from licet.stages.maker_words import made_on

LINES = (Path(__file__).parent / "generators.tsv").read_text(encoding="utf-8").splitlines()
GOLDEN = [tuple(line.split("\t")) for line in LINES if not line.startswith("#")]
NAMES = st.sampled_from([name for name, _ in GOLDEN])
LISTS = st.lists(NAMES, min_size=1, max_size=5)
DAYS = st.dates(date(2019, 1, 1), date(2027, 1, 1))


def told(found: Generator) -> str:
    """What a reading comes to, as the golden table has it."""
    if not found.is_known:
        return "unknown"
    terms = "+".join(key.removeprefix("LicenseRef-") for key in found.terms)
    return terms or ("adds nothing" if found.is_model else "no model")


def strictness(found: Generator) -> tuple[bool, set[str]]:
    """How strict a reading is: unknown above all, else by the terms that it adds."""
    return not found.is_known, set(found.terms)


def test_there_are_many_real_spellings() -> None:
    assert len(GOLDEN) == len({name for name, _ in GOLDEN}) >= 600


@pytest.mark.parametrize("verdict", sorted({verdict for _, verdict in GOLDEN}))
def test_names_come_to_the_terms_of_their_publishers(verdict: str) -> None:
    named = [name for name, expected in GOLDEN if expected == verdict]
    assert {name: told(read_generator(name)) for name in named} == dict.fromkeys(named, verdict)


@pytest.mark.parametrize("named", ["", " ", ",", "human, " * 65, "gpt-4 " * 500])
def test_what_is_no_name_is_unknown(named: str) -> None:
    assert told(read_generator(named)) == "unknown"


@given(st.text(max_size=500))
def test_any_text_is_read_without_raising(text: str) -> None:
    found = read_generator(text)
    assert found.is_known <= bool(found.families)


@given(st.text(max_size=40), st.sampled_from([name for name, verdict in GOLDEN if verdict == "adds nothing"]))
def test_nothing_that_is_written_beside_a_free_name_makes_a_stricter_one_free(more: str, free: str) -> None:
    for text in (f"{more}{free}", f"{free}{more}", f"{free}-{more}", f"{more}/{free}"):
        for strict in ("gpt-4", "claude-2", "llama-3-8b"):
            assert told(read_generator(f"{text} {strict}")) not in ("adds nothing", "no model")
            assert told(read_generator(f"{strict} {text}")) not in ("adds nothing", "no model")


@given(LISTS, NAMES)
def test_a_further_name_never_loosens(names: list[str], more: str) -> None:
    few, all_of_them = read_generator(", ".join(names)), read_generator(", ".join([*names, more]))
    (was_unknown, had), (is_unknown, has) = strictness(few), strictness(all_of_them)
    assert is_unknown or (not was_unknown and had <= has)


@given(LISTS.flatmap(lambda names: st.tuples(st.just(names), st.permutations(names))))
def test_the_order_of_names_does_not_matter(given_names: tuple[list[str], list[str]]) -> None:
    names, shuffled = ([name for name in names if "(made" not in name] for names in given_names)
    assert read_generator(", ".join(names)) == read_generator(", ".join(shuffled))


@given(LISTS)
def test_saying_it_twice_changes_nothing(names: list[str]) -> None:
    named = ", ".join(name for name in names if "(made" not in name)
    assert read_generator(f"{named}, {named}") == read_generator(named)


@given(NAMES, st.sampled_from([str.upper, str.lower, str.title]))
def test_letter_case_does_not_matter(name: str, cased: object) -> None:
    if name.isascii():
        assert told(read_generator(cased(name))) == told(read_generator(name))  # type: ignore[operator]


@given(NAMES, DAYS)
def test_a_day_frees_no_name_but_those_whose_terms_became_free(name: str, day: date) -> None:
    undated, dated = read_generator(name), read_generator(made_on(name, day))
    if undated.made is None and told(dated) in ("adds nothing", "no model"):
        began = {family.family: family.since for family in generator_table().models if family.since}
        assert told(undated) == told(dated) or all(began[name] <= day for name in dated.families if name in began)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-12-31", "unknown"),
        ("2025-01-19", "unknown"),
        ("2025-01-20", "adds nothing"),
        ("2026-06-01", "adds nothing"),
    ],
)
def test_terms_are_those_of_the_day_on_which_a_row_was_made(day: str, expected: str) -> None:
    assert told(read_generator(made_on("deepseek-reasoner", date.fromisoformat(day)))) == expected
    assert told(read_generator("deepseek-reasoner")) == "unknown"


def test_before_the_first_terms_that_were_read_nothing_is_known() -> None:
    assert told(read_generator("text-davinci-003 (made 2022-12-01)")) == "unknown"
    assert told(read_generator("text-davinci-003 (made 2023-04-01)")) == "OpenAI-Output-Terms"
    assert told(read_generator("text-davinci-003")) == "OpenAI-Output-Terms"


@pytest.mark.parametrize(
    "hosted", ["together/{}", "fireworks-ai/{}", "openrouter/{}", "bedrock/{}", "azure/{}", "{}:free"]
)
def test_who_hosts_a_model_may_ask_for_more_than_its_weights(hosted: str) -> None:
    assert told(read_generator("mistralai/Mixtral-8x7B-Instruct-v0.1")) == "adds nothing"
    assert told(read_generator(hosted.format("mistralai/Mixtral-8x7B-Instruct-v0.1"))) == "unknown"
    assert told(read_generator(hosted.format("meta-llama/Llama-3.1-8B-Instruct"))) == "Llama-3.1"


@pytest.mark.parametrize(
    ("weights", "of_weights", "service", "of_service"),
    [
        ("mistralai/Mistral-Large-Instruct-2407", "Mistral-Research", "mistral-large-latest", "adds nothing"),
        ("moonshotai/Kimi-K2-Instruct", "adds nothing", "kimi-k2-0711-preview", "Moonshot-Output-Terms"),
        ("MiniMaxAI/MiniMax-M2", "adds nothing", "minimax/minimax-m2", "unknown"),
        ("deepseek-ai/DeepSeek-V3", "DeepSeek-Model", "deepseek-chat", "adds nothing"),
        ("xai-org/grok-1", "adds nothing", "grok-1", "xAI-Output-Terms"),
    ],
)
def test_weights_and_the_service_that_has_them_are_two_things(
    weights: str, of_weights: str, service: str, of_service: str
) -> None:
    day = date(2025, 9, 1)
    assert told(read_generator(made_on(weights, day))) == of_weights
    assert told(read_generator(made_on(service, day))) == of_service


def test_terms_are_listed_licences_that_are_closed() -> None:
    assert [t.id for t in generator_table().terms if not is_known(t.id) or tier_of(t.id) not in CLOSED_TIERS] == []


def test_what_a_publisher_says_of_training_is_told_by_its_terms() -> None:
    said = {terms.id.removeprefix("LicenseRef-"): terms.training for terms in generator_table().terms}
    assert {
        key: said[key] for key in ("OpenAI-Output-Terms", "Llama-3", "Llama-3.1", "Gemma", "NVIDIA-Open-Model")
    } == {
        "OpenAI-Output-Terms": "forbids",
        "Llama-3": "forbids",
        "Llama-3.1": "naming",
        "Gemma": "passes_on",
        "NVIDIA-Open-Model": "allows",
    }
    assert {key for key, training in said.items() if training == "naming"} == {
        "Llama-3.1",
        "Llama-3.2",
        "Llama-3.3",
        "Llama-4",
        "Qwen",
    }
    assert all(t.display or t.model_name for t in generator_table().terms if t.training == "naming")


def test_of_several_versions_without_a_day_the_strictest_counts() -> None:
    table = output_terms("LicenseRef-OpenAI-Output-Terms")
    assert table is not None
    milder = table.model_copy(
        update={
            "versions": tuple(
                v.model_copy(update={"training": t}) for v, t in zip(table.versions, STRICTEST[2:5], strict=True)
            )
        }
    )
    assert (milder.training, getattr(milder.on(None), "training", "")) == (STRICTEST[2], STRICTEST[2])
    assert getattr(milder.on(date(2027, 1, 1)), "training", "") == STRICTEST[4]
    assert milder.on(date(2020, 1, 1)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"grade": "C"},
        {"grade": None},
        {"source": None},
        {"publishers": []},
        {"training": "naming"},
        {"whole": False},
        {"reviewed": False},
        {"pattern": "("},
        {"strange": 1},
    ],
    ids=lambda change: f"{next(iter(change))}",
)
def test_what_adds_nothing_must_have_been_read_in_the_publisher_s_own_words(change: dict[str, object]) -> None:
    sound = {
        "family": "F",
        "pattern": "f",
        "terms": None,
        "whole": True,
        "reviewed": True,
        "publishers": ["f"],
        "weights": "MIT",
        "training": "silent",
        "grade": "B",
        "source": "the card",
    }
    Family.model_validate(sound)
    with pytest.raises(ValidationError):
        Family.model_validate({**sound, **change})


def test_versions_of_terms_leave_no_gap_and_each_id_is_listed_once() -> None:
    table = generator_table()
    first = next(terms for terms in table.terms if len(terms.versions) > 1)
    with pytest.raises(ValidationError, match="must begin where the one before ends"):
        Terms.model_validate({**first.model_dump(), "versions": [v.model_dump() for v in first.versions[::-1]]})
    with pytest.raises(ValidationError, match="listed once each"):
        GeneratorTable.model_validate({**table.model_dump(), "models": [m.model_dump() for m in table.models] * 2})
