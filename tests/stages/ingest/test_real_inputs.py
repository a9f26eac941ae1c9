import gzip
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from helpers import SHARED, needs_shared

from licet.schemas.recipe import Limits
from licet.stages.ingest.original import write_row

pytestmark = [needs_shared, pytest.mark.shared]


def test_the_two_editions_of_the_book_are_documents_with_three_claims(read: Callable[..., Any]) -> None:
    got = read(SHARED, type="text", path="books")
    folders = Counter(row["locator"].split("/")[0] for row in got.rows)
    assert folders == {"nostarch": 33, "redirects": 59, "src": 112}
    assert [(c.kind, c.locator) for c in got.splits[0].claims[0]] == [
        ("notice", "COPYRIGHT"),
        ("license_file", "LICENSE-APACHE"),
        ("license_file", "LICENSE-MIT"),
    ]


def test_gsm8k_is_questions_and_answers(read: Callable[..., Any]) -> None:
    got = read(SHARED, Limits(split_bytes=1_000_000), type="chat", paths="posttrain/gsm8k/train.jsonl")
    assert (len(got.splits), len(got.rows), got.ledger) == (5, 7473, [])
    assert [m["role"] for m in got.rows[0]["messages"]] == ["user", "assistant"]


def test_hh_rlhf_is_preferences(read: Callable[..., Any]) -> None:
    got = read(SHARED, type="chat", paths="posttrain/hh-rlhf")
    assert (len(got.rows), got.ledger) == (2312, [])
    assert all(row["prompt"] and row["chosen"] and row["rejected"] for row in got.rows)
    assert sum(row["prompt"][-1]["role"] == "user" for row in got.rows) > 2300


def test_codealpaca_has_claims_that_disagree(read: Callable[..., Any]) -> None:
    got = read(SHARED, type="chat", paths="posttrain/codealpaca/code_alpaca_2k.json")
    assert (len(got.rows), got.ledger) == (2017, [])
    claims = {claim.locator: claim for claim in got.parcels[0].claims[0]}
    assert {name: claim.kind for name, claim in claims.items()} == {
        "DATA_LICENSE": "license_file",
        "LICENSE": "license_file",
        "README.md": "notice",
        "README.md#line=32": "generator_note",
    }
    assert "Attribution-NonCommercial 4.0" in claims["DATA_LICENSE"].raw
    assert claims["README.md"].raw.startswith("[![License](https://img.shields.io/badge/License-Apache_2.0-green.svg)]")


def test_sharegpt_keeps_its_own_ids(read: Callable[..., Any]) -> None:
    got = read(SHARED, type="chat", paths="posttrain/sharegpt/dummy_conversation.json", id_field="id")
    assert (len(got.rows), got.rows[0]["id"]) == (500, "src/identity_0")


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("gsm8k/test.jsonl", "qa"),
        ("hh-rlhf/harmless-base-test.jsonl.gz", "preference"),
        ("codealpaca/code_alpaca_2k.json", "alpaca"),
        ("sharegpt/dummy_conversation.json", "sharegpt"),
    ],
)
def test_every_row_is_written_back_as_it_was(path: str, shape: str, read: Callable[..., Any]) -> None:
    with gzip.open(SHARED / "posttrain" / path) if path.endswith("gz") else open(SHARED / "posttrain" / path) as file:
        whole = file.read()
        rows = json.loads(whole) if path.endswith("json") else [json.loads(line) for line in whole.splitlines()]
    got = read(SHARED, type="chat", paths=f"posttrain/{path}")
    assert [write_row(row, shape) for row in got.rows] == rows


def test_crawled_pages_have_address_date_and_markup(read: Callable[..., Any]) -> None:
    pages = read(SHARED, type="warc", paths="web/*.warc.gz")
    texts = read(SHARED, type="wet", paths="web/*.wet.gz")
    assert (len(pages.rows), len(texts.rows)) == (23, 1)
    page = next(row for row in pages.rows if row["url"] == texts.rows[0]["url"])
    assert page["date"][:10] == texts.rows[0]["date"][:10] == "2024-05-18"
    assert b"creativecommons.org/licenses/by-sa/4.0" in page["markup"]
    assert "Escopete" in page["text"]


@pytest.mark.parametrize("name", ["sample-0000.warc.gz", "whirlwind.warc.gz"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_real_archive_may_break_off_anywhere(
    name: str, share: float, tmp_path: Any, read: Callable[..., Any]
) -> None:
    data = (SHARED / "web" / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    whole, part = read(SHARED / "web", type="warc", paths=name), read(tmp_path, type="warc", paths=name)
    assert part.rows == whole.rows[: len(part.rows)]
    assert [reason for _, reason in part.refused] == ["truncated"]
