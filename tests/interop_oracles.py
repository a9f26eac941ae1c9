"""Reads a version's exports with the standards' own libraries and prints what they see, as JSON.

Run by the Python of `make interop`, which has those libraries and none of ours: mlcroissant, in-toto-attestation,
securesystemslib.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

ATTESTATIONS = "provenance/attestations.intoto.jsonl"


def croissant(version: Path, scratch: Path) -> dict[str, Any]:
    """Load the metadata where it is, then every row: for that its reader wants it at the root of the files."""
    import mlcroissant

    issues = mlcroissant.Dataset(str(version / "provenance" / "croissant.json")).metadata.ctx.issues
    shutil.copytree(version / "data", scratch / "data")
    shutil.copy(version / "provenance" / "croissant.json", scratch)
    dataset = mlcroissant.Dataset(str(scratch / "croissant.json"))
    rows = {}
    for records in dataset.metadata.record_sets:
        found = [{k.split("/", 1)[1]: v for k, v in row.items()} for row in dataset.records(records.id)]
        rows[records.id] = [{k: v.decode() for k, v in row.items() if isinstance(v, bytes)} for row in found]
    return {"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "rows": rows}


def statements(version: Path) -> list[str]:
    """Parse and validate each statement, signed or not, and return their types."""
    import base64

    from google.protobuf.json_format import Parse
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    found = []
    for line in (version / ATTESTATIONS).read_bytes().splitlines():
        told = json.loads(line)
        payload = base64.b64decode(told["payload"]) if "payload" in told else line
        statement = Statement.copy_from_pb(Parse(payload, statement_pb2.Statement()))
        statement.validate()
        found.append(statement.pb.predicate_type)
    return found


def signatures(version: Path, public: bytes, keyid: str) -> list[str]:
    """Verify each envelope with a threshold of one, and return whose signatures were accepted."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    key = SSlibKey.from_crypto(load_pem_public_key(public), keyid=keyid)
    found = []
    for line in (version / ATTESTATIONS).read_bytes().splitlines():
        found += sorted(Envelope.from_dict(json.loads(line)).verify([key], 1))
    return found


if __name__ == "__main__":
    place, scratch_folder, pem, key_id = sys.argv[1:]
    told = {
        "croissant": croissant(Path(place), Path(scratch_folder)),
        "statements": statements(Path(place)),
        "signatures": signatures(Path(place), Path(pem).read_bytes(), key_id),
    }
    print(json.dumps(told))
