"""Checks of the recipe beside a version: it says of the run what the manifest says."""

from licet.pipelines.finish import RECIPE_PATH
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.errors import LicetError
from licet.schemas.manifest import MANIFEST_PATH, Declared
from licet.schemas.recipe import Recipe, parse_recipe
from licet.stages import storage
from licet.stages.conversation import STAGE as CONVERSATIONS
from licet.stages.conversation import conversations_params
from licet.stages.license.presets import preset_names
from licet.stages.quality import clean_params, heuristics_params, takes_lines


def check_recipe(version: Version, findings: Findings) -> Recipe | None:
    """Return the recipe, after checking that it names the dataset, sources, policy and settings of the manifest."""
    entries = version.of_role("recipe")
    if not entries:
        findings.add("recipe", "There is no recipe.", RECIPE_PATH)
        return None
    place = entries[0].path
    try:
        recipe = parse_recipe(storage.read_bytes(version.path(entries[0])).decode())
    except (LicetError, UnicodeDecodeError) as error:
        findings.add("recipe", f"It cannot be read: {' '.join(str(error).split())[:200]}.", place)
        return None
    manifest = version.manifest
    told = manifest.dataset
    findings.expect("recipe", "The dataset's name", told.name, recipe.name, place)
    findings.expect("recipe", "The dataset's kind", told.kind, recipe.kind, place)
    findings.expect("recipe", "The dataset's description", told.description, recipe.description, place)
    findings.expect("recipe", "The sources", [s.name for s in manifest.inputs], [s.name for s in recipe.sources], place)
    by_name = {source.name: source for source in recipe.sources}
    for source in manifest.inputs:
        if source.name in by_name:
            read = by_name[source.name]
            declared = Declared(**read.license.model_dump()) if read.license else None
            at = f"{place}#{source.name}"
            findings.expect("recipe", "How the source is read", source.reader, read.type, at)
            findings.expect("recipe", "The source's revision", source.revision, read.revision, at)
            findings.expect("recipe", "The licence declared", source.license, declared, at)
    if recipe.policy in preset_names():
        findings.expect("recipe", "The policy", manifest.policy.id, recipe.policy, place)
    _check_parameters(version, recipe, findings)
    return recipe


def _check_parameters(version: Version, recipe: Recipe, findings: Findings) -> None:
    """Check that the stages whose settings decide on licences, shape and copies were set as recipe and policy say."""
    policy = version.manifest.policy
    expected = {
        "license": {"policy": policy.id, "version": policy.version, "sha256": policy.sha256},
        **_of_conversations(version, recipe),
        "heuristics": heuristics_params(recipe.heuristics),
        **({"clean": clean_params(recipe.heuristics)} if takes_lines(recipe.heuristics) else {}),
        "dedup": recipe.dedup.model_dump(mode="json"),
    }
    for stage in version.manifest.stages:
        if stage.name in expected:
            place = f"{MANIFEST_PATH}#{stage.name}"
            findings.expect("parameters", "What the stage was set to", expected[stage.name], stage.params, place)


def _of_conversations(version: Version, recipe: Recipe) -> dict[str, object]:
    """Return what the judge of conversations must have been set to, with the tokenizer that the manifest names."""
    if recipe.conversations is None:
        return {}
    tokenizer = next((model.sha256 for model in version.manifest.models if model.name == "tokenizer"), None)
    return {CONVERSATIONS: conversations_params(recipe.conversations, tokenizer)}
