import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from staged_files import Marks, Row, Run
from stories import changed, plain_jaccard, story, text

from licet.schemas.staged import Staged

Stage = Callable[..., Staged]
Judged = Callable[[Sequence[Row]], Marks]

TEXT = text(story(1))
NEAR = text(changed(story(1), 2, 0))
BY = Row("by", TEXT, "C", "attribution")
NC = Row("nc", TEXT, "B", "non-commercial", "CC-BY-NC-4.0")


@pytest.fixture
def marked(stage: Stage, run: Callable[..., Run]) -> Callable[..., Marks]:
    """Stage rows in one file, objections last, run dedup, return the marks by the row's id."""

    def of(*rows: Row, is_laundered_refused: bool = True) -> Marks:
        named = [row for row in rows if row.license is None]
        marks, _ = replace(run(), is_laundered_refused=is_laundered_refused)([stage("a", rows)])
        return {named[mark["row"]].id: mark for batch in marks.values() for mark in batch.to_pylist()}

    return of


def outcome(marks: Marks) -> dict[str, tuple[object, object]]:
    """What became of each marked row, and which objection is named."""
    return {
        name: (mark["reason"], mark["objection"] and mark["objection"]["id"])  # type: ignore[index]
        for name, mark in marks.items()
    }


def test_the_same_text_under_stricter_terms_on_better_evidence_refuses_the_copy(marked: Callable[..., Marks]) -> None:
    assert marked(BY, NC) == {
        "by": {
            "row": 0,
            "stage": "dedup",
            "reason": "laundered",
            "value": 1.0,
            "threshold": 1.0,
            "kept_id": None,
            "kept_locator": None,
            "detail": "CC-BY-NC-4.0 (non-commercial, grade B) at nc, against attribution, grade C",
            "cluster_size": None,
            "objection": {
                "id": "nc",
                "locator": "nc#0",
                "evidence_id": "evidence of nc",
                "similarity": 1.0,
                "threshold": 1.0,
            },
        }
    }


def test_a_similar_text_counts_for_its_measured_similarity(marked: Callable[..., Marks]) -> None:
    (mark,) = marked(replace(BY, text=NEAR), NC).values()
    assert (mark["reason"], mark["value"], mark["threshold"]) == ("laundered", plain_jaccard(NEAR, TEXT), 0.8)


@pytest.mark.parametrize(
    ("row", "objection", "reason"),
    [
        (BY, replace(NC, grade="C"), "laundered"),
        (BY, replace(NC, tier="unlicensed", license="LicenseRef-All-Rights-Reserved"), "laundered"),
        (BY, replace(NC, grade="D"), None),
        (replace(BY, grade="A"), NC, None),
    ],
    ids=["as good", "all rights reserved", "worse", "the row's own is better"],
)
def test_only_evidence_as_good_as_the_rows_own_refuses(
    marked: Callable[..., Marks], row: Row, objection: Row, reason: str | None
) -> None:
    assert outcome(marked(row, objection)) == {"by": (reason, "nc")}


def test_milder_terms_that_the_policy_refuses_object_to_nothing(marked: Callable[..., Marks]) -> None:
    assert marked(BY, replace(NC, tier="permissive", license="MIT")) == {}


def test_where_the_policy_only_flags_the_row_stays_with_a_mark(marked: Callable[..., Marks]) -> None:
    assert outcome(marked(BY, NC, is_laundered_refused=False)) == {"by": (None, "nc")}


def test_the_copy_on_better_evidence_stays_and_the_other_falls_to_it(marked: Callable[..., Marks]) -> None:
    found = marked(BY, replace(BY, id="origin", grade="A"), NC)
    assert outcome(found) == {"by": ("exact_duplicate", None), "origin": (None, "nc")}
    assert found["by"]["kept_id"] == "origin"


def test_no_row_falls_to_one_that_is_laundered(marked: Callable[..., Marks]) -> None:
    """Unlike the objection, but like a copy of it that is refused, a row stays."""
    words = story(1, 200)
    copy, like = text(words[20:]), text([*words[44:], "z"])
    assert plain_jaccard(text(words), copy) >= 0.85
    assert plain_jaccard(copy, like) >= 0.8 > plain_jaccard(text(words), like)
    found = marked(replace(BY, text=copy), replace(BY, id="like", text=like), replace(NC, text=text(words)))
    assert outcome(found) == {"by": ("laundered", "nc")}


def test_of_equal_evidence_the_copy_under_the_stricter_terms_stays(marked: Callable[..., Marks]) -> None:
    milder, stricter = Row("a", TEXT, "B", "permissive"), Row("z", TEXT, "B", "share-alike")
    assert marked(milder, stricter)["a"]["kept_id"] == "z"


def test_texts_without_words_are_compared_too(marked: Callable[..., Marks]) -> None:
    assert outcome(marked(replace(BY, text="。。"), replace(NC, text="。。"))) == {"by": ("laundered", "nc")}


def test_a_milder_objection_does_not_hide_a_stricter_one(marked: Callable[..., Marks]) -> None:
    row = Row("row", TEXT, "C", "copyleft-strong")
    mild = Row("mild", TEXT, "A", "copyleft-weak", "MPL-2.0")
    assert outcome(marked(row, mild, NC)) == {"row": ("laundered", "nc")}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_depends_on_how_rows_are_cut_into_files(stage: Stage, run: Callable[..., Run], seed: int) -> None:
    draw = random.Random(seed)
    tiers = {"public-domain": None, "attribution": None, "non-commercial": "CC-BY-NC-4.0", "unlicensed": "ARR"}
    rows = []
    for number in range(60):
        tier = draw.choice(sorted(tiers))
        words = changed(story(number % 12), draw.randrange(3), number)
        rows.append(Row(f"{number:02d}", text(words), draw.choice("ABCD"), tier, tiers[tier]))

    def told(cuts: int) -> set[tuple[object, ...]]:
        mixed = list(rows)
        draw.shuffle(mixed)
        parts = {f"{cuts}.{i}": mixed[i::cuts] for i in range(cuts)}
        marks, _ = run(seed=cuts)([stage(name, part) for name, part in parts.items()])
        found = set()
        for key, batch in marks.items():
            named = [row.id for row in parts[key.split("/")[0]] if row.license is None]
            for mark in batch.to_pylist():
                found.add((named[mark.pop("row")], *(repr(value) for value in mark.values())))
        return found

    once = told(1)
    assert {"'laundered'", "None"} <= {entry[2] for entry in once}
    assert told(3) == told(7) == once
