import random
from collections.abc import Callable

import pytest
from staged_files import Marks, Row, Run
from stories import changed, plain_jaccard, story, text

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged
from licet.stages.dedup import _walk, candidates, verify

Refused = Callable[..., Marks]
Stage = Callable[..., Staged]

FRAME = [f"frame{i}" for i in range(120)]


def test_identical_content_is_refused_with_the_row_that_stays(refused: Refused) -> None:
    found = refused([Row("b", text(story(1))), Row("a", text(story(1))), Row("c", text(story(2)))])
    assert found == {
        "b": {
            "row": 0,
            "stage": "dedup",
            "reason": "exact_duplicate",
            "value": 1.0,
            "threshold": 1.0,
            "kept_id": "a",
            "kept_locator": "a#0",
            "detail": None,
            "cluster_size": None,
            "objection": None,
        }
    }


def test_a_near_duplicate_is_refused_with_its_exact_similarity(refused: Refused) -> None:
    one, other = text(story(1)), text(changed(story(1), 2, 0))
    (mark,) = refused([Row("a", one), Row("b", other)]).values()
    assert (mark["reason"], mark["kept_id"], mark["threshold"]) == ("near_duplicate", "b", 0.8)
    assert mark["value"] == plain_jaccard(one, other)


def test_a_kept_row_knows_the_size_of_its_cluster(stage: Stage, run: Callable[..., Run]) -> None:
    words = story(1)
    rows = [Row("a", text(words)), Row("b", text(words)), Row("c", text(words[:-3])), Row("d", text(story(2)))]
    marks, _ = run()([stage("a", rows)])
    (batch,) = marks.values()
    assert batch.column("row").to_pylist() == [0, 1, 2]
    assert batch.column("cluster_size").to_pylist() == [3, None, None]
    assert batch.column("reason").to_pylist() == [None, "exact_duplicate", "near_duplicate"]
    assert batch.column("stage").to_pylist() == [None, "dedup", "dedup"]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([Row("a", text(story(1)), "B"), Row("b", text(story(1)), "A")], "b"),
        ([Row("a", text(story(1)), None), Row("b", text(story(1)), "F")], "b"),
        ([Row("a", text(story(1)[:-2])), Row("b", text(story(1)))], "b"),
        ([Row("a", text(story(1)), "C"), Row("b", text(story(1)[:-2]), "B")], "b"),
        ([Row("b", text(story(1))), Row("a", text(story(1)))], "a"),
    ],
    ids=["grade", "no grade", "length", "grade before length", "id"],
)
def test_who_stays(refused: Refused, rows: list[Row], kept: str) -> None:
    (mark,) = refused(rows).values()
    assert mark["kept_id"] == kept


def test_resemblance_is_not_passed_on(refused: Refused) -> None:
    """B resembles A and C, which do not resemble each other: only B goes."""
    words = story(1, 200)
    a, b, c = text(words), text(words[16:]), text([*words[32:], "z"])
    assert plain_jaccard(a, b) >= 0.9
    assert plain_jaccard(b, c) >= 0.9
    assert plain_jaccard(a, c) < 0.85
    found = refused([Row("a", a), Row("b", b), Row("c", c)], Dedup(threshold=0.85))
    assert {name: mark["kept_id"] for name, mark in found.items()} == {"b": "a"}


def test_the_most_similar_kept_row_is_named(refused: Refused) -> None:
    words = story(1, 200)
    a, b, c = text(words), text([*words[30:], *story(7, 29)]), text([*words[25:], *story(7, 3)])
    settings = Dedup(threshold=0.75, bands=60, rows_per_band=4)
    assert plain_jaccard(a, b) < 0.75 < plain_jaccard(a, c) != plain_jaccard(b, c) > 0.75
    best = max(("a", "b"), key=lambda name: plain_jaccard({"a": a, "b": b}[name], c))
    found = refused([Row("a", a), Row("b", b), Row("c", c)], settings)
    assert {name: mark["kept_id"] for name, mark in found.items()} == {"c": best}


