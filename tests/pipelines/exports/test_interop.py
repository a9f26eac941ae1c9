"""The exports in the hands of the standards' own libraries, which `make interop` installs apart."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from versions import finished, sign_as, some_conversations

from licet.pipelines.exports.statements import AUDIT, PROVENANCE, RESULT

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / "build" / "interop" / "bin" / "python"
pytestmark = pytest.mark.skipif(
    not (PYTHON.parents[1] / "ready").exists(), reason="`make interop` has not installed the standards' libraries"
)
NOT_STATED = {"datePublished", "version"}
"""What mlcroissant recommends and a version leaves out, since nobody said it."""


def seen(version: Path) -> Any:
    """What the libraries see of a version that a new key has signed."""
    key = sign_as(version, "ann")
    pem, scratch = version.parent / "ann.pub.pem", version.parent / "scratch-of-oracles"
    scratch.mkdir()
    command = [str(PYTHON), str(ROOT / "tests" / "interop_oracles.py"), str(version), str(scratch), str(pem), key.keyid]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["statements"] == [PROVENANCE, AUDIT, RESULT]
    assert told["signatures"] == [key.keyid] * 3
    assert told["croissant"]["errors"] == []
    named = {warning.rsplit("/", 1)[1].split('"')[0] for warning in told["croissant"]["warnings"]}
    assert named == NOT_STATED
    return told["croissant"]["rows"]


def test_documents_are_read_row_by_row(books: Path, tmp_path: Path) -> None:
    rows = seen(Path(shutil.copytree(books, tmp_path / "version")))
    assert [(row["id"], row["text"], row["license"]) for row in rows["default"]][:2] == [
        ("test/a", "text of a", "MIT"),
        ("test/c", "text of c", "MIT"),
    ]
    assert len(rows["default"]) == 6


def test_conversations_are_read_row_by_row(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    rows = seen(version)
    assert {config: [row["uuid"] for row in found] for config, found in rows.items()} == {
        "sft": ["test/a", "test/b"],
        "preference": ["test/c"],
    }
