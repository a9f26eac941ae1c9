"""Conversations: whether their turns, tool calls and answers are such as a model can learn from."""

from licet.stages.conversation.judge import STAGE, ConversationRules, conversations_params
from licet.stages.conversation.rules import CATALOGUE, MEASURES, PROFILES, REASONS, rules_of
from licet.stages.conversation.tokens import load_tokenizer
from licet.stages.rule import Rule

__all__ = [
    "CATALOGUE",
    "MEASURES",
    "PROFILES",
    "REASONS",
    "STAGE",
    "ConversationRules",
    "Rule",
    "conversations_params",
    "load_tokenizer",
    "rules_of",
]
