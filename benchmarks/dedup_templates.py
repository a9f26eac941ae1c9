"""What each tool loses of 10,000 function calls that share one frame, and how it follows chains of resemblance.

    python -m benchmarks dedup_templates [--tools licet datatrove text-dedup text-dedup-unverified rensa]

Two sets, made from a seed. *Calls*: 9,500 requests with a call each, distinct by construction and checked by the exact
similarity of all pairs, and 500 true copies of some of them (other case and punctuation, a word more), all behind one
system prompt with the schemas of 24 tools. Licet reads them as conversations; the others have no such thing and get the
rendered text, or as a second try, the request and the call alone. *Chains*: 50 chains of 20 texts, each at Jaccard 0.87
to the next; links further apart are less and less alike, the ends share no word.
"""

import argparse
import json
import random
import shutil
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks._allpairs import similar_pairs
from benchmarks._measured import measured
from benchmarks.dedup_corpus import HOME
from benchmarks.dedup_peers import Setting, below_threshold, command_of_licet, removed_by_licet, run_tool
from licet.stages.dedup.shingles import shingle_sets

ROWS, COPIES, TOOLS_IN_FRAME = 10_000, 500, 24
CHAINS, LINKS, WORDS_IN_LINK, STEP = 50, 20, 300, 20
SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "in", "o", "ul"))

CONVERSATIONS = """
name: calls
kind: posttrain
sources:
  - {{name: corpus, type: chat, shape: messages, paths: [{given}/*.jsonl], id_field: id,
      license: {{expression: Apache-2.0, evidence: {licence}}}}}
heuristics: {{profile: none}}
output: {out}/version
"""


FRAMED = """
name: calls
kind: pretrain
sources:
  - {{name: corpus, type: jsonl, paths: [{given}/*.jsonl], id_field: id,
      license: {{expression: Apache-2.0, evidence: {licence}}}}}
heuristics: {{profile: none}}
dedup: {{threshold: {threshold}, bands: {bands}, rows_per_band: {rows}, shingle_size: {words}, frame_rows: 100}}
output: {out}/version
"""


@dataclass(frozen=True)
class Call:
    """One request and the call that answers it; a copy is known by the number of the request it repeats."""

    id: str
    request: str
    name: str
    arguments: str
    copy_of: str | None = None

    @property
    def content(self) -> str:
        """What differs between rows: the request and the call."""
        return f"{self.request}\n{self.name} {self.arguments}"


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))


def frame(chance: random.Random) -> tuple[str, list[dict[str, Any]]]:
    """Return the system prompt and the tools that all rows share, about 20 kB."""
    tools = []
    for _ in range(TOOLS_IN_FRAME):
        told = " ".join(_word(chance) for _ in range(60))
        fields = {_word(chance): {"type": "string", "description": " ".join(_word(chance) for _ in range(9))}}
        function = {"name": _word(chance), "description": told, "parameters": {"type": "object", "properties": fields}}
        tools.append({"type": "function", "function": function})
    return " ".join(_word(chance) for _ in range(400)), tools


def calls(chance: random.Random, names: Sequence[str]) -> list[Call]:
    """Return distinct calls, and copies of some, in a mixed order."""
    made = []
    for number in range(ROWS - COPIES):
        words = [_word(chance) for _ in range(24)]
        request = f"Please find {' '.join(words[:12])} for me before {' '.join(words[12:])}, and tell me what it costs."
        arguments = json.dumps({words[0]: words[12:16], "limit": chance.randint(1, 99)})
        made.append(Call(f"{number:05}", request, chance.choice(names), arguments))
    copies = []
    for number, told in enumerate(chance.sample(made, COPIES)):
        again = "Hello! " + told.request.replace(",", " -").replace(".", "!").upper()
        copies.append(Call(f"copy-{number:04}", again, told.name, told.arguments, told.id))
    chance.shuffle(made := made + copies)
    return made


def chains(chance: random.Random) -> list[tuple[str, str]]:
    """Return (id, text) of the links of all chains: windows over a run of distinct words."""
    found = []
    for chain in range(CHAINS):
        words = [f"{_word(chance)}{number}" for number in range(WORDS_IN_LINK + LINKS * STEP)]
        for link in range(LINKS):
            text = " ".join(words[link * STEP : link * STEP + WORDS_IN_LINK])
            found.append((f"{chain:02}-{link:02}", text))
    return found


