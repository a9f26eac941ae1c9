import pytest

from licet.stages.license.agree import narrower
from licet.stages.license.expression import Leaf


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("GPL-2.0-or-later", "GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("LGPL-2.1-or-later", "LGPL-2.0-or-later", "LGPL-2.1-or-later"),
        ("GPL-2.0-only", "GPL-2.0-or-later", "GPL-2.0-only"),
        ("GPL-1.0-or-later", "GPL-2.0-only", "GPL-2.0-only"),
        ("GPL-2.0-only", "GPL-3.0-or-later", None),
        ("GPL-2.0-only", "GPL-3.0-only", None),
        ("GPL-2.0-or-later", "LGPL-2.0-or-later", None),
        ("MIT", "MIT", None),
    ],
)
def test_of_two_gnu_licences_the_one_that_allows_fewer_versions_is_narrower(
    one: str, other: str, expected: str | None
) -> None:
    found = narrower(Leaf(one), Leaf(other))
    assert (found.id if found else None) == expected
    turned = narrower(Leaf(other), Leaf(one))
    assert turned == found
