"""What is mended of beam-pyspark-runner; runs where pyspark is, as `make test-runners` does."""

from collections.abc import Iterator

import apache_beam as beam
import pytest
from apache_beam.pvalue import TaggedOutput
from apache_beam.utils.windowed_value import WindowedValue

pytest.importorskip("pyspark", reason="there is no pyspark in this environment: make test-runners")

from deploy.engines.pyspark_runner import RAISED, bundle, numbered, value_of


class Halves(beam.DoFn):
    """Gives half of each even number, nothing for the others, and at the end how many there were."""

    seen = 0

    def process(self, number: int) -> list[float] | None:
        self.seen += 1
        return [number / 2] if number % 2 == 0 else None

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield WindowedValue(self.seen, 0, ())


def test_none_gives_nothing_and_the_end_of_a_bundle_gives_its_value() -> None:
    assert list(bundle(Halves(), [], {})(range(5))) == [0, 1, 2, 5]


def test_elements_pass_one_by_one() -> None:
    taken = []

    def elements() -> Iterator[int]:
        for number in range(10):
            taken.append(number)
            yield number

    given = bundle(Halves(), [], {})(elements())
    assert (next(given), next(given), taken) == (0, 1, [0, 1, 2])


def test_a_dofn_is_torn_down_whatever_happens() -> None:
    class Fails(beam.DoFn):
        told: list[str] = []  # noqa: RUF012

        def process(self, number: int) -> None:
            raise ValueError(number)

        def teardown(self) -> None:
            self.told.append("down")

    with pytest.raises(ValueError, match="7"):
        list(bundle(Fails(), [], {})([7]))
    assert Fails.told == ["down"]


def test_a_tagged_output_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="an output tagged side"):
        value_of(TaggedOutput("side", 1))


def test_elements_are_dealt_out_in_turn_and_each_time_alike() -> None:
    assert list(numbered(3, "ab")) == [(3, "a"), (4, "b")]


def test_of_a_java_error_the_traceback_of_python_is_told() -> None:
    error = (
        "An error occurred.\n: org.apache.spark.SparkException: Job aborted\n"
        "org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n"
        '  File "x.py", line 1, in f\nlicet.schemas.errors.InputError: data/a.jsonl has changed\n\n'
        "\tat org.apache.spark.api.python.BasePythonRunner.handle(PythonRunner.scala:572)\n"
    )
    found = RAISED.search(error)
    assert found is not None
    assert found[1].splitlines()[-1] == "licet.schemas.errors.InputError: data/a.jsonl has changed"