def write(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as JSON Lines in four files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(4):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows[number::4])
        (folder / f"{number}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def licet_on_conversations(given: Path, out: Path, setting: Setting) -> Set[str]:
    """Return what a posttrain recipe without further settings removes as duplicates."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = command_of_licet(CONVERSATIONS, given, out, setting)
    measured(command, out / "log", out)
    return removed_by_licet(out)


def tell(name: str, rows: Sequence[Call], removed: Set[str]) -> None:
    """Print a row: requests of which no copy is left, and copies that are left beside their like."""
    left = {call.id for call in rows} - removed
    alive = {call.copy_of or call.id for call in rows if call.id in left}
    lost = sum(call.copy_of is None and call.id not in alive for call in rows)
    extra = len(left) - len(alive)
    print(f"| {name} | {len(removed):,} | {lost:,} of {ROWS - COPIES:,} | {extra:,} of {COPIES:,} |", flush=True)


def framed_out() -> Path:
    """Return the folder of the run that leaves frames out of what it compares."""
    folder = HOME / "out" / "framed"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check_distinct(rows: Sequence[Call], setting: Setting) -> None:
    """Stop unless just the copies are alike, and clearly, by the exact similarity of all pairs."""
    first, second, similarity = similar_pairs(
        shingle_sets(pa.array([call.content for call in rows]), setting.words), setting.threshold / 2
    )
    alike = {
        frozenset((rows[a].copy_of or rows[a].id, rows[b].copy_of or rows[b].id))
        for a, b in zip(first, second, strict=True)
    }
    if len(alike) != COPIES or any(len(pair) != 1 for pair in alike) or similarity.min() < setting.threshold + 0.1:
        raise SystemExit("the generator made rows that are alike without being copies, or copies that are not alike")


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks dedup_templates")
    peers = ["datatrove", "text-dedup", "text-dedup-unverified", "rensa"]
    parser.add_argument("--tools", nargs="+", choices=["licet", *peers], default=["licet", *peers])
    asked = parser.parse_args(argv)
    chance = random.Random(20_260_801)
    setting = Setting()
    system, tools = frame(chance)
    rows = calls(chance, [tool["function"]["name"] for tool in tools])
    check_distinct(rows, setting)
    home = HOME / "templates"
    shown = f"{system}\n{json.dumps(tools)}\n"
    rendered = write(home / "rendered", [{"id": call.id, "text": shown + call.content} for call in rows])
    bare = write(home / "content", [{"id": call.id, "text": call.content} for call in rows])
    print(f"{ROWS:,} rows, {COPIES} of them copies; frame of {len(shown) / 1e3:.1f} kB, content of"
          f" {np.mean([len(call.content) for call in rows]):.0f} bytes\n")  # fmt: skip
    print("| tool, what it is given | removed | distinct rows lost | true copies left |")
    print("| --- | --- | --- | --- |")
    if "licet" in asked.tools:
        given = write(home / "conversations", [_conversation(call, system, tools) for call in rows])
        tell("licet, conversations", rows, licet_on_conversations(given, HOME / "out" / "conversations", setting))
    for what, folder in (("rendered text", rendered), ("request and call", bare)):
        for tool in asked.tools:
            run = run_tool(tool, folder, setting, folder.name)
            if run.cost.code:
                print(f"| {tool}, {what} | ended at {run.cost.memory / 1e9:.1f} GB | | |", flush=True)
            else:
                tell(f"{tool}, {what}", rows, run.removed)
    if "licet" in asked.tools:
        cost = measured(command_of_licet(FRAMED, rendered, framed_out(), setting), framed_out() / "log", framed_out())
        if cost.code:
            raise SystemExit(f"licet failed: see {framed_out() / 'log'}")
        tell("licet with frame_rows: 100, rendered text", rows, removed_by_licet(framed_out()))
    links = chains(chance)
    given = write(home / "chains", [{"id": name, "text": text} for name, text in links])
    print(f"\n{CHAINS} chains of {LINKS}\n\n| tool | removed | like no row that is left |\n| --- | --- | --- |")
    for tool in asked.tools:
        removed = run_tool(tool, given, setting, "chains").removed
        below = below_threshold(given, setting, {tool: removed})[tool]
        print(f"| {tool} | {len(removed):,} of {len(links):,} | {below:,} |", flush=True)


def _conversation(call: Call, system: str, tools: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    messages = [
        {"role": "system", "content": system},
        {"role": "user", "content": call.request},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]},
    ]
    return {"id": call.id, "messages": messages, "tools": tools}
