"""How much of each group stays: plain arithmetic, in whole units and exact fractions.

Each amount is rounded by itself, down under a total and up to the scarcest group without one. So a smaller bound never
lets a row in that a larger one keeps out, and what was balanced once stays as it is. Apportionment by largest
remainders (Hamilton) has no such law: there a group may lose by a larger total.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from licet.schemas.balance import Balance
from licet.schemas.errors import RunError
from licet.stages.balance.reasons import NO_WEIGHT, OVER_CAP, OVER_SHARE, OVER_TOTAL, OVER_WEIGHT


@dataclass(frozen=True, kw_only=True)
class Target:
    """What one group is to have.

    ``asked`` is the most of it in units; null where nothing bounds it. ``reason`` is why rows beyond that leave.
    ``weight`` is its share of all weights; null without weights.
    """

    asked: int | None
    reason: str
    weight: Fraction | None = None


def targets(settings: Balance, available: Mapping[str, int]) -> dict[str, Target]:
    """Return the target of each group by name: of those there are, with what there is in units, and those named.

    Raises:
        RunError: no mixture of these groups has shares as small as `max_share` asks for.

    """
    named = settings.weights or settings.caps
    there = {name: available.get(name, 0) for name in sorted({*available, *named})}
    return _by_weight(settings, there) if settings.weights else _by_cap(settings, there)


def _by_weight(settings: Balance, available: Mapping[str, int]) -> dict[str, Target]:
    default = _exact(settings.default or 0)
    weights = {name: _exact(settings.weights[name]) if name in settings.weights else default for name in available}
    whole = sum(weights.values(), Fraction(0))
    # A group without rows sets no size: nothing at all would stay.
    scarcest = min((available[n] * whole / w for n, w in weights.items() if w and available[n]), default=Fraction(0))
    size, rounded = (scarcest, math.ceil) if settings.total is None else (Fraction(settings.total), math.floor)
    return {
        name: Target(
            asked=rounded(size * weight / whole) if whole else 0,
            reason=OVER_WEIGHT if weight else NO_WEIGHT,
            weight=weight / whole if whole else Fraction(0),
        )
        for name, weight in weights.items()
    }


def _by_cap(settings: Balance, available: Mapping[str, int]) -> dict[str, Target]:
    default = None if settings.default is None else int(settings.default)
    found = {name: Target(asked=settings.caps.get(name, default), reason=OVER_CAP) for name in available}

    def would() -> dict[str, int]:
        return {n: available[n] if t.asked is None else min(t.asked, available[n]) for n, t in found.items()}

    if settings.max_share is not None and (level := _level(would().values(), _exact(settings.max_share))) is not None:
        found |= {name: Target(asked=level, reason=OVER_SHARE) for name, units in would().items() if units > level}
    left = would()
    whole = sum(left.values())
    if settings.total is not None and whole > settings.total:
        found |= {
            name: Target(asked=settings.total * units // whole, reason=OVER_TOTAL)
            for name, units in left.items()
            if available[name]
        }
    return found


def _level(units: Iterable[int], share: Fraction) -> int | None:
    """Return the most that a group may have, so that none has more than a share of all; null where none has.

    With the k greatest groups cut to a level L and R units in the others, L = share · (k · L + R). Where the shares of
    k groups come to 1, the level was found before.

    Raises:
        RunError: there are too few groups.

    """
    ordered = sorted((amount for amount in units if amount), reverse=True)
    rest = sum(ordered)
    if not ordered or ordered[0] <= share * rest:
        return None
    if len(ordered) * share < 1:
        raise RunError(
            f"`balance.max_share` is {float(share):g}, but there are only {len(ordered)} groups, one of which has"
            f" {float(Fraction(1, len(ordered))):.4g} of all or more: set a larger share, or another `by`"
        )
    level = Fraction(0)
    for cut, amount in enumerate(ordered, start=1):
        rest -= amount
        following = ordered[cut] if cut < len(ordered) else 0
        level = share * rest / (1 - cut * share)
        if level >= following:
            break
    return int(level)


def shortfalls(settings: Balance, available: Mapping[str, int], found: Mapping[str, Target]) -> Sequence[str]:
    """Return a sentence on each group that has less than its weight asks for, or that is named and has no row."""
    told = []
    for name, target in found.items():
        has, asked = available.get(name, 0), target.asked
        kind = "weights" if settings.weights else "caps"
        if not has and (name in settings.caps or settings.weights.get(name)):
            told.append(f"`balance.{kind}` names {name}, and no row of that group came so far")
        elif has and target.weight and asked is not None and has < asked:
            told.append(
                f"{name} has {has:,} of the {asked:,} {settings.unit} that its weight asks for: a trainer would read it"
                f" {asked / has:.2f} times"
            )
    return told


def _exact(number: float) -> Fraction:
    """Return a number as it was written: 0.1 is a tenth."""
    return Fraction(repr(number))
