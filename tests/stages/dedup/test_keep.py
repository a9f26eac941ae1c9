"""Which of two alike stays: a total order that the recipe chooses, behind the evidence of licences."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staged_files import Row, Run, stage
from stories import story, text

from licet.schemas.dedup import Dedup

SAME = text(story(1))
SHORTER = text(story(1)[:-2])


class Length:
    """A scorer that finds shorter texts better."""

    def identity(self) -> str:
        return "length"

    def __call__(self, texts: pa.Array) -> pa.Array:
        return pa.array([1 / (1 + len(told)) for told in texts.to_pylist()], pa.float32())


def kept(
    folder: Path,
    files: Mapping[str, Sequence[Row]],
    keep: Sequence[str],
    *,
    scorer: Length | None = None,
    seed: int = 0,
) -> str:
    """Dedup files by the source that they are of, all rows alike, and return the one that stays."""
    chosen = Dedup(keep=["evidence", *keep])
    staged = {stage(folder, f"{seed}.{n}", rows, chosen, source=n).key: rows for n, rows in files.items()}
    parts = [stage(folder, f"{seed}.{n}", rows, chosen, source=n) for n, rows in files.items()]
    run = Run(chosen, str(folder / "spool"), seed, sources=list("zyx"), scorer=scorer)
    marks, _ = run(parts)
    every = {row.id for rows in staged.values() for row in rows}
    refused = {staged[key][m["row"]].id for key, batch in marks.items() for m in batch.to_pylist() if m["reason"]}
    (stays,) = every - refused
    return stays


@pytest.mark.parametrize(
    ("keep", "rows", "stays"),
    [
        (["length"], [Row("a", SHORTER), Row("b", SAME)], "b"),
        ([], [Row("a", SHORTER), Row("b", SAME)], "a"),
        (["newest"], [Row("a", SAME, date="2020"), Row("b", SAME, date="2021-05-01"), Row("c", SAME)], "b"),
        (["oldest"], [Row("a", SAME), Row("b", SAME, date="2021-05-01"), Row("c", SAME, date="2020")], "c"),
        (["newest", "length"], [Row("a", SHORTER, date="2021"), Row("b", SAME, date="2020")], "a"),
        (["newest"], [Row("a", SAME, "B", date="2021"), Row("b", SAME, "A", date="2020")], "b"),
        (["length"], [Row("a", SAME, tier="permissive"), Row("b", SHORTER, tier="non-commercial")], "b"),
    ],
    ids=["longest", "least id", "newest", "oldest", "newest, then longest", "evidence first", "strictest terms first"],
)
def test_who_stays(tmp_path: Path, keep: list[str], rows: list[Row], stays: str) -> None:
    assert kept(tmp_path, {"x": rows}, keep) == stays


def test_the_source_that_the_recipe_lists_first_stays(tmp_path: Path) -> None:
    assert kept(tmp_path, {"x": [Row("a", SAME)], "y": [Row("b", SAME)], "z": [Row("c", SAME)]}, ["source"]) == "c"


def test_the_better_text_stays_where_there_is_a_scorer(tmp_path: Path) -> None:
    rows = {"x": [Row("a", SAME), Row("b", SHORTER)]}
    assert kept(tmp_path, rows, ["quality", "length"], scorer=Length()) == "b"
    assert kept(tmp_path, rows, ["length", "quality"], scorer=Length()) == "a"
    assert kept(tmp_path, rows, ["quality", "length"]) == "a"


ALIKE = st.builds(
    Row,
    id=st.sampled_from("abcd"),
    text=st.sampled_from([SAME, SHORTER]),
    grade=st.sampled_from(["A", "B", None]),
    tier=st.sampled_from(["permissive", "non-commercial", None]),
    date=st.sampled_from(["2020", "2021", None]),
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ALIKE, min_size=2, max_size=6, unique_by=lambda row: row.id),
    st.permutations(["quality", "length", "newest"]),
    st.integers(0, 2**16),
)
def test_who_stays_depends_on_the_rows_alone(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], keep: list[str], seed: int
) -> None:
    def stays(seed: int, cuts: int) -> str:
        shuffled = list(rows)
        random.Random(seed).shuffle(shuffled)
        files = {f"{i}": shuffled[i::cuts] for i in range(cuts)}
        return kept(tmp_path_factory.mktemp("keep"), files, keep, scorer=Length(), seed=seed)

    assert stays(seed, 1 + seed % 3) == stays(0, 1)


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        ([], "`keep` begins with `evidence`"),
        (["length", "evidence"], "`keep` begins with `evidence`"),
        (["evidence", "length", "length"], "`keep` names length twice"),
        (["evidence", "newest", "oldest"], "names both `newest` and `oldest`"),
    ],
)
def test_an_order_that_is_none_is_refused(keep: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Dedup(keep=keep)
