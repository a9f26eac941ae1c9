"""The dataset card of a version: front matter for hubs, words and charts for people."""

from licet.pipelines.card.body import license_notice, version_card
from licet.pipelines.card.charts import LICENCES_PATH, ROWS_PATH, licences_chart, rows_chart
from licet.pipelines.card.words import size_text

__all__ = [
    "LICENCES_PATH",
    "ROWS_PATH",
    "licences_chart",
    "license_notice",
    "rows_chart",
    "size_text",
    "version_card",
]
