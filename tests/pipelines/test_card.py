from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Features
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCard, DatasetCardData
from judged import Parcels, refused, row
from versions import finished, some_conversations, some_parcels

from licet.pipelines.card import licences_chart, rows_chart, size_text
from licet.pipelines.card.made import made_list
from licet.pipelines.card.words import count_text, share_text, table
from licet.pipelines.features import features_of
from licet.pipelines.hub_names import hub_license, hub_licenses, size_category
from licet.pipelines.report import measured
from licet.stages.shard import published_schema


def front_of(version: Path) -> dict[str, Any]:
    text = (version / "README.md").read_text(encoding="utf-8")
    front: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return front


def test_the_front_matter_passes_what_the_datasets_library_checks(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    data = DatasetCardData(**front_of(version))
    configs = MetadataConfigs.from_dataset_card_data(data)
    assert configs == {
        "preference": {
            "default": True,
            "data_files": [{"split": "train", "path": "data/preference/train-*.parquet"}],
        },
        "sft": {"data_files": [{"split": "train", "path": "data/sft/train-*.parquet"}]},
    }
    infos = DatasetInfosDict.from_dataset_card_data(data)
    for config, info in infos.items():
        shards = sorted((version / "data" / config).glob("*.parquet"))
        assert info.features == Features.from_arrow_schema(pq.read_schema(shards[0]))
        assert info.splits["train"].num_examples == sum(pq.read_metadata(shard).num_rows for shard in shards)
        assert info.download_size == sum(shard.stat().st_size for shard in shards)
    assert DatasetCard.load(version / "README.md").data.to_dict()["license"] == "mit"


def test_the_front_matter_says_what_is_true_of_the_rows(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))
    front = front_of(version)
    assert front["license"] == ["cc-by-4.0", "mit"]
    assert "license_name" not in front
    assert front["language"] == ["en"]
    assert front["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in front["configs"]] == ["default"]


def test_a_licence_that_the_hub_has_no_name_for_makes_it_other(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path), kind="pretrain")
    assert "license_link" not in front_of(version)
    parcels = Parcels(tmp_path / "2" / "staging")
    parcels.add([row("a", "one", license="OGL-UK-3.0"), row("b", "two")], ledger=[refused("x")])
    version, _ = finished(tmp_path / "2", parcels, models=())
    front = front_of(version)
    assert (front["license"], front["license_name"], front["license_link"]) == ("other", "per-row", "LICENSE.md")
    assert "OGL-UK-3.0" in (version / "LICENSE.md").read_text(encoding="utf-8")


def test_the_body_tells_licences_sources_and_what_became_of_the_rows(tmp_path: Path) -> None:
    version, manifest = finished(tmp_path, some_parcels(tmp_path))
    text = (version / "README.md").read_text(encoding="utf-8")
    for line in (
        "| rows | 6 of 12 that were read (50.0 %) |\n| --- | --- |\n| text |",
        "| licences | attribution 66.7 %, permissive 33.3 % |",
        "| CC-BY-4.0 | attribution | 4 | 66.7 % | 12 |",
        "| test | jsonl |  | [MIT](https://example.org/) | 1 | 20 B | 12 | 6 |",
        f"note         = {{Rows {manifest.rows.digest}}}",
        'load_dataset("ORGANISATION/books", "default", split="train", revision="v1.0.0")',
        "![6 of 12 rows were kept](charts/rows.svg)",
    ):
        assert line in text


def test_how_it_was_made_is_told_by_stages_with_what_each_refused(tmp_path: Path) -> None:
    _, manifest = finished(tmp_path, some_parcels(tmp_path))
    assert made_list(manifest).splitlines() == [
        "1. **Read.** 12 rows from 1 file, pinned by SHA-256.",
        "2. **Licences.** For each row one SPDX expression was concluded from all that is said of it, and held against"
        f" the policy `open-definition-2.1` (version {manifest.policy.version}), which asks for evidence of grade C or"
        " better. Refused 2 rows: `non_commercial` 2.",
        "3. **Shape.** Rules of the profile `none` with `min_words` 1. Refused 1 row: `too_few_words` 1.",
        "4. **Duplicates.** Same content, or an exact Jaccard similarity of 0.8 or more between sets of 5-word"
        " shingles, measured against a row that stays; candidates by MinHash (14 bands of 8), which"
        " propose 92.4 % of the pairs at that threshold. Refused 2 rows: `near_duplicate` 2.",
        "5. **Quality.** Refused 1 row: `low_quality` 1.",
    ]


