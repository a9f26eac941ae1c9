"""Judges of conversations: processor time of each and of all, on made conversations and on the real sets.

    python -m benchmarks judges [--rows 20000] [--tokenizer tokenizer.json]
    python -m benchmarks judges --show MEASURE 50 | --languages | --labelled | --hostile

The made ones are drawn by a digest: a fifth with tools, a fifth with reasoning, a tenth with code, a tenth preferences,
2 to 8 turns; words are those of the real sets. `--show` prints, of the real sets, that many rows in which a measure is
not 0, drawn by a digest: for judging by hand. `--languages` pairs paragraphs of the Declaration of Human Rights in 49
languages, in one and in two of them, and counts switches. `--labelled` holds the rules against `judged.jsonl`: rows
made by hand with the reasons that are true of each, in three sets. The first was labelled without sight of the rules,
the second was at hand while they were mended, the third was written afterwards and nothing was mended by it.
`--hostile` doubles answers that are one piece over and over, and shows what a megabyte of it costs and what twice does.
"""

import argparse
import hashlib
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import TypeAdapter

from benchmarks.language import declaration, fetched
from licet.schemas.conversations import Conversations
from licet.schemas.recipe import Limits
from licet.schemas.rows import CHAT
from licet.schemas.sources import Source
from licet.stages.conversation import CATALOGUE, ConversationRules
from licet.stages.conversation.languages import LEAST_CHARACTERS, language_switches
from licet.stages.conversation.turns import Turns
from licet.stages.ingest.plan import plan_source
from licet.stages.ingest.read import read_split
from licet.stages.quality.language import by_quadgrams
from licet.stages.quality.measures import measure_text

LABELLED = Path(__file__).with_name("judged.jsonl")
ALL_ENDINGS = {"max_unstopped_answers": 0.0, "max_trailing_ellipses": 0.0, "max_boilerplate_share": 0.5}
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "posttrain"
SETS = {
    "gsm8k": ("gsm8k/*.jsonl", "qa"),
    "hh-rlhf": ("hh-rlhf/harmless-base-test.jsonl.gz", "preference"),
    "codealpaca": ("codealpaca/code_alpaca_2k.json", "alpaca"),
    "sharegpt": ("sharegpt/dummy_conversation.json", "sharegpt"),
}
PARCEL = 4_000
"""Rows that are judged at a time: 16 MB of conversations, as in a run."""
TIMES = 3
HOSTILE = ("as a ", "I am an AI by ", "` `` ", "(", "I'm sorry ", "我是", "\\[ ` ", "> ", "OpenAI. I ")
"""Pieces of which some rule has to look at every one."""
TOOL = {
    "type": "function",
    "function": {
        "name": "search",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string"}, "limit": {"type": "integer", "minimum": 1}},
            "required": ["query"],
        },
    },
}


def real(name: str) -> pa.RecordBatch:
    """Return a real set as its reader yields it."""
    paths, shape = SETS[name]
    told = {"name": name, "type": "chat", "paths": str(SHARED / paths), "shape": shape}
    source = TypeAdapter(Source).validate_python(told)
    splits = plan_source(source, base=".", limits=Limits(), chat=True)
    rows = [parcel.rows for split in splits for parcel in read_split(split, Limits())]
    return pa.Table.from_batches(rows).combine_chunks().to_batches()[0]


def made(rows: int) -> pa.RecordBatch:
    """Return that many made conversations."""
    words = Turns.of(real("hh-rlhf")).content.to_pylist() + Turns.of(real("gsm8k")).content.to_pylist()[:4000]
    code = Turns.of(real("codealpaca")).answer.to_pylist()
    return pa.RecordBatch.from_pylist([_row(number, words, code) for number in range(rows)], schema=CHAT)


