"""The credits of a whole version, or of some of its rows, as a file that can be shipped with what is made from it."""

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from licet.pipelines.audit.version import Audited
from licet.schemas.license import url_of
from licet.stages.license.expression import leaves, parse
from licet.stages.license.judge import needs_attribution

FORMATS = ("text", "markdown", "html", "csv")


@dataclass(frozen=True)
class Credited:
    """How many rows need a credit, and how many were given one; they are the same in a version that holds."""

    needed: int
    credited: int
    lines: int
    """Distinct credits: rows with the same one share a line."""


def attribution(version: Audited, sink: IO[str], how: str, only: Sequence[str] | None = None) -> Credited:
    """Write the credits, by licence, each distinct one once with how many rows it is for, without holding them all."""
    chosen = "where row_id in (select unnest(?))" if only is not None else ""
    given = [list(only)] if only is not None else []
    tiers = version.rows(f"select license_tier as tier, count(*) as n from rows {chosen} group by all", *given)
    needed = sum(row["n"] for row in tiers if row["tier"] and needs_attribution(row["tier"]))
    credited = lines = 0
    writer = _WRITERS[how](sink, version.manifest.dataset.name)
    query = (
        f"select license, attribution, count(*) as n from rows {chosen or 'where true'} and attribution is not null"
        " group by all order by license, attribution"
    )
    current: str | None = None
    for batch in version.batches(query, *given):
        for row in batch:
            if row["license"] != current:
                current = row["license"]
                writer.heading(current or "")
            writer.line(row["attribution"], row["n"], current or "")
            credited, lines = credited + row["n"], lines + 1
    writer.end()
    return Credited(needed, credited, lines)


def addresses(expression: str) -> list[str]:
    """Return where the licences of an expression can be read."""
    node = parse(expression)
    return [url for leaf in leaves(node) if (url := url_of(leaf.id))] if node is not None else []


class _Text:
    """Plain text: a heading for each licence, a line for each credit."""

    def __init__(self, sink: IO[str], name: str):
        self.sink = sink
        sink.write(f"Credits of the dataset {name}\n")

    def heading(self, license: str) -> None:  # noqa: A002
        self.sink.write(f"\n{license}\n" + "".join(f"  {url}\n" for url in addresses(license)))

    def line(self, credit: str, rows: int, license: str) -> None:  # noqa: A002
        del license
        self.sink.write(f"- {credit}{f' ({rows} rows)' if rows > 1 else ''}\n")

    def end(self) -> None:
        self.sink.flush()


class _Markdown(_Text):
    def __init__(self, sink: IO[str], name: str):
        self.sink = sink
        sink.write(f"# Credits of the dataset {name}\n")

    def heading(self, license: str) -> None:  # noqa: A002
        links = ", ".join(f"<{url}>" for url in addresses(license))
        self.sink.write(f"\n## {license}\n\n" + (f"{links}\n\n" if links else ""))


class _Html(_Text):
    def __init__(self, sink: IO[str], name: str):
        self.sink = sink
        self.is_open = False
        title = html.escape(f"Credits of the dataset {name}")
        sink.write(f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>\n")

    def heading(self, license: str) -> None:  # noqa: A002
        links = " ".join(f'<a href="{html.escape(url)}">{html.escape(url)}</a>' for url in addresses(license))
        self.sink.write(("</ul>\n" if self.is_open else "") + f"<h2>{html.escape(license)}</h2><p>{links}</p>\n<ul>\n")
        self.is_open = True

    def line(self, credit: str, rows: int, license: str) -> None:  # noqa: A002
        del license
        self.sink.write(f"<li>{html.escape(credit)}{f' ({rows} rows)' if rows > 1 else ''}\n")

    def end(self) -> None:
        self.sink.write("</ul>\n" if self.is_open else "")
        self.sink.flush()


class _Csv(_Text):
    def __init__(self, sink: IO[str], name: str):
        del name
        self.sink = sink
        sink.write("license,credit,rows\n")

    def heading(self, license: str) -> None:  # noqa: A002
        del license

    def line(self, credit: str, rows: int, license: str) -> None:  # noqa: A002
        cells = ['"' + text.replace('"', '""') + '"' for text in (license, credit)]
        self.sink.write(f"{','.join(cells)},{rows}\n")


_WRITERS: dict[str, Callable[[IO[str], str], _Text]] = {
    "text": _Text,
    "markdown": _Markdown,
    "html": _Html,
    "csv": _Csv,
}


def as_lines(found: Credited) -> Iterator[str]:
    """Yield what was credited, in words."""
    yield f"{found.credited:,} of {found.needed:,} rows that need a credit are credited, in {found.lines:,} lines"
