"""The draft of the EU summary as a page to read and to complete."""

from collections.abc import Iterator
from typing import Any

from licet.pipelines.audit.screen import clean

OPEN = "*to be completed by the provider of the model*"
_WORDS = {True: "yes", False: "no"}
_HEAD = """# Public summary of training content: draft for the dataset {name}

Made from the manifest and the rows of the dataset ({rows:,} rows, row digest `{row_digest}`) after the template
of the {template}. It covers this dataset, not a model: what only the provider of a model knows is left open. No legal
advice.
"""


def summary_page(told: dict[str, Any]) -> Iterator[str]:
    """Yield the page in Markdown."""
    dataset = told["dataset"]
    yield _HEAD.format(template=told["template"], **dataset)
    for section in told["sections"]:
        yield f"\n## {section['id']} {section['title']}\n"
        for item in section["items"]:
            yield f"\n**{item['question']}**\n\n{_answer(item['answer'])}\n"
            if item["note"]:
                yield f"\n> {item['note']}\n"


def _answer(answer: Any) -> str:
    if answer is None:
        return OPEN
    if isinstance(answer, list):
        if not answer:
            return "none"
        if isinstance(answer[0], dict):
            return "\n".join(_tables(answer))
        return "\n".join(f"- {told}" for told in answer)
    return _cell(answer)


def _tables(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield rows as a table; those that hold rows of their own as a table each."""
    inner = next((name for name, value in rows[0].items() if isinstance(value, list)), None)
    if inner is None:
        yield f"| {' | '.join(name.replace('_', ' ') for name in rows[0])} |"
        yield f"|{' --- |' * len(rows[0])}"
        yield from (f"| {' | '.join(_cell(value) for value in row.values())} |" for row in rows)
        return
    for row in rows:
        yield ", ".join(f"{name} {_cell(value)}" for name, value in row.items() if name != inner) + ":\n"
        yield from _tables(row[inner]) if row[inner] else ["none"]
        yield ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _WORDS[value]
    told = f"{value:,}" if isinstance(value, int) else str(value)
    return " ".join(clean(told).replace("|", "\\|").split())
