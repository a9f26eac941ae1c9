import re

import pytest
from talks import asked, assistant, measured, talk, user, verdict

from licet.stages.conversation.identity import speaks_as, vendors

SPEAKING = {
    "As an AI language model trained by OpenAI, I cannot have opinions.": "openai",
    "I'm ChatGPT, how can I help?": "openai",
    "As ChatGPT, I can write code.": "openai",
    "I was created by OpenAI.": "openai",
    "I am OpenAI's language model.": "openai",
    "我是ChatGPT，一个语言模型": "openai",
    "I am Claude, an AI assistant made by Anthropic.": "anthropic",
    "My name is Claude.": "anthropic",
    "I’m Qwen, created by Alibaba Cloud.": "alibaba",
    "I am a language model called Qwen.": "alibaba",
    "我是由阿里云开发的通义千问": "alibaba",
    "I am DeepSeek-V3, an AI assistant independently developed by DeepSeek.": "deepseek",
    "I'm Gemini, a large language model built by Google.": "google",
    "I am a large language model, trained by Google.": "google",
    "I am Bard, a large language model from Google AI.": "google",
    "I'm Llama 3, made by Meta.": "meta",
    "I'm an AI developed by Meta AI.": "meta",
    "I'm Mistral, an AI assistant by Mistral AI.": "mistral",
    "I'm Grok, built by xAI.": "xai",
    "I'm an AI assistant called Kimi, made by Moonshot AI.": "moonshot",
    "I'm Phi, a language model developed by Microsoft.": "microsoft",
    "I'm Copilot, your AI assistant.": "microsoft",
    "You're talking to ChatGPT.": "openai",
    "Ich bin ChatGPT, ein Sprachmodell von OpenAI.": "openai",
    "Je suis Claude, un assistant créé par Anthropic.": "anthropic",
    "Soy un modelo de lenguaje entrenado por OpenAI.": "openai",
    "私はOpenAIによって訓練された大規模言語モデルです。": "openai",
    "I am Step-3, a large language model developed by StepFun.": "stepfun",
    "I'm Seed-OSS, an open model by ByteDance Seed.": "bytedance",
    "Researchers from Large Model Systems Organization (LMSYS) created me.": "lmsys",
    "My creators are researchers from Large Model Systems Organization (LMSYS).": "lmsys",
}
SPEAKING_OF = [
    '"I am Claude," said the boy.',
    "Je suis Claude, le boulanger du village.",
    "« Je suis ChatGPT, un assistant »",
    "Ich bin Ingenieur bei OpenAI.",
    "ChatGPT is a model of OpenAI.",
    "I am not ChatGPT.",
    "As Step 3 says, I am done.",
    "No, I was not created by OpenAI.",
    "I am a Gemini and love it.",
    "I'm Claude Monet.",
    "I use ChatGPT every day, as an engineer.",
    "I'm using a phone made by Apple.",
    "As a user of Claude, I like it.",
    "I like the products developed by Google.",
    "I am a fan of Llama.",
    "As an AI researcher, I worked with models by OpenAI.",
    "I am a model citizen.",
    "I work as a model for Apple.",
    "I am writing about Mistral, a wind.",
    "I'm Alexa, nice to meet you.",
    "As Google announced, the model is out.",
    "I think this is ChatGPT's answer.",
    "I am an engineer at Google who trained a model.",
    "I am an AI assistant.",
]


@pytest.mark.parametrize("text", SPEAKING)
def test_answers_that_speak_as_a_vendors_model_are_found(text: str) -> None:
    assert speaks_as(f"Hello!\n{text}") == SPEAKING[text]
    assert verdict(asked(text), profile="none", set={"max_foreign_identities": 0}) == (
        "speaks_as_another_model",
        1,
        0,
        f"messages[1]: {SPEAKING[text]}",
    )


@pytest.mark.parametrize("text", SPEAKING_OF)
def test_answers_that_speak_of_one_are_not(text: str) -> None:
    assert speaks_as(text) is None


def test_what_a_user_says_of_itself_counts_for_nothing() -> None:
    assert measured("foreign_identities", talk(user("I am ChatGPT."), assistant("Hello."))) == [0]


def test_a_recipe_may_name_vendors_of_its_own() -> None:
    assert measured("foreign_identities", *map(asked, ("I'm ChatGPT.", "I am Claude.")), own=["openai"]) == [0, 1]
    assert measured("foreign_identities", asked("I'm ChatGPT."), own=sorted(vendors())) == [0]


def test_each_vendor_has_a_source_and_a_day_of_review() -> None:
    for name, row in vendors().items():
        assert row["source"].startswith("https://"), name
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["reviewed"]), name
        assert row["names"] or row["names_beside_a_model"], name
    assert list(vendors()) == sorted(vendors())
