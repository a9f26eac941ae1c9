"""The mixture of a version as a table, the same on the screen, in the card and in the report."""

from collections.abc import Sequence

from licet.schemas.manifest import Mixture, MixtureGroup

MOST = 20
"""Groups that a table lists; the manifest has all."""
EPOCHS_TOLD = (
    "Epochs say how often the rows of a group have to be read to meet its weight; no row is here twice for that."
)


def headings(mixture: Mixture) -> list[str]:
    """Return the names of the columns; all but the first are figures."""
    weighed = _is_weighed(mixture)
    return [
        ", ".join(mixture.by),
        *(["weight"] if weighed else []),
        f"{mixture.unit} asked",
        "available",
        "kept",
        "share",
        *(["rows"] if mixture.unit != "rows" else []),
        *(["epochs"] if weighed else []),
    ]


def lines(mixture: Mixture, most: int = MOST) -> list[list[str]]:
    """Return a line for each group, those of which most is kept first, and one for all that there is no room for."""
    ordered = sorted(mixture.groups, key=lambda group: (-group.kept, group.name))
    shown = [_line(group, mixture) for group in ordered[:most]]
    rest = ordered[most:]
    if rest:
        whole = MixtureGroup(
            name=f"{len(rest)} others",
            weight=sum(group.weight or 0 for group in rest) if _is_weighed(mixture) else None,
            available=sum(group.available for group in rest),
            kept=sum(group.kept for group in rest),
            rows=sum(group.rows for group in rest),
            share=min(sum(group.share for group in rest), 1.0),
        )
        shown.append(_line(whole, mixture))
    return shown


def bars_of(mixture: Mixture, most: int = MOST) -> Sequence[tuple[str, int, str]]:
    """Return, for a chart, what is kept of each group."""
    ordered = sorted(mixture.groups, key=lambda group: (-group.kept, group.name))
    bars = [(group.name, group.kept, "kept") for group in ordered[:most]]
    rest = ordered[most:]
    return [*bars, *([(f"{len(rest)} others", sum(group.kept for group in rest), "rest")] if rest else [])]


def kept_units(mixture: Mixture) -> int:
    """Return what all groups have, in the units of the mixture."""
    return sum(group.kept for group in mixture.groups)


def _is_weighed(mixture: Mixture) -> bool:
    return any(group.weight is not None for group in mixture.groups)


def _line(group: MixtureGroup, mixture: Mixture) -> list[str]:
    weighed = _is_weighed(mixture)
    return [
        group.name,
        *([_percent(group.weight)] if weighed else []),
        "" if group.asked is None else f"{group.asked:,}",
        f"{group.available:,}",
        f"{group.kept:,}",
        _percent(group.share),
        *([f"{group.rows:,}"] if mixture.unit != "rows" else []),
        *(["" if group.epochs is None else f"{group.epochs:.2f}"] if weighed else []),
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"
