"""Checks of the chain from a version that was decided anew to the version that it was made from."""

from tempfile import TemporaryDirectory

import numpy as np

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.once import Keys, row_key
from licet.pipelines.verify.version import Version
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest
from licet.stages import storage

PLACE = f"{MANIFEST_PATH}#parent"


def check_parent(version: Version, folder: str | None, findings: Findings) -> None:
    """Check what is said of the parent, against the parent itself where its folder is given.

    A version that was decided anew has its parent's inputs, and no row that its parent does not have.
    """
    parent = version.manifest.parent
    if parent is None:
        if folder is not None:
            findings.add("parent", f"It names no parent, and {folder} was given as one.", PLACE)
        return
    findings.expect("parent", "The name of the parent", version.manifest.dataset.name, parent.name, PLACE)
    if folder is None:
        return
    try:
        manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    except (OSError, ValueError, ImportError, VersionError) as error:
        findings.add("parent", f"The parent in {folder} cannot be read: {' '.join(str(error).split())[:200]}.", PLACE)
        return
    findings.expect("parent", "The digest of the parent's manifest", parent.sha256, manifest.digest, folder)
    findings.expect("parent", "The parent's version", parent.version, manifest.dataset.version, folder)
    for name in ("name", "files", "bytes", "digest", "rows"):
        told, found = ([getattr(s, name) for s in m.inputs] for m in (version.manifest, manifest))
        findings.expect("parent", f"The parent's inputs, by {name},", told, found, folder)
    present = frozenset(f.path for f in manifest.files if storage.exists(storage.join(folder, f.path)))
    _check_rows(version, Version(folder, manifest, present), findings)


def _check_rows(version: Version, parent: Version, findings: Findings) -> None:
    """Check that each row of a version is one of its parent's, with the same text."""
    with TemporaryDirectory(prefix="licet-mine-") as mine, TemporaryDirectory(prefix="licet-theirs-") as theirs:
        ours, others = Keys(mine), Keys(theirs)
        for keys, of in ((ours, version), (others, parent)):
            name = "uuid" if of.manifest.dataset.kind == "posttrain" else "id"
            for entry in of.of_role("data"):
                for table in of.tables(entry, findings, [name, "content_sha256"]):
                    for row in table.to_pylist():
                        keys.add(row_key(row[name] or "", row["content_sha256"] or ""))
        new = sum(int((~np.isin(a, b)).sum()) for a, b in zip(ours.buckets(), others.buckets(), strict=True))
    if new:
        findings.add("parent", f"{new:,} rows are not in the parent that it was made from.", PLACE)
