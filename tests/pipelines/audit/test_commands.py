"""The commands over a version that a run made: answers in words and as JSON, and exit codes."""

import json
from pathlib import Path

import pytest
from audited_run import HOSTILE
from called import called

QUESTIONS = [
    (("explain", "papers/by"), 0),
    (("explain", f"papers/{HOSTILE}"), 0),
    (("explain", "papers/nc"), 1),
    (("audit", "explain", "papers/by"), 0),
    (("why-not", "papers/nc"), 0),
    (("why-not", "papers/by"), 1),
    (("why-not", "https://example.museum/"), 1),
    (("contains", "--domain", "example.org"), 0),
    (("contains", "--id", "papers/nc"), 1),
    (("audit", "licenses"), 0),
    (("audit", "licenses", "--by", "tier"), 0),
    (("audit", "policy-check", "--policy", "open-definition-2.1"), 0),
    (("policy", "check", "--policy", "pd-only"), 1),
    (("audit", "unknown"), 0),
    (("audit", "conflicts"), 0),
    (("audit", "attribution"), 0),
    (("audit", "obligations"), 0),
    (("audit", "obligations", "--use", "train"), 0),
    (("audit", "sample", "--n", "3"), 0),
    (("audit", "signals"), 0),
    (("audit", "synthetic"), 0),
    (("verify",), 0),
]


def words_of(question: tuple[str, ...], folder: str) -> list[str]:
    """A question as it is typed, the version after the command's name."""
    at = 2 if question[0] in ("audit", "policy") else 1
    return [*question[:at], folder, *question[at:]]


@pytest.mark.parametrize(("question", "code"), QUESTIONS, ids=[" ".join(q)[:40] for q, _ in QUESTIONS])
def test_every_question_is_answered_in_words_and_as_json(folder: str, question: tuple[str, ...], code: int) -> None:
    found, out, err = called(*words_of(question, folder))
    assert (found, "error" in err) == (code, False)
    assert out
    assert "\x1b" not in out
    as_json, told, _ = called(*words_of(question, folder), "--json")
    assert as_json == code
    assert isinstance(json.loads(told), dict)


def test_both_names_of_the_policy_check_are_one(folder: str) -> None:
    words = (folder, "--policy", "no-share-alike", "--json")
    assert called("policy", "check", *words) == called("audit", "policy-check", *words)


def test_unknown_ends_with_one_only_when_it_is_asked_to(folder: str) -> None:
    doubts = json.loads(called("audit", "unknown", folder, "--json")[1])["doubts"]
    assert called("audit", "unknown", folder, "--fail")[0] == (1 if doubts else 0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("explain", "no/such", "x"), "'no/such' is no finished version"),
        (("explain", "nowhere://x", "x"), "'nowhere://x' cannot be read: Protocol not known: nowhere"),
        (("verify", "no/such"), "'no/such' is no finished version"),
        (("verify", "nowhere://x"), "'nowhere://x' cannot be read"),
        (("redo", "no/such", "--policy", "pd-only"), "'no/such' is no finished version"),
        (("policy", "check", "VERSION", "--policy", "no-such"), "there is no policy `no-such`"),
        (("contains", "VERSION"), "give one of --url, --domain"),
        (("contains", "VERSION", "--url", "a", "--id", "b"), "give one of --url, --domain"),
        (("contains", "VERSION", "--domain", " "), "--domain is empty"),
        (("contains", "VERSION", "--text", "no/such"), "no/such cannot be read as a text: No such file or directory\n"),
        (("audit", "attribution", "VERSION", "--to", "no/such/file"), "no/such/file cannot be written"),
        (("audit", "attribution", "VERSION", "--for", "no/such"), "no/such cannot be read as a list of ids"),
        (("audit", "sample", "VERSION", "--to", "no/such/file"), "no/such/file cannot be written"),
        (("audit", "sample", "VERSION", "--by", "taste"), "--by knows tier, source"),
        (("audit", "sample-result", "no/such"), "is no sheet"),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_sentence(folder: str, words: tuple[str, ...], told: str) -> None:
    code, out, err = called(*(folder if word == "VERSION" else word for word in words))
    assert (code, out) == (2, "")
    assert err.startswith("error ")
    assert told in err


def test_credits_go_to_a_file_and_to_some_rows(folder: str, tmp_path: Path) -> None:
    ids, to = tmp_path / "ids.txt", tmp_path / "CREDITS.md"
    ids.write_text("papers/by\npapers/sa\n")
    code, out, err = called("audit", "attribution", folder, "--format", "markdown", "--for", str(ids), "--to", str(to))
    assert (code, out, err) == (0, "", "2 of 2 rows that need a credit are credited, in 2 lines\n")
    assert [line for line in to.read_text().splitlines() if line.startswith("#")] == [
        "# Credits of the dataset runs",
        "## CC-BY-4.0",
        "## CC-BY-SA-4.0",
    ]


def test_a_sample_is_drawn_filled_in_and_judged(folder: str, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    assert called("audit", "sample", folder, "--n", "2", "--to", str(sheet))[0] == 0
    assert called("audit", "sample-result", str(sheet))[0] == 2
    lines = sheet.read_text(encoding="utf-8")
    sheet.write_text(lines.replace(",,\r\n", ",ok,\r\n").replace(",,\n", ",ok,\n"), encoding="utf-8")
    code, out, _ = called("audit", "sample-result", str(sheet))
    assert code == 0
    assert "all: 0 of 2 wrong" in out
