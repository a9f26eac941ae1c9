import shutil
from pathlib import Path
from typing import Any

from judged import BY_EVIDENCE
from versions import change_rows

from licet.pipelines.audit.signals import Signal, in_lines, signals
from licet.pipelines.audit.version import Audited, audited


def test_no_signal_is_said_to_be_none(version: Audited) -> None:
    found = signals(version)
    assert (found.policy, found.signals) == ("record", [])
    assert list(in_lines(found)) == [
        "The policy records them and refuses nothing for them",
        "  no kept row's origin states any",
    ]


def test_signals_are_counted_by_their_words(by_hand: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(by_hand, tmp_path / "copy"))

    def state(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["evidence_id"] == BY_EVIDENCE:
                signal = {**row["claims"][0], "kind": "usage_signal", "locator": "x#meta[robots]", "snippet": "noai"}
                row["claims"].append(signal)

    change_rows(copy, "provenance/evidence.parquet", state)
    with audited(str(copy)) as opened:
        found = signals(opened)
    assert found.signals == [Signal("noai", "#meta[robots]", 4, "test/d2")]
    assert list(in_lines(found))[1].endswith("4 rows  noai (#meta[robots]), such as test/d2")
