"""What workers open of a plan, so that it can be said at once if they could not."""

from collections.abc import Iterator

from licet.pipelines.plan import Plan


def opened_by_workers(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield each place that workers read from or write to, by what it is in the recipe and where it is.

    The plan itself, retractions and evaluation sets travel in the work folder.
    """
    yield "`output`", plan.recipe.output
    yield "`work`", plan.recipe.work
    for split in plan.pending:
        for pin in split.files[:1]:
            yield f"source {split.source}", pin.path
    for path in plan.models:
        yield "model", path
