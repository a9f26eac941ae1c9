r"""The shapes in which post-training rows are written, each with its fields and a function that reads them.

    messages    {messages: [{role, content, …}], system}: OpenAI's, and Nemotron's from v2 on; content may be of typed
                parts (`parts`), and the list one of items of the Responses API (`items`)
    sharegpt    {conversations: [{from, value}], system}: Hermes' too
    alpaca      {instruction, input, output, system, history}
    calls       {query, answers: [{name, arguments}], tools}: xLAM's
    nemotron    {input: [{role, content}], output, system_prompt}: Llama-Nemotron's; the output may be messages too
    qa          {question, answer, context, system_prompt, thought}: OpenOrca's too, and FLAN's inputs and targets
    turns       {conversation: [{input, output}]}: Capybara's, and lists of texts by turns, see `pairs`
    completion  {prompt, completion}, or {text} alone
    tree        {message_id, parent_id, role, text} or {prompt: {role, text, replies}}: OpenAssistant's, see `trees`
    preference  {prompt, chosen, rejected}; each text, messages or a transcript; the prompt may be what both begin with
    compared    {prompt, response_0, response_1, better_response_id}: two answers and which is better, see `verdicts`
    ranked      {prompt, completions: [{response, rank or score}]}: the best of a list against the worst
    unpaired    {prompt, completion, label}: an answer and whether it is a good one, as TRL and KTO call them
    rl          {prompt, answer, checker}: RLVR's, verl's, NeMo Gym's and TRL's names of them
    transcript  {text, system} as "\n\nHuman: … \n\nAssistant: …", or as Guanaco and Glaive write it, see `dialogs`

A reader gets the values of the shape's fields and returns the columns, and hints: what `unshape` needs to write them in
the same form again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from licet.stages.ingest import answers, pairs
from licet.stages.ingest.answers import after_messages, calls, question_and_answer, system_before
from licet.stages.ingest.answers import system_of as _system
from licet.stages.ingest.answers import text_of as _text
from licet.stages.ingest.asked import exchanges
from licet.stages.ingest.dialogs import dialog, style_of
from licet.stages.ingest.fields import as_json, type_name
from licet.stages.ingest.forms import said_by, turns
from licet.stages.ingest.messages import Message, Misshapen, message, of_openai, of_sharegpt
from licet.stages.ingest.sides import preference, unpaired
from licet.stages.ingest.trees import tree
from licet.stages.ingest.verdicts import compared, ranked

Values = dict[str, Any]
Parts = tuple[dict[str, Any], dict[str, Any]]
"""The columns that a row's fields come to, with the fields that stay beside them as ``left``; and the hints."""

SYSTEM = ("system", "system_prompt", "system_message")
INSTRUCTIONS = ("instructions", "responses_create_params.instructions")
"""What the Responses API calls the system prompt."""
TOOLS = (
    "tools",
    "responses_create_params.tools",
    "input.tools",
    "functions",
    "available_tools",
    "chat_template_kwargs.xml_tools",
)
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
    "reference_answer",
    "instruction_id_list",
    "rubrics",
)
"""Names of answers to hold others against: a row with a question and an answer of any other name is one to learn from,
unless the recipe says `shape: rl`, the question is a list of messages, or `is_to_check` says so."""
TESTS = ("tests", "unit_tests", "test_cases", "test_list", "test", "input_output")
"""Names of tests that an answer is held against, where the row has no answer by one of the names `TESTED`."""
TESTED = ("output", "response", "completion", "answer", "solution")

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
    hints: dict[str, Any] = {}
    return _after_system(given, of_openai(given.get("messages"), hints), hints)


def _sharegpt(given: Values) -> Parts:
    return _after_system(given, of_sharegpt(given.get("conversations")), {})


def _after_system(given: Values, found: list[Message], hints: dict[str, Any]) -> Parts:
    if "system" not in given:
        return {"messages": found}, hints
    system, told, left = system_before(given, found)
    return {"messages": system + found, "left": left}, hints | told


