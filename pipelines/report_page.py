"""The look of the report: one page of HTML with its own style, bars and curves as SVG."""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #667078; --line: #e3e6e8; --paper: #fdfdfc;
  --kept: #2f7d63; --refused: #b5553c; --rest: #9aa3a9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6e7; --soft: #98a2a9; --line: #33393e; --paper: #16191b;
  --kept: #5cb294; --refused: #d98468; --rest: #6d767c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 4rem 1.5rem 6rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 16px/1.6 ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
h1 { font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -.015em; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; font-weight: 600; margin: 3.5rem 0 .25rem; }
p { margin: 0 0 1rem; max-width: 42rem; color: var(--soft); }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 2rem 0 0; padding: 1.25rem 0;
  border: solid var(--line); border-width: 1px 0; }
dt { font-size: .78rem; color: var(--soft); }
dd { margin: 0; font-size: 1.3rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; margin-top: .75rem; font-size: .9rem; }
th { text-align: left; font-weight: 500; color: var(--soft); }
th, td { padding: .4rem 1.2rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
td.n, th.n { text-align: right; white-space: nowrap; }
td small { display: block; color: var(--soft); max-width: 22rem; }
td.bar { width: 45%; } td.bar svg { display: block; width: 100%; height: 1.4em; }
.kept { fill: var(--kept); } .refused { fill: var(--refused); } .rest { fill: var(--rest); }
.axis { stroke: var(--line); } .line { fill: none; stroke: var(--kept); stroke-width: 2; }
.label { fill: var(--soft); font-size: 12px; }
.bound { stroke: var(--ink); stroke-dasharray: 3 2; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.25rem 2rem; }
figure { margin: .75rem 0 0; } figcaption { font-size: .82rem; color: var(--soft); }
figure svg { display: block; width: 100%; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: .8rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) { td.bar { display: none; } }
"""


def page(title: str, description: str, head: str, parts: Iterable[str], foot: str) -> str:
    """Return a whole page; title, description and foot are plain text, the other parts HTML."""
    told = f"<p>{escape(description)}</p>" if description else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{escape(title)}</h1>\n{told}\n{head}\n</header>\n<main>\n"
        + "\n".join(parts)
        + f"\n</main>\n<footer>{escape(foot)}</footer>\n</body>\n</html>\n"
    )


def section(title: str, content: str, told: str = "") -> str:
    """Return a section with its heading, and a sentence below it where there is one."""
    sentence = f"<p>{escape(told)}</p>\n" if told else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{sentence}{content}\n</section>"


def definition(pairs: Iterable[tuple[str, str]]) -> str:
    """Return a row of figures, each under its name."""
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(figure)}</dd></div>" for name, figure in pairs)
    return f"<dl>{cells}</dl>"


def table(names: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """Return a table of HTML cells whose last ``numbers`` columns are figures."""
    first = len(names) - numbers

    def cells(tag: str, row: Sequence[str]) -> str:
        figure = f'{tag} class="n"'
        return "".join(f"<{figure if i >= first else tag}>{cell}</{tag}>" for i, cell in enumerate(row))

    body = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{cells('th', names)}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def bars(counts: Iterable[tuple[str, int, str]], whole: int) -> str:
    """Return counts as rows with a bar each; the third value of each is the class of its colour."""
    rows = []
    for name, count, colour in counts:
        part = count / whole if whole else 0.0
        bar = (
            '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="{colour}" y="2" width="{max(100 * part, 0.3 if count else 0):.3f}" height="6"/></svg>'
        )
        rows.append(
            f'<tr><td>{escape(name)}</td><td class="bar">{bar}</td>'
            f'<td class="n">{count:,}</td><td class="n">{100 * part:.1f} %</td></tr>'
        )
    return "<table>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"


def curve(points: Sequence[tuple[float, float]], mark: tuple[float, float] | None = None) -> str:
    """Return points of the unit square as a curve with its axes, and a mark at one of them."""
    left, top, width, height = 44, 12, 560, 240

    def at(x: float, y: float) -> str:
        return f"{left + width * x:.1f},{top + height * (1 - y):.1f}"

    grid = "".join(
        f'<line class="axis" x1="{left}" x2="{left + width}" y1="{top + height * (1 - y):.1f}"'
        f' y2="{top + height * (1 - y):.1f}"/>'
        f'<text class="label" x="{left - 8}" y="{top + height * (1 - y) + 4:.1f}" text-anchor="end">{y:g}</text>'
        for y in (0, 0.25, 0.5, 0.75, 1)
    )
    ticks = "".join(
        f'<text class="label" x="{left + width * x:.1f}" y="{top + height + 18}" text-anchor="middle">{x:g}</text>'
        for x in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    line = " ".join(at(x, y) for x, y in points)
    marked = ""
    if mark is not None:
        x, y = left + width * mark[0], top + height * (1 - mark[1])
        marked = (
            f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + height}" stroke-dasharray="4 3"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{mark[0]:g}: {100 * mark[1]:.1f} %</title></circle>'
        )
    return (
        f'<svg viewBox="0 0 {left + width + 16} {top + height + 40}" role="img"'
        ' aria-label="probability of comparison by similarity" style="width:100%;max-width:40rem;margin-top:1rem">'
        f'{grid}{ticks}<polyline class="line" points="{line}"/>{marked}'
        f'<text class="label" x="{left + width}" y="{top + height + 34}" text-anchor="end">similarity</text></svg>'
    )
