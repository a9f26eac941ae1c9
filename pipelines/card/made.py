"""How a version was made, stage by stage, in sentences: what each did, by which settings, and what it refused."""

from collections.abc import Callable, Mapping
from typing import Any

from licet.pipelines.card.words import rows_text
from licet.schemas.manifest import Manifest, StageRun
from licet.stages.dedup import candidate_probability

Settings = Mapping[str, Any]


def made_list(manifest: Manifest) -> str:
    """Return the stages as a numbered list; one that neither had a say nor refused anything is left out."""
    told = [line for stage in manifest.stages if (line := _stage(stage, manifest))]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(told, start=1))


def _stage(stage: StageRun, manifest: Manifest) -> str:
    say = _SAY.get(stage.name)
    said = say(stage.params, manifest) if say else ""
    refused = sorted(stage.refused, key=lambda told: (-told.rows, told.reason))
    if not refused:
        return said
    reasons = ", ".join(f"`{told.reason}` {told.rows:,}" for told in refused)
    return f"{said or f'**{stage.name.capitalize()}.**'} Refused {rows_text(sum(t.rows for t in refused))}: {reasons}."


def _read(_: Settings, manifest: Manifest) -> str:
    files = sum(source.files for source in manifest.inputs)
    rows = sum(source.rows for source in manifest.inputs)
    return (
        f"**Read.** {rows_text(rows).capitalize()} from {files:,} file{'' if files == 1 else 's'}, pinned by SHA-256."
    )


def _licensed(_: Settings, manifest: Manifest) -> str:
    policy = manifest.policy
    asked = policy.rules.get("min_grade")
    least = f", which asks for evidence of grade {asked} or better" if asked else ""
    return (
        "**Licences.** For each row one SPDX expression was concluded from all that is said of it, and held against the"
        f" policy `{policy.id}` (version {policy.version}){least}."
    )


def _taken_back(_: Settings, manifest: Manifest) -> str:
    if not any(file.role == "retractions" for file in manifest.files):
        return ""
    return "**Taken back.** Rows whose removal was asked for, with their copies and what resembles them."


def _masked(params: Settings, manifest: Manifest) -> str:
    told = manifest.masked
    if told is None:
        return ""
    kinds = ", ".join(f"{names_of(kind)} {spans:,}" for kind, spans in told.kinds.items() if spans)
    has_notices = params.get("keep_notices") and "email" in told.kinds
    kept = "; addresses on lines of copyright notices stay" if has_notices else ""
    return (
        f"**Masked.** In {rows_text(told.rows)} the text was changed: {kinds or 'nothing was found'}, each replaced by"
        f" the name of its kind{kept}. The column `masked` counts them in each row (rules `{params.get('rules')}`)."
    )


def names_of(kind: str) -> str:
    """Return what the spans of a kind are called."""
    return _NAMES.get(kind, kind)


_NAMES = {
    "card": "numbers of payment cards",
    "email": "e-mail addresses",
    "iban": "bank accounts",
    "ip_address": "public IP addresses",
    "key": "keys and passwords",
    "phone": "telephone numbers",
}


def _counted(_: Settings, __: Manifest) -> str:
    return ""


def _ruled(params: Settings, _: Manifest) -> str:
    changed = ", ".join(f"`{name}` {value:g}" for name, value in sorted(params.get("set", {}).items()))
    profile = params.get("profile", "none")
    if profile == "none" and not changed:
        return ""
    names = " and ".join(f"`{name}`" for name in (profile if isinstance(profile, list) else [profile]))
    return f"**Shape.** Rules of the profile {names}{f' with {changed}' if changed else ''}."


def _conversed(params: Settings, _: Manifest) -> str:
    changed = ", ".join(
        f"`{name}` {'taken away' if value is None else f'{value:g}'}" for name, value in sorted(params["set"].items())
    )
    named = f"**Turns.** Rules on turns, tool calls and answers of the profile `{params['profile']}`"
    return f"{named}{f' with {changed}' if changed else ''} (measures `{params['measures']}`)."


def _cleaned(params: Settings, _: Manifest) -> str:
    return f"**Lines.** Lines and citation marks that the profile `{params.get('profile')}` rules out were taken away."


def _spoken(params: Settings, _: Manifest) -> str:
    allowed = ", ".join(f"`{code}`" for code in params.get("allow", ()))
    return f"**Language.** Identified for each row{f'; only {allowed} stay' if allowed else ''}."


def _decontaminated(params: Settings, _: Manifest) -> str:
    sets = ", ".join(f"`{told['name']}` ({told['items_looked_for']:,} items)" for told in params.get("sets", ()))
    settings = params.get("settings", {})
    fate = "were refused" if settings.get("on_hit") == "refuse" else "are marked"
    return (
        f"**Evaluation sets.** Each row was looked through for the items of {sets}; rows with a share of"
        f" {settings.get('min_share')} of one or more {fate}. What was found, and where, is in"
        " [the report of matches](provenance/contamination.parquet)."
    )


_COMPARED = {
    "text": "Same content",
    "prompts": "Same prompts",
    "answers": "Same answers",
    "both": "Same prompts and answers",
}


def _deduplicated(params: Settings, manifest: Manifest) -> str:
    if not params.get("enabled", True):
        return "**Duplicates** were not looked for."
    share = candidate_probability(params["threshold"], params["bands"], params["rows_per_band"])
    return (
        f"**Duplicates.** {_COMPARED[params.get('compare', 'text')]}, or an exact Jaccard similarity of"
        f" {params['threshold']:g} or more between sets of {params['shingle_size']}-{params['shingles'].rstrip('s')}"
        f" shingles, measured against a row that stays; candidates by MinHash ({params['bands']} bands of"
        f" {params['rows_per_band']}), which propose {100 * share:.1f} % of the pairs at that threshold."
        f"{_held_against(manifest)}"
    )


def _held_against(manifest: Manifest) -> str:
    """Return which earlier versions have no row of this one."""
    if not manifest.against:
        return ""
    named = ", ".join(
        f"{told.name}{f' {told.version}' if told.version else ''} (`{told.sha256[:12]}`)" for told in manifest.against
    )
    return f" Rows that earlier versions have already were left out: {named}."


def _scored(params: Settings, _: Manifest) -> str:
    models = ", ".join(f"`{model['name']}` (`{model['sha256'][:12]}`)" for model in params.get("models", ()))
    if not models:
        return ""
    least = params.get("min_score", 0)
    return f"**Quality.** Scored by {models}{f'; rows below {least:g} were refused' if least else ''}."


def _balanced(params: Settings, manifest: Manifest) -> str:
    mixture = manifest.mixture
    if mixture is None:
        return ""
    kind = "weights" if params.get("weights") else "caps"
    best = "those of the best quality stayed" if params.get("keep") == "quality" else "the lowest draws stayed"
    return (
        f"**Balanced.** By {kind} for each {' and '.join(mixture.by)}, in {mixture.unit}; {best}"
        f" (draw `{params.get('draw')}`, seed {params.get('seed')})."
    )


_SAY: dict[str, Callable[[Settings, Manifest], str]] = {
    "ingest": _read,
    "retractions": _taken_back,
    "retract": _taken_back,
    "license": _licensed,
    "mask": _masked,
    "conversations": _conversed,
    "clean": _cleaned,
    "tokens": _counted,
    "heuristics": _ruled,
    "language": _spoken,
    "decontaminate": _decontaminated,
    "dedup": _deduplicated,
    "quality": _scored,
    "balance": _balanced,
}
