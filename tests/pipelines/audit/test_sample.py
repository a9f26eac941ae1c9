import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.pipelines.audit.sample import as_text, in_lines, rates, sample, shares, wilson, write_sheet
from licet.pipelines.audit.version import Audited
from licet.schemas.errors import InputError


def test_a_sample_is_the_same_for_everybody_and_another_for_another_seed(version: Audited) -> None:
    one = sample(version, 4, ["source"], 1)
    assert one == sample(version, 4, ["source"], 1)
    assert len(one) == 4
    assert {row["stratum"] for row in one} == {"book", "papers"}
    others = [[row["row_id"] for row in sample(version, 4, ["source"], seed)] for seed in range(2, 8)]
    assert any(other != [row["row_id"] for row in one] for other in others)


def test_a_sample_of_more_than_there_is_has_every_row_once(version: Audited) -> None:
    drawn = sample(version, 100, ["tier", "license", "grade", "language"], 1)
    assert len({row["row_id"] for row in drawn}) == len(drawn) == 8
    assert all(row["evidence"] for row in drawn)


def test_without_strata_all_rows_are_one(version: Audited) -> None:
    assert [row["stratum"] for row in sample(version, 3, [], 1)] == ["all"] * 3


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 1000), min_size=1, max_size=20), st.integers(1, 500)
)
def test_shares_add_up_and_leave_no_stratum_out_that_there_is_room_for(sizes: dict[str, int], n: int) -> None:
    found = shares(sizes, n)
    assert sum(found.values()) == min(n, sum(sizes.values()))
    assert all(0 < count <= sizes[stratum] for stratum, count in found.items())
    if n >= len(sizes):
        assert set(found) == set(sizes)


def test_a_sheet_is_filled_in_and_read(version: Audited, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    write_sheet(str(sheet), sample(version, 8, ["source"], 1))
    with sheet.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["verdict"] = " Wrong" if number == 0 else "ok" if number < 7 else ""
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    found = {rate.stratum: (rate.looked_at, rate.wrong) for rate in rates(str(sheet))}
    assert found == {"book": (1, 1), "papers": (6, 0), "all": (7, 1)}
    assert next(in_lines(rates(str(sheet)))) == "book: 1 of 1 wrong"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no verdict yet"),
        ("a,b\n1,2\n", "is no sheet"),
        ("stratum,verdict\nx,\n", "has no verdict yet"),
        ("stratum,verdict\nx,maybe\n", "line 2: the verdict `maybe` is none of ok, wrong, unsure"),
        ("stratum,verdict\nx\n", "has no verdict yet"),
    ],
)
def test_what_is_no_sheet_is_said_to_be_none(tmp_path: Path, text: str, said: str) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(text)
    with pytest.raises(InputError, match=said):
        rates(str(sheet))


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(5, 50)
    assert (round(low, 4), round(high, 4)) == (0.0435, 0.2136)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)


def test_no_cell_is_a_formula() -> None:
    assert [as_text(cell) for cell in ("=1+1", "@x", "-1", "a=b", "")] == ["'=1+1", "'@x", "'-1", "a=b", ""]
