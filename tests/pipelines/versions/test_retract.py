"""Rows are taken back out of a version, with what is the same or alike, and stay out."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from runs import contents, run
from stories import changed, story, text

from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.pipelines.versions.requests import Request, request_of, requests_in
from licet.pipelines.versions.retract import Retracted, plan_retraction, retract
from licet.schemas.errors import InputError, RunError, VersionError
from licet.schemas.retraction import RETRACTIONS_PATH

SOURCES = [
    {
        "name": "parts",
        "type": "jsonl",
        "paths": "data",
        "id_field": "id",
        "url_field": "url",
        "license": {"expression": "MIT", "evidence": "https://example.org/terms"},
    }
]
SMALL = {"target_bytes": 4_096, "row_group_bytes": 4_096}


def some_rows() -> list[dict[str, str]]:
    """Twelve texts of three sites, and after each sixth one a copy and one that resembles it."""
    rows = []
    for i in range(12):
        words = story(i)
        url = f"https://{'abc'[i % 3]}.example.org/{i}"
        rows.append({"id": f"{i:02d}", "url": url, "text": text(words)})
        if i % 6 == 0:
            rows.append({"id": f"{i:02d}-same", "url": f"https://copies.net/{i}", "text": text(words)})
            rows.append(
                {"id": f"{i:02d}-near", "url": f"https://near.net/{i}", "text": text(changed(words, 2, i)[:-5])}
            )
    return rows


def made(folder: Path, rows: list[dict[str, str]] | None = None, **settings: Any) -> str:
    """Run over some rows and return the version's folder; the inputs are gone afterwards."""
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows or some_rows()))
    outcome = run(folder, **{"sources": SOURCES, "shards": SMALL, **settings})
    shutil.rmtree(data)
    return outcome.folder


def taken(version: str, output: Path, *requests: Request, **more: Any) -> Retracted:
    """Retract and return what comes of it, verified against its parent."""
    done = retract(plan_retraction(version, requests, "request 7", "1.0.1"), str(output), **more)
    assert verify(done.folder, version) == []
    return done


def kept(folder: str) -> set[str]:
    """The ids of the published rows, without their source."""
    return {
        row_id.partition("/")[2]
        for path in Path(folder).glob("data/*/*.parquet")
        for row_id in pq.read_table(path).column("id").to_pylist()
    }


def ledger(folder: str, *names: str) -> dict[str, tuple[Any, ...]]:
    """Columns of the ledger by id."""
    rows = pq.read_table(Path(folder) / "provenance/ledger").to_pylist()
    return {row["id"].partition("/")[2]: tuple(row[name] for name in names) for row in rows}


def rules(folder: str) -> list[tuple[str, str, str | None]]:
    """Kind, value and origin of each rule."""
    rows = pq.read_table(Path(folder) / RETRACTIONS_PATH).to_pylist()
    return [(row["kind"], row["value"], row["because"]) for row in rows]


def test_a_row_leaves_for_the_ledger_and_untouched_shards_keep_their_bytes(tmp_path: Path) -> None:
    version = made(tmp_path)
    done = taken(version, tmp_path / "new", request_of("id", "parts/03"))
    assert kept(done.folder) == kept(version) - {"03"}
    told = ledger(done.folder, "stage", "reason", "detail", "value", "threshold")
    assert told["03"] == ("retract", "retracted", "request 7: id parts/03", None, None)
    assert told == {"03": told["03"], **ledger(version, "stage", "reason", "detail", "value", "threshold")}
    before, after = contents(version), contents(done.folder)
    changed_shards = {path for path in before if path.startswith("data/") and before[path] != after[path]}
    assert changed_shards == {shard["path"] for shard in done.retraction.summary()["shards"]}
    assert len(changed_shards) == 1 < len([path for path in before if path.startswith("data/")])
    assert {path for path in before if path.startswith("data/")} == {p for p in after if p.startswith("data/")}
    assert done.manifest.dataset.version == "1.0.1"
    assert (done.manifest.stages[-1].name, done.manifest.stages[-1].refused[0].rows) == ("retract", 1)
    card = (Path(done.folder) / "README.md").read_text(encoding="utf-8")
    assert "honour it. So far 1 row was taken back: [the requests](provenance/retractions.parquet)." in card
    assert "with their copies and what resembles them. Refused 1 row: `retracted` 1." in card


