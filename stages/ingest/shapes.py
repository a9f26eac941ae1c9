r"""The shapes in which post-training rows are written, each with its fields and a function that reads them.

    messages    {messages: [{role, content, …}]}: OpenAI's, and Nemotron's from v2 on
    sharegpt    {conversations: [{from, value}], system}: Hermes' too
    alpaca      {instruction, input, output, system, history}
    nemotron    {input: [{role, content}], output, system_prompt}: Llama-Nemotron's
    qa          {question, answer, system_prompt}: OpenOrca's too
    completion  {prompt, completion}, or {text} alone
    tree        {message_id, parent_id, role, text} or {prompt: {role, text, replies}}: OpenAssistant's, see `trees`
    preference  {prompt, chosen, rejected}; each text, messages or a transcript; the prompt may be what both begin with
    compared    {prompt, response_0, response_1, better_response_id}: two answers and which is better, see `verdicts`
    ranked      {prompt, completions: [{response, rank or score}]}: the best of a list against the worst
    rl          {prompt, answer, checker}: RLVR's, verl's, NeMo Gym's and TRL's names of them
    transcript  {text} as "\n\nHuman: … \n\nAssistant: …"

A reader gets the values of the shape's fields and returns the columns, and hints: what `unshape` needs to write them in
the same form again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from licet.stages.ingest.asked import exchanges
from licet.stages.ingest.fields import as_json, type_name
from licet.stages.ingest.forms import said_by, turns
from licet.stages.ingest.messages import Message, Misshapen, message, of_openai, of_sharegpt
from licet.stages.ingest.sides import preference
from licet.stages.ingest.trees import tree
from licet.stages.ingest.verdicts import compared, ranked

Values = dict[str, Any]
Parts = tuple[dict[str, Any], dict[str, Any]]
"""The columns that a row's fields come to, with the fields that stay beside them as ``left``; and the hints."""

SYSTEM = ("system", "system_prompt")
TOOLS = ("tools", "responses_create_params.tools", "input.tools", "functions")
CHECKED = (
    "checker",
    "data_source",
    "dataset",
    "agent_ref.name",
    "verifier",
    "task_type",
    "reward_model.style",
    "metadata.source_dataset",
)
"""What names how an answer is checked: verl's reward functions go by `data_source`, those of RLVR by `dataset`, NeMo
Gym's by the agent, Reasoning Gym's by the task."""

SURE = (
    "reward_model.ground_truth",
    "ground_truth",
    "expected_answer",
    "verification_info",
    "verifier_metadata",
    "final_answer",
    "instruction_id_list",
    "rubrics",
)
"""Names of answers to hold others against: a row with a question and an answer of any other name is one to learn from,
unless the recipe says `shape: rl`, the question is a list of messages, or `is_to_check` says so."""
TESTS = ("tests", "unit_tests", "test_cases", "input_output")
"""Names of tests that an answer is held against, where the row has no answer by one of the names `TESTED`."""
TESTED = ("output", "response", "completion")

ASKED = {
    "prompt": (
        "prompt",
        "question.full_text",
        "question",
        "instruction",
        "query",
        "problem",
        "input.messages",
        "context",
        "context_messages",
        "conversations",
        "messages",
        "trajectory",
        "history",
        "info.post",
        "input",
    ),
    "system": SYSTEM,
    "context": (),
    "history": (),
}
"""What the sides of a preference follow."""
INSTRUCTED = ({"prompt": "instruction", "context": "input"}, {"prompt": "instruction", "history": "history"})


def _of_two() -> tuple[dict[str, str], ...]:
    """Return the names of two answers to one prompt that go together."""
    names = ("response", "answer", "output", "completion", "conversation", "messages", "human_ref")
    ends = (("_0", "_1"), ("_1", "_2"), ("1", "2"), ("_a", "_b"), ("_A", "_B"))
    scored = [{"first_score": f"score{a}", "second_score": f"score{b}"} for a, b in ends]
    return (*({"first": f"{name}{a}", "second": f"{name}{b}"} for name in names for a, b in ends), *scored)


@dataclass(frozen=True)
class Shape:
    """A shape: the fields that it needs and those that it may have, each with the names that they go by.

    A dot goes into an object. A field that is no row's has the first of its names. Fields whose names go together have
    them in ``together``, where the first names that rows have count before those that stand alone.
    """

    read: Callable[[Values], Parts]
    needs: dict[str, tuple[str, ...]]
    may: dict[str, tuple[str, ...]] = field(default_factory=dict)
    together: tuple[dict[str, str], ...] = ()

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """All fields, the definitions of tools among them."""
        return {**self.needs, **self.may, "tools": TOOLS}


def _messages(given: Values) -> Parts:
    return {"messages": of_openai(given.get("messages"))}, {}


def _sharegpt(given: Values) -> Parts:
    system = _system(given)
    return {"messages": system + of_sharegpt(given.get("conversations"))}, {"system": 1} if system else {}


def _alpaca(given: Values) -> Parts:
    asked, context = _text(given, "instruction"), given.get("input")
    if context is not None and not isinstance(context, str):
        raise Misshapen(f"`input` of type {type_name(context)}")
    before = exchanges(given.get("history"))
    user = message("user", f"{asked}\n\n{context}" if context else asked)
    found = [*_system(given), *before, user, message("assistant", _text(given, "output"))]
    return {"messages": found}, {"input": len(asked)} if context else {}


