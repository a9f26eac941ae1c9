import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.license import CLOSED_TIERS, LICENSES_FOLDER, is_known, tier_of
from licet.stages.license.generators import read_generator

TABLE = json.loads((LICENSES_FOLDER / "generators.json").read_text())


@pytest.mark.parametrize(
    ("named", "terms"),
    [
        ("gpt-4", ["OpenAI-Output-Terms"]),
        ("GPT-4o-mini-2024-07-18", ["OpenAI-Output-Terms"]),
        ("openai/gpt-3.5-turbo", ["OpenAI-Output-Terms"]),
        ("ChatGPT", ["OpenAI-Output-Terms"]),
        ("text-davinci-003", ["OpenAI-Output-Terms"]),
        ("o1-preview", ["OpenAI-Output-Terms"]),
        ("claude-3-5-sonnet-20241022", ["Anthropic-Output-Terms"]),
        ("models/gemini-1.5-pro", ["Google-GenAI-Output-Terms"]),
        ("xai/grok-2", ["xAI-Output-Terms"]),
        ("meta-llama/Llama-2-70b-chat-hf", ["Llama-2"]),
        ("meta-llama/Meta-Llama-3-8B-Instruct", ["Llama-3"]),
        ("llama3", ["Llama-3"]),
        ("meta-llama/Llama-3.1-405B-Instruct", ["Llama-3.1"]),
        ("meta.llama3-1-70b-instruct-v1:0", ["Llama-3.1"]),
        ("meta-llama/Llama-3.2-3B", ["Llama-3.2"]),
        ("meta-llama/Llama-3.3-70B-Instruct", ["Llama-3.3"]),
        ("Llama-4-Maverick-17B-128E", ["Llama-4"]),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", ["Llama-3.3"]),
        ("nvidia/Llama-3.1-Nemotron-70B-Instruct", ["Llama-3.1", "NVIDIA-Open-Model"]),
        ("google/gemma-3-27b-it", ["Gemma"]),
        ("Qwen/Qwen2.5-72B-Instruct", ["Qwen"]),
        ("Qwen/Qwen2-72B-Instruct", ["Tongyi-Qianwen"]),
        ("Qwen/Qwen1.5-14B-Chat", ["Tongyi-Qianwen"]),
        ("deepseek-ai/DeepSeek-V3", ["DeepSeek-Model"]),
        ("mistral-large-2407", ["Mistral-Research"]),
        ("someone/Mixtral-tuned-on-gpt-4", ["OpenAI-Output-Terms"]),
        ("gpt-4, claude-3-opus", ["Anthropic-Output-Terms", "OpenAI-Output-Terms"]),
        ("human and GPT-4", ["OpenAI-Output-Terms"]),
    ],
)
def test_terms_come_with_a_models_name_however_it_is_written(named: str, terms: list[str]) -> None:
    found = read_generator(named)
    assert found.is_known
    assert [each.removeprefix("LicenseRef-") for each in found.terms] == terms


@pytest.mark.parametrize(
    "named",
    [
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "mistral-7b-instruct",
        "Mistral-7B-Instruct-v0.3",
        "open-mistral-nemo-2407",
        "Qwen/Qwen2.5-7B-Instruct",
        "Qwen/Qwen2.5-Coder-32B-Instruct",
        "Qwen/Qwen3-235B-A22B",
        "Qwen3-4B-Instruct-2507",
        "QwQ-32B",
        "deepseek-ai/DeepSeek-R1",
        "DeepSeek-R1-0528",
        "deepseek-ai/DeepSeek-V3-0324",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
        "microsoft/phi-4",
        "openai/gpt-oss-120b",
        "allenai/OLMo-2-1124-13B-Instruct",
        "ibm-granite/granite-3.1-8b-instruct",
        "tiiuae/falcon-40b-instruct",
        "openrouter/mistralai/mixtral-8x22b",
    ],
)
def test_weights_under_open_licences_add_nothing(named: str) -> None:
    found = read_generator(named)
    assert (found.is_known, found.is_model, found.terms) == (True, True, ())


@pytest.mark.parametrize("named", ["human", "Humans", "human-written", "template", "rule-based", "human and template"])
def test_people_and_programs_are_no_models(named: str) -> None:
    found = read_generator(named)
    assert (found.is_known, found.is_model, found.terms) == (True, False, ())


@pytest.mark.parametrize(
    "named",
    [
        *[
            "m",
            "unknown",
            "none",
            "teknium/OpenHermes-2.5-Mistral-7B",
            "vicuna-13b-v1.5",
            "wizardlm",
            "someone/Mixtral-8x7B-tuned",
        ],
        *[
            "someone/mistral-7b-instruct",
            "llama",
            "meta-llama/Llama-7b",
            "deepseek-chat",
            "mistral-small-2402",
            "01-ai/Yi-34B",
        ],
        *["Qwen/Qwen2.5-3B", "qwen-max", "phi-1", "zephyr-7b-beta", "tiiuae/falcon-11b"],
        "",
        "GPT-4 and a model of ours",
        "human, " * 50,
    ],
)
def test_what_is_not_listed_or_was_not_read_is_unknown(named: str) -> None:
    assert not read_generator(named).is_known


@given(st.text(max_size=500))
def test_any_text_is_read_without_raising(text: str) -> None:
    found = read_generator(text)
    assert found.is_known <= bool(found.families)


def test_terms_are_listed_licences_that_are_closed() -> None:
    ids = {terms["id"] for terms in TABLE["terms"]}
    assert {row["terms"] for row in TABLE["models"] if row["terms"]} == ids
    assert [key for key in ids if not is_known(key) or tier_of(key) not in CLOSED_TIERS] == []


def test_what_adds_nothing_must_be_the_whole_name_and_says_where_it_was_read() -> None:
    free = [row for row in TABLE["models"] if row["terms"] is None and row["reviewed"] and row["weights"] != "none"]
    assert [row["family"] for row in free if not (row["whole"] and row["publishers"] and row["source"])] == []
    assert [row["family"] for row in TABLE["models"] if not re.compile(row["pattern"])] == []
