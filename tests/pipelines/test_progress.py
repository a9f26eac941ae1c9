import io
import json
from dataclasses import replace
from pathlib import Path

from helpers import parcel, rows
from rich.console import Console
from tiny import document, write_corpus, write_recipe

from licet.pipelines.plan import Plan, make_plan
from licet.pipelines.progress import Tally, eta, line, live_view
from licet.schemas.recipe import load_recipe
from licet.stages.staging import write_parcel


def planned(folder: Path) -> Plan:
    write_corpus(folder, [document(i) for i in range(20)])
    return make_plan(load_recipe(write_recipe(folder, limits={"split_bytes": 2500})), folder)


def stage(plan: Plan, number: int, *, last: bool = True) -> None:
    split = plan.pending[number]
    staged = replace(parcel(rows("a", "b")), split=split.fingerprint, source="notes", last=last, seconds=(("x", 1.5),))
    write_parcel(staged, plan.staging, lambda batch: batch.select(["id"]))


def test_a_tally_counts_the_parcels_that_appear(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    assert len(plan.pending) > 2
    tally = Tally(plan)
    stage(plan, 0)
    stage(plan, 1, last=False)
    tally.update()
    tally.update()
    assert (tally.splits_done, tally.rows_in, tally.rows, tally.bytes_read) == (1, 4, 4, plan.pending[0].size)
    assert tally.seconds["x"] == 3.0


def test_a_line_says_splits_rows_speed_and_reasons(tmp_path: Path) -> None:
    tally = Tally(planned(tmp_path))
    tally.splits_done, tally.rows_in, tally.bytes_read = 1, 1234, 2_000_000
    tally.refused.update({"license: no_license": 1000, "dedup: near_duplicate": 34})
    assert line(tally, 4.0) == (
        f"[4 s] reading: 1/{len(tally.plan.splits)} splits, 1,234 rows, 0.5 MB/s"
        " | refused 1,034: license: no_license 1,000, dedup: near_duplicate 34"
    )


def test_before_the_first_rows_a_line_says_what_is_waited_for(tmp_path: Path) -> None:
    tally = Tally(planned(tmp_path))
    assert line(tally, 4.0).startswith("[4 s] starting, which compiles kernels the first time: 0/")


def test_the_time_left_is_known_once_something_was_read(tmp_path: Path) -> None:
    tally = Tally(planned(tmp_path))
    assert eta(tally, 10) == ""
    tally.bytes_read = tally.plan.bytes_pending // 2
    assert eta(tally, 10) == "10 s left"
    tally.bytes_read = tally.plan.bytes_pending
    assert eta(tally, 10) == ""


def test_the_live_view_shows_the_same_on_a_terminal(tmp_path: Path) -> None:
    tally = Tally(planned(tmp_path))
    tally.rows_in = 1
    tally.refused.update({"license: no_license": 1000})
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    console.print(live_view(tally, 1.0))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"0/{len(tally.plan.splits)} splits" in shown
    assert "refused      1,000  license: no_license" in shown


def test_what_was_staged_earlier_counts_as_done(tmp_path: Path) -> None:
    plan = planned(tmp_path)
    for number in range(len(plan.pending)):
        stage(plan, number)
    again = make_plan(plan.written, tmp_path)
    tally = Tally(again)
    assert (again.pending, tally.splits_done, tally.rows_in) == ((), len(plan.splits), 2 * len(plan.splits))
    assert json.loads(json.dumps(tally.seconds)) == {}
