import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.errors import VersionError
from licet.schemas.semver import Release, parse_release

numbers = st.integers(0, 999_999_999)


@given(numbers, numbers, numbers)
def test_a_release_is_read_as_it_is_written(major: int, minor: int, patch: int) -> None:
    assert parse_release(f"{major}.{minor}.{patch}") == Release(major, minor, patch)
    assert str(Release(major, minor, patch)) == f"{major}.{minor}.{patch}"


def test_releases_compare_as_numbers_not_as_text() -> None:
    assert parse_release("1.9.0") < parse_release("1.10.0") < parse_release("2.0.0")


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-rc.1", "1.2.3+b", " 1.2.3", "1.2.3\n", "١.٢.٣", "a.b.c", "v"]
)
def test_what_is_not_three_plain_numbers_is_refused(text: str) -> None:
    with pytest.raises(VersionError, match=r"is not a version number: give MAJOR\.MINOR\.PATCH such as 1\.2\.0"):
        parse_release(text)


def test_a_leading_v_is_refused_with_the_number_to_write() -> None:
    with pytest.raises(VersionError, match=r"so write 1\.2\.3\.$"):
        parse_release("v1.2.3")
