"""The schemas refuse what the standards' own validators let pass."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from versions import manifest_of

from licet.pipelines.exports.envelopes import read_attestations
from licet.pipelines.exports.shape import misfits, shape_of
from licet.pipelines.exports.statements import verification_result
from licet.pipelines.exports.table import EXPORTS
from licet.schemas.manifest import ATTESTATIONS_PATH

Json = dict[str, Any]


def without(name: str) -> Callable[[Json], object]:
    return lambda told: told.pop(name)


def put(*path: str | int, to: Any) -> Callable[[Json], object]:
    def change(told: Any) -> None:
        for step in path[:-1]:
            told = told[step]
        told[path[-1]] = to

    return change


LAX: list[tuple[str, Callable[[Json], object]]] = [
    *(("croissant", without(name)) for name in ("license", "url", "name", "description", "creator", "distribution")),
    *(("croissant", without(name)) for name in ("rai:dataCollection", "prov:wasDerivedFrom", "recordSet")),
    ("croissant", put("@context", "@vocab", to="http://schema.org/")),
    ("croissant", put("distribution", 0, "sha256", to="zz")),
    ("croissant", put("distribution", 0, "contentUrl", to="/etc/passwd")),
    ("croissant", put("distribution", 0, to={"@type": "cr:FileObject", "@id": "a"})),
    ("croissant", put("license", to=["MIT"])),
    ("croissant", put("datePublished", to="today")),
    ("croissant", put("dct:conformsTo", to=["http://mlcommons.org/croissant/1.0"])),
    ("croissant", put("recordSet", 0, "field", 0, "dataType", to="text")),
    ("croissant", put("a-key-of-its-own", to=1)),
    ("statement", without("subject")),
    ("statement", put("subject", to=[])),
    ("statement", put("subject", 0, "digest", to={"sha256": "zz"})),
    ("statement", put("subject", 0, "digest", to={"crc32": "00000000"})),
    ("statement", put("predicateType", to="https://example.org/anything/v1")),
    ("statement", put("_type", to="https://in-toto.io/Statement/v0.1")),
    ("statement", put("predicate", to={})),
    ("statement", put("predicate", "runDetails", "metadata", to={"startedOn": "2026-01-01T00:00:00Z"})),
    ("eu-summary", put("status", to="final")),
    ("eu-summary", put("sections", to=[])),
    ("eu-summary", put("sections", 0, "items", 0, "answer", to="a guess")),
    ("licenses", put("licenses", 0, "url", to="MIT")),
    ("licenses", put("texts", to=[{"file": "../secrets.txt"}])),
]


def shapes(version: Path) -> dict[str, Any]:
    """What each schema speaks of in a version."""
    found = {e.schema: shape_of(str(version / e.path)) for e in EXPORTS if e.schema and e.path}
    return {**found, "statement": read_attestations((version / ATTESTATIONS_PATH).read_bytes())[0].statement}


def test_what_a_run_writes_meets_the_schemas(books: Path, with_license_file: Path) -> None:
    for version in (books, with_license_file):
        found = {name: misfits(name, told) for name, told in shapes(version).items()}
        assert set(found) == {"licenses", "bill", "croissant", "eu-summary", "statement"}
        assert list(found.values()) == [[]] * 5
    result = verification_result(manifest_of(books), ["row_digest"], "2026-01-02T03:04:05Z")
    assert misfits("statement", result) == []


@pytest.mark.parametrize(("name", "change"), LAX)
def test_the_schemas_are_strict(books: Path, name: str, change: Callable[[Json], object]) -> None:
    told = json.loads(json.dumps(shapes(books)[name]))
    change(told)
    assert misfits(name, told) != []


def test_a_bill_with_a_column_of_text_is_none(books: Path) -> None:
    columns = shapes(books)["bill"]
    assert misfits("bill", [*columns, {"name": "text", "type": "string"}]) != []
    assert misfits("bill", columns[:-1]) != []
    assert misfits("bill", [*columns[1:], columns[0]]) != []
