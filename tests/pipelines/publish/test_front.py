"""A card that a hub would not take, or would believe wrongly, is refused before anything is sent."""

from typing import Any

import pyarrow as pa
import pytest

from licet.pipelines.publish.front import check_dataset_info, check_front
from licet.pipelines.publish.problems import TOLD, Problems
from licet.schemas.errors import VersionError

GOOD = {"license": "mit", "language": ["en", "deu", "multilingual"], "size_categories": ["n<1K"]}
SCHEMA = pa.schema([pa.field("id", pa.string()), pa.field("score", pa.float32())])
FEATURES = [{"name": "id", "dtype": "string"}, {"name": "score", "dtype": "float32"}]


def told(rows: int | None = 5, **change: Any) -> list[str]:
    problems = Problems()
    check_front({**GOOD, **change}, ["LICENSE.md"], rows, problems)
    return problems.found


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"license": ["cc0-1.0", "odc-by", "openmdw-1.0"]},
        {"license": "other", "license_name": "per-row", "license_link": "LICENSE.md"},
        {"license": "other", "license_name": "per-row", "license_link": "https://example.org/terms"},
        {"language": "code", "size_categories": None},
        {"language": [False]},
        {"annotations_creators": ["found"], "language_creators": "crowdsourced"},
    ],
)
def test_what_a_hub_takes_is_taken(change: dict[str, Any]) -> None:
    assert told(**change) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"license": None}, "names no license"),
        ({"license": "MIT"}, "names the license 'MIT', which is none of the hub's ids"),
        ({"license": "unknown"}, "names the license 'unknown'"),
        ({"license": ["mit", 3]}, "names the license 3"),
        ({"license": "other", "license_link": "LICENSE.md"}, "no license_name"),
        ({"license": "other", "license_name": "x", "license_link": "LICENSE"}, "is no address and no file"),
        ({"license": "other", "license_name": "x"}, "is no address and no file"),
        ({"language": "english"}, "names the language 'english'"),
        ({"language": ["xx"]}, "names the language 'xx'"),
        ({"size_categories": "small"}, "has the size category 'small', which no hub knows: write n<1K"),
        ({"size_categories": ["1K<n<10K"]}, r"write n<1K"),
        ({"annotations_creators": "me"}, "has 'me' in annotations_creators"),
    ],
)
def test_what_a_hub_does_not_take_is_told(change: dict[str, Any], words: str) -> None:
    assert words in "\n".join(told(**change))


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"config_name": "en", "features": FEATURES, "splits": [{"name": "train", "num_examples": 5}]}, None),
        ({"config_name": "de"}, "has a dataset_info of 'de', which is none of its configs"),
        (
            {"config_name": "en", "features": FEATURES[:1]},
            "has features of config 'en' that are not those of its files",
        ),
        ({"config_name": "en", "splits": [{"num_examples": 4}]}, "gives config 'en' 4 rows, and its files have 5"),
    ],
)
def test_a_stale_dataset_info_is_told(info: dict[str, Any], words: str | None) -> None:
    problems = Problems()
    check_dataset_info({"dataset_info": info}, {"en": SCHEMA}, {"en": 5}, problems)
    assert len(problems.found) == (words is not None)
    assert (words or "") in "".join(problems.found)


def test_of_many_problems_the_first_are_told_and_the_others_counted() -> None:
    problems = Problems([f"Problem {i}." for i in range(TOLD + 3)])
    with pytest.raises(VersionError) as caught:
        problems.raise_any()
    assert str(caught.value).splitlines()[-2:] == [f"Problem {TOLD - 1}.", "and 3 more."]
