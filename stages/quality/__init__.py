"""Quality: what a row's shape, language and content say about its worth."""

from licet.stages.quality.bins import kept_bins
from licet.stages.quality.buckets import bucket_of, cut_points, cut_points_of
from licet.stages.quality.classify import QUALITY_REASONS, Classifier
from licet.stages.quality.clean import CLEAN_REASONS, CleanParcel, clean_params, takes_lines
from licet.stages.quality.heuristics import HeuristicRules, heuristics_params, verdicts_on, words_at
from licet.stages.quality.language import LANGUAGE_REASONS, Language, LanguageRule
from licet.stages.quality.measures import MEASURES, TokenCount, measure
from licet.stages.quality.models import check_model, local_model
from licet.stages.quality.rules import PROFILES, RULE_REASONS, rules_of
from licet.stages.quality.scorer import FastTextScorer
from licet.stages.rule import Rule

REASONS: dict[str, str] = {**RULE_REASONS, **CLEAN_REASONS, **LANGUAGE_REASONS, **QUALITY_REASONS}
"""Each reason that these stages refuse rows for, in words."""

__all__ = [
    "MEASURES",
    "PROFILES",
    "REASONS",
    "Classifier",
    "CleanParcel",
    "FastTextScorer",
    "HeuristicRules",
    "Language",
    "LanguageRule",
    "Rule",
    "TokenCount",
    "bucket_of",
    "check_model",
    "clean_params",
    "cut_points",
    "cut_points_of",
    "heuristics_params",
    "kept_bins",
    "local_model",
    "measure",
    "rules_of",
    "takes_lines",
    "verdicts_on",
    "words_at",
]
