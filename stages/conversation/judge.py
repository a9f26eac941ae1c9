"""The judge of conversations: the first rule that a row fails is its reason.

What a detector of languages and a measure of repetition are is given from outside, so that they are those of the
recipe's own language and heuristics stages.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from licet.schemas.conversations import Conversations
from licet.schemas.ledger import Verdicts
from licet.stages.conversation import boilerplate, calls, endings, open_marks, repeated, roles, sides, thinking, tokens
from licet.stages.conversation.identity import foreign_identities
from licet.stages.conversation.languages import Detect, language_switches
from licet.stages.conversation.refusals import refusals
from licet.stages.conversation.repetition import NGRAMS, Repeats, repeated_ngrams
from licet.stages.conversation.rules import rules_of
from licet.stages.conversation.turns import Found, Turns
from licet.stages.rule import Rule

STAGE = "conversations"
Measure = Callable[[Turns], Found]

_PLAIN: tuple[Measure, ...] = (
    roles.user_turns,
    roles.role_faults,
    roles.open_ends,
    roles.empty_turns,
    roles.side_questions,
    calls.unread_arguments,
    calls.unknown_tools,
    calls.unfit_arguments,
    calls.repeated_call_ids,
    calls.unanswered_calls,
    calls.unasked_answers,
    calls.undefined_calls,
    calls.broken_tools,
    sides.equal_but_for_space,
    sides.equal_sides,
    thinking.broken_thinking,
    thinking.empty_reasoning,
    endings.length_stops,
    endings.unfinished_answers,
    endings.unstopped_answers,
    endings.trailing_ellipses,
    open_marks.open_fences,
    open_marks.open_maths,
    open_marks.open_brackets,
    refusals,
    repeated.repeated_turn_share,
    repeated.repeated_turn_run,
    boilerplate.boilerplate_share,
)


@dataclass(frozen=True)
class ConversationRules:
    """Judge: refuses conversations that fail a rule; ``value`` is what was measured, ``threshold`` the rule's bound.

    ``detail`` says of which message, tool or keyword, never what it says. Rows need the columns of `CHAT`.
    """

    settings: Conversations
    detect: Detect
    repeats: Repeats
    rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", rules_of(self.settings))

    def measures(self) -> dict[str, Measure]:
        """Return every measure by its name."""
        path = self.settings.tokenizer or ""
        return {
            **{measure.__name__: measure for measure in _PLAIN},
            "foreign_identities": partial(foreign_identities, own=tuple(self.settings.own)),
            "language_switches": partial(language_switches, detect=self.detect),
            **{f"repeated_{n}gram_share": partial(repeated_ngrams, n=n, repeats=self.repeats) for n in NGRAMS},
            "prompt_tokens": partial(tokens.prompt_tokens, path=path),
            "answer_tokens": partial(tokens.answer_tokens, path=path),
            "total_tokens": partial(tokens.total_tokens, path=path),
        }

    def found(self, batch: pa.RecordBatch) -> dict[str, Found]:
        """Return what each rule measures of each row, by the rule's name and in the order in which rules are tried."""
        turns, measures = Turns.of(batch), self.measures()
        taken = {name: measures[name](turns) for name in {rule.measure for rule in self.rules}}
        return {rule.name: taken[rule.measure] for rule in self.rules}

    def __call__(self, batch: pa.RecordBatch) -> Verdicts:
        """Return one verdict a row."""
        rows = batch.num_rows
        failed, value = np.full(rows, len(self.rules)), np.zeros(rows)
        detail: list[str | None] = [None] * rows
        found = self.found(batch)
        for number, rule in enumerate(self.rules):
            measured = found[rule.name]
            outside = measured.values < rule.bound if rule.is_minimum else measured.values > rule.bound
            first = np.flatnonzero(outside & (failed == len(self.rules)))
            failed[first] = number
            value[first] = measured.values[first]
            for row in first.tolist():
                detail[row] = measured.told.get(row)
        kept = failed == len(self.rules)
        which = pa.array(failed, mask=kept)
        return Verdicts(
            reason=pa.array([rule.reason for rule in self.rules], pa.string()).take(which),
            value=pa.array(value, mask=kept),
            threshold=pa.array([rule.bound for rule in self.rules], pa.float64()).take(which),
            detail=pa.array(detail, pa.string()),
        )


def conversations_params(settings: Conversations, tokenizer: str | None = None) -> dict[str, Any]:
    """Return what the manifest says of the settings: beside them each rule with its bound, in the order of trying.

    ``tokenizer`` is the sha256 of the tokenizer's file, which stands there in the place of its path.
    """
    told = ("name", "measure", "bound", "reason")
    rules = [{name: getattr(rule, name) for name in told} for rule in rules_of(settings)]
    return {**settings.params, "tokenizer": tokenizer, "rules": rules}