def test_among_equally_similar_kept_rows_the_first_is_named(stage: Stage, run: Callable[..., Run]) -> None:
    """Wherever the rows are staged: C is as similar to A as to B, and A comes before B."""
    words = story(1, 200)
    a, b, c = text([*words, *story(5, 40)]), text([*words, *story(6, 40)]), text(words)
    settings = Dedup(threshold=0.8, bands=60, rows_per_band=4)
    assert plain_jaccard(a, b) < 0.8 < plain_jaccard(a, c) == plain_jaccard(b, c)
    first = min(("a", "b"), key=lambda name: (-len({"a": a, "b": b}[name]), name))
    for names in ("xyz", "yxz", "zyx"):
        rows = [Row("a", a), Row("b", b), Row("c", c)]
        staged = [stage(name, [row], settings) for name, row in zip(names, rows, strict=True)]
        marks, _ = run(settings)(staged)
        assert marks[staged[2].key].column("kept_id").to_pylist() == [first]


def test_texts_without_words_are_exact_duplicates_only(refused: Refused) -> None:
    found = refused([Row("a", "..."), Row("b", "..."), Row("c", "…!"), Row("d", ""), Row("e", "")])
    assert {name: (mark["reason"], mark["kept_id"]) for name, mark in found.items()} == {
        "b": ("exact_duplicate", "a"),
        "e": ("exact_duplicate", "d"),
    }


def test_copies_of_a_near_duplicate_fall_to_the_same_row(refused: Refused) -> None:
    words = story(1)
    shorter = text(words[:-2])
    found = refused([Row("a", text(words)), Row("b", shorter), Row("c", shorter)])
    assert {name: (mark["reason"], mark["kept_id"]) for name, mark in found.items()} == {
        "b": ("near_duplicate", "a"),
        "c": ("near_duplicate", "a"),
    }
    assert found["b"]["value"] == found["c"]["value"] == plain_jaccard(text(words), shorter)


def test_planted_duplicates_are_found_and_nothing_else(refused: Refused) -> None:
    """Against all pairs: each refusal is true, and nearly all that an exhaustive walk refuses are refused."""
    rows = []
    for number in range(400):
        words = story(number)
        rows.append(Row(f"{number:04d}", text(words)))
        rows += [
            Row(f"{number:04d}.{i}", text(changed(words, (number + i) % 7, number + i))) for i in range(number % 4)
        ]
    by_id = {row.id: row.text for row in rows}
    expected = set()
    kept: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (-len(row.text), row.id)):
        # Only versions of one story have words in common, so all pairs are the pairs within a story.
        versions = kept.setdefault(row.id[:4], [])
        if any(plain_jaccard(row.text, by_id[other]) >= 0.8 for other in versions):
            expected.add(row.id)
        else:
            versions.append(row.id)
    found = refused(rows)
    for name, mark in found.items():
        assert mark["value"] == plain_jaccard(by_id[name], by_id[str(mark["kept_id"])]) >= 0.8
        assert mark["kept_id"] not in found
    assert len(rows) == 1000
    assert len(expected) > 300
    assert len(expected & found.keys()) >= 0.97 * len(expected)


def test_rows_that_share_a_frame_all_stay(stage: Stage, run: Callable[..., Run]) -> None:
    """Templated rows: 2,000 of them, four fifths frame, alike below the threshold."""
    rows = [Row(f"{i:04d}", text([*FRAME, *story(i, 24)])) for i in range(2000)]
    assert 0.6 < plain_jaccard(rows[0].text, rows[1].text) < 0.8
    marks, effort = run()([stage("a", rows)])
    assert marks == {}
    assert 1900 < effort.rows <= 2000
    assert effort.pairs <= 2000 * _walk.COMPARED
    assert effort.bounded > 0


def test_a_near_duplicate_in_a_crowded_bucket_is_still_found(stage: Stage, run: Callable[..., Run]) -> None:
    """3,000 rows of one template that all stay, and nearly copies of some of them, the last by their worth."""
    rows = [Row(f"{i:04d}", text([*FRAME, *story(i, 24)])) for i in range(3000)]
    near = [Row(f"{i:04d}.near", text([*FRAME, *story(i, 24)][:-1])) for i in range(0, 3000, 8)]
    marks, effort = run()([stage("a", [*rows, *near])])
    (batch,) = marks.values()
    found = {(*rows, *near)[mark["row"]].id: mark["kept_id"] for mark in batch.to_pylist() if mark["reason"]}
    assert all(kept == name.removesuffix(".near") for name, kept in found.items())
    assert len(found) >= 0.95 * len(near)
    assert effort.bounded > 2000