def _row(number: int, words: Sequence[str], code: Sequence[str]) -> dict[str, Any]:
    drawn = list(hashlib.sha256(str(number).encode()).digest() + hashlib.sha512(str(number).encode()).digest())

    def said(which: int) -> str:
        return " ".join(words[(drawn[which] * 256 + drawn[which + 1] + k * 131) % len(words)] for k in range(4))

    messages: list[dict[str, Any]] = []
    for turn in range(1 + drawn[0] % 4):
        messages.append({"role": "user", "content": said(2 * turn + 1)})
        answer = said(2 * turn + 11)
        if number % 5 == 1:
            arguments = json.dumps({"query": answer[:40], "limit": 3})
            call = {"id": f"c{turn}", "type": "function", "function": {"name": "search", "arguments": arguments}}
            messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
            messages.append({"role": "tool", "content": answer[:300], "tool_call_id": f"c{turn}"})
        if number % 5 == 2:
            answer = f"<think>{said(turn + 30)}</think>\n{answer}"
        if number % 10 == 3:
            answer = f"Here is the code:\n\n```python\n{code[drawn[turn] * 7 % len(code)]}\n```\n\n{answer}"
        messages.append({"role": "assistant", "content": answer})
    if number % 10 == 4:
        rejected = {"role": "assistant", "content": said(50)}
        return {"prompt": messages[:-1], "chosen": messages[-1:], "rejected": [rejected]}
    return {"messages": messages, "tools": [json.dumps(TOOL)] if number % 5 == 1 else None}


def judge(settings: Conversations) -> ConversationRules:
    """Return a judge with CLD2 and the heuristics' measures."""
    return ConversationRules(settings, detect=by_quadgrams, repeats=measure_text)


def seconds(rules: ConversationRules, batch: pa.RecordBatch) -> float:
    """Return the processor seconds of judging a batch in parcels: the median of some times, after one that compiles."""
    rules(batch.slice(0, 100))
    told = []
    for _ in range(TIMES):
        started = time.process_time()
        for at in range(0, batch.num_rows, PARCEL):
            rules(batch.slice(at, PARCEL))
        told.append(time.process_time() - started)
    return statistics.median(told)


def everything() -> dict[str, float | None]:
    """Return a bound for every rule but those on tokens, each as tight as it can be."""
    return {name: float(name.startswith("min_")) for name in CATALOGUE if not name.endswith("_tokens")}


def show(measure: str, count: int) -> None:
    """Print rows of the real sets in which a measure is not 0."""
    rule = next(name for name, (of, _) in CATALOGUE.items() if of == measure)
    for name in SETS:
        batch = real(name)
        found = judge(Conversations(profile="none", set={rule: 0})).found(batch)[rule]
        rows = np.flatnonzero(found.values).tolist()
        rows.sort(key=lambda row: hashlib.sha256(f"{name}{row}".encode()).digest())
        print(f"## {name}: {len(rows):,} of {batch.num_rows:,}")
        for row in rows[:count]:
            talk = batch.column("chosen")[row].as_py() or batch.column("messages")[row].as_py()
            last = talk[-1]["content"] or ""
            print(f"{row:6d} {found.values[row]:.2f} {last[:160]!r} … {last[-80:]!r}")


def switches() -> None:
    """Print how many answers in their question's language are said to switch it, and how many in another."""
    found = declaration(fetched()["udhr"])
    texts = {name: [text for text in every if len(text) >= LEAST_CHARACTERS] for name, every in sorted(found.items())}
    names = list(texts)
    for told, steps in (("the question's language", (0,)), ("another language", (1, 7, 13, 21, 29))):
        rows = [
            {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}
            for at, name in enumerate(names)
            for step in steps
            for question, answer in zip(texts[name], texts[names[(at + step) % len(names)]][1:], strict=False)
        ]
        batch = pa.RecordBatch.from_pylist(rows, schema=CHAT)
        values = language_switches(Turns.of(batch), by_quadgrams).values
        print(f"{len(rows):,} answers in {told}: {int((values > 0).sum()):,} said to switch, {len(names)} languages")


