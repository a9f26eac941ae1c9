"""A row of a shape to columns and back: what is read can be written again as it was.

Where the shape and the columns alone do not tell how a row was written, its metadata does, under `NOTE`: the names of
its fields where they are not the usual ones, the hints of the shape's reader, and the residue (`residue`).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from licet.schemas.rows import SAID, SAYING
from licet.stages.ingest.fields import as_json, at_path, path_of, put, taken
from licet.stages.ingest.kinds import kind_of
from licet.stages.ingest.media import media_of
from licet.stages.ingest.messages import Message, Misshapen
from licet.stages.ingest.notations import lifted_calls, lowered_calls
from licet.stages.ingest.residue import difference, original_of
from licet.stages.ingest.shapes import SHAPES
from licet.stages.ingest.tags import has_marks, lifted, lifted_tools, lowered, lowered_tools
from licet.stages.ingest.unshape import WRITERS, Uncarried

NOTE = "$row"
"""The key of a row's metadata that says how it was written; it holds ``shape``, and what of the rest there is of
``fields``, ``hints``, ``tags`` and ``differs``."""
OWN = ("category", "reasoning", "generator")
"""Columns of `CHAT` that a row of any shape may have by these names, where they are text."""
HERMES = ("think", "tool_call", "tool_response", "tools")
_IN_TEXT = ("think", "tool_call")

_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[\s,]*")
_NAME = re.compile(r"`([^`]*)`")

_USUAL = {shape: {name: usual[0] for name, usual in told.fields.items() if usual} for shape, told in SHAPES.items()}

Note = dict[str, Any]


def read_row(
    row: dict[str, Any], shape: str, fields: Mapping[str, str], *, tags: bool = True
) -> tuple[dict[str, Any], dict[str, Any], Note]:
    """Return the columns of a row, what it holds besides, and the beginnings of its note.

    ``fields`` are the names of the shape's fields where they are not the usual ones. Without ``tags`` these stay text.

    Raises:
        Misshapen: the row is not of the shape.

    """
    if name := media_of(row):
        raise Misshapen(f"`{name}` holds pictures, sound or film, and rows of more than text are not read")
    values, rest = taken(row, paths_of(shape, fields))
    tools, is_read = read_tools(values.get("tools"))
    if not is_read and "tools" in values:
        put(rest, paths_of(shape, fields)["tools"], values["tools"])
    try:
        parts, hints = SHAPES[shape].read(values)
    except Misshapen as error:
        if type(error) is not Misshapen:
            raise
        raise Misshapen(_in_own_names(str(error), fields)) from None
    for name, value in parts.pop("left", {}).items():
        put(rest, paths_of(shape, fields)[name], value)
    tools = parts.pop("tools", None) or tools
    note: Note = {"shape": shape, **({"fields": dict(fields)} if fields else {})}
    kinds: set[str] = set()
    for name in SAID if tags else ():
        if not (said := parts.get(name)) or not has_marks(said):
            continue
        said, found = lifted(said)
        kinds |= found
        if name == "messages":
            said, notation = lifted_calls(said, tools)
            hints |= {"calls": notation} if notation else {}
        if name in ("messages", "prompt"):
            said, tools, told = lifted_tools(said, tools)
            hints |= told
            kinds |= {"tools"} if told else set()
            if not said:
                raise Misshapen("a system message alone")
        parts[name] = said
    if kinds and kinds.difference(_default_tags(shape, hints)):
        note["tags"] = sorted(kinds)
    if hints:
        note["hints"] = hints
    return {**parts, "tools": tools}, rest, note


def _in_own_names(told: str, fields: Mapping[str, str]) -> str:
    """Return what was said of a row with its own names of fields."""
    return _NAME.sub(lambda found: f"`{fields.get(found[1], found[1])}`", told)


def noted(row: dict[str, Any], columns: Mapping[str, Any], rest: dict[str, Any], note: Note) -> Note | None:
    """Return the note that makes the original of a row out of its columns; None where these alone do."""
    if NOTE in rest:
        rest = {key: value for key, value in rest.items() if key != NOTE}
    try:
        written = _written(columns, rest, note)
    except Uncarried:
        return {**note, "differs": {"=": row}}
    for key, value in row.items():
        made = written.get(key)
        if made is not value and type(value) is type(made) is list:
            written[key] = _as_given(made, value)
    differs = difference(written, row)
    if differs:
        return {**note, "differs": differs}
    return note if set(note) != {"shape"} else None


def _as_given(written: list[Any], given: list[Any]) -> list[Any]:
    """Return a list with the items of the other where they are equal, which then are compared no further.

    They are equal in the types of their numbers too, as what is written was read from what was given.
    """
    if written == given:
        return given
    if len(written) != len(given):
        return written
    return [one if made == one else made for made, one in zip(written, given, strict=True)]


def write_row(row: Mapping[str, Any], shape: str) -> dict[str, Any]:
    """Return a published row in a shape, `hermes` among them; as it was, where it was read in that shape.

    Raises:
        Uncarried: the shape has no place for what the row holds.

    """
    rest = json.loads(row["metadata"]) if row.get("metadata") else {}
    note = rest.pop(NOTE, None)
    target = "sharegpt" if shape == "hermes" else shape
    is_hermes = shape == "hermes"
    tools = row.get("tools")
    columns = {**row, "tools": items_of(tools) if isinstance(tools, str) else tools}
    columns |= {name: _without_nulls(columns[name]) for name in SAID if columns.get(name)}
    if note is not None and note["shape"] == target and (not is_hermes or set(note.get("tags", ())) & set(HERMES[1:])):
        return _written(columns, rest, note)
    note = {"shape": target, **({"tags": list(HERMES)} if is_hermes else {})}
    written = _written(columns, rest, note, is_plain=True)
    _check_carried(written, columns, target)
    return written


def _check_carried(written: dict[str, Any], columns: Mapping[str, Any], shape: str) -> None:
    """Refuse a row that says something else when it is read again: blanks, tags or speakers within what is said."""
    wrong: list[str] = []
    for tags in (True, False):  # whichever way the source was read
        try:
            again, _, _ = read_row(written, shape, {}, tags=tags)
        except Misshapen as error:
            raise Uncarried(f"what is no row of the shape: {error}") from error
        names = (*SAYING, "label", "checker", "tools")
        wrong = [name for name in names if difference(_bare(again.get(name)), _bare(columns.get(name))) is not None]
        if not wrong:
            return
    raise Uncarried(f"`{wrong[0]}` that would be read as another")


def _bare(value: Any) -> Any:
    """Return a column without what is null or empty in messages, and tools as what they define."""
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], str):
        return [json.loads(tool) for tool in value]
    return [{key: inner for key, inner in one.items() if inner not in (None, [])} for one in value]


def paths_of(shape: str, fields: Mapping[str, str]) -> Mapping[str, str]:
    """Return where a shape's fields are in a row."""
    return _USUAL[shape] | dict(fields) if fields else _USUAL[shape]