def _nemotron(given: Values) -> Parts:
    asked = given.get("input")
    if not isinstance(asked, list):
        raise Misshapen("`input` is missing" if asked is None else f"`input` of type {type_name(asked)}")
    system = _system(given)
    answer = message("assistant", _text(given, "output"))
    return {"messages": [*system, *of_openai(asked), answer]}, {"system": 1} if system else {}


def _qa(given: Values) -> Parts:
    turns = [message("user", _text(given, "question")), message("assistant", _text(given, "answer"))]
    return {"messages": _system(given) + turns}, {}


def _completion(given: Values) -> Parts:
    prompt, told = given.get("prompt"), given.get("completion")
    if isinstance(given.get("label"), bool):
        raise Misshapen("a completion with a `label`, as KTO's: by itself it is no example to learn from")
    if prompt is None:
        said = _text(given, "completion")
        if said_by(said):
            raise Misshapen("`completion` is a transcript")
        return {"messages": [message("assistant", said)]}, {}
    if isinstance(prompt, list):
        asked, answered = of_openai(prompt), of_openai([told] if isinstance(told, dict) else told)
        return {"messages": [*asked, *answered]}, {"prompt": len(asked)}
    return {"messages": [message("user", _text(given, "prompt")), message("assistant", _text(given, "completion"))]}, {}


def _rl(given: Values) -> Parts:
    prompt, answer, checker = given.get("prompt"), given.get("answer"), given.get("checker")
    if prompt is None:
        raise Misshapen("`prompt` is missing")
    if answer is None:
        raise Misshapen("`answer` is missing")
    is_text = isinstance(prompt, str) and not prompt.lstrip().startswith("[")
    asked = [message("user", prompt)] if is_text else of_openai(prompt)
    if asked[-1]["role"] == "assistant":
        raise Misshapen("`prompt` ends with an answer")
    hints: dict[str, Any] = {"prompt": "text"} if is_text else {}
    left = {}
    if system := _system(given):
        if asked[0]["role"] == "system":
            left = {"system": given["system"]}
        else:
            asked, hints["system"] = [*system, *asked], 1
    if checker is not None and not isinstance(checker, str):
        checker, hints = as_json(checker), {**hints, "checker": "value"}
    if not isinstance(answer, str):
        answer, hints = as_json(answer), {**hints, "answer": "value"}
    return {"prompt": asked, "answer": answer, "checker": checker, "left": left}, hints


def _transcript(given: Values) -> Parts:
    return {"messages": turns(_text(given, "text"), "text")}, {}


SHAPES: dict[str, Shape] = {
    "preference": Shape(
        preference,
        {
            "chosen": ("chosen", "chosen_response", "preferred_output"),
            "rejected": ("rejected", "rejected_response", "non_preferred_output", "rejected_messages"),
        },
        ASKED,
        INSTRUCTED,
    ),
    "compared": Shape(
        compared,
        {"first": ("response_0",), "second": ("response_1",)},
        {
            **ASKED,
            "winner": ("winner",),
            "better": ("better_response_id",),
            "scale": ("overall_preference", "preference_strength"),
            "label": ("labels",),
            "place": ("preference",),
            "first_score": (),
            "second_score": (),
        },
        (*INSTRUCTED, *_of_two()),
    ),
    "ranked": Shape(
        ranked,
        {"candidates": ("completions", "answers", "responses", "generations", "candidates", "summaries")},
        {**ASKED, "scores": ("ratings", "rating", "scores", "score"), "better": ("choice",)},
        INSTRUCTED,
    ),
    "tree": Shape(
        tree,
        {"id": ("message_id",), "text": ("text", "content"), "role": ("role",)},
        {"parent": ("parent_id",), "replies": ("replies",), "prompt": ("prompt",)},
    ),
    "rl": Shape(
        _rl,
        {
            "prompt": (
                "responses_create_params.input",
                "prompt",
                "messages",
                "question",
                "problem",
                "query",
                "instruction",
            ),
            "answer": (*SURE, *TESTS, "answer", "solution", "info"),
        },
        {"checker": CHECKED, "system": SYSTEM},
    ),
    "messages": Shape(_messages, {"messages": ("messages", "conversation", "conversations", "dialog", "chat")}),
    "sharegpt": Shape(_sharegpt, {"conversations": ("conversations", "conversation", "messages")}, {"system": SYSTEM}),
    "alpaca": Shape(
        _alpaca,
        {"instruction": ("instruction",), "output": ("output", "response")},
        {"input": ("input", "context"), "system": SYSTEM, "history": ("history",)},
    ),
    "nemotron": Shape(_nemotron, {"input": ("input",), "output": ("output",)}, {"system": ("system_prompt", "system")}),
    "completion": Shape(
        _completion, {"completion": ("completion", "text")}, {"prompt": ("prompt",), "label": ("label",)}
    ),
    "qa": Shape(
        _qa,
        {
            "question": ("question", "prompt", "query", "problem", "input"),
            "answer": ("answer", "response", "solution", "output"),
        },
        {"system": ("system_prompt", "system")},
    ),
    "transcript": Shape(_transcript, {"text": ("text",)}),
}
"""All shapes, in the order in which `auto` tries them."""


def _system(given: Values) -> list[Message]:
    said = given.get("system")
    if said is not None and not isinstance(said, str):
        raise Misshapen(f"`system` of type {type_name(said)}")
    return [message("system", said)] if said else []


def _text(given: Values, name: str) -> str:
    said = given.get(name)
    if not isinstance(said, str):
        raise Misshapen(f"`{name}` is missing" if said is None else f"`{name}` of type {type_name(said)}")
    return said