def labelled() -> None:
    """Print of each rule of how many labelled rows its reason is true, how many it finds, and how many rightly."""
    told = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    rules = judge(Conversations(profile="strict", set=dict(ALL_ENDINGS)))
    for name in dict.fromkeys(each["set"] for each in told):
        rows = [each for each in told if each["set"] == name]
        found = rules.found(pa.RecordBatch.from_pylist([each["row"] for each in rows], schema=CHAT))
        print(f"\n## {name}: {len(rows)} rows\n\n| reason | true of | found | right |\n|---|---|---|---|")
        for rule in rules.rules:
            values = found[rule.name].values
            hits = set(np.flatnonzero(values < rule.bound if rule.is_minimum else values > rule.bound).tolist())
            true = {at for at, each in enumerate(rows) if rule.reason in each["labels"]}
            if hits | true:
                print(f"| {rule.reason} | {len(true)} | {len(hits)} | {len(hits & true)} |")


def _answered(text: str) -> pa.RecordBatch:
    messages = [{"role": "user", "content": "What do you say?"}, {"role": "assistant", "content": text}]
    return pa.RecordBatch.from_pylist([{"messages": messages}], schema=CHAT)


def hostile() -> None:
    """Print the seconds that a megabyte of each hostile piece takes, and how many times that two megabytes do."""
    rules = judge(Conversations(profile="strict"))
    print("| piece | 1 MB, s | 2 MB, times that |\n|---|---|---|")
    for piece in HOSTILE:
        once, twice = (
            seconds(rules, _answered(piece * (size // len(piece.encode())))) for size in (1_000_000, 2_000_000)
        )
        print(f"| `{piece}` | {once:.3f} | {twice / once:.2f} |")


def main(arguments: Sequence[str]) -> None:
    """Measure, or show rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks judges")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--tokenizer")
    parser.add_argument("--languages", action="store_true")
    parser.add_argument("--labelled", action="store_true")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--show", nargs=2, metavar=("MEASURE", "COUNT"))
    given = parser.parse_args(arguments)
    if given.show:
        show(given.show[0], int(given.show[1]))
        return
    if given.hostile:
        hostile()
        return
    if given.labelled:
        labelled()
        return
    if given.languages:
        switches()
        return
    sets = {"made": made(given.rows)} | {name: real(name) for name in SETS}
    print("| conversations | rows | MB | structure, rows/s | strict | all text judges |\n|---|---|---|---|---|---|")
    for name, batch in sets.items():
        size = sum(len(each.as_buffer()) for each in Turns.of(batch).content) / 1e6
        kinds = (Conversations(), Conversations(profile="strict"), Conversations(set=everything()))
        speeds = [batch.num_rows / seconds(judge(kind), batch) for kind in kinds]
        print(f"| {name} | {batch.num_rows:,} | {size:.1f} | " + " | ".join(f"{each:,.0f}" for each in speeds) + " |")
    print("\n| measure | microseconds a made row |\n|---|---|")
    bounds = {measure: rule for rule, (measure, _) in reversed(CATALOGUE.items())}
    if not given.tokenizer:
        bounds = {measure: rule for measure, rule in bounds.items() if not measure.endswith("_tokens")}
    spent = {
        measure: seconds(judge(Conversations(profile="none", set={rule: 0}, tokenizer=path)), sets["made"])
        for measure, rule in bounds.items()
        for path in [given.tokenizer if measure.endswith("_tokens") else None]
    }
    for measure, taken in sorted(spent.items(), key=lambda told: -told[1]):
        print(f"| {measure} | {taken / given.rows * 1e6:.1f} |")
    print("\n| real set | refused by strict |\n|---|---|")
    for name in SETS:
        reasons = Counter(judge(Conversations(profile="strict"))(sets[name]).reason.to_pylist())
        del reasons[None]
        print(f"| {name} | {', '.join(f'{reason} {count}' for reason, count in reasons.most_common())} |")
