"""Decontamination: rows that hold items of evaluation sets are found, with what was found and where."""

from licet.stages.decontaminate.index import Index, build_index
from licet.stages.decontaminate.items import EvaluationFile, Items, Part, read_items
from licet.stages.decontaminate.search import Matches, search
from licet.stages.decontaminate.stage import CONTAMINATED, REASONS, STAGE, Decontamination
from licet.stages.decontaminate.words import words_sha256

__all__ = [
    "CONTAMINATED",
    "REASONS",
    "STAGE",
    "Decontamination",
    "EvaluationFile",
    "Index",
    "Items",
    "Matches",
    "Part",
    "build_index",
    "read_items",
    "search",
    "words_sha256",
]
