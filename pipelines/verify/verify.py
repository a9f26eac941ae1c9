"""All checks, one after the other."""

from collections.abc import Sequence

from licet.pipelines.exports.envelopes import PublicKey
from licet.pipelines.verify.against import check_against
from licet.pipelines.verify.attestations import check_attestations
from licet.pipelines.verify.conclusions import check_conclusions
from licet.pipelines.verify.conservation import check_inputs, check_stages
from licet.pipelines.verify.contamination import check_contamination
from licet.pipelines.verify.conversations import check_conversations
from licet.pipelines.verify.data import check_data
from licet.pipelines.verify.evidence import check_evidence, credits_of
from licet.pipelines.verify.exports import check_exports
from licet.pipelines.verify.finding import Finding, Findings
from licet.pipelines.verify.index import check_index
from licet.pipelines.verify.ledger import check_clusters, check_kept_rows, check_ledger
from licet.pipelines.verify.masked import check_masked
from licet.pipelines.verify.measures import check_measures
from licet.pipelines.verify.mixture import check_mixture
from licet.pipelines.verify.objections import check_objections
from licet.pipelines.verify.once import check_once
from licet.pipelines.verify.parent import check_parent
from licet.pipelines.verify.policy import policy_of
from licet.pipelines.verify.recipe import check_recipe
from licet.pipelines.verify.retractions import check_retractions
from licet.pipelines.verify.version import open_version
from licet.schemas.manifest import MANIFEST_PATH


def verify(
    folder: str, parent: str | None = None, keys: Sequence[PublicKey] = (), against: Sequence[str] = ()
) -> list[Finding]:
    """Return all that does not hold of the version in a folder; nothing when every check of `CHECKS` holds.

    ``parent`` is the folder of the version that this one was made from, where it is at hand; ``against`` are those of
    earlier versions that its rows were held against, likewise.

    ``keys`` are those by which it must be signed; without any, no signature is checked.

    Reads every file once to hash it and every row once or twice, a row group at a time; writes nothing there.
    """
    findings = Findings()
    version = open_version(folder, findings)
    if version is None:
        return findings.all()
    check_stages(version, findings)
    check_inputs(version, findings)
    policy = policy_of(version, findings)
    recipe = check_recipe(version, findings)
    ledger = check_ledger(version, recipe, findings)
    data = check_data(version, ledger, credits_of(version, findings), findings)
    check_masked(version, recipe, findings)
    check_mixture(version, recipe, parent, findings)
    check_conversations(version, recipe, findings)
    check_kept_rows(version, ledger, findings)
    check_clusters(version, findings)
    check_index(version, recipe, findings)
    check_against(version, recipe, against, findings)
    check_once(version, findings)
    check_measures(version, recipe, findings)
    check_contamination(version, recipe, findings)
    check_evidence(version, data, ledger, policy, findings)
    check_conclusions(version, policy, findings)
    check_objections(version, findings)
    check_retractions(version, findings)
    check_parent(version, parent, findings)
    check_exports(version, findings)
    check_attestations(version, keys, findings)
    for source in version.manifest.inputs:
        out = data.rows.get(source.name, 0) + ledger.refused.get(source.name, 0)
        place = f"{MANIFEST_PATH}#{source.name}"
        findings.expect("conservation", "Rows kept and refused of the source", source.rows, out, place)
    return findings.all()
