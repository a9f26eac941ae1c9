"""Why rows leave for the sake of the mixture, and how the ledger names their group."""

import re

STAGE = "balance"
OVER_CAP = "over_cap"
OVER_SHARE = "over_share"
OVER_TOTAL = "over_total"
OVER_WEIGHT = "over_weight"
NO_WEIGHT = "no_weight"

_DRAWN = (
    "`value` is the number that the row drew, or its quality score where `balance.keep` is `quality`; `threshold` is"
    " that of the first row of its group that left. `detail` is the group."
)
REASONS: dict[str, str] = {
    OVER_CAP: f"The row's group has more than its cap (`balance.caps`, `balance.default`). {_DRAWN}",
    OVER_SHARE: f"The row's group would have a larger share than `balance.max_share` of what stays. {_DRAWN}",
    OVER_TOTAL: f"All groups together would have more than `balance.total`; each has as much less. {_DRAWN}",
    OVER_WEIGHT: f"The row's group has more than its weight gives it (`balance.weights`). {_DRAWN}",
    NO_WEIGHT: f"The recipe gives the row's group no weight (`balance.weights`, `balance.default`). {_DRAWN}",
}
"""Each reason for which the stage refuses a row, in words."""

_WITH_TOKENS = re.compile(r"(?s)(.*): ([0-9]+) tokens")


def in_detail(group: str, tokens: int | None) -> str:
    """Return what the ledger says of a row's group, and, where tokens are counted, of how many the row has."""
    return group if tokens is None else f"{group}: {tokens} tokens"


def from_detail(detail: str, unit: str) -> tuple[str, int]:
    """Return the group that a ledger row names, and its tokens; 0 where they are not counted.

    Raises:
        ValueError: the words are no such detail.

    """
    if unit != "tokens":
        return detail, 0
    found = _WITH_TOKENS.fullmatch(detail)
    if found is None:
        raise ValueError(f"'{detail[:80]}' does not say how many tokens the row has")
    return found[1], int(found[2])
