"""Retraction: rows that were taken back once are known again, by where they came from, by content and by likeness."""

from licet.stages.retract.match import Match, Matcher
from licet.stages.retract.rules import (
    asked,
    merged,
    read_rules,
    rules_digest,
    rules_table,
    text_rule,
    write_rules,
    write_rules_to,
)
from licet.stages.retract.stage import REASONS, RETRACTED, RETRACTED_LATER, STAGE, Retracted

__all__ = [
    "REASONS",
    "RETRACTED",
    "RETRACTED_LATER",
    "STAGE",
    "Match",
    "Matcher",
    "Retracted",
    "asked",
    "merged",
    "read_rules",
    "rules_digest",
    "rules_table",
    "text_rule",
    "write_rules",
    "write_rules_to",
]
