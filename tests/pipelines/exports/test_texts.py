import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from runs import run
from tiny import MIT, document
from versions import change_rows, manifest_of

from licet.pipelines.exports import texts
from licet.pipelines.exports.table import write_exports
from licet.pipelines.exports.texts import INDEX_PATH, ids_of, text_path
from licet.pipelines.verify import verify
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest

KEY = hashlib.sha256(MIT.encode()).hexdigest()


def index_of(version: Path) -> Any:
    return json.loads((version / INDEX_PATH).read_bytes())


def test_the_text_that_lay_beside_the_inputs_is_there_word_for_word(with_license_file: Path) -> None:
    assert (with_license_file / text_path(KEY)).read_text(encoding="utf-8") == MIT
    index = index_of(with_license_file)
    (license_,) = index["licenses"]
    (text,) = index["texts"]
    rows = license_["rows"]
    assert license_ == {
        "id": "MIT",
        "tier": "permissive",
        "url": "https://spdx.org/licenses/MIT.html",
        "rows": rows,
        "texts": [KEY],
    }
    assert text == {"file": f"{KEY}.txt", "sha256": KEY, "licenses": ["MIT"], "found_at": "LICENSE", "rows": rows}
    assert index["texts_in_statements_only"] == 0


def test_licences_of_which_no_text_was_found_are_named_with_their_address(books: Path) -> None:
    assert [(told["id"], told["url"], told["texts"]) for told in index_of(books)["licenses"]] == [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", []),
        ("MIT", "https://spdx.org/licenses/MIT.html", []),
    ]
    assert index_of(books)["texts"] == []


def test_beyond_a_number_texts_stay_in_the_statements(
    with_license_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST_TEXTS", 0)
    manifest = parse_manifest((with_license_file / MANIFEST_PATH).read_bytes())
    written = write_exports(str(with_license_file), manifest, str(tmp_path), ["licenses"])
    assert [entry.path for entry in written] == [INDEX_PATH]
    assert index_of(tmp_path)["texts_in_statements_only"] == 1


def test_a_text_is_never_written_elsewhere(with_license_file: Path, tmp_path: Path) -> None:
    """A version of somebody else's making may name its words after a path."""
    version = Path(shutil.copytree(with_license_file, tmp_path / "version"))
    key = "../../../outside"

    def rename(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            for claim in row.get("claims", ()):
                claim.update(sha256=key, source_sha256=key)
            if "raw" in row:
                row.update(sha256=key)

    change_rows(version, "provenance/evidence.parquet", rename)
    change_rows(version, "provenance/statements.parquet", rename)
    made = tmp_path / "a" / "b"
    assert [e.path for e in write_exports(str(version), manifest_of(version), str(made), ["licenses"])] == [INDEX_PATH]
    assert not list(tmp_path.rglob("outside*"))


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ("MIT AND (Apache-2.0 OR MIT)", ["Apache-2.0", "MIT"]),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", ["GPL-2.0-or-later"]),
        ("", []),
    ],
)
def test_the_licences_of_an_expression_are_named_once(expression: str, ids: list[str]) -> None:
    assert ids_of(expression) == ids


def test_a_notice_at_the_head_of_a_file_is_found_in_that_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "LICENSE").write_text(MIT)
    notice = "<!-- Copyright 2020 Jo\n     Licensed under the Apache License, Version 2.0. -->\n\n"
    (data / "notes.md").write_text(notice + document(1))
    version = run(tmp_path, sources=[{"name": "notes", "type": "text", "path": "data"}]).folder
    index = json.loads((Path(version) / INDEX_PATH).read_bytes())
    assert [(text["found_at"], text["licenses"]) for text in index["texts"] if "MIT" not in text["licenses"]] == [
        ("notes.md", ["Apache-2.0"])
    ]
    assert verify(version) == []
