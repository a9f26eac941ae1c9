"""From files on a disk to licences: what lies in a tree, a set or an archive is found, read, and concluded from."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from licet.schemas.recipe import Limits
from licet.schemas.sources import Source
from licet.stages.ingest.plan import plan_source
from licet.stages.ingest.read import read_split
from licet.stages.license import load_policy
from licet.stages.license.policy import Policy
from licet.stages.license.stage import filter_licenses

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "license" / "data" / "texts.json.gz").read_bytes()))[
    "texts"
]
OPEN = load_policy("open-definition-2.1")
HONOURING = Policy.model_validate({**OPEN.model_dump(), "id": "honouring", "signals": "honour"})
_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


def tree(at: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, told in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_bytes(told if isinstance(told, bytes) else TEXTS.get(told, told).encode())
    return at


def concluded(base: Path, policy: Policy = OPEN, **source: Any) -> dict[str, str]:
    """The licence and grade of each row, or the reason why it left, by its place."""
    given = _SOURCE.validate_python({"name": "src", **source})
    found: dict[str, str] = {}
    for split in plan_source(given, base=str(base), limits=Limits(), chat=given.type == "chat"):
        for parcel in read_split(split, Limits()):
            after = filter_licenses(parcel, policy)
            found |= {row["locator"]: f"{row['license']} {row['license_grade']}" for row in after.rows.to_pylist()}
            found |= {row["locator"]: row["reason"] for row in after.ledger.to_pylist()}
    return found


REUSE = """version = 1
[[annotations]]
path = "**"
SPDX-License-Identifier = "MIT"
[[annotations]]
path = "docs/**"
precedence = "aggregate"
SPDX-License-Identifier = "CC-BY-4.0"
[[annotations]]
path = "made/**"
precedence = "override"
SPDX-License-Identifier = "ISC"
"""


def test_a_tree_as_reuse_lays_it_out(tmp_path: Path) -> None:
    header = "<!-- SPDX-License-Identifier: Zlib -->\nwords"
    files = {
        "REUSE.toml": REUSE,
        "lib/REUSE.toml": REUSE.replace("MIT", "BSD-3-Clause"),
        "bad/REUSE.toml": "[[",
        "a.md": "words",
        "h.md": header,
        "docs/a.md": "words",
        "docs/h.md": header,
        "made/h.md": header,
        "lib/a.md": "words",
        "bad/a.md": "words",
        "s.md": "words",
        "s.md.license": "SPDX-License-Identifier: Zlib\n",
        **{f"LICENSES/{key}.txt": key for key in ("MIT", "CC-BY-4.0", "ISC", "Zlib", "BSD-3-Clause")},
    }
    assert concluded(tree(tmp_path, files), type="text", path=".") == {
        "a.md": "MIT B",
        "h.md": "Zlib A",
        "docs/a.md": "CC-BY-4.0 B",
        "docs/h.md": "CC-BY-4.0 AND Zlib B",
        "made/h.md": "ISC B",
        "lib/a.md": "BSD-3-Clause B",
        "bad/a.md": "unparsable_license",
        "s.md": "Zlib A",
    }


def test_the_sources_of_a_debian_package(tmp_path: Path) -> None:
    stanzas = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
        "Files: *\nLicense: Expat",
        "Files: doc/*\nLicense: CC-BY-NC-4.0",
        "Files: m4/*\nLicense: none",
        "Files: x/*\nLicense: own\n" + "\n".join(f" {line}" if line else " ." for line in TEXTS["ISC"].split("\n")),
    ]
    files = {"debian/copyright": "\n\n".join(stanzas), **{f"{at}a.md": "words" for at in ("", "doc/", "m4/", "x/")}}
    assert concluded(tree(tmp_path, files), type="text", path=".") == {
        "a.md": "MIT B",
        "doc/a.md": "non_commercial",
        "m4/a.md": "no_license",
        "x/a.md": "ISC B",
    }


def test_a_tree_of_packages(tmp_path: Path) -> None:
    files = {
        "package.json": '{"license": "MIT"}',
        "node_modules/isc/package.json": '{"license": "ISC"}',
        "node_modules/old/package.json": '{"licenses": [{"type": "Apache-2.0"}, {"type": "GPL-2.0"}]}',
        "node_modules/see/package.json": '{"license": "SEE LICENSE IN terms.txt"}',
        "node_modules/see/terms.txt": "BSD-3-Clause",
        "node_modules/lost/package.json": '{"license": "SEE LICENSE IN terms.txt"}',
        "node_modules/closed/package.json": '{"license": "UNLICENSED"}',
        "node_modules/broken/package.json": '{"license": "MIT"',
        "crate/Cargo.toml": '[package]\nlicense = "MIT/Apache-2.0"',
        "r/DESCRIPTION": "Package: r\nLicense: GPL (>= 2)\n",
    }
    folders = ["", *(f"{name.rpartition('/')[0]}/" for name in files if "/" in name and name[-4:] != ".txt")]
    root = tree(tmp_path, {**files, **{f"{folder}a.md": "words" for folder in folders}})
    assert concluded(root, type="text", path=".", include=["**/a.md"]) == {
        "a.md": "MIT C",
        "node_modules/isc/a.md": "ISC AND MIT C",
        "node_modules/old/a.md": "(Apache-2.0 OR GPL-2.0-only) AND MIT C",
        "node_modules/see/a.md": "BSD-3-Clause AND MIT C",
        "node_modules/lost/a.md": "no_license",
        "node_modules/closed/a.md": "contradictory",
        "node_modules/broken/a.md": "unparsable_license",
        "crate/a.md": "MIT C",
        "r/a.md": "GPL-2.0-or-later AND MIT C",
    }


CARD = "---\nlicense: cc-by-4.0\nconfigs:\n- {config_name: nc, data_files: nc/*, license: cc-by-nc-4.0}\n---\n# Set\n"


@pytest.mark.parametrize(
    ("homepage", "expected"),
    [
        (None, "weak_evidence"),
        ("https://github.com/org/name", "weak_evidence"),
        ("https://huggingface.co/datasets/org/name", "CC-BY-4.0 C"),
    ],
)
def test_a_set_with_a_card(tmp_path: Path, homepage: str | None, expected: str) -> None:
    row = '{"text": "words"}\n'
    root = tree(tmp_path, {"README.md": CARD, "all/a.jsonl": row, "nc/a.jsonl": row})
    assert concluded(root, type="jsonl", paths=["all", "nc"], root=".", homepage=homepage) == {
        "all/a.jsonl#byte=0": expected,
        "nc/a.jsonl#byte=0": "contradictory",
    }


def test_rows_that_models_made(tmp_path: Path) -> None:
    makers = [None, "human", "gpt-4", "a model of ours"]
    rows = [json.dumps({"question": f"q{i}", "answer": "a", "generator": name}) for i, name in enumerate(makers)]
    tree(tmp_path, {"a.jsonl": "\n".join(rows)})
    licence = {"expression": "MIT", "evidence": "LICENSE"}
    assert list(concluded(tmp_path, type="chat", paths="a.jsonl", license=licence).values()) == [
        "MIT C",
        "MIT C",
        "generator_forbids",
        "unknown_generator",
    ]


def record(url: str, body: str, media: str = "text/html") -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n{body}".encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:{url}>\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize(("policy", "expected"), [(OPEN, "CC-BY-4.0 B"), (HONOURING, "use_reserved")])
def test_pages_of_a_site_that_reserves_training(tmp_path: Path, policy: Policy, expected: str) -> None:
    mark = '<head><link rel=license href="https://creativecommons.org/licenses/by/4.0/"></head>'
    page = f"<html>{mark}<body><main><p>Some words of a page.</p></main></body></html>"
    robots = record("https://a.org/robots.txt", "User-agent: CCBot\nDisallow: /", "text/plain")
    tree(tmp_path, {"a.warc": record("https://a.org/x", page) + record("https://b.org/x", page), "robots.warc": robots})
    told = concluded(tmp_path, policy, type="warc", paths="a.warc", robots="robots.warc")
    assert sorted(told.values()) == sorted([expected, "CC-BY-4.0 B"])