def _alpaca(given: Values) -> Parts:
    asked, context = _text(given, "instruction"), given.get("input")
    if context is not None and not isinstance(context, str):
        raise Misshapen(f"`input` of type {type_name(context)}")
    before = exchanges(given.get("history"))
    user = message("user", f"{asked}\n\n{context}" if context else asked)
    found = [*_system(given), *before, user, message("assistant", _text(given, "output"))]
    return {"messages": found}, {"input": len(asked)} if context else {}


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
        asked = of_openai(prompt)
        if isinstance(told, str):
            return {"messages": [*asked, message("assistant", told)]}, {"prompt": len(asked), "completion": "text"}
        return {"messages": [*asked, *of_openai([told] if isinstance(told, dict) else told)]}, {"prompt": len(asked)}
    return {"messages": [message("user", _text(given, "prompt")), message("assistant", _text(given, "completion"))]}, {}


def _rl(given: Values) -> Parts:
    prompt, answer, checker = given.get("prompt"), given.get("answer"), given.get("checker")
    if prompt is None:
        raise Misshapen("`prompt` is missing")
    if answer is None:
        raise Misshapen("`answer` is missing")
    is_text = isinstance(prompt, str) and not prompt.lstrip().startswith("[")
    hints: dict[str, Any] = {"prompt": "text"} if is_text else {}
    asked = [message("user", prompt)] if is_text else of_openai(prompt, hints)
    if asked[-1]["role"] == "assistant":
        raise Misshapen("`prompt` ends with an answer")
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
    text, system = _text(given, "text"), given.get("system")
    if (style := style_of(text)) is None:
        return _after_system(given, turns(text, "text"), {})
    if system is not None and not isinstance(system, str):
        raise Misshapen(f"`system` of type {type_name(system)}")
    found, tools, hints = dialog(text, style, system)
    return {"messages": found, "tools": tools}, hints


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
            "winner": ("winner", "preferred", "preferred_response"),
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
    "unpaired": Shape(
        unpaired,
        {"label": ("label", "kto_tag"), "completion": ("completion", "response", "output", "answer")},
        ASKED,
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
    "messages": Shape(
        _messages,
        {"messages": ("messages", "conversation", "conversations", "dialog", "chat", "trajectory", "contents")},
        {"system": SYSTEM},
    ),
    "sharegpt": Shape(
        _sharegpt,
        {"conversations": ("conversations", "conversation", "messages", "dialog", "dialogue", "chat")},
        {"system": SYSTEM},
    ),
    "calls": Shape(
        calls,
        {"query": ("query", "question", "prompt", "instruction"), "answers": ("answers", "tool_calls", "calls")},
        {"system": SYSTEM},
    ),
    "alpaca": Shape(
        _alpaca,
        {"instruction": ("instruction", "definition"), "output": ("output", "response", "targets")},
        {"input": ("input", "context", "inputs"), "system": SYSTEM, "history": ("history",)},
    ),
    "nemotron": Shape(
        after_messages,
        {
            "input": ("input", "responses_create_params.input", "messages", "prompt", "conversation"),
            "output": ("output", "response.output", "answer", "response"),
        },
        {"system": ("system_prompt", *SYSTEM, *INSTRUCTIONS), "thought": answers.THOUGHTS},
    ),
    "completion": Shape(
        _completion, {"completion": ("completion", "text")}, {"prompt": ("prompt",), "label": ("label",)}
    ),
    "qa": Shape(
        question_and_answer,
        {"question": answers.QUESTIONS, "answer": answers.ANSWERS},
        {"system": ("system_prompt", *SYSTEM), "thought": answers.THOUGHTS, "context": ("context",)},
        answers.TOGETHER,
    ),
    "turns": Shape(
        pairs.exchanges,
        {"turns": ("conversation", "conversations", "data", "dialog", "dialogue", "turns", "messages", "chat")},
        {"system": SYSTEM},
    ),
    "transcript": Shape(_transcript, {"text": ("text", "chat", "sample", "conversation")}, {"system": SYSTEM}),
}
"""All shapes, in the order in which `auto` tries them."""
