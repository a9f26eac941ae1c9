from types import SimpleNamespace
from typing import Any

import pytest

from licet.pipelines.execute import counters_of


def result(counters: list[tuple[str, str, int | None]]) -> Any:
    """What a runner gives back, with counters as namespace, name and count."""
    made = [
        SimpleNamespace(key=SimpleNamespace(metric=SimpleNamespace(namespace=a, name=b)), result=c)
        for a, b, c in counters
    ]
    return SimpleNamespace(metrics=lambda: SimpleNamespace(query=lambda: {"counters": made}))


def test_counters_of_all_steps_are_added_up_and_one_without_a_count_is_none() -> None:
    told = [("license", "rows", 2), ("dedup", "pairs", 1), ("license", "rows", 3), ("dedup", "pairs", None)]
    assert counters_of(result(told)) == {"dedup": {"pairs": 1}, "license": {"rows": 5}}


@pytest.mark.parametrize("error", [NotImplementedError, AttributeError, LookupError("Found no metrics container")])
def test_a_runner_that_has_no_counters_gives_none(error: Exception) -> None:
    def metrics() -> None:
        raise error

    assert counters_of(SimpleNamespace(metrics=metrics)) == {}
