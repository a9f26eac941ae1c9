import io

from rich.console import Console

from licet.pipelines.show import effort_in_words, show_findings
from licet.pipelines.verify.finding import Finding


def test_where_something_does_not_hold_is_told_whole_on_a_narrow_screen() -> None:
    shown = io.StringIO()
    place = "data/default/train-00000-of-00001.parquet"
    show_findings("out", [Finding("hashes", f"The sha256 is {'0' * 64}.", place)], Console(file=shown, width=60))
    assert "…" not in shown.getvalue()
    assert "".join(shown.getvalue().split()).count("0") == 64 + place.count("0")


def test_what_the_search_for_duplicates_bounded_is_said_where_it_did() -> None:
    counted = {"candidate_rows": 1200, "compared_pairs": 34567}
    told = "1,200 rows looked at, 34,567 pairs measured"
    assert effort_in_words({**counted, "bounded_rows": 0, "crowded_bands": 0}) == told
    assert effort_in_words({**counted, "bounded_rows": 7}) == (
        told + "; 7 rows had more candidates than are compared, and may have stayed in spite of a like"
    )
    assert effort_in_words({**counted, "crowded_bands": 2, "crowded_rows": 30_000}) == (
        told + "; 2 bands are shared by 30,000 rows in all, which are candidates where they share another one"
    )
