"""Texts that hold JSON, as the arguments of tool calls, definitions of tools and metadata do."""

import json


def is_json(text: str) -> bool:
    """Tell whether a text is JSON, of whatever depth can be read."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
