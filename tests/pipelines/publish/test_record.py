"""The record of versions goes on as the tags say, and stops where they say otherwise."""

import pytest

from licet.pipelines.publish.record import Entry, continued, parse_record, record_bytes
from licet.schemas.errors import VersionError

FIRST, SECOND = Entry("1.0.0", "a" * 64, "1" * 40), Entry("1.1.0", "b" * 64, None)


def test_the_next_publication_writes_in_the_commit_of_the_last_one() -> None:
    found = continued([FIRST, SECOND], {"1.0.0": "1" * 40, "1.1.0": "2" * 40}, "1.2.0", "c" * 64)
    assert found == [FIRST, Entry("1.1.0", "b" * 64, "2" * 40), Entry("1.2.0", "c" * 64, None)]
    assert parse_record(record_bytes(found)) == found
    assert b"withdrawn" not in record_bytes(found)


@pytest.mark.parametrize("tags", [{}, {"1.0.0": "9" * 40}])
def test_a_tag_that_was_removed_or_moved_stops_it(tags: dict[str, str]) -> None:
    with pytest.raises(VersionError, match="somebody moved or removed the tag, so restore it"):
        continued([FIRST], tags, "1.1.0", "c" * 64)


def test_a_version_that_was_withdrawn_needs_no_tag_and_stays_on_record() -> None:
    gone = Entry("1.0.0", "a" * 64, "1" * 40, withdrawn=True)
    found = continued([gone], {}, "1.1.0", "c" * 64)
    assert found == [gone, Entry("1.1.0", "c" * 64, None)]
    assert parse_record(record_bytes(found)) == found


@pytest.mark.parametrize("data", [b"", b"[]", b'{"versions":[{"version":"1.0.0"}]}'])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(VersionError, match="is not readable: restore it from its history"):
        parse_record(data)
