"""The shipped recipe over the real sets: what becomes of each, with rows planted that hold items of the benchmarks."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from called import called
from helpers import SHARED, needs_shared
from versions import manifest_of

import licet
from licet.pipelines.verify import verify

pytestmark = needs_shared
RECIPE = Path(licet.__file__).parent / "pipelines" / "recipes" / "posttrain.yaml"
QUIZ = SHARED / "posttrain" / "gsm8k" / "test.jsonl"
CODE = SHARED / "posttrain" / "humaneval" / "HumanEval.jsonl.gz"


def lines(path: Path) -> list[dict[str, str]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


def said(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def planted() -> list[dict[str, Any]]:
    """Rows with items inside what somebody says: in a question, an answer, a side, in other case; and one without."""
    quiz, code = lines(QUIZ), lines(CODE)
    loud = quiz[700]["question"].upper().replace(" ", "  ")
    clean = [said("user", "Which day follows Monday?"), said("assistant", "It is Tuesday.")]
    return [
        {
            "id": "asked",
            "messages": [said("user", f"Help me: {quiz[100]['question']} Thanks!"), said("assistant", "No.")],
        },
        {"id": "loud", "messages": [said("user", f"So. {loud} Well?"), said("assistant", "Let me think about it.")]},
        {"id": "told", "messages": [*clean, said("user", "Code?"), said("assistant", f"Here:\n{code[3]['prompt']}")]},
        {"id": "clean", "messages": clean},
        {
            "id": "preferred",
            "prompt": [said("user", "Give me a puzzle of any kind.")],
            "chosen": [said("assistant", f"With pleasure. {quiz[900]['question']}")],
            "rejected": [said("assistant", "I know no puzzle at all.")],
        },
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The version that the recipe makes with the planted rows as two more sources."""
    folder = tmp_path_factory.mktemp("real")
    recipe = yaml.safe_load(RECIPE.read_text(encoding="utf-8").replace("../../../shared/data", str(SHARED)))
    pairs = [row for row in planted() if "prompt" in row]
    talks = [row for row in planted() if "messages" in row]
    for name, rows in (("talks", talks), ("pairs", pairs)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        licence = {"expression": "MIT", "evidence": "https://example.org/"}
        source = {"name": name, "type": "chat", "paths": f"{name}.jsonl", "id_field": "id", "license": licence}
        recipe["sources"].append(source)
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    command = ["run", str(folder / "recipe.yaml"), "--output", str(folder / "out"), "--quiet", "--json"]
    code, _, err = called(*command)
    assert (code, err) == (0, "")
    return folder / "out"


def rows(version: Path, config: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(version / "data" / config / "train-00000-of-00001.parquet").to_pylist()
    return found


def test_each_row_is_kept_or_refused_for_its_reason(made: Path) -> None:
    manifest = manifest_of(made)
    kept = {(count.source, count.expression): count.rows for count in manifest.licences}
    assert kept == {
        ("gsm8k", "MIT"): 7_470,
        ("hh-rlhf", "MIT"): 2_299,
        ("sharegpt", "Apache-2.0"): 500,
        ("talks", "MIT"): 1,
    }
    assert {source.name: source.rows for source in manifest.inputs} == {
        "gsm8k": 7_473,
        "hh-rlhf": 2_312,
        "codealpaca": 2_017,
        "sharegpt": 500,
        "talks": 4,
        "pairs": 1,
    }
    assert {(stage.name, told.reason): told.rows for stage in manifest.stages for told in stage.refused} == {
        ("license", "generator_forbids"): 2_017,
        ("conversations", "empty_turn"): 4,
        ("conversations", "roles_out_of_order"): 9,
        ("decontaminate", "contaminated"): 7,
    }
    assert manifest.masked is not None
    assert (manifest.masked.rows, {kind: n for kind, n in manifest.masked.kinds.items() if n}) == (
        14,
        {"email": 8, "phone": 11},
    )
    assert verify(str(made)) == []


def test_rows_go_to_the_config_of_their_kind_with_what_is_known_of_them(made: Path) -> None:
    sft, preference = rows(made, "sft"), rows(made, "preference")
    assert (len(sft), len(preference)) == (7_971, 2_299)
    by_source = {row["source"]: row for row in (*sft, *preference)}
    assert {name: (row["category"], row["generator"], row["license"]) for name, row in by_source.items()} == {
        "gsm8k": ("math", "human", "MIT"),
        "hh-rlhf": ("safety", None, "MIT"),
        "sharegpt": (None, "program", "Apache-2.0"),
        "talks": (None, None, "MIT"),
    }
    assert all([m["role"] for m in row["messages"]] == ["user", "assistant"] for row in sft if row["source"] == "gsm8k")
    assert all(row["chosen"] != row["rejected"] and row["prompt"] for row in preference)
    assert sum("<EMAIL>" in json.dumps(row) or "<PHONE>" in json.dumps(row) for row in preference) == 14


def test_codealpaca_is_refused_for_its_maker_and_its_contradiction_is_told(made: Path) -> None:
    ledger = pq.read_table(made / "provenance" / "ledger").to_pylist()
    refused = [row for row in ledger if row["source"] == "codealpaca"]
    assert {(row["stage"], row["reason"]) for row in refused} == {("license", "generator_forbids")}
    code, out, _ = called("why-not", str(made), refused[0]["id"])
    assert code == 0
    assert "besides, contradictory: Apache-2.0 against CC-BY-NC-4.0" in out


def test_planted_items_are_found_span_by_span(made: Path) -> None:
    quiz, code = lines(QUIZ), lines(CODE)
    texts = {
        ("talks/asked", "messages[0]"): planted()[0]["messages"][0]["content"],
        ("talks/loud", "messages[0]"): planted()[1]["messages"][0]["content"],
        ("talks/told", "messages[3]"): planted()[2]["messages"][3]["content"],
        ("pairs/preferred", "chosen[0]"): planted()[4]["chosen"][0]["content"],
    }
    items = {
        ("gsm8k-test", "test.jsonl#100"): quiz[100]["question"],
        ("gsm8k-test", "test.jsonl#700"): quiz[700]["question"],
        ("humaneval", "HumanEval/3"): code[3]["prompt"],
        ("gsm8k-test", "test.jsonl#900"): quiz[900]["question"],
    }
    found = pq.read_table(made / "provenance" / "contamination.parquet").to_pylist()
    whole = [row for row in found if row["source"] in ("talks", "pairs") and row["share"] == 1]
    assert {(row["id"], row["place"]): (row["set"], row["item"]) for row in whole} == dict(
        zip(texts, items, strict=True)
    )
    for row in whole:
        inside = texts[row["id"], row["place"]][row["start"] : row["end"]]
        assert words(inside) == words(items[row["set"], row["item"]])
    ours = {row["id"] for row in found if row["is_refused"]}
    assert {row_id for row_id, _ in texts} | {row_id for row_id in ours if row_id.startswith("gsm8k/")} == ours
    assert len(ours) == 7


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def test_what_the_rows_hold_is_counted(made: Path) -> None:
    code, out, _ = called("stats", str(made), "--json")
    assert code == 0
    told = {each["config"]: each for each in json.loads(out)["configs"]}
    assert {name: each["rows"] for name, each in told.items()} == {"preference": 2_299, "sft": 7_971}
    assert told["sft"]["turns"] == [{"turns": 1, "rows": 7_638}, {"turns": 2, "rows": 166}, {"turns": 3, "rows": 167}]
    assert told["sft"]["category"] == {"math": 7_470, "(not said)": 501}
    assert told["preference"]["longer_side"] == {"rejected": 1_267, "chosen": 1_020, "neither": 12}