def test_thousands_of_identical_rows_leave_one_and_are_read_once(stage: Stage, run: Callable[..., Run]) -> None:
    rows = [Row(f"{i:05d}", text(story(1))) for i in range(5000)]
    staged = [stage(str(i), rows[i::2]) for i in range(2)]
    marks, effort = run()(staged)
    assert sum(batch.num_rows for batch in marks.values()) == 5000
    assert effort == candidates.Effort(rows=5000, pairs=0, bounded=0)
    assert {kept for batch in marks.values() for kept in batch.column("kept_id").to_pylist()} == {None, "00000"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_cut_into_files_and_the_order_of_arrival_do_not_matter(
    stage: Stage, run: Callable[..., Run], seed: int
) -> None:
    rows = [
        Row(f"{n:03d}.{i}", text(changed(story(n), 2 * i, n + i)), "ABC"[i % 3]) for n in range(30) for i in range(6)
    ]
    rows += [Row(f"copy of {row.id}", row.text, "B") for row in rows[::7]]

    def told(seed: int, cuts: int) -> set[tuple[object, ...]]:
        shuffled = list(rows)
        random.Random(seed).shuffle(shuffled)
        parts = [shuffled[i::cuts] for i in range(cuts)]
        staged = [stage(f"{seed}.{i}", part, row_group_size=7) for i, part in enumerate(parts)]
        random.Random(seed).shuffle(staged)
        marks, _ = run(seed=seed)(staged)
        by_key = {
            one.key: part
            for one, part in zip(staged, [parts[int(s.key.split("/")[0].split(".")[1])] for s in staged], strict=True)
        }
        return {
            (by_key[key][mark["row"]].id, *[mark[name] for name in mark if name != "row"])
            for key, batch in marks.items()
            for mark in batch.to_pylist()
        }

    assert told(seed, 1 + 3 * seed) == told(0, 1)


def test_nothing_to_verify_gives_no_marks() -> None:
    assert verify.verify([], Dedup(), candidates.Effort()) == {}


def test_shingle_sets_that_are_mapped_from_a_file_make_no_difference(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, run: Callable[..., Run]
) -> None:
    rows = [Row(f"{n:02d}.{i}", text(changed(story(n), i, n + i))) for n in range(20) for i in range(3)]
    staged = [stage(name, rows[start::2]) for start, name in enumerate("ab")]
    in_memory, _ = run()(staged)
    monkeypatch.setattr(candidates, "HELD_BYTES", 10_000)
    assert run()(staged)[0] == in_memory
    assert in_memory


def behind_a_frame(number: int, more: str = "") -> str:
    """A text of which a hundred words are those of any other number, and ten its own."""
    return text([*FRAME[:100], *(f"own{number}x{i}" for i in range(10)), more])


def test_rows_of_one_template_fall_only_for_what_is_their_own(refused: Refused) -> None:
    rows = [Row(f"r{number:02d}", behind_a_frame(number)) for number in range(40)]
    copies = [Row(f"s{number:02d}", behind_a_frame(number, "again")) for number in range(0, 40, 10)]
    bare = [Row("t", text(FRAME[:100])), Row("u", text(FRAME[:99]))]
    whole = refused([*rows, *copies, *bare], Dedup(threshold=0.6, bands=40, rows_per_band=3))
    assert len(whole) > 30
    framed = refused([*rows, *copies, *bare], Dedup(threshold=0.6, bands=40, rows_per_band=3, frame_rows=20))
    assert {name: mark["kept_id"] for name, mark in framed.items()} == {
        **{row.id.replace("s", "r"): row.id for row in copies},
        "u": "t",
    }
    assert {mark["detail"] for mark in framed.values()} == {"without what 20 rows or more have in common"}


def test_without_as_many_rows_there_is_no_frame(refused: Refused) -> None:
    rows = [Row(f"r{number:02d}", behind_a_frame(number)) for number in range(5)]
    chosen = Dedup(threshold=0.6, bands=40, rows_per_band=3, frame_rows=20)
    plain = chosen.model_copy(update={"frame_rows": None})
    found, expected = refused(rows, chosen), refused(rows, plain)
    assert {name: (mark["value"], mark["kept_id"]) for name, mark in found.items()} == {
        name: (mark["value"], mark["kept_id"]) for name, mark in expected.items()
    }
    assert len(found) == 4