def _without_nulls(messages: list[Message]) -> list[Message]:
    return [{key: value for key, value in one.items() if value is not None or key == "content"} for one in messages]


def items_of(text: str) -> list[str]:
    """Return the items of a JSON list, each as it is written there."""
    found, at = [], _BETWEEN.match(text, text.index("[") + 1).end()  # type: ignore[union-attr]
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        found.append(text[at:end])
        at = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]
    return found


def read_tools(given: Any) -> tuple[list[str] | None, bool]:
    """Return definitions of tools, each as JSON, and whether they could be read as such; a string may hold a list."""
    if isinstance(given, str) and given.strip():
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return None, False
    if isinstance(given, dict):
        given = [given]
    if isinstance(given, list):
        return [tool if _is_object(tool) else as_json(tool) for tool in given], True
    return None, given in (None, "")


def _is_object(tool: Any) -> bool:
    try:
        return isinstance(tool, str) and isinstance(json.loads(tool), dict)
    except (ValueError, RecursionError):
        return False


def _default_tags(shape: str, hints: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tags that a shape is written with where nothing is known: where it has no other place."""
    if shape in ("messages", "calls") or kind_of(shape) != "sft" or "output" in hints or "style" in hints:
        return ()
    tags = _IN_TEXT[:1] if shape == "sharegpt" else _IN_TEXT
    return tags[1:] if "thought" in hints else tags


def _written(
    columns: Mapping[str, Any], rest: Mapping[str, Any], note: Note, *, is_plain: bool = False
) -> dict[str, Any]:
    shape, hints = note["shape"], note.get("hints", {})
    told = dict(columns)
    tags = note.get("tags")
    if tags is None:
        tags = [*_default_tags(shape, hints), *(["tool_call"] if shape == "sharegpt" and _is_mixed(told) else [])]
    if notation := hints.get("calls"):
        told["messages"] = lowered_calls(told.get("messages") or [], notation)
    for name in SAID:
        if told.get(name):
            told[name] = lowered(told[name], tags)
    tools = columns.get("tools")
    if tools and "tools" in tags:
        name = "messages" if told.get("messages") else "prompt"
        told[name] = lowered_tools(told.get(name) or [], tools, hints.get("tools"))
    made = dict(rest)
    paths = paths_of(shape, note.get("fields", {}))
    if "places" in hints:
        told["candidates"] = at_path(made, path_of(paths["candidates"]))
    values = WRITERS[shape](told, hints)
    if tools is not None and ("tools" not in tags or "row" in hints.get("tools", ())):
        values["tools"] = [json.loads(tool) for tool in tools]
    for name in OWN:
        if columns.get(name) is not None and name not in made:
            made[name] = columns[name]
    for name, value in values.items():
        if is_plain and at_path(made, path_of(paths[name])) is not None:
            raise Uncarried(f"its own field `{paths[name]}`, which stands where that of the shape would")
        put(made, paths[name], value)
    return dict(original_of(made, note.get("differs")))


def _is_mixed(columns: Mapping[str, Any]) -> bool:
    return any(one.get("tool_calls") and one.get("content") is not None for one in columns.get("messages") or ())
