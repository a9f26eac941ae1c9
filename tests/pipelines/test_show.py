import io

from rich.console import Console

from licet.pipelines.show import show_findings
from licet.pipelines.verify.finding import Finding


def test_where_something_does_not_hold_is_told_whole_on_a_narrow_screen() -> None:
    shown = io.StringIO()
    place = "data/default/train-00000-of-00001.parquet"
    show_findings("out", [Finding("hashes", f"The sha256 is {'0' * 64}.", place)], Console(file=shown, width=60))
    assert "…" not in shown.getvalue()
    assert "".join(shown.getvalue().split()).count("0") == 64 + place.count("0")
