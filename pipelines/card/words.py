"""Tables, figures and names as a card writes them."""

from collections.abc import Iterable, Mapping, Sequence


def table(names: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> str:
    """Return a Markdown table whose last ``numbers`` columns are right-aligned."""
    rules = ["---"] * (len(names) - numbers) + ["---:"] * numbers
    cells = [names, rules, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def size_text(size: int) -> str:
    """Return a number of bytes for a person: `1.2 GB`."""
    for unit, bound in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bound:
            return f"{size / bound:,.1f} {unit}"
    return f"{size} B"


def share_text(part: int, whole: int) -> str:
    """Return a part of a whole as a percentage: `3.1 %`, and `< 0.1 %` for what would be rounded away."""
    if not whole:
        return "–"
    share = 100 * part / whole
    return "< 0.1 %" if 0 < share < 0.05 else f"{share:.1f} %"


def count_text(number: int) -> str:
    """Return a large number for a person: `12.2 million`."""
    for name, bound in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= bound:
            return f"{number / bound:,.1f} {name}"
    return f"{number:,}"


def rows_text(rows: int) -> str:
    """Return a number of rows: `1 row`, `2,000 rows`."""
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def greatest_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return names and numbers, the greatest number first, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def added(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the sum of the numbers of each name."""
    total: dict[str, int] = {}
    for name, number in counts:
        total[name] = total.get(name, 0) + number
    return total
