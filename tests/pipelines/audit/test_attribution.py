import io
import json
import shutil
from pathlib import Path

import pytest
from versions import change_rows

from licet.pipelines.audit.attribution import Credited, as_lines, attribution
from licet.pipelines.audit.version import Audited, audited


def written(version: Audited, how: str, only: list[str] | None = None) -> tuple[str, Credited]:
    """The credits in some form, and what was counted."""
    sink = io.StringIO()
    counted = attribution(version, sink, how, only)
    return sink.getvalue(), counted


def test_every_row_that_needs_a_credit_is_credited_under_the_licence_it_is_used_under(version: Audited) -> None:
    text, counted = written(version, "text")
    assert (counted.needed, counted.credited, counted.missing, counted.is_whole) == (7, 7, 0, True)
    headings = [line for line in text.splitlines() if line and not line.startswith(("-", " "))]
    assert headings == ["Credits of the dataset runs", "CC-BY-4.0", "CC-BY-SA-4.0", "MIT"]
    assert '- "one.md" by The Tiny Authors, https://book.example.org/, licensed under MIT' in text


def test_credits_are_of_some_rows_only_where_these_are_named(version: Audited) -> None:
    text, counted = written(version, "csv", ["papers/by", "papers/zero", "papers/nobody", "papers/by"])
    assert (counted.needed, counted.credited, counted.lines, counted.missing) == (1, 1, 1, 1)
    assert list(as_lines(counted))[1] == "1 of the ids asked for are not in the data"
    assert text.splitlines()[0] == "license,credit,rows"
    assert len(text.splitlines()) == 2
    assert not counted.is_whole


def test_credits_of_no_rows_are_none(version: Audited) -> None:
    assert written(version, "csv", [])[1] == Credited(0, 0, 0, 0)


@pytest.mark.parametrize("how", ["text", "markdown", "html", "csv", "json"])
def test_every_form_holds_every_credit(version: Audited, how: str) -> None:
    text, counted = written(version, how)
    assert counted.lines == 7
    assert text.count("licensed under") == 7


def test_pages_and_objects_are_well_formed_whatever_the_titles_hold(version: Audited) -> None:
    told = json.loads(written(version, "json")[0])
    assert len(told["credits"]) == 7
    assert told["credits"][0]["urls"] == ["https://creativecommons.org/licenses/by/4.0/"]
    page = written(version, "html")[0]
    assert "&quot;x&quot; [/bold] ; drop table rows" in page
    assert page.count("<ul>") == page.count("</ul>") == 3


def test_a_credit_that_is_missing_is_counted(by_hand: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(by_hand, tmp_path / "copy"))
    change_rows(copy, "data/default/train-00000-of-00002.parquet", lambda rows: rows[0].update(attribution=""))
    with audited(str(copy)) as opened:
        counted = written(opened, "text")[1]
    assert (counted.needed, counted.credited, counted.is_whole) == (6, 5, False)
