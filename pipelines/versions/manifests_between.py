"""How two manifests differ: counts of rows by licence and language, refusals, policy, columns, inputs, settings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from licet.pipelines.policies.compare import policy_diff
from licet.pipelines.redo.rows import row_groups
from licet.schemas.errors import VersionError
from licet.schemas.manifest import LicenceCount, Manifest
from licet.stages import storage
from licet.stages.license.policy import Policy


@dataclass(frozen=True)
class Delta:
    """A count before and after."""

    name: str
    before: int
    after: int

    @property
    def by(self) -> int:
        """By how much it grew."""
        return self.after - self.before


def deltas(before: Mapping[str, int], after: Mapping[str, int]) -> list[Delta]:
    """Return the counts that differ, the greatest difference first."""
    found = [Delta(name, before.get(name, 0), after.get(name, 0)) for name in sorted({*before, *after})]
    return sorted((delta for delta in found if delta.by), key=lambda delta: (-abs(delta.by), delta.name))


def histograms(before: Manifest, after: Manifest) -> dict[str, list[Delta]]:
    """Return how the rows by licence, tier, source and language differ, and those of the groups of a mixture."""
    told = {
        name: deltas(_rows_by(name, before.licences), _rows_by(name, after.licences))
        for name in ("expression", "tier", "source")
    }
    languages = ({count.language: count.rows for count in manifest.languages} for manifest in (before, after))
    return {
        "license": told["expression"],
        "tier": told["tier"],
        "source": told["source"],
        "language": deltas(*languages),
        **({"mixture": deltas(*groups)} if any(groups := [_groups(manifest) for manifest in (before, after)]) else {}),
    }


def refusals(before: Manifest, after: Manifest) -> list[Delta]:
    """Return how the rows refused differ, by "stage.reason"."""
    return deltas(*(_refused(manifest) for manifest in (before, after)))


def policies(before: Manifest, after: Manifest) -> dict[str, Any] | None:
    """Return how the policies differ in what they decide: ids admitted and settings; null where they do not.

    Raises:
        VersionError: one of them cannot be read.

    """
    if before.policy == after.policy:
        return None
    try:
        loaded = [Policy.model_validate(manifest.policy.rules) for manifest in (before, after)]
    except ValidationError as error:
        raise VersionError(f"the policy of a version cannot be read: {error.errors()[0]['msg']}") from error
    return policy_diff(loaded[0], loaded[1]).summary()


def columns(before: tuple[str, Manifest], after: tuple[str, Manifest]) -> list[dict[str, Any]]:
    """Return, for each config, which columns differ, and configs that only one version has."""
    found: list[dict[str, Any]] = []
    one, other = (_columns(*version) for version in (before, after))
    for config in sorted({*one, *other}):
        a, b = one.get(config), other.get(config)
        if a is None or b is None:
            found.append({"config": config, "change": "added" if a is None else "removed"})
        elif a != b:
            found += [
                {"config": config, "column": name, "before": a.get(name), "after": b.get(name)}
                for name in dict.fromkeys([*a, *b])
                if a.get(name) != b.get(name)
            ] or [{"config": config, "change": "order of columns"}]
    return found


def inputs(before: tuple[str, Manifest], after: tuple[str, Manifest]) -> list[dict[str, Any]]:
    """Return, for each source, what of it differs, and how many of its files were added, removed and changed."""
    one, other = ({source.name: source for source in version[1].inputs} for version in (before, after))
    found: list[dict[str, Any]] = []
    files: tuple[dict[str, dict[str, str]], ...] | None = None
    for name in sorted({*one, *other}):
        a, b = one.get(name), other.get(name)
        if a == b:
            continue
        if a is None or b is None:
            found.append({"source": name, "change": "added" if a is None else "removed"})
            continue
        told, now = a.model_dump(mode="json"), b.model_dump(mode="json")
        differing = {key: [told[key], now[key]] for key in told if told[key] != now[key]}
        row: dict[str, Any] = {"source": name, "change": "changed", "fields": differing}
        if a.digest != b.digest:
            files = files or tuple(_files(*version) for version in (before, after))
            was, is_now = files[0].get(name, {}), files[1].get(name, {})
            row["files"] = {
                "added": len(is_now.keys() - was.keys()),
                "removed": len(was.keys() - is_now.keys()),
                "changed": sum(was[path] != is_now[path] for path in was.keys() & is_now.keys()),
            }
        found.append(row)
    return found


def settings(before: Manifest, after: Manifest) -> list[dict[str, Any]]:
    """Return the stages and models that differ in what they were set to; code that merely changed is not told.

    Of stages that both versions have, only the settings, and of the heuristics only the rules, that differ are told.
    """
    one, other = ({stage.name: dict(stage.params) for stage in manifest.stages} for manifest in (before, after))
    found = [
        {**told, "before": _apart(told["before"], told["after"]), "after": _apart(told["after"], told["before"])}
        for told in _differing("stage", one, other, leave_out="license")
    ]
    models = [{model.name: model.sha256 for model in manifest.models} for manifest in (before, after)]
    return [*found, *_differing("model", models[0], models[1])]


def made_otherwise(before: Manifest, after: Manifest) -> list[dict[str, Any]]:
    """Return what differs and has no part in what readers get: libraries, number, parent, earlier versions."""
    told = [
        {
            **manifest.environment,
            "version": manifest.dataset.version,
            "description": manifest.dataset.description,
            "parent": manifest.parent.sha256 if manifest.parent else None,
            "against": [earlier.label for earlier in manifest.against],
        }
        for manifest in (before, after)
    ]
    return list(_differing("made", told[0], told[1]))


def as_json(told: Sequence[Delta]) -> list[dict[str, Any]]:
    """Return deltas as JSON values."""
    return [{**asdict(delta), "delta": delta.by} for delta in told]


def _differing(
    what: str, one: Mapping[str, Any], other: Mapping[str, Any], leave_out: str = ""
) -> Iterator[dict[str, Any]]:
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name) and name != leave_out:
            yield {what: name, "before": one.get(name), "after": other.get(name)}


def _apart(one: Any, other: Any) -> Any:
    """Return what of some settings the other ones do not have just so."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {name: _apart(value, other.get(name)) for name, value in one.items() if value != other.get(name)}
    if isinstance(one, list) and isinstance(other, list) and any(isinstance(each, Mapping) for each in one):
        return [each for each in one if each not in other]
    return one


def _rows_by(name: str, counts: Sequence[LicenceCount]) -> Counter[str]:
    found: Counter[str] = Counter()
    for count in counts:
        found[getattr(count, name)] += count.rows
    return found


def _groups(manifest: Manifest) -> dict[str, int]:
    return {group.name: group.rows for group in manifest.mixture.groups} if manifest.mixture else {}


def _refused(manifest: Manifest) -> dict[str, int]:
    return {f"{stage.name}.{told.reason}": told.rows for stage in manifest.stages for told in stage.refused}


def _columns(folder: str, manifest: Manifest) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in manifest.files:
        config = file.path.split("/")[1] if file.role == "data" else ""
        if config and config not in found:
            with storage.open_input(storage.join(folder, file.path)) as source:
                found[config] = {field.name: str(field.type) for field in pq.read_schema(source)}
    return found


def _files(folder: str, manifest: Manifest) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in manifest.files:
        if file.role == "inputs":
            for table in row_groups(storage.join(folder, file.path)):
                for row in table.to_pylist():
                    found.setdefault(row["source"], {})[row["name"]] = row["sha256"]
    return found
