"""Checks of the manifest against itself and against the list of inputs."""

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.manifest import MANIFEST_PATH, canonical_sha256, inputs_digest


def check_stages(version: Version, findings: Findings) -> None:
    """Check that each stage balances, that stages follow on each other, and that parameters have their digest."""
    manifest = version.manifest
    rows = sum(source.rows for source in manifest.inputs)
    size = manifest.stages[0].bytes_in if manifest.stages else manifest.rows.bytes
    for stage in manifest.stages:
        place = f"{MANIFEST_PATH}#{stage.name}"
        findings.expect("conservation", "The number of rows that came in", rows, stage.rows_in, place)
        findings.expect("conservation", "The bytes that came in", size, stage.bytes_in, place)
        refused_rows = sum(refused.rows for refused in stage.refused)
        refused_bytes = sum(refused.bytes for refused in stage.refused)
        findings.expect("conservation", "Rows kept and refused", stage.rows_in, stage.rows_kept + refused_rows, place)
        findings.expect(
            "conservation", "Bytes kept and refused", stage.bytes_in, stage.bytes_kept + refused_bytes, place
        )
        findings.expect(
            "parameters", "The digest of the parameters", stage.params_sha256, canonical_sha256(stage.params), place
        )
        rows, size = stage.rows_kept, stage.bytes_kept
    findings.expect("conservation", "The rows after the last stage", rows, manifest.rows.count, MANIFEST_PATH)
    findings.expect("conservation", "The bytes after the last stage", size, manifest.rows.bytes, MANIFEST_PATH)


def check_inputs(version: Version, findings: Findings) -> None:
    """Check that the list of input files adds up to what the manifest says of each source."""
    files: dict[str, list[tuple[str, str]]] = {source.name: [] for source in version.manifest.inputs}
    sizes: dict[str, int] = {}
    for entry in version.of_role("inputs"):
        for table in version.tables(entry, findings):
            for row in table.to_pylist():
                files.setdefault(row["source"], []).append((row["name"], row["sha256"]))
                sizes[row["source"]] = sizes.get(row["source"], 0) + row["bytes"]
        for source in version.manifest.inputs:
            found = files.pop(source.name)
            place = f"{entry.path}#{source.name}"
            findings.expect("inputs", "The number of files", source.files, len(found), place)
            findings.expect("inputs", "The bytes of the files", source.bytes, sizes.get(source.name, 0), place)
            findings.expect("inputs", "The digest of the files", source.digest, inputs_digest(found), place)
        for name in sorted(files):
            findings.add("inputs", f"The source {name} is not in the manifest.", entry.path)
