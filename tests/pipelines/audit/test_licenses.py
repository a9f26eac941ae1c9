import shutil
from pathlib import Path

import pytest
from versions import change_manifest

from licet.pipelines.audit.licenses import in_lines, licenses
from licet.pipelines.audit.version import Audited, audited


def test_rows_are_counted_by_licence(version: Audited) -> None:
    found = licenses(version)
    assert [(share.value, share.rows) for share in found.shares] == [
        ("CC-BY-4.0", 2),
        ("CC-BY-SA-4.0", 2),
        ("MIT", 2),
        ("CC-BY-4.0 OR GPL-3.0-or-later", 1),
        ("CC0-1.0", 1),
    ]
    assert (found.rows, found.differences) == (8, [])
    assert found.tokens == sum(share.tokens for share in found.shares) == version.manifest.rows.tokens


@pytest.mark.parametrize(
    ("by", "shares"),
    [
        ("tier", {"attribution": 3, "permissive": 2, "share-alike": 2, "public-domain": 1}),
        ("grade", {"B": 7, "C": 1}),
        ("source", {"papers": 7, "book": 1}),
    ],
)
def test_rows_are_counted_by_what_one_likes(version: Audited, by: str, shares: dict[str, int]) -> None:
    assert {share.value: share.rows for share in licenses(version, by).shares} == shares


def test_rows_are_counted_by_language_as_the_manifest_does(version: Audited) -> None:
    told = {count.language: count.rows for count in version.manifest.languages}
    assert {share.value: share.rows for share in licenses(version, "language").shares} == told


def test_what_the_manifest_says_otherwise_is_told(by_hand: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(by_hand, tmp_path / "copy"))
    change_manifest(copy, lambda m: m["licences"][0].update(rows=30))
    with audited(str(copy)) as opened:
        found = licenses(opened)
    assert found.differences == ["CC-BY-4.0 / attribution / B / test: the manifest says 30 rows, the data has 4"]
    assert "Not as the manifest says" in list(in_lines(found))
