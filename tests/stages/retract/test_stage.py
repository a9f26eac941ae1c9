import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from spoken import call, chats, turn

from licet.schemas.content import content_sha256
from licet.schemas.rows import said
from licet.stages.retract import asked, rules_table
from licet.stages.retract.stage import RETRACTED, Retracted

ASKED = {"messages": [turn("user", "what now?"), turn("assistant", "It is noon.")]}
SAME_WORDS = {"messages": [turn("user", "what now?"), turn("assistant", "It is noon.", tool_calls=[call("now", {})])]}
OTHER = {"messages": [turn("user", "what then?"), turn("assistant", "It is noon.")]}


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        (content_sha256(ASKED), [RETRACTED, None, None]),
        (hashlib.sha256(said(ASKED).encode()).hexdigest(), [RETRACTED, RETRACTED, None]),
    ],
    ids=["content", "words"],
)
def test_a_digest_takes_out_the_conversation_of_that_content_or_all_of_those_words(
    digest: str, expected: list[str | None], tmp_path: Path
) -> None:
    path = tmp_path / "rules.parquet"
    pq.write_table(rules_table([asked("sha256", digest, "request 1", "1.0.1")]), path)
    batch = chats(ASKED, SAME_WORDS, OTHER)
    for name in ("attribution", "url", "id"):
        batch = batch.add_column(0, name, pa.array([f"s/{i}" for i in range(3)], pa.string()))
    assert Retracted(str(path))(batch).reason.to_pylist() == expected
