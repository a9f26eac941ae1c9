import pytest

from licet.schemas.evidence import Claim
from licet.stages.ingest.cards import card_address, read_card


def card(front: str, url: str | None = None) -> list[tuple[str, str]]:
    """What a card with this front matter says of the whole set: where, and in which words."""
    return [(c.locator, c.raw) for c in read_card(f"---\n{front}\n---\n# Set\n", "README.md", url).claims]


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("license: mit", [("README.md#license", "mit")]),
        ("pretty_name: x\nlicense:\n- cc-by-4.0", [("README.md#license", "cc-by-4.0")]),
        ("license: [cc-by-4.0, cc-by-sa-3.0]", [("README.md#license", '["cc-by-4.0","cc-by-sa-3.0"]')]),
        ("license: unknown", [("README.md#license", "unknown")]),
        ("license: other", [("README.md#license", "other")]),
        ("license: other\nlicense_name: gemma", [("README.md#license_name", "gemma")]),
        ("license: [other]\nlicense_name: gemma", [("README.md#license_name", "gemma")]),
        (
            "license: other\nlicense_link: https://example.org/terms",
            [("README.md#license_link", "https://example.org/terms")],
        ),
        (
            "license: other\nlicense_name: gemma\nlicense_link: https://example.org/terms",
            [("README.md#license_name", "gemma")],
        ),
        (
            "license: mit\nlicense_name: cc-by-nc-4.0",
            [("README.md#license", "mit"), ("README.md#license_name", "cc-by-nc-4.0")],
        ),
        ("license: {id: mit}", [("README.md#license", "no name but a YAML object")]),
        ("license: no", [("README.md#license", "no name but a YAML boolean")]),
        ("license:", []),
        ("license: []", []),
        ("tags: [a]", []),
        ("- license: mit", []),
    ],
)
def test_a_card_says_its_licence_in_the_words_of_the_hub(front: str, said: list[tuple[str, str]]) -> None:
    assert card(front) == said


def test_a_card_that_is_no_yaml_says_so() -> None:
    ((locator, words),) = card("license: [mit\ntags: }")
    assert locator == "README.md"
    assert words.startswith("no YAML: while parsing")


@pytest.mark.parametrize("readme", ["", "# Set\nlicense: mit", "---\nlicense: mit\n", "text\n---\nlicense: mit\n---\n"])
def test_what_is_no_front_matter_is_no_card(readme: str) -> None:
    read = read_card(readme, "README.md", None)
    assert (read.claims, read.parts, read.rest) == ((), (), readme)


def test_the_rest_of_a_readme_is_left_to_be_read_as_one() -> None:
    assert read_card("---\r\nlicense: mit\r\n---\r\n# Set\r\n", "README.md", None).rest == "\n# Set\r\n"


def test_a_link_may_lead_to_a_file_of_the_set() -> None:
    read = read_card("---\nlicense: other\nlicense_name: ours\nlicense_link: TERMS.md\n---\n", "README.md", None)
    assert read.link == "TERMS.md"


PARTS = """license: cc-by-4.0
configs:
- config_name: en
  data_files: en/*.parquet
- config_name: de
  data_files:
  - split: train
    path: [de/a.jsonl, de/b.jsonl]
  - {split: test, path: de/t.jsonl}
- config_name: fr
  data_dir: fr
  license: cc0-1.0
dataset_info:
- {config_name: en, license: mit}
- {config_name: de, license: cc-by-nc-4.0}
- {config_name: lost, license: isc}
- {config_name: it, license: ''}
"""


@pytest.mark.parametrize(
    ("path", "licences"),
    [
        ("en/a.parquet", ["mit", "isc"]),
        ("en/deep/a.parquet", ["isc"]),
        ("de/b.jsonl", ["cc-by-nc-4.0", "isc"]),
        ("de/t.jsonl", ["cc-by-nc-4.0", "isc"]),
        ("fr/deep/a.jsonl", ["cc0-1.0", "isc"]),
        ("other.jsonl", ["isc"]),
    ],
)
def test_a_part_s_licence_speaks_for_its_files_and_for_all_where_none_are_told(path: str, licences: list[str]) -> None:
    read = read_card(f"---\n{PARTS}---\n", "README.md", None)
    assert [claim.raw for claim in read.of(path)] == licences
    assert [claim.raw for claim in read.claims] == ["cc-by-4.0"]


def test_a_pattern_that_is_no_glob_is_taken_for_any_file() -> None:
    front = "configs:\n- {config_name: a, data_files: '[z-a]', license: mit}"
    assert [c.raw for c in read_card(f"---\n{front}\n---\n", "README.md", None).of("x")] == ["mit"]


PAGE = "https://huggingface.co/datasets/org/name"


@pytest.mark.parametrize(
    ("homepage", "anchor", "address"),
    [
        (PAGE, "/data/name", PAGE),
        (PAGE + "/tree/main", "/data/name", PAGE + "/tree/main"),
        (PAGE, "hf://datasets/Org/Name/data", PAGE),
        (PAGE, "hf://datasets/org/name@abc123/data", PAGE),
        (PAGE, "hf://datasets/somebody/copy/data", None),
        ("https://github.com/org/name", "hf://datasets/org/name", None),
        ("https://huggingface.co/org/model", "/data", None),
        (None, "hf://datasets/org/name", None),
    ],
)
def test_a_card_is_the_publisher_s_where_the_recipe_calls_its_page_the_source_s_homepage(
    homepage: str | None, anchor: str, address: str | None
) -> None:
    assert card_address(homepage, anchor) == address


def test_claims_of_the_publisher_s_card_have_its_address() -> None:
    read = read_card("---\nlicense: mit\n---\n", "README.md", PAGE)
    assert read.claims == (Claim(kind="hub_card", raw="mit", locator="README.md#license", url=PAGE),)
