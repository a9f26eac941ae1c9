"""Where a chat template is found: built in, in a Jinja file, or in the files of a tokenizer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from licet.schemas.errors import InputError
from licet.stages import storage

CONFIG, JINJA = "tokenizer_config.json", "chat_template.jinja"

CHATML = """\
{%- if tools %}
    {{- '<|im_start|>system\\n' + (messages[0].content + '\\n\\n' if messages[0].role == 'system' else '') }}
    {{- 'You may call these functions:\\n<tools>' }}
    {%- for tool in tools %}
        {{- '\\n' + tool | tojson }}
    {%- endfor %}
    {{- '\\n</tools><|im_end|>\\n' }}
{%- endif %}
{%- for message in messages[1 if tools and messages[0].role == 'system' else 0:] %}
    {{- '<|im_start|>' + message.role + '\\n' }}
    {%- if message.role == 'assistant' %}
        {%- generation %}
            {{- message.content or '' }}
            {%- for call in message.tool_calls or [] %}
                {%- if message.content or not loop.first %}
                    {{- '\\n' }}
                {%- endif %}
                {{- '<tool_call>\\n{"name": ' + call.function.name | tojson + ', "arguments": ' }}
                {%- set given = call.function.arguments %}
                {{- given if given is string else given | tojson }}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
            {{- '<|im_end|>' }}
        {%- endgeneration %}
        {{- '\\n' }}
    {%- else %}
        {{- (message.content or '') + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
"""OpenAI's ChatML; tools and calls, which it does not know, as NousResearch's Hermes and Qwen2.5 write them."""

BUILT_IN: Mapping[str, str] = {"chatml": CHATML}


@dataclass(frozen=True)
class Template:
    """A chat template: ``for_tools`` is the one for rows with tools where there is another for these."""

    name: str
    text: str
    for_tools: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    """The tokenizer's special tokens, which templates know as `bos_token`, `eos_token` and so on."""


def load_template(name: str) -> Template:
    """Return a template by its name, or from a path or URL.

    That is a Jinja file, a `tokenizer_config.json`, or the folder of a tokenizer, whose `chat_template.jinja` goes
    before what is in the other; special tokens are those of the `tokenizer_config.json` beside it.

    Raises:
        InputError: there is no such template, or it cannot be read as one.

    """
    if name in BUILT_IN:
        return Template(name, BUILT_IN[name])
    if Path(name).is_dir():
        return _of_tokenizer(name, name)
    text = _text_of(name)
    if text is None:
        near = get_close_matches(name, BUILT_IN, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise InputError(f"There is no template {name}: give {', '.join(BUILT_IN)}, a Jinja file, or a {CONFIG}.{hint}")
    folder = name.rpartition("/")[0] or "."
    if name.endswith(".json"):
        told = _config(text, name)
        return _of_config(told, name) if "chat_template" in told else _of_tokenizer(folder, name)
    config = _text_of(storage.join(folder, CONFIG))
    return Template(name, text, tokens=_tokens(_config(config, CONFIG)) if config is not None else {})


def _of_tokenizer(folder: str, name: str) -> Template:
    text, config = (_text_of(storage.join(folder, file)) for file in (JINJA, CONFIG))
    told = _config(config, CONFIG) if config is not None else {}
    if text is not None:
        return Template(name, text, tokens=_tokens(told))
    if "chat_template" not in told:
        raise InputError(f"{name} has no chat template: neither a {JINJA} nor `chat_template` in a {CONFIG}")
    return _of_config(told, name)


def _of_config(told: Mapping[str, Any], name: str) -> Template:
    """Return the template of a tokenizer: one text, or several by name, of which transformers takes two."""
    found = told["chat_template"]
    if isinstance(found, str):
        return Template(name, found, tokens=_tokens(told))
    try:
        texts = {each["name"]: each["template"] for each in found}
        if all(isinstance(text, str) for text in texts.values()) and "default" in texts:
            return Template(name, texts["default"], texts.get("tool_use"), _tokens(told))
    except (TypeError, KeyError):
        pass
    raise InputError(f"{name}: `chat_template` is neither a text nor a list with one that is named default")


def _config(text: str, name: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise InputError(f"{name} is no JSON: {error}") from error
    if not isinstance(told, dict):
        raise InputError(f"{name} is no tokenizer's configuration: it holds no JSON object")
    return told


def _tokens(told: Mapping[str, Any]) -> dict[str, str]:
    more = told.get("extra_special_tokens")
    every = {**told, **more} if isinstance(more, dict) else told
    found = {key: value.get("content") if isinstance(value, dict) else value for key, value in every.items()}
    return {key: value for key, value in found.items() if key.endswith("_token") and isinstance(value, str)}


def _text_of(path: str) -> str | None:
    """Return what a file holds; null where there is none."""
    try:
        return storage.read_bytes(path).decode()
    except (FileNotFoundError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a template: {error}") from error