def test_a_refused_copy_takes_out_the_row_that_stands_for_it(tmp_path: Path) -> None:
    version = made(tmp_path)
    assert kept(version) & {"00", "00-same", "00-near"} == {"00"}
    done = taken(version, tmp_path / "new", request_of("url", "http://near.net/0/"))
    assert kept(done.folder) == kept(version) - {"00"}
    (similarity, detail) = ledger(done.folder, "value", "detail")["00"]
    assert (detail, 0.8 < similarity < 1) == ("request 7: stood for parts/00-near", True)
    assert [(kind, because) for kind, _, because in rules(done.folder)] == [
        ("url", None),
        ("sha256", "url near.net/0"),
        ("text", "stood for parts/00-near"),
    ]


def test_a_site_leaves_with_all_its_pages_and_a_text_with_what_resembles_it(tmp_path: Path) -> None:
    version = made(tmp_path, dedup={"enabled": False})
    site = taken(version, tmp_path / "site", request_of("domain", "b.example.org"))
    assert kept(version) - kept(site.folder) == {"01", "04", "07", "10"}
    file = tmp_path / "mine.txt"
    file.write_text(text(changed(story(6), 1, 99)))
    mine = taken(version, tmp_path / "mine", request_of("text", str(file)))
    assert kept(version) - kept(mine.folder) == {"06", "06-same", "06-near"}
    assert {row[0] for row in ledger(mine.folder, "threshold").values()} == {0.8}


def test_what_resembles_a_row_asked_for_leaves_with_it_where_dedup_was_off(tmp_path: Path) -> None:
    version = made(tmp_path, dedup={"enabled": False})
    done = taken(version, tmp_path / "new", request_of("id", "parts/00"))
    assert kept(version) - kept(done.folder) == {"00", "00-same", "00-near"}
    told = ledger(done.folder, "detail")
    assert told["00-same"] == ("request 7: same text as id parts/00",)
    assert told["00-near"][0].endswith(" like the text of id parts/00")


def test_the_same_retraction_is_the_same_version_to_the_byte(tmp_path: Path) -> None:
    version = made(tmp_path)
    one, other = (taken(version, tmp_path / name, request_of("domain", "a.example.org")) for name in ("one", "other"))
    assert one.digest == other.digest
    assert contents(one.folder) == contents(other.folder)


def test_a_shard_that_loses_all_its_rows_stays_without_any(tmp_path: Path) -> None:
    version = made(tmp_path)
    shard = sorted(Path(version).glob("data/*/*.parquet"))[1]
    asked = [request_of("id", row_id) for row_id in pq.read_table(shard).column("id").to_pylist()]
    done = taken(version, tmp_path / "new", *asked)
    assert pq.read_metadata(Path(done.folder) / shard.relative_to(version)).num_rows == 0


def test_retractions_add_up_over_versions_and_survive_another_policy(tmp_path: Path) -> None:
    version = made(tmp_path)
    first = taken(version, tmp_path / "first", request_of("id", "parts/03"))
    plan = plan_retraction(first.folder, [request_of("id", "parts/04")], "request 8")
    second = retract(plan, str(tmp_path / "second"))
    assert verify(second.folder, first.folder) == []
    assert second.manifest.dataset.version == "1.0.2"
    effective = pq.read_table(Path(second.folder) / RETRACTIONS_PATH).column("effective").to_pylist()
    assert sorted(effective) == ["1.0.1", "1.0.1", "1.0.2", "1.0.2"]
    redone = redo(second.folder, "no-share-alike", str(tmp_path / "redone"))
    assert verify(redone.folder) == []
    assert rules(redone.folder) == rules(second.folder)


