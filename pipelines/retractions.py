"""The retractions that a recipe honours: gathered from the versions that it names, and put where workers find them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from licet.schemas.errors import InputError, LicetError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, parse_manifest
from licet.schemas.retraction import RETRACTIONS_PATH
from licet.stages import retract, storage


@dataclass(frozen=True)
class Retractions:
    """Rules, and the file in which workers find them once `write` was called."""

    rules: pa.Table
    digest: str
    path: str

    @property
    def params(self) -> dict[str, Any]:
        """What the manifest says that the stage was set to."""
        return stage_params(self.rules)

    def write(self) -> None:
        """Write the file of rules, if it is not there."""
        if not storage.exists(self.path):
            retract.write_rules_to(self.path, self.rules)


def stage_params(rules: pa.Table) -> dict[str, Any]:
    """Return the settings of a stage that refuses what rules say: how many there are, and their digest."""
    return {"rules": rules.num_rows, "sha256": retract.rules_digest(rules)}


def gathered(names: Sequence[str], work: str, base: str | Path) -> Retractions | None:
    """Return the retractions that a recipe names, to be written to its work folder; null where it names none.

    Relative paths are taken from ``base``.

    Raises:
        InputError: one of them is no version with retractions, and no file of them.

    """
    if not names:
        return None
    rules = retract.merged([_rules_at(name, str(base)) for name in names])
    digest = retract.rules_digest(rules)
    return Retractions(rules, digest, storage.join(work, "retractions", f"{digest[:32]}.parquet"))


def rules_of(folder: str, manifest: Manifest) -> pa.Table | None:
    """Return the rules that a version keeps to; null where it keeps to none.

    Raises:
        VersionError: the file of them cannot be read.

    """
    paths = [file.path for file in manifest.files if file.role == "retractions"]
    return retract.read_rules(storage.join(folder, paths[0])) if paths else None


def _rules_at(name: str, base: str) -> pa.Table:
    # Hub clients take a second to import, and most recipes name no version.
    from licet.pipelines.versions.reference import located

    place = name if not storage.is_local(name) or Path(name).is_absolute() else str(Path(base) / name)
    try:
        if name.endswith(".parquet"):
            return retract.read_rules(place)
        folder = located(place)
        manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
        rules = rules_of(folder, manifest)
    except (LicetError, OSError, ValueError, ImportError) as error:
        told = " ".join(str(error).split())[:200]
        raise InputError(f"`retractions`: {name} cannot be used: {told}") from error
    if rules is None:
        raise InputError(
            f"`retractions`: {name} has no {RETRACTIONS_PATH}, so nothing was retracted from it: leave it out, or name"
            " the version that `licet retract` made"
        )
    return rules
