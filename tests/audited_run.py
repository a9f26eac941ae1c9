"""A small run with something of everything that an auditor asks about: kept and refused, merged, odd, hostile."""

import json
from pathlib import Path
from typing import Any

from runs import run
from tiny import MIT, document

HOSTILE = 'o\'hara "x" [/bold] ; drop table rows -- \x1b[31m\nnew line'
"""An id with quotes, markup, SQL, a terminal's escape and a line's end."""


def rows() -> list[dict[str, Any]]:
    """The rows of the source ``papers``."""
    texts = [document(i) for i in range(12)]
    told = [
        ("mit", texts[0], "MIT", "https://code.example.org/a"),
        ("by", texts[1], "CC-BY-4.0", "https://www.example.org/papers/1/"),
        ("sa", texts[2], "CC-BY-SA-4.0", "https://example.org/papers/2"),
        ("either", texts[3], "GPL-3.0-or-later OR CC-BY-4.0", None),
        ("zero", texts[4], "CC0-1.0", None),
        ("nc", texts[5], "CC BY-NC 4.0", "https://closed.example.com/x"),
        ("nd", texts[6], "CC-BY-ND-4.0", "https://closed.example.com/y"),
        ("none", texts[7], None, "https://silent.example.net/z"),
        ("odd", texts[8], "My Own Licence 7", None),
        ("first", texts[9], "CC-BY-4.0", None),
        ("second", texts[9] + " more", "CC-BY-SA-4.0", None),
        (HOSTILE, texts[10], "CC-BY-4.0", "https://example.org/[b]?q=';--"),
        ("short", "too short", "CC0-1.0", None),
    ]
    return [{"id": key, "text": text, "license": licence, "url": url} for key, text, licence, url in told]


def audited_run(folder: Path, **settings: Any) -> str:
    """Run over `rows` and over a folder of texts under a choice of two licence files; return the version's folder."""
    data, book = folder / "papers", folder / "book"
    data.mkdir(parents=True)
    book.mkdir()
    (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows()))
    (book / "LICENSE-MIT").write_text(MIT)
    (book / "one.md").write_text(document(20))
    papers = {
        "name": "papers",
        "type": "jsonl",
        "paths": "papers/rows.jsonl",
        "id_field": "id",
        "license_field": "license",
        "url_field": "url",
    }
    texts = {
        "name": "book",
        "type": "text",
        "path": "book",
        "include": ["*.md"],
        "license": {"expression": "MIT", "evidence": "LICENSE-MIT"},
        "holder": "The Tiny Authors",
        "homepage": "https://book.example.org/",
    }
    told = {"sources": [papers, texts], "heuristics": {"profile": "none", "set": {"min_words": 10}}, **settings}
    return run(folder, **told).folder
