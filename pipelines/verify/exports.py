"""Checks of the exports: they are what the version makes them, have their shape, and are signed by whom they should be.

manifest + files ─► exports anew ─► the same bytes?
manifest ─► statements anew ─► the attested ones? ─► signed by each key?
"""

import hashlib
from tempfile import TemporaryDirectory

import duckdb

from licet.pipelines.exports.shape import misfits, shape_of
from licet.pipelines.exports.table import EXPORTS, ROLES, write_exports
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.errors import LicetError
from licet.stages import storage


def check_exports(version: Version, findings: Findings) -> None:
    """Check that each export has its shape, and is byte for byte what it is when made again."""
    for export in EXPORTS:
        if export.path and export.schema and export.path in version.present:
            with findings.reading(export.path):
                for misfit in misfits(export.schema, shape_of(storage.join(version.folder, export.path))):
                    findings.add(
                        "export_shapes", f"It does not meet the schema {export.schema}: {misfit}.", export.path
                    )
    with TemporaryDirectory(prefix="licet-verify-") as scratch:
        try:
            anew = {entry.path: entry for entry in write_exports(version.folder, version.manifest, scratch)}
        except (LicetError, duckdb.Error, OSError, ValueError, LookupError) as error:
            told = " ".join(str(error).split())[:200]
            findings.add("exports", f"They cannot be made again from the version: {told}.", "provenance")
            return
    listed = {entry.path: entry for entry in version.manifest.files if entry.role in ROLES}
    for path in sorted({*anew, *listed}):
        if path not in listed:
            findings.add("exports", "The export is not in the manifest.", path)
        elif path not in anew:
            findings.add("exports", "No such export is made from the version.", path)
        elif path in version.present and _digest(version, path) != anew[path].sha256:
            findings.add("exports", "It is not what is made from the version.", path)


def _digest(version: Version, path: str) -> str:
    with storage.open_input(storage.join(version.folder, path)) as file:
        found = hashlib.sha256()
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()