def test_a_version_of_several_configs_tells_the_licences_of_each(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    text = (version / "README.md").read_text(encoding="utf-8")
    assert "| `preference` | MIT 100.0 % | 1 |\n| `sft` | MIT 100.0 % | 2 |" in text


def test_charts_are_pictures_that_say_what_the_manifest_counts(tmp_path: Path) -> None:
    version, manifest = finished(tmp_path, some_parcels(tmp_path))
    for path, chart in (("charts/rows.svg", rows_chart(manifest)), ("charts/licences.svg", licences_chart(manifest))):
        assert (version / path).read_text(encoding="utf-8") == chart
        assert ElementTree.fromstring(chart).tag == "{http://www.w3.org/2000/svg}svg"
    told = ElementTree.fromstring(rows_chart(manifest)).get("aria-label")
    assert told == (
        "kept 6; dedup: near_duplicate 2; license: non_commercial 2; heuristics: too_few_words 1;"
        " quality: low_quality 1"
    )
    shapes = ElementTree.fromstring(licences_chart(manifest))
    bars = [float(str(shape.get("width"))) for shape in shapes if shape.get("rx") == "2"]
    assert bars[0] == pytest.approx(2 * bars[1], abs=0.2)


def test_what_strangers_named_cannot_break_out_of_a_chart(tmp_path: Path) -> None:
    _, manifest = finished(tmp_path, some_parcels(tmp_path))
    evil = '"><script>alert(1)</script>'
    licences = [count.model_copy(update={"expression": evil}) for count in manifest.licences]
    chart = ElementTree.fromstring(licences_chart(manifest.model_copy(update={"licences": licences})))
    assert chart.get("aria-label") == f"{evil} 6"
    assert not [node for node in chart.iter() if node.tag.endswith("script")]


@pytest.mark.parametrize(
    ("expressions", "ids"),
    [
        (["MIT"], ["mit"]),
        (["MIT OR Apache-2.0", "MIT"], ["apache-2.0", "mit"]),
        (["(MIT AND CC-BY-SA-4.0) OR ODC-By-1.0"], ["cc-by-sa-4.0", "mit", "odc-by"]),
        (["GPL-2.0-or-later"], ["gpl-2.0"]),
        (["GPL-2.0-only WITH Classpath-exception-2.0"], None),
        (["MIT", "OGL-UK-3.0"], None),
        (["NOASSERTION"], None),
        ([], None),
    ],
)
def test_expressions_are_listed_by_hub_ids_or_not_at_all(expressions: list[str], ids: list[str] | None) -> None:
    assert hub_licenses(expressions) == ids


def test_no_licence_is_called_what_it_is_not() -> None:
    assert hub_license("CC-BY-SA-2.0") is None
    assert hub_license("CC0-1.0") == "cc0-1.0"
    assert hub_license("ODbL-1.0") == "odbl"


@pytest.mark.parametrize(
    ("rows", "name"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T")],
)
def test_sizes_have_the_hubs_names(rows: int, name: str) -> None:
    assert size_category(rows) == name


@pytest.mark.parametrize("chat", [False, True])
def test_features_are_written_as_the_datasets_library_writes_them(chat: bool) -> None:
    schema = published_schema(chat=chat, models=("wiki",))
    assert features_of(schema) == Features.from_arrow_schema(schema)._to_yaml_list()


def test_a_bar_in_a_cell_does_not_break_a_table() -> None:
    assert table(["a", "n"], [["x|y", "1"]], numbers=1) == "| a | n |\n| --- | ---: |\n| x\\|y | 1 |"


def test_shares_and_counts_are_written_for_people() -> None:
    assert [share_text(part, 10_000) for part in (0, 4, 5, 314, 10_000)] == [
        "0.0 %",
        "< 0.1 %",
        "0.1 %",
        "3.1 %",
        "100.0 %",
    ]
    assert share_text(1, 0) == "–"
    assert [count_text(n) for n in (999_999, 12_222_936, 4 * 10**9)] == ["999,999", "12.2 million", "4.0 billion"]


def test_sizes_are_written_for_people() -> None:
    assert [size_text(n) for n in (0, 999, 1000, 1_250_000, 3 * 10**9)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "1.2 MB",
        "3.0 GB",
    ]


def test_the_report_stands_alone_and_holds_what_people_ask_first(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))
    page = (version / "report.html").read_text(encoding="utf-8")
    for part in (
        "<h1>books</h1>",
        "Some books | &amp; &lt;more&gt;.",
        "license: non_commercial",
        "The policy does not admit the licence.",
        "0.9, bound 0.8; kept instead: test/a",
        "CC-BY-4.0 (attribution, grade B)",
        "<polyline",
    ):
        assert part in page
    assert "<script" not in page
    assert "http" not in page.replace("https://example.org/", "")
    assert "text of b" not in page


def test_a_report_cannot_be_made_to_run_anything(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    parcels.add([row("a", "one")], ledger=[refused("x", detail="<script>alert(1)</script>", locator="<b>")])
    version, _ = finished(tmp_path, parcels, models=())
    page = (version / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_long_details_are_cut_in_the_report() -> None:
    told = {"value": None, "threshold": None, "detail": "x" * 500, "kept_id": None}
    assert measured(told) == "x" * 160 + "…"


def test_features_know_all_types_of_rows() -> None:
    schema = pa.schema([("a", pa.list_(pa.string())), ("b", pa.float64()), ("c", pa.list_(pa.list_(pa.int8())))])
    assert features_of(schema) == Features.from_arrow_schema(schema)._to_yaml_list()
