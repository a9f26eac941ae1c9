"""Preferences that a row states of answers otherwise than by `chosen` and `rejected`: by a verdict, ranks or scores.

    compared   two answers, and which is better: by name, by number, on a scale, or by a score of each
    ranked     a list of answers, each with a rank (the least is best) or a score (the greatest is best)

What is preferred is what the row's own field says, never a judgement of ours. Of a list the best answer is held against
the worst one, and of equals the first in the row is taken; the others stay in the metadata. Where the field prefers
none, as at a tie, the row is refused.
"""

import math
from collections.abc import Callable
from typing import Any

from licet.stages.ingest.asked import Values
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.sides import Parts, preference

FIRST = frozenset({"a", "model_a", "response_a", "answer_a", "assistant_a", "output_a", "completion_a"})
SECOND = frozenset(name[:-1] + "b" for name in FIRST)
NEITHER = frozenset({"tie", "tie (bothbad)", "both_bad", "bothbad", "both", "neither", "none", "draw", "equal", "same"})

TEXTS = ("response", "answer", "completion", "text", "output", "content", "generation")
"""What a list's items call what they say."""
RANKS = ("rank", "ranking")
SCORES = ("overall_score", "score", "rating", "pm_score", "reward")
"""What they call their rank or score: as Nectar and NeMo RL, UltraFeedback, and the Stack Exchange preferences."""


class Undecided(Misshapen):
    """A row that prefers none of its answers; ``field`` is what the shape calls that by which it does not."""

    def __init__(self, field: str, said: str):
        super().__init__(f"`{field}` {said}")
        self.field = field
        self.said = said


def compared(given: Values) -> Parts:
    """Read ``first`` and ``second`` as the sides of a preference, by the first verdict that there is."""
    pair = given.get("first"), given.get("second")
    if None in pair:
        raise Misshapen("no two answers to one prompt")
    better = _better(given)
    parts, hints = preference({**given, "chosen": pair[better], "rejected": pair[1 - better]})
    verdicts = (*VERDICTS, "first_score", "second_score")
    parts["left"] |= {name: given[name] for name in verdicts if given.get(name) is not None}
    return parts, {**hints, "better": better}


def ranked(given: Values) -> Parts:
    """Read the best and the worst of ``candidates`` as the sides of a preference."""
    items = given.get("candidates")
    if not isinstance(items, list) or len(items) < 2:
        raise Misshapen("no list of answers to one prompt")
    key = next((name for name in TEXTS if any(isinstance(one, dict) and name in one for one in items)), None)
    name, values = _measured(given, items)
    rated = {at: value for at, value in enumerate(values) if value is not None}
    if len(rated) < 2:
        raise Misshapen("fewer than two answers with a rank or a score")
    best, worst = max(rated.values()), min(rated.values())
    if best == worst:
        raise Undecided(name, "is the same of all answers")
    places = [next(at for at, value in rated.items() if value == bound) for bound in (best, worst)]
    sides = [items[at].get(key) if isinstance(items[at], dict) else items[at] for at in places]
    parts, hints = preference({**given, "chosen": sides[0], "rejected": sides[1]})
    rest = [_without_text(one, key) if at in places else one for at, one in enumerate(items)]
    seen = {name: given[name] for name in ("scores", "better") if given.get(name) is not None}
    parts["left"] |= {**seen, "candidates": rest}
    return parts, {**hints, "places": places, "text": key}


def _without_text(item: Any, key: str | None) -> Any:
    return {name: value for name, value in item.items() if name != key} if isinstance(item, dict) else ""


def _measured(given: Values, items: list[Any]) -> tuple[str, list[float | None]]:
    """Return how good each of some answers is, greater being better, and what says so."""
    objects = [one if isinstance(one, dict) else {} for one in items]
    for name in (*RANKS, *SCORES):
        values = [_number(one.get(name)) for one in objects]
        if any(value is not None for value in values):
            return name, [None if value is None else -value if name in RANKS else value for value in values]
    scores = given.get("scores")
    if isinstance(scores, list) and len(scores) == len(items):
        return "scores", [_number(score) for score in scores]
    if len(items) == 2 and given.get("better") is not None:
        better = _by_index(given["better"])
        return "better", [float(better == at) for at in range(2)]
    return "", []


def _better(given: Values) -> int:
    """Return which of two answers is better: 0 the first, 1 the second."""
    for name, decide in VERDICTS.items():
        if given.get(name) is not None:
            better = decide(given[name])
            if better is None:
                raise Undecided(name, f"{given[name]!r} prefers neither answer")
            return better
    scores = [_number(given.get(name)) for name in ("first_score", "second_score")]
    if scores[0] is None or scores[1] is None:
        raise Misshapen("nothing says which of two answers is better")
    if scores[0] == scores[1]:
        raise Undecided("first_score", "is that of the other answer too")
    return int(scores[1] > scores[0])


def _by_name(value: Any) -> int | None:
    said = value.strip().lower() if isinstance(value, str) else None
    if said in FIRST or said in SECOND:
        return int(said in SECOND)
    if said in NEITHER:
        return None
    raise Misshapen(f"a winner {value!r}, which is neither of two answers")


def _by_index(value: Any) -> int:
    found = _number(value)
    if found not in (0, 1):
        raise Misshapen(f"a better answer {value!r}, which is neither 0 nor 1")
    return int(found)


def _by_scale(value: Any) -> int | None:
    found = _number(value)
    if found is None:
        raise Misshapen(f"a preference {value!r}, which is no number")
    return None if found == 0 else int(found > 0)


def _by_label(value: Any) -> int:
    return 1 - _by_index(value)


def _by_place(value: Any) -> int | None:
    if isinstance(value, str) and _number(value) is None:
        return _by_name(value)
    found = _number(value)
    if found is None or not 0 <= found <= 2:
        raise Misshapen(f"a preference {value!r}, which is neither 1 nor 2")
    return None if found not in (1, 2) else int(found) - 1


VERDICTS: dict[str, Callable[[Any], int | None]] = {
    "winner": _by_name,
    "better": _by_index,
    "scale": _by_scale,
    "label": _by_label,
    "place": _by_place,
}
"""How each field tells: by the name of an answer (Chatbot Arena), by 0 or 1 (PKU), below or above zero (HelpSteer), by
1 for the first and 0 for the second (SHP), by 1 or 2 (AlpacaFarm). None is none of both."""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
