"""Which shapes the rows of post-training sources have, as the first rows of each file tell before a run."""

import json
from collections.abc import Iterator
from typing import Any

from licet.pipelines.plan import Plan
from licet.stages.ingest import config_of


def shapes_of(plan: Plan, source: str) -> list[dict[str, Any]]:
    """Return the shapes that were found in the files of a source of post-training rows, and what was seen of each.

    Files with the same shape, the same names of its fields and the same tags are told of together.
    """
    found: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for split in plan.splits:
        settings = json.loads(split.settings)
        name = split.files[0].name
        if split.source != source or "sampled" not in settings or name in seen:
            continue
        seen.add(name)
        sampled = settings["sampled"]
        told = {"shape": settings["shape"], "fields": settings["fields"], "tags": sampled.get("tags", [])}
        entry = found.setdefault(
            json.dumps(told, sort_keys=True), {**told, "config": config_of(split), "files": 0, "rows": 0, "fit": 0}
        )
        entry["files"] += 1
        entry["rows"] += sampled["rows"]
        entry["fit"] += sampled["fit"]
        entry["speakers"] = sorted({*entry.get("speakers", ()), *sampled.get("speakers", ())})
        entry.setdefault("misfit", sampled.get("misfit"))
    return list(found.values())


def shapes_in_words(plan: Plan) -> Iterator[str]:
    """Yield, for each shape in each source of post-training rows, what the first rows of its files told."""
    for source in plan.recipe.sources:
        for told in shapes_of(plan, source.name):
            fields = ", ".join(f"{name} in `{field}`" for name, field in told["fields"].items())
            files = f"{told['files']:,} file{'s' if told['files'] != 1 else ''}"
            yield (
                f"{source.name}: {told['shape']} in {files}, for the config {told['config']}; {told['fit']:,} of"
                f" {told['rows']:,} rows looked at fit"
                + (f" (one does not: {told['misfit']})" if told["misfit"] else "")
                + (f"; {fields}" if fields else "")
                + (f"; speakers {', '.join(told['speakers'])}" if told["speakers"] else "")
                + (f"; tags {', '.join(told['tags'])} become columns" if told["tags"] else "")
            )
