"""What is said of a row that is not of its source's shape: of which other it would be."""

from collections.abc import Mapping, Sequence
from typing import Any

from licet.stages.ingest.answers import LEARNT, THOUGHTS, is_thought
from licet.stages.ingest.fields import at_path, path_of
from licet.stages.ingest.kinds import kind_of
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.original import paths_of, read_row
from licet.stages.ingest.shapes import SHAPES, SURE, TESTED, TESTS
from licet.stages.ingest.verdicts import Undecided


def named(shape: str, rows: Sequence[dict[str, Any]], given: Mapping[str, str]) -> dict[str, str]:
    """Return what rows call a shape's fields where it is not as usual: as given, else the first usual one.

    Of names that rows have, one that is empty in all of them comes last; one that is written with other capitals counts
    where there is none as it is usual.
    """
    found = {}
    spelled = {key.lower(): key for row in rows for key in row if key != key.lower()}
    for field, names in SHAPES[shape].fields.items():
        there = [name for name in names if _is_there(rows, name)]
        there = there or [spelled[name] for name in names if name in spelled]
        said = [name for name in there if any(at_path(row, path_of(name)) not in ("", [], {}) for row in rows)]
        usual = next(iter([*said, *there, *names]), None)
        if usual != next(iter(names), None):
            found[field] = str(usual)
    for names_of in reversed(SHAPES[shape].together):
        if not set(names_of) & set(given) and all(_is_there(rows, name) for name in names_of.values()):
            found |= names_of
    usual_names = {field: names[0] for field, names in SHAPES[shape].fields.items() if names}
    return {**{field: name for field, name in found.items() if name != usual_names.get(field)}, **given}


def _is_there(rows: Sequence[dict[str, Any]], name: str) -> bool:
    return any(at_path(row, path_of(name)) is not None for row in rows)


def misfit(shape: str, row: dict[str, Any], fields: Mapping[str, str], *, is_asked: bool = True) -> str | None:
    """Return why a row does not fit a shape; None when it does. ``is_asked`` is whether the recipe names the shape."""
    try:
        read_row(row, shape, fields)
    except Undecided:
        return None
    except Misshapen as error:
        return f"{shape}: {error}"
    if shape == "completion" and not is_asked and at_path(row, path_of(fields.get("prompt", "prompt"))) is None:
        return "completion: a text alone may be a document, and is read as an answer where the recipe says so"
    if shape in ("messages", "sharegpt") and not is_asked and (told := _answered_beside(shape, row, fields)):
        return f"{shape}: they end with what the user says, and what `{told}` holds is the answer to it"
    is_class = not isinstance(at_path(row, path_of(fields.get("label", "label"))), bool)
    if shape == "unpaired" and not is_asked and row.get("completion") is None and is_class:
        return "unpaired: a label that is a number may be a class"
    if shape == "rl" and not is_asked:
        paths = {name: fields.get(name, usual[0]) for name, usual in SHAPES["rl"].needs.items()}
        is_sure = paths["answer"] in (*SURE, *TESTS) or isinstance(at_path(row, path_of(paths["prompt"])), list)
        has_answer = paths["answer"] in TESTS and any(isinstance(row.get(name), str) for name in TESTED)
        has_answer = has_answer or bool(_learnt(row))
        if has_answer or not (is_sure or is_to_check(row)):
            return "rl: a question with an answer may be one to learn from"
    return None


def is_to_check(row: Mapping[str, Any]) -> bool:
    """Tell whether a row says that its `answer` is one to hold others against.

    So it is where a `solution` behind it says how it is come by, and where a rate says how often models found it. A
    `solution` that stands before it is what there is to learn.
    """
    if row.get("answer") is None:
        return False
    names = list(row)
    told = row.get("solution") is not None and names.index("answer") < names.index("solution")
    return told or any(name.endswith(("solve_rate", "pass_rate")) for name in names)


def _learnt(row: Mapping[str, Any]) -> str | None:
    """Return the name of an answer to learn from, or of the reasoning behind one, that a row has; None for neither."""
    said = (name for name in LEARNT if isinstance(row.get(name), str) and row[name])
    return next(said, next((name for name in THOUGHTS if is_thought(row.get(name))), None))


def _answered_beside(shape: str, row: Mapping[str, Any], fields: Mapping[str, str]) -> str | None:
    """Return the name of the text that answers the messages of a row, where these end with what the user says."""
    said = at_path(row, path_of(paths_of(shape, fields)["messages" if shape == "messages" else "conversations"]))
    last = said[-1] if isinstance(said, list) and isinstance(said[-1], dict) else {}
    if last.get("role", last.get("from")) not in ("user", "human"):
        return None
    return next((name for name in ("answer", *LEARNT) if isinstance(row.get(name), str) and row[name]), None)


def instead(row: dict[str, Any], shape: str) -> str:
    """Return, as the end of a sentence, which other shape a row has, and of which kind that is; empty for none."""
    for other in SHAPES:
        if other != shape and misfit(other, row, named(other, [row], {}), is_asked=False) is None:
            kind = f", of the kind {kind_of(other)}" if kind_of(other) != kind_of(shape) else ""
            return f"; it is a row of the shape {other}{kind}: read the file by a source of that shape too"
    return ""
