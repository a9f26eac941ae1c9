"""Rules on conversations: a measure, a bound, and the reason that a row outside of it is refused for.

The profiles:

* ``none``: no rule.
* ``structure``: what no chat template renders or no trainer learns from: roles out of order, nothing asked, nothing
  answered, calls that cannot be followed, sides that say the same, tags that do not pair, answers that the row itself
  says were cut off.
* ``strict``: also what is well-formed but seldom wanted, by rules right in about nine of ten rows looked at.

Rules that are in no profile have to be named in ``set``.
"""

import math
from difflib import get_close_matches

from licet.schemas.conversations import Conversations
from licet.schemas.errors import RecipeError
from licet.stages.conversation.identity import vendors
from licet.stages.conversation.repetition import NGRAMS
from licet.stages.rule import Rule

MEASURES: dict[str, str] = {
    "user_turns": "turns of the user, in the prompt and the chosen side of a preference",
    "role_faults": "messages whose role cannot stand behind that of the message before",
    "open_ends": "conversations or sides that do not end with the assistant; a mere prompt need not",
    "empty_turns": "turns of the user or the assistant without words and calls",
    "side_questions": "turns of the user within the sides of a preference",
    "unread_arguments": "calls whose arguments are no JSON object",
    "unknown_tools": "calls of tools that the row, which defines some, does not define",
    "unfit_arguments": "calls whose arguments do not fit the JSON Schema of their tool",
    "repeated_call_ids": "calls with the id of another call of the same message",
    "unanswered_calls": "calls that no tool message answers although the conversation goes on",
    "unasked_answers": "tool messages that answer no open call",
    "undefined_calls": "calls in rows that define no tools at all",
    "broken_tools": "tool definitions without a name, or whose schema is no JSON Schema",
    "equal_but_for_space": "1 where chosen and rejected differ in nothing but white space",
    "equal_sides": "1 where chosen and rejected are equal but for space, case, Unicode form, quotes and a full stop",
    "broken_thinking": "answers whose `<think>` tags are not pairs, one after the other",
    "empty_reasoning": "answers whose reasoning is there and says nothing",
    "length_stops": "signs that an answer ended at a limit of tokens: `finish_reason` and its like, marks at its end",
    "open_fences": "answers that end within a fenced block of code",
    "open_maths": "answers with LaTeX that is opened and not closed",
    "open_brackets": "answers whose last line is prose within a bracket",
    "unfinished_answers": "answers whose last line is prose that stops at a comma, a colon, or a word that goes on",
    "unstopped_answers": "answers whose last line is prose with a last sentence that lacks its end, whole or not",
    "trailing_ellipses": "answers that end with an ellipsis",
    "refusals": "answers that refuse",
    "foreign_identities": "answers that speak as a model of a vendor that is not in `own`",
    "language_switches": "answers in a language that is not their question's and was not asked for",
    "repeated_turn_share": "turns that repeat an earlier one of their speaker, of the speaker's turns",
    "repeated_turn_run": "one speaker's consecutive turns that are the same, at most",
    "boilerplate_share": "characters of phrases that fit any answer, at both ends of an answer, of its characters",
    **{
        f"repeated_{n}gram_share": f"characters, without spaces, of {n}-grams that repeat an earlier one of the same"
        " answer, of its characters"
        for n in NGRAMS
    },
    "prompt_tokens": "tokens of all messages before the last answer, without a template's",
    "answer_tokens": "tokens of the last answer, of the longer one of a preference",
    "total_tokens": "tokens of both",
}
"""Each measure and what it is. Of several answers in a row the greatest value counts, unless answers are counted."""

CATALOGUE: dict[str, tuple[str, str]] = {
    "min_user_turns": ("user_turns", "no_user_turn"),
    "max_role_faults": ("role_faults", "roles_out_of_order"),
    "max_open_ends": ("open_ends", "ends_without_answer"),
    "max_empty_turns": ("empty_turns", "empty_turn"),
    "max_side_questions": ("side_questions", "question_within_side"),
    "max_unread_arguments": ("unread_arguments", "arguments_no_json"),
    "max_unknown_tools": ("unknown_tools", "unknown_tool"),
    "max_unfit_arguments": ("unfit_arguments", "arguments_do_not_fit"),
    "max_repeated_call_ids": ("repeated_call_ids", "call_id_repeated"),
    "max_unanswered_calls": ("unanswered_calls", "call_without_answer"),
    "max_unasked_answers": ("unasked_answers", "answer_without_call"),
    "max_undefined_calls": ("undefined_calls", "call_without_definitions"),
    "max_broken_tools": ("broken_tools", "tool_definition_broken"),
    "max_equal_but_for_space": ("equal_but_for_space", "sides_differ_in_space_only"),
    "max_equal_sides": ("equal_sides", "sides_equal"),
    "max_broken_thinking": ("broken_thinking", "think_tags_unbalanced"),
    "max_empty_reasoning": ("empty_reasoning", "reasoning_empty"),
    "max_length_stops": ("length_stops", "stopped_for_length"),
    "max_open_fences": ("open_fences", "code_fence_open"),
    "max_open_maths": ("open_maths", "math_open"),
    "max_open_brackets": ("open_brackets", "bracket_open"),
    "max_unfinished_answers": ("unfinished_answers", "answer_unfinished"),
    "max_unstopped_answers": ("unstopped_answers", "answer_without_stop"),
    "max_trailing_ellipses": ("trailing_ellipses", "answer_ends_in_ellipsis"),
    "max_refusals": ("refusals", "answer_refuses"),
    "max_foreign_identities": ("foreign_identities", "speaks_as_another_model"),
    "max_language_switches": ("language_switches", "language_switched"),
    "max_repeated_turn_share": ("repeated_turn_share", "turns_repeated"),
    "max_repeated_turn_run": ("repeated_turn_run", "turn_repeated_in_a_row"),
    "max_boilerplate_share": ("boilerplate_share", "answer_is_boilerplate"),
    **{f"max_repeated_{n}gram_share": (f"repeated_{n}gram_share", f"answer_repeats_{n}grams") for n in NGRAMS},
    "min_prompt_tokens": ("prompt_tokens", "prompt_too_short"),
    "max_prompt_tokens": ("prompt_tokens", "prompt_too_long"),
    "min_answer_tokens": ("answer_tokens", "answer_too_short"),
    "max_answer_tokens": ("answer_tokens", "answer_too_long"),
    "min_total_tokens": ("total_tokens", "too_few_tokens"),
    "max_total_tokens": ("total_tokens", "too_many_tokens"),
}
"""Every rule that a profile or a recipe may set, in the order in which they are tried: its measure and its reason."""

