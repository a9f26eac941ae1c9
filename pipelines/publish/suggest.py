"""Which version number follows: told from what changed since the newest published version, with the reasons.

MAJOR: a config or a column is gone or has another type, the kind of rows or the policy is another, the set of licences
changed, rows were removed or edited that were not taken back. MINOR: rows, columns or configs were added; ids, texts
and licences are the same and other columns are not. PATCH: rows that were taken back, the card, the provenance. What
cannot be told of rows counts as the largest that it may be.

While MAJOR is 0 nothing is promised yet: what is MAJOR otherwise asks for a new MINOR there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import pyarrow as pa
import pyarrow.parquet as pq

from licet.pipelines.publish.row_sets import Open, RowChanges, kept_licences, row_changes
from licet.schemas.errors import VersionError
from licet.schemas.manifest import Manifest
from licet.schemas.semver import Release

FIRST = Release(1, 0, 0)


class Level(IntEnum):
    """What part of a version number a change asks to raise."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True)
class Change:
    """One change, and what it asks for."""

    level: Level
    reason: str


@dataclass(frozen=True)
class Suggestion:
    """The smallest number that a version may have, and why."""

    number: Release
    level: Level
    since: Release
    reasons: tuple[str, ...]

    def check(self, given: Release) -> None:
        """Raise `VersionError` where a number is smaller than what changed asks for."""
        if given < self.number:
            raise VersionError(
                f"{given} is too small a step from {self.since}, for {'; '.join(self.reasons)}: that is"
                f" {self.level.name}, so publish it as {self.number} or higher."
            )


def suggested(since: Release, before: Manifest, open_before: Open, after: Manifest, open_after: Open) -> Suggestion:
    """Return the number that follows ``since``, the newest version, for a version that is to follow it.

    Manifests and the footers of one shard a config are read, and ids and content hashes where rows changed.
    """
    found = list(changes(before, open_before, after, open_after))
    level = max((change.level for change in found), default=Level.PATCH)
    reasons = tuple(change.reason for change in found if change.level == level) or ("only card or provenance changed",)
    return Suggestion(step(since, level), level, since, reasons)


def step(since: Release, level: Level) -> Release:
    """Return the next number of a level."""
    if level == Level.MAJOR and since.major > 0:
        return Release(since.major + 1, 0, 0)
    if level >= Level.MINOR:
        return Release(since.major, since.minor + 1, 0)
    return Release(since.major, since.minor, since.patch + 1)


def changes(before: Manifest, open_before: Open, after: Manifest, open_after: Open) -> Iterator[Change]:
    """Yield what changed from one version to the next."""
    if before.dataset.kind != after.dataset.kind:
        yield Change(Level.MAJOR, f"the rows are {after.dataset.kind} rows and were {before.dataset.kind} rows")
    yield from _columns(_schemas(before, open_before), _schemas(after, open_after))
    differ = before.rows.digest != after.rows.digest
    found = row_changes(before, open_before, after, open_after) if differ else None
    yield from _licences(before, after, _taken_back(before, open_before, after, open_after, found))
    if before.policy.id != after.policy.id:
        yield Change(Level.MAJOR, f"the policy is {after.policy.id} and was {before.policy.id}")
    elif before.policy.sha256 != after.policy.sha256:
        yield Change(Level.MINOR, f"the policy {after.policy.id} has other rules than it had")
    if differ:
        yield from _rows(found)
    elif _shards(before) != _shards(after):
        yield Change(Level.MINOR, "rows have the same ids, texts and licences, and other columns or another layout")


def _shards(manifest: Manifest) -> set[str]:
    return {file.sha256 for file in manifest.files if file.role == "data"}


def _columns(before: Mapping[str, pa.Schema], after: Mapping[str, pa.Schema]) -> Iterator[Change]:
    for config in sorted(set(before) - set(after)):
        yield Change(Level.MAJOR, f"the config '{config}' is gone")
    for config in sorted(set(after) - set(before)):
        yield Change(Level.MINOR, f"the config '{config}' is new")
    for config in sorted(set(before) & set(after)):
        old, new = ({field.name: field for field in schema} for schema in (before[config], after[config]))
        for name in sorted(set(old) - set(new)):
            yield Change(Level.MAJOR, f"the column '{name}' of config '{config}' is gone")
        for name in sorted(set(new) - set(old)):
            yield Change(Level.MINOR, f"the column '{name}' of config '{config}' is new")
        for name in sorted(set(old) & set(new)):
            if not old[name].equals(new[name]):
                types = f"{_typed(new[name])}, not {_typed(old[name])}"
                yield Change(Level.MAJOR, f"the column '{name}' of config '{config}' is {types}")


def _typed(field: pa.Field) -> str:
    return f"{field.type}{'' if field.nullable else ' without nulls'}"


def _expressions(manifest: Manifest) -> set[str]:
    return {count.expression for count in manifest.licences}


def _taken_back(
    before: Manifest, open_before: Open, after: Manifest, open_after: Open, found: RowChanges | None
) -> set[str]:
    """Return the licences all of whose rows were taken back: that they went is no more than that."""
    went = _expressions(before) - _expressions(after)
    if not went or found is None or found.removed != found.retracted:
        return set()
    return went - kept_licences(before, open_before, after, open_after)


def _licences(before: Manifest, after: Manifest, taken_back: set[str]) -> Iterator[Change]:
    old, new = _expressions(before) - taken_back, _expressions(after)
    if came := sorted(new - old):
        yield Change(Level.MAJOR, f"rows under {', '.join(came)} are new")
    if went := sorted(old - new):
        yield Change(Level.MAJOR, f"no rows are under {', '.join(went)} any more")


def _rows(found: RowChanges | None) -> Iterator[Change]:
    if found is None:
        yield Change(Level.MAJOR, "rows changed, and there are too many to tell how")
        return
    if found.edited:
        yield Change(Level.MAJOR, f"{_counted(found.edited, 'has', 'have')} another content")
    if left := found.removed - found.retracted:
        yield Change(Level.MAJOR, f"{left:,} row{'s' * (left > 1)} left without being taken back")
    if found.added:
        yield Change(Level.MINOR, f"{found.added:,} row{'s' * (found.added > 1)} came")
    if found.retracted:
        yield Change(Level.PATCH, f"{_counted(found.retracted, 'was', 'were')} taken back")
    if not (found.edited or found.removed or found.added):
        yield Change(Level.PATCH, "what is told of the licences of rows changed")


def _counted(rows: int, one: str, more: str) -> str:
    return f"1 row {one}" if rows == 1 else f"{rows:,} rows {more}"


def _schemas(manifest: Manifest, open_file: Open) -> dict[str, pa.Schema]:
    """Return the columns of each config, from the footer of its first shard."""
    first: dict[str, str] = {}
    for file in manifest.files:
        if file.role == "data":
            first.setdefault(file.path.split("/")[1], file.path)
    schemas = {}
    for config, path in first.items():
        with open_file(path) as opened, pq.ParquetFile(opened) as parquet:
            schemas[config] = parquet.schema_arrow.remove_metadata()
    return schemas
