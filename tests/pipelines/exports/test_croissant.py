import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from versions import finished, manifest_of, some_conversations, some_parcels

from licet.pipelines.exports.columns import COLUMNS
from licet.pipelines.exports.croissant import CROISSANT_PATH
from licet.stages.shard import published_schema


def croissant_of(version: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((version / CROISSANT_PATH).read_bytes())
    return told


def test_every_file_of_the_data_is_there_with_its_digest(books: Path) -> None:
    files = {told["@id"]: told for told in croissant_of(books)["distribution"] if told["@type"] == "cr:FileObject"}
    for entry in manifest_of(books).files:
        if entry.role in ("data", "evidence", "ledger", "inputs"):
            told = files[entry.path]
            assert (told["sha256"], told["contentSize"]) == (entry.sha256, f"{entry.bytes} B")
            assert ((books / CROISSANT_PATH).parent / told["contentUrl"]).resolve() == (books / entry.path).resolve()


def test_fields_are_the_columns_of_the_shards(books: Path) -> None:
    (records,) = croissant_of(books)["recordSet"]
    shard = next((books / "data").glob("*/*"))
    assert [told["name"] for told in records["field"]] == pq.read_schema(shard).names
    types = {told["name"]: told["dataType"] for told in records["field"]}
    assert (types["text"], types["token_count"], types["quality_score"]) == ("sc:Text", "sc:Integer", "sc:Float")
    assert records["key"] == {"@id": "default/id"}


def test_every_published_column_is_described() -> None:
    names = {*published_schema(chat=False, models=()).names, *published_schema(chat=True, models=()).names}
    assert names - set(COLUMNS) == set()


def test_messages_are_fields_in_fields(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    one, other = croissant_of(version)["recordSet"]
    assert (one["@id"], other["@id"]) == ("preference", "sft")
    (messages,) = [told for told in other["field"] if told["name"] == "messages"]
    assert messages["isArray"] is True
    assert messages["subField"][1] == {
        "@type": "cr:Field",
        "@id": "sft/messages/content",
        "name": "messages/content",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": "shards/sft"},
            "extract": {"column": "messages"},
            "transform": {"jsonPath": "content"},
        },
    }


def test_licences_are_addresses_and_what_they_ask_is_an_offer(books: Path) -> None:
    told = croissant_of(books)
    assert told["license"] == ["https://creativecommons.org/licenses/by/4.0/", "https://spdx.org/licenses/MIT.html"]
    by, mit = told["usageInfo"]
    assert by["odrl:duty"] == [{"odrl:action": {"@id": "cc:Attribution"}}]
    assert (mit["name"], mit["odrl:duty"]) == ("MIT", [{"odrl:action": {"@id": "cc:Notice"}}])


def test_inputs_are_what_it_was_derived_from(books: Path) -> None:
    (origin,) = croissant_of(books)["prov:wasDerivedFrom"]
    (source,) = manifest_of(books).inputs
    assert (origin["prov:label"], origin["identifier"]) == ("test", f"sha256:{source.digest}")
    stages = [told["prov:label"] for told in croissant_of(books)["prov:wasGeneratedBy"]]
    assert stages == [stage.name for stage in manifest_of(books).stages]


def test_what_nobody_said_is_not_made_up(books: Path) -> None:
    told = croissant_of(books)
    assert told["creator"] == [{"@type": "sc:Organization", "name": "not stated"}]
    assert told["url"] == "../README.md"
    assert not {"datePublished", "version"} & set(told)


def test_what_the_recipe_says_of_the_dataset_is_told(tmp_path: Path) -> None:
    about = {"creator": "The Bees", "homepage": "https://bees.example/", "published": "2026-11-26"}
    told = croissant_of(finished(tmp_path, some_parcels(tmp_path), about=about)[0])
    assert told["creator"] == [{"@type": "sc:Organization", "name": "The Bees"}]
    assert (told["url"], told["datePublished"]) == ("https://bees.example/", "2026-11-26")
