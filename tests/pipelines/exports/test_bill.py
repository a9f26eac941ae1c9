from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from judged import BY_EVIDENCE, MIT_EVIDENCE, sha
from versions import change_rows, finished, manifest_of, some_conversations, some_parcels

from licet.pipelines.exports.bill import BILL, BILL_PATH
from licet.pipelines.exports.table import write_exports


def test_the_bill_has_every_row_in_order_and_no_text(books: Path) -> None:
    bill = pq.read_table(books / BILL_PATH)
    data = [row for path in sorted((books / "data").glob("*/*")) for row in pq.read_table(path).to_pylist()]
    assert bill.schema.remove_metadata() == BILL
    assert bill.column("id").to_pylist() == [row["id"] for row in data]
    assert bill.slice(0, 1).to_pylist() == [
        {
            "id": "test/a",
            "source": "test",
            "source_revision": None,
            "locator": "a.txt",
            "url": None,
            "license": "MIT",
            "elected": None,
            "tier": "permissive",
            "grade": "A",
            "evidence_id": MIT_EVIDENCE,
            "attribution": data[0]["attribution"],
            "content_sha256": sha("text of a"),
            "token_count": 3,
        }
    ]


def test_conversations_are_billed_by_their_uuid(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    assert sorted(pq.read_table(version / BILL_PATH).column("id").to_pylist()) == ["test/a", "test/b", "test/c"]


def test_the_branch_that_was_chosen_is_on_the_bill(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))

    def choose(rows: list[dict[str, object]]) -> None:
        for row in rows:
            row["elected"] = "CC0-1.0" if row["evidence_id"] == BY_EVIDENCE else None

    change_rows(version, "provenance/evidence.parquet", choose)
    write_exports(str(version), manifest_of(version), str(tmp_path / "anew"), ["bill"])
    bill = pq.read_table(tmp_path / "anew" / BILL_PATH)
    assert set(zip(bill.column("evidence_id").to_pylist(), bill.column("elected").to_pylist(), strict=True)) == {
        (MIT_EVIDENCE, None),
        (BY_EVIDENCE, "CC0-1.0"),
    }


@pytest.mark.parametrize("name", ["text", "messages", "prompt", "chosen", "rejected", "metadata"])
def test_no_column_of_the_bill_can_hold_what_a_row_says(name: str) -> None:
    assert name not in BILL.names
    assert pa.types.is_nested(BILL.field("attribution").type) is False
