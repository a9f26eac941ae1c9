"""The credits of a whole version, or of some of its rows, as a file that can be shipped with what is made from it."""

import html
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from licet.pipelines.audit.sample import as_text
from licet.pipelines.audit.screen import clean
from licet.pipelines.audit.version import Audited
from licet.schemas.license import TIERS, url_of
from licet.stages.license.credit import needs_attribution
from licet.stages.license.expression import leaves, parse


@dataclass(frozen=True)
class Credited:
    """How many rows need a credit, and how many of them have one; they are the same in a version that holds."""

    needed: int
    credited: int
    lines: int
    """Distinct credits: rows with the same one share a line."""
    missing: int
    """Ids that were asked for and are not in the data."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.credited == self.needed and not self.missing


def attribution(version: Audited, sink: IO[str], how: str, only: Sequence[str] | None = None) -> Credited:
    """Write the credits, by licence, each distinct one once with how many rows it is for, without holding them all.

    Of a choice of licences, the branch that was elected is the one that is credited.
    """
    ids = list(dict.fromkeys(only)) if only is not None else None
    chosen = "where row_id in (select unnest($1::varchar[]))" if ids is not None else ""
    given = [ids] if ids is not None else []
    needed = credited = 0
    for row in version.rows(
        "select license_tier as tier, count(*) as n, count(*) filter (attribution <> '') as told"
        f" from rows {chosen} group by all",
        *given,
    ):
        if row["tier"] in TIERS and needs_attribution(row["tier"]):
            needed, credited = needed + row["n"], credited + row["told"]
    there = version.rows(f"select count(distinct row_id) as n from rows {chosen}", *given)[0]["n"] if ids else 0
    writer = _WRITERS[how](sink, version.manifest.dataset.name)
    lines = 0
    current: str | None = None
    for batch in version.batches(
        "select coalesce(e.elected, r.license, 'no licence') as used, attribution, count(*) as n"
        f" from rows r left join evidence e using (evidence_id) {chosen or 'where true'} and attribution <> ''"
        " group by all order by used, attribution",
        *given,
    ):
        for row in batch:
            if row["used"] != current:
                current = row["used"]
                writer.heading(current or "")
            writer.line(row["attribution"], row["n"], current or "")
            lines += 1
    writer.end()
    return Credited(needed, credited, lines, len(ids) - there if ids else 0)


def addresses(expression: str) -> list[str]:
    """Return where the licences of an expression can be read."""
    node = parse(expression or "")
    return [url for leaf in leaves(node) if (url := url_of(leaf.id))] if node is not None else []


class _Text:
    """Plain text: a heading for each licence, a line for each credit, whatever signs a title has."""

    def __init__(self, sink: IO[str], name: str):
        self.sink = sink
        sink.write(f"Credits of the dataset {name}\n")

    def heading(self, license: str) -> None:  # noqa: A002
        self.sink.write(f"\n{license}\n" + "".join(f"  {url}\n" for url in addresses(license)))

    def line(self, credit: str, rows: int, license: str) -> None:  # noqa: A002
        del license
        self.sink.write(f"- {clean(credit)}{f' ({rows} rows)' if rows > 1 else ''}\n")

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
        cells = ['"' + as_text(text).replace('"', '""') + '"' for text in (license, credit)]
        self.sink.write(f"{','.join(cells)},{rows}\n")


class _Json(_Text):
    """One JSON object, its credits one a line."""

    def __init__(self, sink: IO[str], name: str):
        self.sink = sink
        self.is_first = True
        sink.write(f'{{"dataset": {json.dumps(name)}, "credits": [')

    def heading(self, license: str) -> None:  # noqa: A002
        del license

    def line(self, credit: str, rows: int, license: str) -> None:  # noqa: A002
        told = {"license": license, "credit": credit, "rows": rows, "urls": addresses(license)}
        self.sink.write(("\n" if self.is_first else ",\n") + json.dumps(told, sort_keys=True))
        self.is_first = False

    def end(self) -> None:
        self.sink.write("\n]}\n")
        self.sink.flush()


_WRITERS: dict[str, Callable[[IO[str], str], _Text]] = {
    "text": _Text,
    "markdown": _Markdown,
    "html": _Html,
    "csv": _Csv,
    "json": _Json,
}


def as_lines(found: Credited) -> Iterator[str]:
    """Yield what was credited, in words."""
    yield f"{found.credited:,} of {found.needed:,} rows that need a credit are credited, in {found.lines:,} lines"
    if found.missing:
        yield f"{found.missing:,} of the ids asked for are not in the data"
