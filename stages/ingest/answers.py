"""Rows of a question and its answer in columns of their own: texts, messages before an answer, calls that answer.

Where a column beside them has the reasoning behind the answer, it is the answer's ``reasoning_content``.
"""

from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.messages import Message, Misshapen, message, of_openai, tool_calls

Values = dict[str, Any]
Hints = dict[str, Any]
Parts = tuple[dict[str, Any], Hints]

THOUGHTS = (
    "reasoning_content",
    "thinking",
    "reasoning",
    "thought",
    "complex_cot",
    "chain_of_thought",
    "cot",
    "rationale",
    "thinking_trajectories",
)
"""What the reasoning behind an answer is called where it is a column."""
LEARNT = (
    *("generated_solution", "deepseek_solution", "r1_generation", "generation", "response", "completion", "output"),
    "attempt",
)
"""Names of answers that are there to learn from, whatever else is there to hold them against."""
QUESTIONS = ("question", "prompt", "query", "problem", "input", "inputs", "message_1", "instruction")
ANSWERS = (
    "answer",
    "response",
    "solution",
    "output",
    "targets",
    "target",
    "generated_solution",
    "r1_generation",
    "generation",
    "attempt",
    "message_2",
)
TOGETHER = (
    {"question": "inputs_pretokenized", "answer": "targets_pretokenized"},
    *({"question": speaker, "answer": "assistant"} for speaker in ("user", "human")),
    {"question": "problem", "answer": "deepseek_solution", "thought": "deepseek_reasoning"},
    {"question": "question", "answer": "deepseek_attempt", "thought": "deepseek_thinking_trajectory"},
    {"question": "question", "answer": "attempt", "thought": "thinking_trajectories"},
    *(
        {"question": question, "answer": answer}
        for question in QUESTIONS[:4]
        for answer in LEARNT
        if (question, answer) != ("prompt", "completion")  # a shape of its own
    ),
    *({"question": "input", "answer": answer} for answer in ("output", "response", "target")),
    *({"question": question, "answer": "solution"} for question in QUESTIONS[:4]),
)
"""Questions and answers that go together, the surest first: a `solution` tells how the `answer` beside it is found."""
_SETTINGS = frozenset({"", "on", "off", "true", "false", "yes", "no", "none", "low", "medium", "high"})
"""What stands in a column of reasoning that only says whether there is any."""


def question_and_answer(given: Values) -> Parts:
    """Read a ``question`` and its ``answer``, each a text, with a ``system`` prompt and the ``thought`` behind it.

    A ``context`` follows the question, as after an instruction, where the question does not hold it itself.
    """
    asked, said = text_of(given, "question"), text_of(given, "answer")
    thought, hints, left = _thought(given, said)
    if "context" in given:
        context = given["context"]
        if isinstance(context, str) and context and context not in asked:
            asked, hints["context"] = f"{asked}\n\n{context}", len(asked)
        else:
            left["context"] = context
    turns = [message("user", asked), message("assistant", said, reasoning_content=thought)]
    return {"messages": system_of(given) + turns, "left": left}, hints


def after_messages(given: Values) -> Parts:
    """Read the ``output`` that follows the messages of ``input``: a text, a message, or several of them.

    The hints are how both lists were cut, and how many messages are of the output where that is no text.
    """
    asked, output = given.get("input"), given.get("output")
    if not isinstance(asked, list):
        raise Misshapen("`input` is missing" if asked is None else f"`input` of type {type_name(asked)}")
    hints: Hints = {}
    before = of_openai(asked, hints)
    if before[-1]["role"] == "assistant":
        raise Misshapen("`input` ends with an answer")
    left: Values = {}
    if isinstance(output, (list, dict)):
        cuts: Hints = {}
        answered = of_openai([output] if isinstance(output, dict) else output, cuts)
        hints["output"] = {"form": type_name(output), "messages": len(answered), **cuts}
        left = {"thought": given["thought"]} if "thought" in given else {}
    else:
        said = text_of(given, "output")
        thought, told, left = _thought(given, said)
        answered, hints = [message("assistant", said, reasoning_content=thought)], hints | told
    system, told, not_read = system_before(given, before)
    return {"messages": [*system, *before, *answered], "left": left | not_read}, hints | told


def calls(given: Values) -> Parts:
    """Read the calls of tools in ``answers`` that a ``query`` is to lead to, as xLAM has them."""
    asked = given.get("query")
    hints: Hints = {}
    before = of_openai(asked, hints) if isinstance(asked, list) else [message("user", text_of(given, "query"))]
    if isinstance(asked, list):
        hints["query"] = "messages"
    answers = given.get("answers")
    if answers is None:
        raise Misshapen("`answers` is missing")
    if given.get("tools") is None:
        raise Misshapen("`tools` is missing")
    if not isinstance(answers, (str, list, dict)) or not (found := tool_calls(answers)):
        raise Misshapen("`answers` without a call")
    return {"messages": [*system_of(given), *before, message("assistant", None, tool_calls=found)]}, hints


def system_of(given: Values) -> list[Message]:
    """Return the message that a row's system prompt is; none where it is empty."""
    said = given.get("system")
    if isinstance(said, list) and said and all(isinstance(part, dict) for part in said):
        return [message("system", said)]
    if said is not None and not isinstance(said, str):
        raise Misshapen(f"`system` of type {type_name(said)}")
    return [message("system", said)] if said else []


def system_before(given: Values, messages: list[Message]) -> tuple[list[Message], Hints, Values]:
    """Return the message that a row's system prompt is before others, the hints, and what is read of no field.

    Messages that have a system message of their own keep that one, and the row's stays beside them.
    """
    if given.get("system") is None:
        return [], {}, {}
    if messages[0]["role"] == "system" or not isinstance(given["system"], (str, list)):
        return [], {}, {"system": given["system"]}
    system = system_of(given)
    return system, {"system": 1} if system else {}, {} if system else {"system": given["system"]}


def text_of(given: Values, name: str) -> str:
    """Return the text of a field.

    Raises:
        Misshapen: there is none.

    """
    said = given.get(name)
    if not isinstance(said, str):
        raise Misshapen(f"`{name}` is missing" if said is None else f"`{name}` of type {type_name(said)}")
    return said


def is_thought(value: Any) -> bool:
    """Tell whether a value is reasoning, and not a setting for it."""
    return isinstance(value, str) and value.strip().lower() not in _SETTINGS


def _thought(given: Values, answer: str) -> tuple[str | None, Hints, Values]:
    """Return the reasoning in a column, the hints on it, and the column itself where it has none or the answer has."""
    if "thought" not in given:
        return None, {}, {}
    told = given["thought"]
    said = told[0] if isinstance(told, list) and len(told) == 1 else told
    if not is_thought(said) or answer.lstrip().startswith("<think>"):
        return None, {}, {"thought": told}
    return said, {"thought": "text" if said is told else "list"}, {}