REASONS: dict[str, str] = {
    reason: f"{'Below the least' if name.startswith('min_') else 'Above the most'} that `{name}` allows:"
    f" {MEASURES[measure]}."
    for name, (measure, reason) in CATALOGUE.items()
}
"""Each reason in words."""

_STRUCTURE: dict[str, float] = {
    "min_user_turns": 1,
    "max_role_faults": 0,
    "max_open_ends": 0,
    "max_empty_turns": 0,
    "max_side_questions": 0,
    "max_unread_arguments": 0,
    "max_unknown_tools": 0,
    "max_unfit_arguments": 0,
    "max_repeated_call_ids": 0,
    "max_unanswered_calls": 0,
    "max_unasked_answers": 0,
    "max_equal_but_for_space": 0,
    "max_broken_thinking": 0,
    "max_length_stops": 0,
}
PROFILES: dict[str, dict[str, float]] = {
    "none": {},
    "structure": _STRUCTURE,
    "strict": {
        **_STRUCTURE,
        "max_undefined_calls": 0,
        "max_broken_tools": 0,
        "max_equal_sides": 0,
        "max_empty_reasoning": 0,
        "max_open_fences": 0,
        "max_open_maths": 0,
        "max_open_brackets": 0,
        "max_unfinished_answers": 0,
        "max_refusals": 0,
        "max_foreign_identities": 0,
        "max_language_switches": 0,
        "max_repeated_turn_share": 0.3,
        "max_repeated_turn_run": 2,
        "max_repeated_10gram_share": 0.5,
    },
}
"""The bounds of each profile; where each comes from is said beside its measure."""


def rules_of(settings: Conversations) -> tuple[Rule, ...]:
    """Return the rules that settings ask for, in the order of the catalogue.

    Raises:
        RecipeError: ``set`` names no rule or a bound that its measure cannot have or that leaves nothing to keep,
            ``own`` no vendor, or there are rules on tokens without a tokenizer or a tokenizer without rules on them.

    """
    if unknown := sorted(set(settings.own) - set(vendors())):
        raise RecipeError(f"`conversations.own` names {', '.join(unknown)}: vendors are {', '.join(vendors())}")
    bounds = dict(PROFILES[settings.profile])
    for name, bound in settings.set.items():
        if name not in CATALOGUE:
            near = get_close_matches(name, CATALOGUE, n=1, cutoff=0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"rules are {', '.join(CATALOGUE)}"
            raise RecipeError(f"`conversations.set` names no rule `{name}`: {hint}")
        if bound is None:
            bounds.pop(name, None)
        else:
            bounds[name] = _checked(name, bound)
    _check_apart(bounds)
    has_tokens = any(CATALOGUE[name][0].endswith("_tokens") for name in bounds)
    if has_tokens and settings.tokenizer is None:
        raise RecipeError("`conversations.set` bounds tokens: say by which `conversations.tokenizer` they are counted")
    if settings.tokenizer is not None and not has_tokens:
        raise RecipeError(
            "`conversations.tokenizer` has nothing to count: set a bound, as `set: {max_total_tokens: 4096}`, or"
            " leave it out"
        )
    return tuple(
        Rule(name=name, measure=measure, bound=bounds[name], reason=reason)
        for name, (measure, reason) in CATALOGUE.items()
        if name in bounds
    )


def _checked(name: str, bound: float) -> float:
    is_share = CATALOGUE[name][0].endswith("_share")
    if not math.isfinite(bound) or bound < 0 or (is_share and bound > 1):
        most = "a share from 0 to 1" if is_share else "a number from 0 on"
        raise RecipeError(f"`conversations.set.{name}` is {bound}: give {most}, or null to take the rule away")
    return float(bound)


def _check_apart(bounds: dict[str, float]) -> None:
    """Refuse bounds between which there is nothing."""
    for name, least in bounds.items():
        most = bounds.get(name.replace("min_", "max_", 1), math.inf) if name.startswith("min_") else math.inf
        if least > most:
            raise RecipeError(
                f"`conversations.set`: {name} is {least:g} and {name.replace('min_', 'max_', 1)} is {most:g}, so that"
                " no row could be kept"
            )
