import re
from pathlib import Path

import pytest
from judged import BY_EVIDENCE, Parcels, row
from versions import finished

from licet.pipelines.exports.notice import CREDITS_PATH

MIT = "licensed under MIT (https://spdx.org/licenses/MIT.html)"
BY = "licensed under CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)"


def notice_of(folder: Path, *rows: dict[str, object]) -> list[str]:
    """The lines of the credits of a version with these rows, from the first licence on."""
    parcels = Parcels(folder / "staging")
    parcels.add(list(rows))
    version, _ = finished(folder, parcels, models=())
    text = (version / CREDITS_PATH).read_text(encoding="utf-8")
    return [line for line in text[text.index("\n## ") :].splitlines() if line]


def test_credits_stand_under_their_licence_with_its_address(tmp_path: Path) -> None:
    assert notice_of(
        tmp_path,
        row("a", "one", attribution=f'"a.py" by Ann, {MIT}'),
        row("b", "two", BY_EVIDENCE, attribution=f'"On Bees" by Bo, https://bees.example/on, {BY}'),
    ) == [
        "## CC-BY-4.0",
        "<https://creativecommons.org/licenses/by/4.0/>",
        f'- "On Bees" by Bo, https://bees.example/on, {BY}',
        "## MIT",
        "<https://spdx.org/licenses/MIT.html>",
        f'- "a.py" by Ann, {MIT}',
    ]


def test_what_a_model_s_terms_ask_to_be_named_stands_with_the_rows_that_it_made(tmp_path: Path) -> None:
    key = "LicenseRef-Llama-3.3"
    made = row("a", "one", license=f"{key} AND MIT", attribution=f'"a" by Ann, licensed under {key} and MIT')
    told = notice_of(tmp_path, made)
    assert told[0] == f"## {key} AND MIT"
    assert told[2].startswith("Asked of those who train a model with these rows: Begin the name of a model")
    assert "“Built with Llama”" in told[2]
    assert "Llama 3.3 Community License" in told[2]


def test_rows_that_differ_in_the_title_alone_share_an_entry_that_counts_them(tmp_path: Path) -> None:
    rows = [row(f"r{i}", f"text {i}", attribution=f'"part {i}.py" by Ann, {MIT}') for i in range(9)]
    rows.append(row("z", "text z", attribution=f'"part 3.py" by Bo, {MIT}'))
    assert notice_of(tmp_path, *rows)[2:] == [
        f'- "part 0.py" … "part 8.py", 9 texts by Ann, {MIT}',
        f'- "part 3.py" by Bo, {MIT}',
    ]


def test_rows_with_the_very_same_credit_are_counted(tmp_path: Path) -> None:
    rows = [row(f"r{i}", f"text {i}", attribution=f'"a.py" by Ann, {MIT}') for i in range(2)]
    assert notice_of(tmp_path, *rows)[2:] == [f'- "a.py" by Ann, {MIT} (2 texts)']


def test_a_credit_of_another_make_is_taken_as_it_is(tmp_path: Path) -> None:
    rows = [row("a", "one", attribution="Ann, who\nwrote it"), row("b", "two", attribution="Ann, who\nwrote it")]
    assert notice_of(tmp_path, *rows)[2:] == ["- Ann, who wrote it (2 texts)"]


def test_rows_without_a_credit_are_counted_too(tmp_path: Path) -> None:
    rows = [row(f"r{i}", f"text {i}", attribution=None) for i in range(3)]
    assert notice_of(tmp_path, *rows)[2:] == ["- 3 texts without a credit: this licence asks for none."]


@pytest.mark.parametrize("title", ['He said "no" by the way', 'a", b" by c', "", "zwei\nZeilen", '"', "\\"])
def test_the_whole_credit_is_there_whatever_the_title(tmp_path: Path, title: str) -> None:
    credit = f'"{title}" by Ann, {MIT}'
    (entry,) = notice_of(tmp_path, row("a", "one", attribution=credit))[2:]
    assert entry == "- " + " ".join(credit.split())


def test_a_title_cannot_make_a_heading_nor_move_a_cursor(tmp_path: Path) -> None:
    credit = f'"a\u2028\n## MIT\n- \x1b[2Jb\u202ec" by Ann, {MIT}'
    (entry,) = notice_of(tmp_path, row("a", "one", attribution=credit))[2:]
    assert entry == f'- "a ## MIT - \\x1b[2Jb\\u202ec" by Ann, {MIT}'


def test_every_row_is_counted_once(books: Path, with_license_file: Path) -> None:
    for version, rows in ((books, 6), (with_license_file, 20)):
        text = (version / CREDITS_PATH).read_text(encoding="utf-8")
        entries = [line for line in text.splitlines() if line.startswith("- ")]
        counts = [int(found[1].replace(",", "")) if (found := re.search(r"([\d,]+) texts", e)) else 1 for e in entries]
        assert sum(counts) == rows
