"""What Axolotl makes of the configs of a version: run by the Python of `build/axolotl`, and not by pytest.

Goes the way of `axolotl train` for each YAML file of a folder: it reads the file, loads the data, and hands it to
Axolotl's own trainer, which makes a step with a model of a few thousand parameters.
"""

import dataclasses
import importlib
import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import trl
from axolotl.cli.config import load_cfg
from axolotl.common.datasets import load_datasets, load_preference_datasets
from axolotl.core.trainers import AxolotlDPOTrainer, AxolotlKTOTrainer
from axolotl.core.trainers.dpo import DPOStrategy
from axolotl.core.trainers.dpo.args import AxolotlDPOConfig
from axolotl.core.trainers.grpo import GRPOStrategy
from axolotl.core.training_args import AxolotlKTOConfig
from axolotl.loaders import load_tokenizer
from axolotl.prompt_strategies.dpo import load as load_dpo
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen3Config

IGNORED = -100
TEMPLATE = Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja"
STEP = {"output_dir": "step", "max_steps": 1, "report_to": [], "use_cpu": True, "bf16": False}
PAIR = {"per_device_train_batch_size": 2}


def write_model(folder: str) -> None:
    """Write a model and a tokenizer of single bytes, with the template of Qwen3, which has reasoning and tools."""
    letters = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    bytewise = Tokenizer(models.BPE(letters, []))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bytewise,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
    )
    tokenizer.chat_template = TEMPLATE.read_text()
    tokenizer.save_pretrained(folder)
    small = {"num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 8}
    config = Qwen3Config(vocab_size=len(tokenizer), hidden_size=8, intermediate_size=8, **small)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)


def learnt(row: dict[str, Any], tokenizer: Any) -> tuple[str, list[str]]:
    """The text of a row's tokens, and the pieces of it that are labels."""
    pairs = list(zip(row["input_ids"], row["labels"], strict=True))
    assert all(label in (IGNORED, token) for token, label in pairs)
    spans = [(masked, [t for t, _ in of]) for masked, of in groupby(pairs, key=lambda pair: pair[1] == IGNORED)]
    return tokenizer.decode(row["input_ids"]), [tokenizer.decode(tokens) for masked, tokens in spans if not masked]


def of_conversations(cfg: Any) -> Any:
    """The tokens and labels of rows to be learnt from."""
    tokenizer = load_tokenizer(cfg)
    return [learnt(row, tokenizer) for row in load_datasets(cfg=cfg).train_dataset]


def stepped(trainer: Any) -> float:
    """The loss of a step."""
    trainer.train()
    return float(trainer.state.log_history[-1]["train_loss"])


def of_preferences(cfg: Any) -> Any:
    """What the trainer of a kind of preferences makes of them, and the loss of its step."""
    tokenizer, rows = load_tokenizer(cfg), load_preference_datasets(cfg=cfg).train_dataset
    if cfg.rl == "kto":
        kind, args = AxolotlKTOTrainer, AxolotlKTOConfig(max_length=cfg.sequence_len, **PAIR, **STEP)
    else:
        kind, args = AxolotlDPOTrainer, AxolotlDPOConfig(**PAIR, **STEP, **DPOStrategy.set_training_args_kwargs(cfg))
    model, reference = (AutoModelForCausalLM.from_pretrained(cfg.base_model) for _ in range(2))
    trainer = kind(model=model, ref_model=reference, args=args, train_dataset=rows, processing_class=tokenizer)
    names = ("prompt", "completion") if cfg.rl == "kto" else ("prompt", "chosen", "rejected")
    texts = [
        {name: tokenizer.decode(row[f"{name}_ids"]) for name in names} | {"label": row.get("label")}
        for row in trainer.train_dataset
    ]
    return {"rows": texts, "loss": stepped(trainer)}


def of_prompts(cfg: Any) -> Any:
    """What a reward function is asked about, and the loss of a step over all prompts."""
    asked = []
    (name,) = cfg.trl.reward_funcs
    module, function = name.split(".")
    rewards = importlib.import_module(module)
    own = getattr(rewards, function)

    def heard(prompts: Any, completions: Any, **given: Any) -> Any:
        asked.append({"prompts": prompts} | {name: given[name] for name in ("answer", "checker", "source")})
        return own(prompts, completions, **given)

    setattr(rewards, function, heard)
    rows = load_preference_datasets(cfg=cfg).train_dataset
    args_class = GRPOStrategy.get_training_args_class()
    known = {field.name for field in dataclasses.fields(args_class)}
    given = {name: value for name, value in GRPOStrategy.set_training_args_kwargs(cfg).items() if name in known}
    args = args_class(per_device_train_batch_size=len(rows) * cfg.trl.num_generations, **STEP, **given)
    trainer = GRPOStrategy.get_trainer_class()(
        AutoModelForCausalLM.from_pretrained(cfg.base_model),
        *GRPOStrategy.set_trainer_args(cfg),
        args=args,
        train_dataset=rows,
        processing_class=load_tokenizer(cfg),
    )
    return {"loss": stepped(trainer), "asked": asked}


def of_strategy(cfg: Any) -> Any:
    """What Axolotl's own strategy for templates makes of preferences, row by row."""
    tokenizer = load_tokenizer(cfg)
    transform, _ = load_dpo(cfg.datasets[0].type, cfg)
    cfg.datasets[0].type = None
    rows = load_preference_datasets(cfg=cfg).train_dataset
    return {row["source"]: or_error(TypeError, transform, row, tokenizer=tokenizer) for row in rows}


def or_error(kind: type[Exception], way: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What comes of a call, or what it says of an error."""
    try:
        return way(*given, **named)
    except kind as error:
        return f"{kind.__name__}: {error}"


def main() -> None:
    """Write what becomes of the version of this folder to `seen.json`, by the name of the YAML file."""
    write_model("my-model")
    ways = {"dpo": of_preferences, "kto": of_preferences, "grpo": of_prompts}
    found: dict[str, Any] = {"template": TEMPLATE.read_text()}
    for path in sorted(Path().glob("train/*.yaml")):
        cfg = load_cfg(str(path))
        way = of_strategy if path.stem == "strategy" else ways.get(cfg.rl, of_conversations)
        found[path.stem] = or_error(KeyError, way, cfg)
    Path("seen.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
