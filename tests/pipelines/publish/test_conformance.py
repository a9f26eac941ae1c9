"""The same behaviour on every kind of hub."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hub_cases import CASES, Case, fresh
from hub_kinds import KINDS, S3_PYTHON, AHub, hub


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], AHub]]:
    """Each kind of hub, once."""
    with ExitStack() as stack:
        made: dict[str, AHub] = {}

        def get(kind: str) -> AHub:
            if kind not in made:
                made[kind] = stack.enter_context(hub(kind, tmp_path_factory.mktemp(kind)))
            return made[kind]

        yield get


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_hub_of_any_kind(
    kind: str, case: Case, hubs: Callable[[str], AHub], make_version: Callable[..., Path]
) -> None:
    if kind == "s3" and not S3_PYTHON.exists():
        pytest.skip("there is no S3 server: docs/decisions/publish-tests.md says how to get one")
    one, two = make_version("one", "first"), make_version("two", "first", "second")
    at = hubs(kind)
    at.worker.do(f"hub_cases.{case.__name__}", to=fresh(at.root), one=str(one), two=str(two))
