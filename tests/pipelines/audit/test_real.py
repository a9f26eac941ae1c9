"""What becomes of the real inputs, and that each outcome is explained in a screen of text."""

import json

import pytest
from called import called
from helpers import needs_shared

from licet.pipelines.audit.conflicts import conflicts
from licet.pipelines.audit.explain import explain
from licet.pipelines.audit.explain import in_lines as explained
from licet.pipelines.audit.screen import HEIGHT, WIDTH
from licet.pipelines.audit.version import Audited, audited
from licet.pipelines.audit.why_not import in_lines as refused
from licet.pipelines.audit.why_not import why_not
from licet.pipelines.makers import makers_in
from licet.pipelines.verify import verify

pytestmark = needs_shared


def screen(version: Audited, row_id: str) -> str:
    """The explanation of a row, as it is shown."""
    found = explain(version, row_id)
    assert found is not None
    return fits(explained(found))


def fits(lines: list[str]) -> str:
    """Lines that fit one screen, as one text."""
    assert len(lines) <= HEIGHT
    assert all(len(line) <= WIDTH for line in lines)
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["books", "web", "posttrain"])
def test_what_was_made_is_verified(made: dict[str, str], name: str) -> None:
    assert verify(made[name]) == []


def test_the_book_is_under_a_choice_of_which_mit_was_elected(made: dict[str, str]) -> None:
    with audited(made["books"]) as version:
        assert {c.expression for c in version.manifest.licences} == {"MIT OR Apache-2.0"}
        assert {row["elected"] for row in version.rows("select elected from evidence where rows_kept > 0")} == {"MIT"}
        ids = [row["row_id"] for row in version.rows("select row_id from rows order by row_id")]
        for row_id in ids[::20]:
            told = screen(version, row_id)
            assert "elected    MIT, of the branches that the policy admits the least strict" in told
            assert "in LICENSE-APACHE" in told
            assert "in COPYRIGHT" in told


def test_two_pages_of_23_come_through_each_with_its_mark(made: dict[str, str]) -> None:
    with audited(made["web"]) as version:
        rows = version.rows("select row_id, url, license from rows order by url")
        assert [(row["url"], row["license"]) for row in rows] == [
            ("https://an.wikipedia.org/wiki/Escopete", "CC-BY-SA-4.0"),
            ("https://soldaini.net/", "CC-BY-4.0"),
        ]
        for row in rows:
            assert "creativecommons.org/licenses/by" in screen(version, row["row_id"])
        ledger = version.rows("select row_id, url from ledger")
        assert len(ledger) == 21
        for row in ledger:
            told = fits(refused(why_not(version, row["url"] or row["row_id"])))
            assert "was refused at the stage license: " in told
            assert "What would have to change" in told


def test_posttrain_rows_come_through_except_those_that_a_model_made_whose_terms_forbid_it(made: dict[str, str]) -> None:
    with audited(made["posttrain"]) as version:
        counted = version.rows("select source, count(*) as n from rows group by all")
        assert {row["source"]: row["n"] for row in counted} == {"gsm8k": 7_470, "hh-rlhf": 2_299, "sharegpt": 500}
        (told,) = version.rows(
            "select count(*) as n, min(row_id) as row_id from ledger where reason = 'generator_forbids'"
        )
        assert told["n"] == 2_017
        found = why_not(version, told["row_id"])
        assert {"Apache-2.0", "CC-BY-NC-4.0"} <= {heard.expression for heard in found.examples[0].heard}
        text = fits(refused(found))
        assert "in full    made by text-davinci-003: Output may not be used to develop models that compete" in text
        assert "besides, contradictory: Apache-2.0 against CC-BY-NC-4.0" in text
        assert "the answer to the instruction as" in text
        assert "in README.md#line=32: read as LicenseRef-OpenAI-Output-Terms" in text
        assert "no licence of the data can" in text
        assert [(row["n"], row["detail"]) for row in conflicts(version).contradictory] == [
            (2_017, "Apache-2.0 against CC-BY-NC-4.0")
        ]
        makers = {maker.name: (maker.kept, maker.refused) for maker in makers_in(version.folder, version.manifest)}
        assert makers == {"human": (7_470, 0), "program": (500, 0), "text-davinci-003": (0, 2_017)}
        for source in ("gsm8k", "hh-rlhf", "sharegpt"):
            (row,) = version.rows("select min(row_id) as row_id from rows where source = ?", source)
            assert "in LICENSE" in screen(version, row["row_id"])


def test_what_is_asked_of_the_real_versions_is_answered_as_json(made: dict[str, str]) -> None:
    for folder in made.values():
        for question in ("licenses", "unknown", "conflicts", "obligations", "signals", "synthetic", "attribution"):
            code, out, _ = called("audit", question, folder, "--json")
            assert code == 0
            json.loads(out)
