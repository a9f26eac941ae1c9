"""Presets and the policy files of users: found, extended, checked, written out."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from licet.schemas.errors import RecipeError
from licet.schemas.license import LICENSES_FOLDER, is_cc, listed_ids, spdx, tier_of
from licet.stages.license.policy import Policy

PRESETS = LICENSES_FOLDER / "policies"


def load_policy(name_or_path: str) -> Policy:
    """Return a preset by its name, or the policy in a JSON file of the user's.

    A file may say ``"extends": "<preset>"``: what it does not set is the preset's, and its ``allow``, ``refuse`` and
    ``exceptions`` are added to the preset's.

    Raises:
        RecipeError: there is no such preset or file, or the file is no policy; the message names the presets.

    """
    return written_out(_stored(name_or_path, ()))


def preset_names() -> list[str]:
    """Return the names of the presets."""
    return sorted(path.stem for path in PRESETS.glob("*.json"))


def _stored(name_or_path: str, seen: tuple[str, ...]) -> dict[str, Any]:
    if name_or_path in seen:
        raise RecipeError(f"the policy {name_or_path} extends itself")
    is_preset = name_or_path in preset_names()
    path = PRESETS / f"{name_or_path}.json" if is_preset else Path(name_or_path)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        presets = ", ".join(preset_names())
        raise RecipeError(
            f"there is no policy `{name_or_path}`: give the path of a policy file or one of {presets}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise RecipeError(f"the policy {name_or_path} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise RecipeError(f"the policy {name_or_path} must be a JSON object with `id`, `version` and `tiers`")
    if not isinstance(found.get("extends"), str):
        return found
    base = _stored(found["extends"], (*seen, name_or_path))
    merged = {**base, **found}
    try:
        merged["allow"] = [*base.get("allow", []), *found.get("allow", [])]
        merged["refuse"] = [*(k for k in base.get("refuse", []) if k not in merged["allow"]), *found.get("refuse", [])]
        merged["exceptions"] = {**base.get("exceptions", {}), **found.get("exceptions", {})}
    except TypeError as error:
        raise RecipeError(f"the policy {name_or_path}: `allow` and `refuse` are lists of ids") from error
    return merged


def written_out(found: dict[str, Any]) -> Policy:
    """Return the policy with the listed ids that it admits; unknown ids are mistakes."""
    name = found.get("id", "without an id")
    try:
        policy = Policy.model_validate({**found, "licenses": ()})
    except ValidationError as error:
        told = "; ".join(f"`{'.'.join(map(str, e['loc']))}`: {e['msg']}" for e in error.errors(include_url=False))
        raise RecipeError(f"the policy {name} does not fit: {told}") from error
    known = set(listed_ids())
    if strange := sorted(k for k in (*policy.allow, *policy.refuse) if k not in known and not is_cc(k)):
        raise RecipeError(f"the policy {name} speaks of {', '.join(strange)}, whose conditions are not known")
    listed = {k for k in known if tier_of(k) in policy.tiers}
    ccs = {k for k in spdx()["licenses"] if is_cc(k) and policy.admits_cc(k)}
    refused = {*policy.refuse, *(k for k in {*listed, *policy.allow} if policy.forbids(k))}
    return policy.model_copy(update={"licenses": tuple(sorted({*listed, *ccs, *policy.allow} - refused))})
