"""Checks of the mixture: it is that of the rows and the ledger, and rows left by the numbers that they drew."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.mixture import asked_in, left_in, mixture_of, units_of
from licet.pipelines.verify.data import texts_of
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.balance import DRAW, Balance
from licet.schemas.errors import RunError, VersionError
from licet.schemas.manifest import MANIFEST_PATH, FileEntry, Mixture, parse_manifest
from licet.schemas.recipe import Recipe
from licet.schemas.rows import CONVERSATION, of_config, saying
from licet.stages import storage
from licet.stages.balance import STAGE, Target, draws, from_detail, keys_of, shown, targets
from licet.stages.groups import group_histogram, group_names, total_groups

PLACE = f"{MANIFEST_PATH}#mixture"
_READ = ("id", "content_sha256", "stage", "reason", "value", "threshold", "detail", "bytes")


def check_mixture(version: Version, recipe: Recipe | None, parent: str | None, findings: Findings) -> None:
    """Check the stage's settings, the mixture, and that no other rows left than had to.

    ``parent`` is the folder of the version that this one was made from, where it is at hand: what each group was to
    have was reckoned there.
    """
    if recipe is None:
        return
    manifest, settings = version.manifest, recipe.balance
    told = next((stage.params for stage in manifest.stages if stage.name == STAGE), None)
    drawn = told.get("draw") if told else None
    expected = {**settings.params, "draw": drawn} if settings.is_on else None
    findings.expect("parameters", "What the stage was set to", expected, told, f"{MANIFEST_PATH}#{STAGE}")
    if (manifest.mixture is None) == settings.is_on:
        is_there = "is not there" if settings.is_on else "is there, and the recipe balances nothing"
        findings.add("mixture", f"The mixture {is_there}.", PLACE)
    if manifest.mixture is None or not settings.is_on:
        return
    seen = _Seen(settings, is_drawn_so=drawn == DRAW)
    for entry in version.of_role("data"):
        for table in version.tables(entry, findings, seen.columns(version.manifest.dataset.kind, entry)):
            with findings.reading(entry.path):
                seen.add_kept(table)
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, _READ):
            with findings.reading(entry.path):
                seen.add_left(table.filter(pc.equal(table.column("stage"), STAGE)), entry, findings)
    _check_groups(version, manifest.mixture, seen, findings)
    if manifest.parent is None:
        _check_bounds(manifest.mixture, seen, findings)
    elif parent is not None:
        _check_asked(manifest.mixture, parent, findings)
    # Where rows are grouped by their licence, one that was decided anew has another group than those that had left.
    if manifest.parent is None or "license" not in settings.columns:
        _check_most(manifest.mixture, findings)
        _check_order(seen, findings)


def _check_groups(version: Version, told: Mixture, seen: "_Seen", findings: Findings) -> None:
    """Check each group of the mixture against what was counted."""
    try:
        found = mixture_of(seen.settings, seen.kept, seen.left, told if version.manifest.parent else None)
    except RunError as error:
        findings.add("mixture", f"It cannot be: {error}.", PLACE)
        return
    findings.expect("mixture", "What groups rows", found.by, told.by, PLACE)
    findings.expect("mixture", "What is counted", found.unit, told.unit, PLACE)
    one, other = ({group.name: group for group in mixture.groups} for mixture in (found, told))
    findings.expect("mixture", "The groups, in order,", list(one), [group.name for group in told.groups], PLACE)
    for name in sorted({*one} & {*other}):
        fields = zip(one[name], other[name], strict=True)
        for (key, should), (_, is_now) in fields:
            findings.expect("mixture", f"`{key}` of the group {name}", should, is_now, PLACE)


def _check_bounds(told: Mixture, seen: "_Seen", findings: Findings) -> None:
    """Check that no row left that had room, and that each left for the bound that its group reached."""
    available = {group.name: group.available for group in told.groups}
    try:
        found = targets(seen.settings, available)
    except RunError:
        return
    units = units_of(seen.settings, seen.kept)
    for name, target in found.items():
        has, first = units.get(name, 0), seen.first_left.get(name)
        if first is not None and (target.asked is None or has + first.units <= target.asked):
            findings.add("mixture", f"Rows of the group {name} left while there was room for them.", first.place)
    _check_reasons(found, seen, findings)


def _check_most(told: Mixture, findings: Findings) -> None:
    """Check that no group has more than it was to have."""
    for group in told.groups:
        if group.asked is not None and group.kept > group.asked:
            fault = f"The group {group.name} has {group.kept:,}, and was to have {group.asked:,} at most."
            findings.add("mixture", fault, PLACE)


def _check_reasons(found: Mapping[str, Target], seen: "_Seen", findings: Findings) -> None:
    for (name, reason), (rows, place, example) in seen.reasons.items():
        if name in found and found[name].reason != reason:
            fault = f"of the group {name} that left as {reason}, and would as {found[name].reason}"
            findings.add_rows("mixture", fault, place, rows, example)


def _check_asked(told: Mixture, folder: str, findings: Findings) -> None:
    """Check that what groups were to have is what the parent says."""
    try:
        parent = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH))).mixture
    except (OSError, ValueError, ImportError, VersionError):
        return
    before, now = asked_in(parent) if parent else {}, asked_in(told)
    for name in sorted(now):
        findings.expect("mixture", f"What {name} was to have", before.get(name, (None, None)), now[name], PLACE)


def _check_order(seen: "_Seen", findings: Findings) -> None:
    """Check that each row that left comes behind those of its group that stayed."""
    for name, first in sorted(seen.first_left.items()):
        last = seen.last_kept.get(name)
        if seen.is_drawn_so and last is not None and last > first.key:
            fault = f"of the group {name} that left before others which stayed"
            findings.add_rows("mixture", fault, first.place, 1, first.row_id)


@dataclass(frozen=True)
class _First:
    """The first row of a group that left: its key, its units, its id, and where it is."""

    key: int
    units: int
    row_id: str
    place: str


@dataclass
class _Seen:
    """What data and ledger told of the groups; memory is that of the groups."""

    settings: Balance
    is_drawn_so: bool
    kept: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    left: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    last_kept: dict[str, int] = field(default_factory=dict)
    first_left: dict[str, _First] = field(default_factory=dict)
    thresholds: dict[str, float | None] = field(default_factory=dict)
    reasons: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)

    def columns(self, kind: str, entry: FileEntry) -> list[str]:
        """Return the columns of a shard that are needed; texts only where their bytes are counted."""
        needed = ["uuid" if kind == "posttrain" else "id", "content_sha256", "token_count", *self.settings.columns]
        if self.settings.keep == "quality":
            needed.append("quality_score")
        if self.settings.unit == "bytes":
            needed += _texts(kind, entry)
        return list(dict.fromkeys(needed))

    def add_kept(self, table: pa.Table) -> None:
        """Add published rows."""
        sizes = [len(text) for text in texts_of(table)] if self.settings.unit == "bytes" else [0] * table.num_rows
        counted = group_histogram(table, pa.array(sizes, pa.int64()), self.settings.columns)
        self.kept = total_groups(self.kept, counted)
        scores = table.column("quality_score").combine_chunks() if self.settings.keep == "quality" else None
        names = group_names(table, self.settings.columns).to_numpy(zero_copy_only=False)
        keys = self._keys(table.column(table.column_names[0]), table.column("content_sha256"), scores)
        for name in counted:
            self.last_kept[name] = max(self.last_kept.get(name, 0), int(keys[names == name].max()))

    def add_left(self, table: pa.Table, entry: FileEntry, findings: Findings) -> None:
        """Add rows of the ledger that left for the mixture, each of which is held against what it drew."""
        if not table.num_rows:
            return
        self.left = total_groups(self.left, left_in([table], self.settings.unit))
        scores = table.column("value").combine_chunks() if self.settings.keep == "quality" else None
        keys = self._keys(table.column("id"), table.column("content_sha256"), scores)
        values = shown(keys, self.settings.keep).tolist()
        told = (table.column(name).to_pylist() for name in ("id", "detail", "reason", "value", "threshold", "bytes"))
        for key, drew, row_id, detail, reason, value, bound, size in zip(keys.tolist(), values, *told, strict=True):
            name, tokens = from_detail(detail or "", self.settings.unit)
            units = {"rows": 1, "tokens": tokens, "bytes": size or 0}[self.settings.unit]
            first = self.first_left.get(name)
            if first is None or key < first.key:
                self.first_left[name] = _First(key, units, str(row_id), entry.path)
            count, _, example = self.reasons.get((name, reason), (0, "", str(row_id)))
            self.reasons[name, reason] = (count + 1, entry.path, example)
            if self.is_drawn_so and value != drew:
                findings.add_rows("mixture", "that drew another number", entry.path, 1, str(row_id))
            if bound != self.thresholds.setdefault(name, bound) or not self._is_behind(value, bound):
                findings.add_rows("mixture", "whose bound is not that of their group", entry.path, 1, str(row_id))

    def _is_behind(self, value: float | None, bound: float | None) -> bool:
        if value is None or bound is None:
            return False
        return value >= bound if self.settings.keep == "random" else value <= bound

    def _keys(self, ids: pa.ChunkedArray, contents: pa.ChunkedArray, scores: pa.Array | None) -> np.ndarray:
        drawn = draws(contents.to_pylist(), ids.to_pylist(), self.settings.seed)
        return keys_of(drawn, None if scores is None else pc.fill_null(scores.cast(pa.float32()), 0))


def _texts(kind: str, entry: FileEntry) -> list[str]:
    """Return the columns that a shard's texts are made from."""
    return ["text"] if kind == "pretrain" else saying(of_config(CONVERSATION, entry.path.split("/")[1]).names)
