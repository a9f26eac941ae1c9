"""The rules of `structure` as one writes them for `datasets.map`: Python over one row at a time."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

ROLES = {
    "system": {None},
    "user": {None, "system", "assistant"},
    "assistant": {"user", "tool"},
    "tool": {"tool", "assistant"},
}
TAG = re.compile(r"(?<![`\"'])<(/?)(think|thinking)>(?![`\"'])")
CUT = re.compile(r"\[(truncated|cut off)\]\W*$", re.IGNORECASE)
Row = Mapping[str, Any]


def reason(row: Row) -> str | None:
    """Return the first rule that a row fails, by the name of the ledger; null where it fails none."""
    prompt, chosen, rejected = (row[name] or [] for name in ("prompt", "chosen", "rejected"))
    messages = row["messages"] or []
    lines = [(messages, True)] if messages else [(prompt, False)]
    lines += [([*prompt[-1:], *side], True) for side in (chosen, rejected) if side]
    spoken = [*messages, *prompt, *chosen, *rejected]
    if not any(message["role"] == "user" for message in (*messages, *prompt, *chosen)):
        return "no_user_turn"
    if any(out_of_order(line, known=at > 0) for at, (line, _) in enumerate(lines)):
        return "roles_out_of_order"
    if any(line[-1]["role"] != "assistant" for line, has_end in lines if has_end):
        return "ends_without_answer"
    if any(is_empty(message) for message in spoken):
        return "empty_turn"
    if any(message["role"] == "user" for message in (*chosen, *rejected)):
        return "question_within_side"
    return of_calls([*messages, *prompt, *chosen], row["tools"]) or of_text(row, messages, chosen, rejected)


def out_of_order(line: list[Row], *, known: bool) -> bool:
    before = line[0] if known else None
    for message in line[1:] if known else line:
        role = before["role"] if before is not None else None
        if role not in ROLES.get(message["role"], ()):
            return True
        if message["role"] == "tool" and role == "assistant" and not before["tool_calls"]:
            return True
        before = message
    return False


def is_empty(message: Row) -> bool:
    is_spoken = message["role"] in ("user", "assistant")
    return is_spoken and not (message["content"] or "").strip() and not message["tool_calls"]


def of_calls(line: list[Row], tools: list[str] | None) -> str | None:
    if not any(message["tool_calls"] or message["role"] == "tool" for message in line):
        return None
    known = dict(map(definition, tools or []))
    found = set()
    for message in line:
        for call in message["tool_calls"] or []:
            name, arguments = call["function"]["name"], None
            try:
                arguments = json.loads(call["function"]["arguments"])
            except ValueError:
                found.add("arguments_no_json")
            if tools and name not in known:
                found.add("unknown_tool")
            elif arguments is not None and name in known and not known[name].is_valid(arguments):
                found.add("arguments_do_not_fit")
    found |= of_answers(line)
    order = ["arguments_no_json", "unknown_tool", "arguments_do_not_fit"]
    order += ["call_id_repeated", "call_without_answer", "answer_without_call"]
    return next((each for each in order if each in found), None)


def of_answers(line: list[Row]) -> set[str]:
    found, waiting = set(), []
    for at, message in enumerate(line):
        if message["role"] == "tool":
            if message["tool_call_id"] in waiting:
                waiting.remove(message["tool_call_id"])
            else:
                found.add("answer_without_call")
            continue
        if waiting:
            found.add("call_without_answer")
        waiting = [call["id"] for call in message["tool_calls"] or []]
        if len(set(waiting)) < len(waiting):
            found.add("call_id_repeated")
        if at == len(line) - 1:
            waiting = []
    return found | ({"call_without_answer"} if waiting else set())


@lru_cache(maxsize=1024)
def definition(text: str) -> tuple[str, Draft202012Validator]:
    function = json.loads(text)["function"]
    return function["name"], Draft202012Validator(function["parameters"])


def of_text(row: Row, messages: list[Row], chosen: list[Row], rejected: list[Row]) -> str | None:
    if chosen and rejected and bare(chosen) == bare(rejected):
        return "sides_differ_in_space_only"
    answers = [message["content"] or "" for message in (*messages, *chosen) if message["role"] == "assistant"]
    if not all(is_paired(answer) for answer in answers):
        return "think_tags_unbalanced"
    stopped = bool(row["metadata"]) and json.loads(row["metadata"]).get("finish_reason") == "length"
    return "stopped_for_length" if stopped or any(CUT.search(answer) for answer in answers) else None


def bare(side: list[Row]) -> list[tuple[str, str]]:
    return [(message["role"], re.sub(r"\s+", "", message["content"] or "")) for message in side]


def is_paired(text: str) -> bool:
    opened = ""
    for closes, name in TAG.findall(text) if "<" in text else ():
        if bool(closes) != (opened == name) or (opened and not closes):
            return False
        opened = "" if closes else name
    return not opened
