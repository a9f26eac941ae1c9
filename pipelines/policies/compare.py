"""How two policies differ: in the licences that they admit, and in everything else that they set."""

from dataclasses import asdict, dataclass
from typing import Any

from licet.schemas.license import is_cc, spdx, tier_of
from licet.stages.license.policy import Policy

SETTINGS = ("min_grade", "min_confidence", "signals", "laundered")


@dataclass(frozen=True)
class Differing:
    """A licence that one policy admits and the other does not, and its tier."""

    license: str
    tier: str


@dataclass(frozen=True)
class PolicyDiff:
    """What differs; nothing does where all parts are empty."""

    a: str
    b: str
    only_a: list[Differing]
    only_b: list[Differing]
    both: int
    settings: dict[str, tuple[Any, Any]]
    exceptions: dict[str, tuple[list[str], list[str]]]

    @property
    def is_empty(self) -> bool:
        """Whether the two decide everything alike."""
        return not (self.only_a or self.only_b or self.settings or self.exceptions)

    def summary(self) -> dict[str, Any]:
        """Return the difference as JSON values."""
        return asdict(self)


def admitted(policy: Policy) -> set[str]:
    """Return the ids that a policy admits: listed ones, and Creative Commons licences that go by rule."""
    ruled = [k for k in (*spdx()["licenses"], *_unversioned()) if is_cc(k) and policy.evaluate(k).allowed]
    return {*policy.licenses, *ruled}


def _unversioned() -> list[str]:
    elements = ("BY", "BY-SA", "BY-NC", "BY-NC-SA", "BY-ND", "BY-NC-ND")
    return [f"LicenseRef-CC-{e}-unversioned" for e in elements]


def policy_diff(a: Policy, b: Policy) -> PolicyDiff:
    """Return how two policies differ."""
    of_a, of_b = admitted(a), admitted(b)
    return PolicyDiff(
        a=a.name,
        b=b.name,
        only_a=[Differing(key, tier_of(key)) for key in sorted(of_a - of_b)],
        only_b=[Differing(key, tier_of(key)) for key in sorted(of_b - of_a)],
        both=len(of_a & of_b),
        settings={
            name: (getattr(a, name), getattr(b, name)) for name in SETTINGS if getattr(a, name) != getattr(b, name)
        },
        exceptions={
            name: (sorted(a.exceptions.get(name, ())), sorted(b.exceptions.get(name, ())))
            for name in sorted({*a.exceptions, *b.exceptions})
            if sorted(a.exceptions.get(name, ())) != sorted(b.exceptions.get(name, ()))
        },
    )
