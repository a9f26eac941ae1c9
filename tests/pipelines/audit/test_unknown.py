from pathlib import Path

from audited_run import audited_run

from licet.pipelines.audit.unknown import in_lines, unknown
from licet.pipelines.audit.version import Audited, audited


def test_sound_evidence_leaves_no_doubt(by_hand: Path) -> None:
    with audited(str(by_hand)) as opened:
        found = unknown(opened)
    assert found.doubts == []
    assert list(in_lines(found)) == ["Every licence rests on evidence of grade C or better, with nothing odd about it"]


def test_flags_of_kept_rows_are_doubts_with_their_tokens(version: Audited) -> None:
    found = unknown(version)
    assert found.rows == 8
    for doubt in found.doubts:
        assert 0 < doubt.rows <= found.rows
        assert 0 < doubt.tokens <= found.tokens
        assert doubt.in_words != doubt.doubt


def test_what_only_the_recipe_says_is_a_doubt(tmp_path: Path) -> None:
    declared = {"expression": "CC0-1.0", "evidence": "https://example.org/terms"}
    sources = [{"name": "papers", "type": "jsonl", "paths": "papers/rows.jsonl", "license": declared}]
    with audited(audited_run(tmp_path, sources=sources)) as opened:
        found = unknown(opened)
    (doubt,) = [doubt for doubt in found.doubts if doubt.doubt == "declared only"]
    assert doubt.rows == found.rows > 0
    assert doubt.in_words == "only the recipe's author or a dataset card says so, nothing that lies with the rows does"
