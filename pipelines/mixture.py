"""The achieved mixture of a version: counted from its rows and its ledger alone, whoever wrote them.

What a group was to have was reckoned from what there was when the rows were balanced. A version that is made from
another one keeps that, while all else is counted anew: rows that were taken back since are in neither side.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.balance import Balance
from licet.schemas.manifest import Manifest, Mixture, MixtureGroup
from licet.stages import balance, storage
from licet.stages.balance import Target, targets
from licet.stages.groups import GroupHistogram, total_groups
from licet.stages.shard.parquet import parquet_input

LEFT = ("stage", "detail", "bytes")
"""The columns of the ledger that tell of rows which left for the mixture."""
_PLACES = {"rows": 0, "bytes": 1, "tokens": 2}


def mixture_of(settings: Balance, kept: GroupHistogram, left: GroupHistogram, before: Mixture | None = None) -> Mixture:
    """Return the mixture of rows that are kept, and of those that left for its sake, by group.

    ``before`` is that of the version that this one was made from, which says what each group was to have.

    Raises:
        RunError: the settings fit no such groups.

    """
    units = units_of(settings, kept)
    available = units_of(settings, total_groups(kept, left))
    told = _asked(targets(settings, available)) if before is None else asked_in(before)
    whole = sum(units.values())
    groups = []
    for name in sorted({*available, *told}):
        (weight, asked), has = told.get(name, (None, None)), units.get(name, 0)
        epochs = round(asked / has, 4) if weight is not None and asked is not None and has else None
        groups.append(
            MixtureGroup(
                name=name,
                weight=weight,
                asked=asked,
                available=available.get(name, 0),
                kept=has,
                rows=kept.get(name, (0, 0, 0))[0],
                share=round(has / whole, 6) if whole else 0.0,
                epochs=epochs,
            )
        )
    return Mixture(by=list(settings.columns), unit=settings.unit, groups=groups)


Asked: TypeAlias = Mapping[str, tuple[float | None, int | None]]
"""By group the share that its weight gives it and the most that it was to have."""


def asked_in(mixture: Mixture) -> Asked:
    """Return what each group of a mixture was to have."""
    return {group.name: (group.weight, group.asked) for group in mixture.groups}


def _asked(found: Mapping[str, Target]) -> Asked:
    return {
        name: (None if target.weight is None else round(float(target.weight), 6), target.asked)
        for name, target in found.items()
    }


def units_of(settings: Balance, counted: GroupHistogram) -> dict[str, int]:
    """Return what each group has in the units of a recipe."""
    return {name: counts[_PLACES[settings.unit]] for name, counts in counted.items()}


def left_in(tables: Iterable[pa.Table], unit: str) -> dict[str, tuple[int, int, int]]:
    """Return, of tables of the ledger with the columns `LEFT`, which groups lost how much for the mixture.

    Raises:
        ValueError: a row does not name its group as such rows do.

    """
    found: dict[str, tuple[int, int, int]] = {}
    for table in tables:
        rows = table.filter(pc.equal(table.column("stage"), balance.STAGE))
        for detail, size in zip(*(rows.column(name).to_pylist() for name in LEFT[1:]), strict=True):
            name, tokens = balance.from_detail(detail or "", unit)
            old = found.get(name, (0, 0, 0))
            found[name] = (old[0] + 1, old[1] + (size or 0), old[2] + tokens)
    return found


def ledger_groups(folder: str, paths: Iterable[str]) -> Iterator[pa.Table]:
    """Yield the parts of a ledger by row groups, with the columns `LEFT`."""
    for path in paths:
        with parquet_input(storage.join(folder, path)) as file:
            for group in range(file.metadata.num_row_groups):
                yield file.read_row_group(group, columns=list(LEFT), use_threads=False)


def notes_on(manifest: Manifest, settings: Balance) -> list[str]:
    """Return a sentence on each group that fell short when the rows of a version were balanced."""
    if manifest.mixture is None:
        return []
    available = {group.name: group.available for group in manifest.mixture.groups}
    return list(balance.shortfalls(settings, available, targets(settings, available)))
