"""A row as the lines of a screen: what it says, then in a few lines what is known of it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from licet.pipelines.audit.screen import entry, joined, number, shortened
from licet.pipelines.audit.words import TIERS
from licet.pipelines.row.find import Absent, Row
from licet.pipelines.row.render import Rendered
from licet.pipelines.row.turns import MOST_LINES, part_lines, parts_of, side_lines, text_lines, tool_lines
from licet.schemas.rows import SAID
from licet.stages.ingest.original import NOTE

LEARNT = ("⟦", "⟧")
"""Between these stands what a trainer learns from, where the template says so."""


def row_lines(row: Row, *, is_full: bool) -> list[str]:
    """Return a row as lines."""
    most = None if is_full else MOST_LINES
    values = row.values
    if row.config not in _SAYING and "text" in values:
        says = [["The text", *text_lines(values["text"] or "", most)]]
    else:
        says = [
            part_lines(parts_of(values.get("messages")), most),
            part_lines(parts_of(values.get("prompt")), most),
            side_lines(parts_of(values["chosen"]), parts_of(values["rejected"]), most) if "chosen" in values else [],
            _completion(values, most),
            _answer(values, most),
            ["Reasoning", *text_lines(values["reasoning"], most)] if values.get("reasoning") else [],
            tool_lines(values.get("tools")),
        ]
    return joined([_head(row), *says, _known(row)])


_SAYING = ("sft", "preference", "unpaired", "rl")


def rendered_lines(row: Row, texts: Mapping[str, Rendered], template: str, *, is_full: bool) -> list[str]:
    """Return a row as a template renders it."""
    most = None if is_full else MOST_LINES
    told = []
    for name, found in texts.items():
        count = sum(end - start for start, end in found.learnt)
        learnt = f"; learnt from: {count:,}, in {LEARNT[0]} {LEARNT[1]}" if found.learnt else ""
        told.append([f"{name}: {len(found.text):,} characters{learnt}", *text_lines(_with_marks(found), most)])
    return joined([[f"{shortened(row.row_id, 70)} by the template {template}"], *told])


def absent_lines(found: Absent) -> list[str]:
    """Return what to say of an id that no row has."""
    lines = [f"{found.row_id} is not in the data"]
    lines += entry("near", ", ".join(found.near)) if found.near else []
    if found.refused:
        lines += entry("refused", f"{found.refused}; `licet why-not` says why")
    return lines


def _with_marks(found: Rendered) -> str:
    text, done, parts = found.text, 0, []
    for start, end in found.learnt:
        parts += [text[done:start], LEARNT[0], text[start:end], LEARNT[1]]
        done = end
    return "".join([*parts, text[done:]])


def _head(row: Row) -> list[str]:
    values = row.values
    turns = sum(len(values.get(name) or ()) for name in SAID)
    told = [
        row.config,
        number(turns, "message") if turns else "",
        number(values["token_count"], "token") if values["token_count"] is not None else "",
        values["language"] or "",
        values.get("category") or "",
    ]
    return [f"{shortened(row.row_id, 70)} ({', '.join(part for part in told if part)})"]


def _completion(values: Mapping[str, Any], most: int | None) -> list[str]:
    if not values.get("completion"):
        return []
    said = "a good answer, as its label says" if values["label"] else "a bad answer, as its label says"
    return [said, "", *part_lines(parts_of(values["completion"]), most)]


def _answer(values: Mapping[str, Any], most: int | None) -> list[str]:
    if values.get("answer") is None:
        return []
    checker = values.get("checker")
    return [f"the right answer{f', by the checker {checker}' if checker else ''}", *text_lines(values["answer"], most)]


def _known(row: Row) -> list[str]:
    values = row.values
    tier = f"{values['license_tier']}: {TIERS.get(values['license_tier'] or '', '')}"
    scores = {name: value for name, value in values.items() if name.startswith("quality_") and value is not None}
    size = values["cluster_size"] or 1
    terms = f"; terms for outputs: {values['generator_terms']}" if values.get("generator_terms") else ""
    origin = (values["locator"], values["url"], values["source_revision"], values["date"])
    told = [
        ("licence", f"{values['license']}, grade {values['license_grade']}; {tier}"),
        ("credit", values["attribution"]),
        ("made by", f"{values['generator']}{terms}" if values.get("generator") else None),
        ("source", f"{values['source']}: {', '.join(part for part in origin if part)}"),
        ("quality", ", ".join(f"{name.removeprefix('quality_')} {_number(v)}" for name, v in scores.items())),
        ("copies", f"it stands for {number(size - 1, 'other row')}, left out as copies" if size > 1 else None),
        ("masked", _masked(values.get("masked"))),
        ("metadata", _metadata(values.get("metadata"))),
    ]
    return ["What is known of it", *_entries(told), *entry("why", "`licet explain` says why it is in")]


def _entries(told: Iterable[tuple[str, str | None]]) -> list[str]:
    return [line for label, text in told if text for line in entry(label, text, 2)]


def _metadata(metadata: str | None) -> str | None:
    """Return what else the row held, without what readers note of its form."""
    try:
        told = json.loads(metadata or "{}")
    except ValueError:
        return metadata
    told = {key: value for key, value in told.items() if key != NOTE} if isinstance(told, dict) else told
    return json.dumps(told, ensure_ascii=False) if told else None


def _masked(counts: Mapping[str, int] | None) -> str | None:
    return ", ".join(f"{kind} {spans}" for kind, spans in (counts or {}).items() if spans) or None


def _number(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"{value}"
