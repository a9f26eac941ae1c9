"""What a version holds, in figures: lengths, turns, roles, tools, languages and the like, counted from its shards."""

from licet.pipelines.statistics.count import ConfigStatistics, statistics_in
from licet.pipelines.statistics.figures import statistics_figures

__all__ = ["ConfigStatistics", "statistics_figures", "statistics_in"]
