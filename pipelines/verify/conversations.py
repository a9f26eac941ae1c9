"""Checks of conversations: none that was kept has what the rules refuse, judged again as it is published."""

import json
from typing import Any

import pyarrow as pa

from licet.pipelines.conversations import conversation_rules
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.conversations import RULES
from licet.schemas.errors import RecipeError
from licet.schemas.manifest import MANIFEST_PATH
from licet.schemas.recipe import Recipe
from licet.schemas.rows import CHAT
from licet.stages.conversation import CATALOGUE, STAGE, ConversationRules


def check_conversations(version: Version, recipe: Recipe | None, findings: Findings) -> None:
    """Check each row, where these are the measures of this code and need no file that may not be at hand."""
    told = next((stage.params for stage in version.manifest.stages if stage.name == STAGE), None)
    if recipe is None or told is None:
        return
    if recipe.conversations is None or not recipe.conversations.is_on:
        place = f"{MANIFEST_PATH}#{STAGE}"
        findings.add("conversations", "A stage judged conversations, and the recipe has no rules for it.", place)
        return
    rules = _rules_at_hand(recipe) if told.get("measures") == RULES else None
    if rules is None:
        return
    for entry in version.of_role("data"):
        for table in version.tables(entry, findings):
            with findings.reading(entry.path):
                for batch in table.combine_chunks().to_batches():
                    refused = rules(as_read(batch)).reason
                    rows = refused.is_valid().to_pylist()
                    if any(rows):
                        first = rows.index(True)
                        fault = f"that the rules refuse, the first as {refused[first].as_py()}"
                        row_id = str(batch.column(0)[first].as_py())
                        findings.add_rows("conversations", fault, entry.path, sum(rows), row_id)


def _rules_at_hand(recipe: Recipe) -> ConversationRules | None:
    """Return the rules of a recipe but for those by a tokenizer's or a language model's file."""
    settings = recipe.conversations
    if settings is None:
        return None
    away: dict[str, float | None] = {
        name: None
        for name, (measure, _) in CATALOGUE.items()
        if measure.endswith("_tokens") or (measure == "language_switches" and recipe.language.path is not None)
    }
    settings = settings.model_copy(update={"tokenizer": None, "set": {**settings.set, **away}})
    try:
        return conversation_rules(recipe.model_copy(update={"conversations": settings}))
    except RecipeError:
        return None


def as_read(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return published rows with the columns of `CHAT` that they were judged in; those of another kind are null."""
    columns = []
    for field in CHAT:
        if field.name not in batch.schema.names:
            columns.append(pa.nulls(batch.num_rows, field.type))
            continue
        column = batch.column(field.name)
        if field.name == "tools":
            column = pa.array([_definitions(each) for each in column.to_pylist()], field.type)
        columns.append(column.cast(field.type))
    return pa.RecordBatch.from_arrays(columns, schema=CHAT)


def _definitions(tools: Any) -> list[str] | None:
    """Return definitions that are published as one JSON list as they were read: each as JSON."""
    if not isinstance(tools, str):
        found: list[str] | None = tools
        return found
    try:
        return [json.dumps(each, ensure_ascii=False) for each in json.loads(tools)]
    except (ValueError, RecursionError):
        return [tools]
