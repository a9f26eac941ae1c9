"""Of which kind the rows of a split are: the config of a version that they are for."""

import json

from licet.schemas.split import Split

KIND_OF = {
    "preference": "preference",
    "compared": "preference",
    "ranked": "preference",
    "unpaired": "unpaired",
    "rl": "rl",
}
"""The kinds of shapes; those of all others are conversations to learn from, `sft`."""


def kind_of(shape: str) -> str:
    """Return the kind of the rows of a shape."""
    return KIND_OF.get(shape, "sft")


def config_of(split: Split) -> str:
    """Return the config of a split's rows: `default` for documents, for post-training rows that of their shape."""
    shape = json.loads(split.settings).get("shape")
    return "default" if shape is None else kind_of(shape)
