"""No text goes through a shuffle, whatever is done with the rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apache_beam.runners.portability.fn_api_runner.execution import GroupingBuffer
from runs import corpus, run, write_files
from stories import story, text

MARK = "Zanzibarquux"


@pytest.fixture
def shuffled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What Beam's own runner is given to group: elements as the graph's coders write them."""
    found: list[bytes] = []
    append = GroupingBuffer.append

    def taken(buffer: GroupingBuffer, data: bytes) -> None:
        found.append(data)
        append(buffer, data)

    monkeypatch.setattr(GroupingBuffer, "append", taken)
    yield found
    assert found


def test_no_text_of_documents_is_shuffled(tmp_path: Path, shuffled: list[bytes]) -> None:
    rows = [{**row, "text": f"{row['text']} {MARK}"} for row in corpus()]
    write_files(tmp_path, [*rows, {"id": "short", "text": MARK}])
    made = run(tmp_path, mask={"kinds": ["email"]}, dedup={"keep": ["evidence", "length"]})
    assert set(made.summary()["refused"]) == {
        "dedup.exact_duplicate",
        "dedup.near_duplicate",
        "heuristics.too_few_words",
    }
    assert not any(MARK.encode() in data for data in shuffled)
    assert any(b".keys.arrow" in data for data in shuffled)


def test_no_message_of_conversations_is_shuffled(tmp_path: Path, shuffled: list[bytes]) -> None:
    rows = [
        {
            "id": f"talk-{i}",
            "messages": [
                {"role": "user", "content": f"{MARK} {text(story(i // 2))}"},
                {"role": "assistant", "content": f"{MARK} {text(story(100 + i // 2))}"},
            ],
        }
        for i in range(12)
    ]
    write_files(tmp_path, rows)
    made = run(tmp_path, kind="posttrain", sources=[{"name": "parts", "type": "chat", "paths": "data"}])
    assert made.summary()["refused"] == {"dedup.exact_duplicate": 6}
    assert not any(MARK.encode() in data for data in shuffled)
