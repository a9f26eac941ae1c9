from xml.etree import ElementTree

from licet.pipelines.report_measures import UP, WIDTH, histograms
from licet.schemas.measured import Histogram

WORDS = Histogram(
    rule="min_words",
    measure="words",
    bound=2.0,
    is_minimum=True,
    edges=(1.0, 2.0, 4.0),
    kept=(0, 0, 30, 10),
    refused=(1, 4, 0, 0),
)


def test_each_rule_has_a_histogram_with_its_bound_between_refused_and_kept() -> None:
    (figure,) = ElementTree.fromstring(histograms([WORDS]))
    drawn = figure.find("svg")
    assert drawn is not None
    assert drawn.get("aria-label") == "min_words 2: 40 rows let in, 5 refused"
    (bound,) = (line for line in drawn.iter("line") if line.get("class") == "bound")
    assert float(bound.get("x1", "")) == WIDTH / 2
    for bar in drawn.iter("rect"):
        is_right = float(bar.get("x", "")) >= WIDTH / 2
        assert is_right == (bar.get("class") == "kept") == (float(bar.get("y", "")) < UP)


def test_what_is_empty_is_drawn_empty() -> None:
    none = WORDS.model_copy(update={"kept": (0,) * 4, "refused": (0,) * 4})
    assert "<rect" not in histograms([none])
