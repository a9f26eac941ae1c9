"""Checks of the policy that the manifest holds: its digest and name, and the ids that it lists."""

from pydantic import ValidationError

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.errors import RecipeError
from licet.schemas.manifest import MANIFEST_PATH
from licet.stages.license.policy import Policy
from licet.stages.license.presets import load_policy, preset_names, written_out

PLACE = f"{MANIFEST_PATH}#policy"


def policy_of(version: Version, findings: Findings) -> Policy | None:
    """Return the policy that the manifest holds, after checking its digest, its name and its list."""
    used = version.manifest.policy
    try:
        policy = Policy.model_validate(used.rules)
    except ValidationError as error:
        findings.add("policy", f"The policy cannot be read: {error.errors()[0]['msg']}.", MANIFEST_PATH)
        return None
    findings.expect("policy", "The digest of the policy", used.sha256, policy.digest, MANIFEST_PATH)
    named = (policy.id, policy.version)
    findings.expect("policy", "The policy's name", (used.id, used.version), named, MANIFEST_PATH)
    _check_list(policy, findings)
    _check_preset(policy, findings)
    return policy


def _check_list(policy: Policy, findings: Findings) -> None:
    """Check that the ids that the policy lists are those that its tiers, additions and refusals come to."""
    try:
        listed = set(written_out(policy.model_dump(mode="json")).licenses)
    except RecipeError as error:
        findings.add("policy_list", f"The policy does not hold up: {error}.", PLACE)
        return
    for told, ids in (
        ("lists, and its tiers do not come to", set(policy.licenses) - listed),
        ("does not list, and its tiers come to", listed - set(policy.licenses)),
    ):
        if ids:
            first = ", ".join(sorted(ids)[:5])
            findings.add("policy_list", f"The policy {told}, {len(ids):,} ids, such as {first}.", PLACE)
    if list(policy.licenses) != sorted(set(policy.licenses)):
        findings.add("policy_list", "The ids that the policy lists are not sorted, each once.", PLACE)


def _check_preset(policy: Policy, findings: Findings) -> None:
    """Check that a policy which bears a preset's name and version is that preset."""
    if policy.id not in preset_names():
        return
    preset = load_policy(policy.id)
    if preset.version == policy.version and preset.digest != policy.digest:
        names = sorted(name for name in Policy.model_fields if getattr(policy, name) != getattr(preset, name))
        findings.add(
            "policy_list",
            f"The policy bears the name of the preset {preset.id} {preset.version}, and differs from it in"
            f" {', '.join(names)}.",
            PLACE,
        )
