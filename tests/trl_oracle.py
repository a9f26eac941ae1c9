"""What TRL makes of the configs of a version: run by the Python of `build/trl`, which has it, and not by pytest.

Each row goes through TRL's own checks and through a chat template, as its trainers do it, without a change to it.
"""

import json
import sys
from pathlib import Path
from typing import Any

import datasets
import trl
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from trl.data_utils import apply_chat_template, is_conversational, maybe_extract_prompt

KEYS = {"prompt", "chosen", "rejected", "completion", "messages", "label"}


def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer without words, and with the template of Qwen3, which has reasoning and tools."""
    told = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"<unk>": 0}, unk_token="<unk>")))
    told.chat_template = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text()
    return told


def seen(row: dict[str, Any], templates: PreTrainedTokenizerFast) -> dict[str, Any]:
    """What TRL sees of a row."""
    tools = json.loads(row["tools"]) if isinstance(row["tools"], str) else row["tools"]  # as its trainers do
    own = sorted(KEYS & row.keys())
    return {
        "keys": own,
        "conversational": [key for key in own if is_conversational({key: row[key]})],
        "same_prompt": maybe_extract_prompt(row) == row,
        "rendered": apply_chat_template(row, templates, tools=tools),
    }


def main(version: Path, cache: str) -> None:
    """Print what TRL sees of each config, row by row."""
    templates = tokenizer()
    told = {}
    for folder in sorted((version / "data").iterdir()):
        files = [str(path) for path in sorted(folder.glob("*.parquet"))]
        rows = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=cache)
        told[folder.name] = [seen(row, templates) for row in rows]
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
