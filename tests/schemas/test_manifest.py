import hashlib
import json

import pyarrow as pa
import pytest
import rfc8785

from licet.schemas.errors import VersionError
from licet.schemas.manifest import (
    Dataset,
    Manifest,
    PolicyUsed,
    Rows,
    canonical_json,
    inputs_digest,
    manifest_json_schema,
    parse_manifest,
    schema_digest,
)
from licet.schemas.rows import CONVERSATION, DOCUMENT

MANIFEST = Manifest(
    dataset=Dataset(name="books", kind="pretrain"),
    inputs=[],
    stages=[],
    models=[],
    policy=PolicyUsed(id="p", version="1", sha256="a" * 64, rules={"min_confidence": 0.95}),
    licences=[],
    languages=[],
    rows=Rows(count=0, bytes=0, tokens=0, digest="b" * 64),
    files=[],
    environment={"pyarrow": "25", "licet": "0.1.0"},
)


def test_canonical_bytes_are_those_of_rfc_8785_and_can_be_read_again() -> None:
    data = MANIFEST.canonical_bytes()
    assert data == rfc8785.dumps(json.loads(data))
    assert parse_manifest(data) == MANIFEST
    assert MANIFEST.digest == hashlib.sha256(data).hexdigest()


def test_the_order_of_keys_has_no_part_in_the_digest() -> None:
    turned = MANIFEST.model_copy(update={"environment": {"licet": "0.1.0", "pyarrow": "25"}})
    assert turned.digest == MANIFEST.digest


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"[]", "is not a manifest: its top level"),
        (b"not json", "is not a manifest: its top level"),
        (canonical_json({**json.loads(MANIFEST.canonical_bytes()), "rows": 7}), "is not a manifest: rows"),
        (canonical_json({**json.loads(MANIFEST.canonical_bytes()), "format": "licet-manifest/2"}), "format"),
        (canonical_json({**json.loads(MANIFEST.canonical_bytes()), "when": "now"}), "when"),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_place(data: bytes, told: str) -> None:
    with pytest.raises(VersionError, match=told):
        parse_manifest(data)


def test_the_json_schema_names_every_part() -> None:
    schema = json.loads(manifest_json_schema())
    assert set(schema["properties"]) == set(Manifest.model_fields)
    assert schema["additionalProperties"] is False


def test_the_digest_of_inputs_does_not_depend_on_their_order() -> None:
    files = [("b", "2" * 64), ("a", "1" * 64)]
    assert inputs_digest(files) == inputs_digest(files[::-1])
    assert inputs_digest(files) == hashlib.sha256(rfc8785.dumps(sorted(map(list, files)))).hexdigest()
    assert inputs_digest(files) != inputs_digest([("a", "2" * 64), ("b", "1" * 64)])


def test_the_digest_of_a_schema_tells_columns_types_and_nullability_apart() -> None:
    plain = pa.schema([("a", pa.string())])
    others = [
        pa.schema([("b", pa.string())]),
        pa.schema([("a", pa.binary())]),
        pa.schema([pa.field("a", pa.string(), nullable=False)]),
        pa.schema([("a", pa.list_(pa.string()))]),
        pa.schema([("a", pa.struct([("a", pa.string())]))]),
        DOCUMENT,
        CONVERSATION,
    ]
    assert len({schema_digest(schema) for schema in [plain, *others]}) == len(others) + 1
    assert schema_digest(plain.with_metadata({"x": "y"})) == schema_digest(plain)


def test_the_digest_of_a_schema_is_the_same_in_memory_and_in_parquet() -> None:
    item, element = (pa.schema([("a", pa.list_(pa.field(name, pa.int8())))]) for name in ("item", "element"))
    assert schema_digest(item) == schema_digest(element)
