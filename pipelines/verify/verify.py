"""All checks, one after the other."""

from licet.pipelines.verify.balance import check_inputs, check_stages
from licet.pipelines.verify.data import check_data
from licet.pipelines.verify.evidence import check_evidence
from licet.pipelines.verify.finding import Finding, Findings
from licet.pipelines.verify.ledger import check_clusters, check_kept_rows, check_ledger
from licet.pipelines.verify.version import open_version
from licet.schemas.manifest import MANIFEST_PATH


def verify(folder: str) -> list[Finding]:
    """Return all that does not hold of the version in a folder; nothing when every check of `CHECKS` holds.

    Reads every file once to hash it and every row once or twice, a row group at a time; writes nothing there.
    """
    findings = Findings()
    version = open_version(folder, findings)
    if version is None:
        return findings.all()
    check_stages(version, findings)
    check_inputs(version, findings)
    ledger = check_ledger(version, findings)
    data = check_data(version, ledger, findings)
    check_kept_rows(version, ledger, findings)
    check_clusters(version, findings)
    check_evidence(version, data, ledger, findings)
    for source in version.manifest.inputs:
        out = data.rows.get(source.name, 0) + ledger.refused.get(source.name, 0)
        place = f"{MANIFEST_PATH}#{source.name}"
        findings.expect("conservation", "Rows kept and refused of the source", source.rows, out, place)
    return findings.all()
