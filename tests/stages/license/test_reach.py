import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.evidence import Claim
from licet.stages.license.reach import component_claims, pattern_of

NAMES = st.text("abcxyz_", min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("path", "rows", "expected"),
    [
        ("pkg/foo", ["pkg/foo/a.py", "pkg/foo.py", "pkg/foobar/a.py", "x/pkg/foo/a.py"], [True, False, False, True]),
        ("pkg/foo/", ["pkg/foo/a.py", "pkg/b.py"], [True, False]),
        ("python/pkg/a.py", ["pkg/a.py", "pkg/b.py"], [True, False]),
        ("cpp/vendored/pkg/a.py", ["pkg/a.py", "a.py"], [True, False]),
        ("lib-rt/b64", ["mypyc/lib-rt/b64/x.py", "b64/x.py"], [True, False]),
        ("x.libs/*.so", ["x.libs/a.so", "pkg/a.py"], [True, False]),
        ("src/", ["pkg/a.py"], [True]),
        ("a.py", ["pkg/a.py", "pkg/aa.py"], [True, False]),
    ],
)
def test_named_path_covers_what_lies_at_it_or_below(path: str, rows: list[str], expected: list[bool]) -> None:
    assert [re.search(pattern_of(path), row) is not None for row in rows] == expected


@given(st.lists(NAMES, min_size=1, max_size=4), NAMES)
def test_file_below_a_named_folder_is_always_covered(parts: list[str], name: str) -> None:
    path = "/".join(parts)
    assert re.search(pattern_of(path), f"{path}/{name}.py")
    assert re.search(pattern_of(f"src/{path}"), f"{path}/{name}.py")


def test_rows_at_the_path_get_the_claim_of_the_component() -> None:
    text = "Permission to use it is granted.\n\n----\n\nThe files under pkg/foo are licensed as:\n\nLicense: ISC"
    mit = Claim(kind="license_file", raw=text.replace("Permission to use it is granted.", MIT), locator="LICENSE")
    found = list(component_claims(pa.array(["pkg/a.py", "pkg/foo/b.py"]), pa.array([0, 1]), frozenset({mit})))
    assert [(row, claim.kind, claim.raw.endswith("License: ISC")) for row, claim in found] == [(1, "component", True)]


MIT = "Licensed under the MIT license, which you must keep with it."
