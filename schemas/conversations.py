"""What a recipe says of conversations: rules on their turns, tool calls and answers."""

from typing import Any, Literal

from licet.schemas.sources import Settings

RULES = "licet-conversations/2"
"""The measures of conversations; another name whenever they measure otherwise."""


class Conversations(Settings):
    """Rules on conversations and preferences; `profile` picks a set of them, `set` changes single bounds."""

    profile: Literal["none", "structure", "strict"] = "structure"
    """`structure` refuses what no template can render or no trainer can learn from; `strict` also refuses answers that
    are cut off, refuse, repeat themselves, switch the language or speak as another vendor's model."""
    set: dict[str, float | None] = {}
    """Bounds that differ from the profile's: `{max_refusals: null, max_total_tokens: 8192}`; null takes a rule away."""
    own: list[str] = []
    """Vendors as whose model answers may speak, by their ids in docs/conversations.md: `[lmsys]`."""
    tokenizer: str | None = None
    """Path or URL of a Hugging Face `tokenizer.json`, for rules on tokens; needs `licet[tokenizers]`."""

    @property
    def is_on(self) -> bool:
        """Whether there may be rules."""
        return self.profile != "none" or bool(self.set)

    @property
    def params(self) -> dict[str, Any]:
        """What the manifest says that the stage was set to, but for its rules: the settings, and the measures' name."""
        return {"measures": RULES, **self.model_dump(mode="json")}
