"""The cut points of an earlier version, for a new one whose quality buckets are to mean the same."""

from collections.abc import Mapping
from pathlib import Path

from licet.pipelines.earlier import earlier_version
from licet.schemas.errors import InputError
from licet.schemas.quality import Quality
from licet.schemas.recipe import Recipe


def score_column(model: str) -> str:
    """Return the name of the column that a model's scores are in."""
    return f"quality_{model}"


def given_cuts(recipe: Recipe, base: str | Path, models: Mapping[str, str]) -> dict[str, list[float]] | None:
    """Return the bounds between buckets, by the column of scores, of the version that `quality.cut_points` names.

    Null where it names none. ``models`` are the sha256 of the files of models by their path.

    Raises:
        InputError: it is no version, or one of the recipe's models had no part in it.

    """
    quality: Quality = recipe.quality
    if quality.cut_points is None:
        return None
    _, manifest = earlier_version("quality.cut_points", quality.cut_points, str(base), recipe.output)
    known = {(model.name, model.sha256): model.cuts for model in manifest.models}
    found: dict[str, list[float]] = {}
    for model in quality.models:
        cuts = known.get((model.name, models[model.path]))
        if not cuts:
            raise InputError(
                f"`quality.cut_points`: no row of {quality.cut_points} was scored by the model {model.name} of this"
                " recipe, so it has no cut points for it: name a version with the same model files under the same"
                " names, or leave `cut_points` out"
            )
        found[score_column(model.name)] = cuts
    return found
