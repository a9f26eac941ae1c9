"""What transformers and TRL make of rows by chat templates: run by the Python of `build/trl`, and not by pytest.

Reads rows and templates as JSON and prints, for each template and row, TRL's texts, and the spans of what is learnt in
the first of them; null where the template does not take the row. Without templates, TRL's own are taken.
"""

import json
import sys
from pathlib import Path
from typing import Any

import trl
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from transformers.utils.chat_template_utils import _normalize_chat_messages, render_jinja_template
from trl.data_utils import apply_chat_template

TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def told(row: dict[str, Any], template: str) -> Any:
    """The texts of a row, and what is learnt in the first."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({"<unk>": 0}, unk_token="<unk>")), **TOKENS
    )
    tokenizer.chat_template = template
    tools = row.pop("tools")
    try:
        texts = apply_chat_template(row, tokenizer, tools=tools)
        messages = _normalize_chat_messages(row.get("messages") or row["prompt"])
        _, spans = render_jinja_template(
            [messages], tools=tools, chat_template=template, return_assistant_tokens_mask=True, **TOKENS
        )
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"texts": texts, "learnt": spans[0]}


def main() -> None:
    """Answer on standard output."""
    asked = json.load(sys.stdin)
    folder = Path(trl.__file__).parent / "chat_templates"
    templates = asked["templates"] or {path.stem: path.read_text() for path in sorted(folder.glob("*.jinja"))}
    found = {name: [told(dict(row), text) for row in asked["rows"]] for name, text in templates.items()}
    print(json.dumps({"templates": templates, "found": found}))


main()