def test_a_later_run_refuses_what_was_retracted_and_what_resembles_it(tmp_path: Path) -> None:
    version = made(tmp_path / "a")
    done = taken(version, tmp_path / "new", request_of("id", "parts/00"), request_of("domain", "b.example.org"))
    again = made(tmp_path / "b", retractions=[str(tmp_path / "new")])
    assert verify(again) == []
    assert kept(again) == kept(done.folder)
    told = ledger(again, "stage", "reason", "detail")
    assert {row_id: row[2] for row_id, row in told.items() if row[0] == "retractions"} == {
        "00": "request 7: id parts/00, out since 1.0.1",
        **{f"{i:02d}": "request 7: domain b.example.org, out since 1.0.1" for i in (1, 4, 7, 10)},
        "00-same": told["00-same"][2],
        "00-near": told["00-near"][2],
    }
    assert "(id parts/00), out since 1.0.1" in told["00-near"][2]
    assert rules(again) == rules(done.folder)
    renamed = [{**row, "id": f"other-{row['id']}", "url": "https://elsewhere.net/"} for row in some_rows()]
    elsewhere = made(tmp_path / "c", renamed, retractions=[str(tmp_path / "new" / RETRACTIONS_PATH)])
    assert kept(elsewhere) == {f"other-{row_id}" for row_id in kept(done.folder)}
    assert verify(elsewhere) == []


def test_no_text_is_kept_of_what_was_retracted(tmp_path: Path) -> None:
    version = made(tmp_path)
    done = taken(version, tmp_path / "new", request_of("id", "parts/03"))
    words = [word for word in story(3) if len(word) == 5][:40]
    for path in sorted(Path(done.folder).rglob("*")):
        if path.suffix == ".parquet" and "data" not in path.parts:
            told = json.dumps(pq.read_table(path).to_pylist(), default=str)
            assert not any(f"{a} {b}" in told for a, b in pairwise(words))


def test_what_is_in_no_row_is_refused_unless_it_is_to_be_kept_out(tmp_path: Path) -> None:
    version = made(tmp_path)
    plan = plan_retraction(version, [request_of("domain", "nowhere.net")], "request 7", "1.0.1")
    with pytest.raises(RunError, match=r"domain nowhere\.net is neither in the data nor in the ledger"):
        retract(plan, str(tmp_path / "new"))
    done = taken(version, tmp_path / "new", request_of("domain", "nowhere.net"), allow_absent=True)
    assert kept(done.folder) == kept(version)
    assert rules(done.folder) == [("domain", "nowhere.net", None)]


def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    version = made(tmp_path)
    asked = [request_of("id", "parts/03")]
    with pytest.raises(VersionError, match="say by --version"):
        plan_retraction(version, asked, "request 7")
    with pytest.raises(InputError, match="say what is to be retracted"):
        plan_retraction(version, [], "request 7", "1.0.1")
    with pytest.raises(VersionError, match="no finished version"):
        plan_retraction(str(tmp_path / "none"), asked, "request 7", "1.0.1")
    with pytest.raises(RunError, match="is taken"):
        retract(plan_retraction(version, asked, "request 7", "1.0.1"), version)
    (Path(version) / "README.md").write_text("Other words.")
    with pytest.raises(VersionError, match="does not hold what it says"):
        retract(plan_retraction(version, asked, "request 7", "1.0.1"), str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_list_of_requests_is_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("some words")
    listed = tmp_path / "list"
    listed.write_text("# of ticket 7\n\ndomain www.Example.org\n  id parts/a b\ntext mine.txt\n")
    assert list(requests_in(str(listed))) == [
        Request("domain", "example.org"),
        Request("id", "parts/a b"),
        Request("text", str(tmp_path / "mine.txt"), "some words"),
    ]
    listed.write_text("domain example.org\nsite example.org\n")
    with pytest.raises(InputError, match="line 2: 'site' is not one of"):
        list(requests_in(str(listed)))
