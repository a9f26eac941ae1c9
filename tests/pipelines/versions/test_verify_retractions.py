"""Lies about what was retracted are found."""

import shutil
from pathlib import Path

import pytest
from judged import Parcels, mark, row, sha
from lies import Lie, Rows, both, in_manifest, in_rows, put, well
from stories import story, text
from versions import change_rows, finished

from licet.pipelines.retractions import stage_params
from licet.pipelines.verify import verify
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.manifest import canonical_sha256
from licet.schemas.retraction import RETRACTIONS_PATH
from licet.stages.retract import read_rules

DATA = "data/default/train-00002-of-00005.parquet"
"""The shard of one row that stays, `test/c`."""
LEDGER = "provenance/ledger/part-00001-of-00002.parquet"
OUT = {"a": "https://a.example.org/1", "b": "https://b.example.org/2"}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version that two rows of six were taken out of: one by its site, one by its id."""
    folder = tmp_path_factory.mktemp("honest")
    parcels = Parcels(folder / "staging")
    rows = [row(name, text(story(i)), url=OUT.get(name)) for i, name in enumerate("abcdef")]
    parcels.add(rows, marks=[mark(5, stage="quality", reason="low_quality", value=0.1, threshold=0.5)])
    version, _ = finished(folder, parcels, models=())
    asked = [request_of("domain", "a.example.org"), request_of("id", "test/b")]
    done = retract(plan_retraction(str(version), asked, "request 7", "1.0.1"), str(folder / "new"))
    return Path(done.folder)


def put_back(version: Path) -> None:
    """Take a row out of the ledger and into the data, as a copy of another one, and reckon everything anew."""
    gone: Rows = []

    def leaves(rows: Rows) -> None:
        gone.append(rows.pop(0))

    def comes(rows: Rows) -> None:
        told = text(story(0))
        rows.append({**rows[0], "id": gone[0]["id"], "locator": gone[0]["locator"], "text": told})
        rows[-1] |= {"content_sha256": sha(told), "url": "https://elsewhere.net/"}

    well(in_rows(LEDGER, leaves), in_rows(DATA, comes))(version)


def said_again(version: Path) -> None:
    """Let the manifest say that the stage was set to the rules as they are."""
    params = stage_params(read_rules(str(version / RETRACTIONS_PATH)))
    in_manifest(lambda m: m["stages"][-1].update(params=params, params_sha256=canonical_sha256(params)))(version)


def of_rules(lie: Lie) -> Lie:
    return both(lie, said_again)


def alike(version: Path) -> None:
    """Publish a text that resembles a retracted one."""
    told = text([*story(0), "more"])
    change_rows(version, DATA, put(0, text=told, content_sha256=sha(told)))
    well()(version)


def forget(rows: Rows) -> None:
    """Leave out what was asked for of a site, and what followed from it."""
    rows[:] = [each for each in rows if "a.example" not in f"{each['value']}{each['because']}"]


LIES: list[tuple[str, str, Lie]] = [
    ("a row put back", "1 row that meet what was retracted (text", put_back),
    ("a row that resembles one", "1 row that meet what was retracted (text", alike),
    (
        "a page of the site",
        "(domain a.example.org, request 7)",
        well(in_rows(DATA, put(0, url="https://a.example.org/3", attribution=None))),
    ),
    ("a rule left out", "What the last stage", in_rows(RETRACTIONS_PATH, lambda rows: rows.pop(0))),
    (
        "a rule left out, and the stage set to what is left",
        "1 row said to be retracted that meet no rule",
        of_rules(in_rows(RETRACTIONS_PATH, forget)),
    ),
    ("rules in another order", "not in order", of_rules(in_rows(RETRACTIONS_PATH, lambda rows: rows.reverse()))),
    ("a bound of nothing", "without how likeness", of_rules(in_rows(RETRACTIONS_PATH, put(-1, threshold=0.0)))),
    ("a rule of no version", "no version", of_rules(in_rows(RETRACTIONS_PATH, put(0, effective="soon")))),
    ("rules of another kind", "does not know", in_rows(RETRACTIONS_PATH, put(0, kind="colour"))),
    ("another reason", "left for another reason", in_rows(LEDGER, put(0, reason="lost"))),
    (
        "no rules",
        "there are no rules",
        both(
            lambda version: (version / RETRACTIONS_PATH).unlink(),
            in_manifest(lambda m: m.update(files=[f for f in m["files"] if f["path"] != RETRACTIONS_PATH])),
        ),
    ),
]


def test_a_version_that_rows_were_taken_out_of_holds(honest: Path) -> None:
    assert verify(str(honest)) == []


@pytest.mark.parametrize(("name", "told", "lie"), LIES, ids=[name for name, _, _ in LIES])
def test_a_lie_about_retractions_is_found(tmp_path: Path, honest: Path, name: str, told: str, lie: Lie) -> None:
    version = tmp_path / "version"
    shutil.copytree(honest, version)
    lie(version)
    found = [finding.message for finding in verify(str(version)) if finding.check == "retractions"]
    assert any(told in message for message in found), f"{name}: {verify(str(version))}"
