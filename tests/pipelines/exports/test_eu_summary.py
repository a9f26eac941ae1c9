import json
from pathlib import Path
from typing import Any

import pytest
from judged import Parcels, row
from versions import finished

from licet.pipelines.exports.eu_summary import PAGE_PATH, SUMMARY_PATH, size_band

WEB = [{"name": "test", "type": "warc", "paths": "crawl/*.warc.gz"}]


def answers(version: Path, section: str) -> dict[str, Any]:
    """The answers of a section by their question."""
    told = json.loads((version / SUMMARY_PATH).read_bytes())
    (found,) = [s for s in told["sections"] if s["id"] == section]
    return {item["question"]: item["answer"] for item in found["items"]}


def crawled(folder: Path, *pages: tuple[str, int]) -> Path:
    """A version of web pages at these addresses, with so many tokens."""
    parcels = Parcels(folder / "staging")
    dates = {"date": "2024-05-06T07:08:09Z"}
    parcels.add([row(str(i), f"page {i}", url=url, token_count=n, **dates) for i, (url, n) in enumerate(pages)])
    return finished(folder, parcels, models=(), sources=WEB)[0]


@pytest.mark.parametrize(
    ("tokens", "band"),
    [
        (0, "less than 1 billion tokens"),
        (10**9 - 1, "less than 1 billion tokens"),
        (10**9, "1 billion to 10 trillion tokens"),
        (10**13 - 1, "1 billion to 10 trillion tokens"),
        (10**13, "more than 10 trillion tokens"),
    ],
)
def test_sizes_are_told_in_the_bands_of_the_template(tokens: int, band: str) -> None:
    assert size_band(tokens) == band


def test_what_only_the_provider_of_a_model_knows_is_left_open(books: Path) -> None:
    told = json.loads((books / SUMMARY_PATH).read_bytes())
    items = [item for section in told["sections"] for item in section["items"]]
    assert {item["answer"] for item in items if item["basis"] == "provider"} == {None}
    assert set(answers(books, "1.1").values()) == {None}
    assert answers(books, "2.2") == dict.fromkeys(answers(books, "2.2"))
    assert "to be completed by the provider" in (books / PAGE_PATH).read_text(encoding="utf-8")


def test_each_source_is_named_with_its_share(books: Path) -> None:
    (source,) = answers(books, "2.1")["List of publicly available datasets"]
    assert source == {
        "name": "test",
        "kind": "Documents in JSON Lines",
        "address": "https://example.org/",
        "revision": None,
        "declared_license": "MIT",
        "rows": 6,
        "tokens": 18,
        "is_large": True,
        "earliest": None,
        "latest": None,
    }
    assert answers(books, "2.3")["Web archives read"] == []


def test_the_tenth_of_the_sites_with_most_tokens_is_listed(tmp_path: Path) -> None:
    pages = [(f"https://s{i:02d}.example/page", i) for i in range(1, 12)]
    pages.append(("https://User@S03.example:8443/other?x#y", 100))
    version = crawled(tmp_path, *pages)
    told = answers(version, "2.3")
    assert told["Summary of the most relevant domain names crawled"] == [
        {
            "source": "test",
            "sites": 11,
            "largest": [
                {"site": "s03.example", "rows": 2, "tokens": 103},
                {"site": "s11.example", "rows": 1, "tokens": 11},
            ],
        }
    ]
    assert told["Period of data collection"] == "2024-05-06 to 2024-05-06"
    assert told["Were crawlers used by the provider or on its behalf?"] is None
    assert answers(version, "2.1")["List of publicly available datasets"] == []
    assert "| s03.example | 2 | 103 |" in (version / PAGE_PATH).read_text(encoding="utf-8")


def test_models_that_wrote_rows_are_named_with_their_terms(tmp_path: Path) -> None:
    said = [{"role": "user", "content": "hi"}]
    parcels = Parcels(tmp_path / "staging", config="sft", chat=True)
    made = [("m-1", None), ("m-1", None), ("human", None), (None, None)]
    parcels.add([row(str(i), f"hi {i}", messages=said, generator=name) for i, (name, _) in enumerate(made)])
    version, _ = finished(tmp_path, parcels, models=(), kind="posttrain")
    told = answers(version, "2.5")
    assert told["Was synthetic AI-generated data used to train the model?"] is True
    (model,) = told["Models used to generate it, with their terms on what they write"]
    assert (model["model"], model["rows"], model["source"]) == ("m-1", 2, "test")


def test_rows_that_say_nothing_leave_the_question_open(books: Path) -> None:
    assert answers(books, "2.5")["Was synthetic AI-generated data used to train the model?"] is None
