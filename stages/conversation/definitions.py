"""Tool definitions: the name of each and the JSON Schema of its arguments, read once for each text.

Read are OpenAI's form ``{"type": "function", "function": {"name", "parameters"}}``, the bare function, and Anthropic's
``input_schema``. A schema is checked by jsonschema under the draft that it names, else draft 7, whose keywords are all
that definitions of tools use and which is checked five times faster than 2020-12; what it does not know it lets pass.
No row can hold up or mislead a run: nothing is fetched, patterns are not tried (Python's may take for ever), and a
check ends after `MOST_STEPS` keywords. What cannot be checked is not refused.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jsonschema import validators
from referencing.jsonschema import EMPTY_REGISTRY

MOST_STEPS = 20_000
"""Keywords that one check tries: calls of real tools need a dozen."""
MOST_BYTES = 200_000
"""Longer definitions are not read."""


@dataclass(frozen=True, eq=False)
class Tool:
    """A tool: its name, and a validator of its arguments where there is a schema that can be used."""

    name: str
    validator: Any = None
    is_sound: bool = True
    """Whether the definition is one: its schema, where it has one, is JSON Schema."""

    def misfit(self, arguments: Any) -> str | None:
        """Return where arguments do not fit the schema, and which keyword says so; none where they do.

        The words hold no value of the arguments: a ledger keeps no text.
        """
        if self.validator is None:
            return None
        _Budget.left = MOST_STEPS
        try:
            errors = list(self.validator.iter_errors(arguments))
        except Exception:  # whatever a hostile schema makes the library raise, as RecursionError: it cannot be checked
            return None
        if not errors:
            return None
        first = min(errors, key=lambda error: (list(map(str, error.absolute_path)), str(error.validator)))
        at = "/".join(map(str, first.absolute_path))
        return f"/{at} does not fit `{first.validator}`"[:200]


@lru_cache(maxsize=16_384)
def tool_of(definition: str) -> Tool | None:
    """Return the tool that a definition in JSON describes; none where that has no name."""
    if len(definition) > MOST_BYTES:
        return None
    try:
        told = json.loads(definition)
    except (ValueError, RecursionError):
        return None
    inner = told.get("function") if isinstance(told, dict) else None
    told = inner if isinstance(inner, dict) else told
    name = told.get("name") if isinstance(told, dict) else None
    if not isinstance(name, str) or not name:
        return None
    schema = next((told[key] for key in ("parameters", "input_schema", "inputSchema") if told.get(key)), None)
    if schema is None:
        return Tool(name)
    if isinstance(schema, str):
        try:
            schema = json.loads(schema)
        except (ValueError, RecursionError):
            return Tool(name, is_sound=False)
    validator = _validator(schema)
    return Tool(name, validator, is_sound=validator is not None)


def _validator(schema: Any) -> Any:
    """Return a validator for a schema, none where it is no JSON Schema."""
    if not isinstance(schema, dict):
        return None
    try:
        known = validators.validator_for(schema, default=validators.Draft7Validator)
        known.check_schema(schema)
    except Exception:  # beside SchemaError, whatever a hostile schema makes the library raise
        return None
    return _bounded(known)(schema, registry=EMPTY_REGISTRY)


@lru_cache(maxsize=16)
def _bounded(known: Any) -> Any:
    """Return a draft's validator without patterns and with a budget of steps."""
    return validators.extend(known, {name: _step(name, check) for name, check in known.VALIDATORS.items()})


_UNTRIED = ("pattern", "patternProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "uniqueItems")


def _step(keyword: str, check: Any) -> Any:
    """Return the check of a keyword that takes one step off the budget."""

    def checked(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        _Budget.left -= 1
        if _Budget.left < 0:
            raise OverflowError("too many steps")
        # Additional properties are those that no pattern names.
        is_open = keyword == "additionalProperties" and "patternProperties" in schema
        return () if is_open or keyword in _UNTRIED else check(validator, value, instance, schema)

    return checked


class _Budget:
    left = MOST_STEPS
