"""The graph on Spark, without Beam's Java job server: a few repairs of the runner that beam-pyspark-runner brings.

That runner translates a graph into RDDs. Mended here is what our graph meets:

- `Reshuffle` fails there (it asks for timestamps); here elements go round all partitions, in turn and without luck, so
  that a task that runs again finds what it had. This is right for elements that come in the same order each time, as
  those before our three do: splits of a plan, row groups of earlier versions, shards to write.
- `ParDo` keeps all that a partition gives in a list, and gives a None where a DoFn returns one; here elements pass one
  by one, so that memory is bounded by an element, and None gives nothing.
- What a DoFn raised comes out as its own traceback, without Java's.
- A job ends with its session, and has a result that counts nothing rather than one that cannot be asked.

Runs in an environment with pyspark (`make build/engines/spark/ready`), as
``python -m licet run R --runner deploy.engines.pyspark_runner.PySparkRunner --spark_master_url=spark://HOST:PORT``.
"""

import os
import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.internal.util import insert_values_in_args
from apache_beam.options.pipeline_options import PipelineOptions, SparkRunnerOptions
from apache_beam.pipeline import AppliedPTransform, PTransformOverride
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.core import DoFn, ParDo
from apache_beam.transforms.util import Reshuffle
from apache_beam.utils.windowed_value import WindowedValue
from beam_pyspark_runner import pyspark_runner as theirs
from beam_pyspark_runner.transform_evaluators import evaluator_mapping
from py4j.protocol import Py4JJavaError
from pyspark import RDD, SparkConf, SparkContext
from pyspark.sql import SparkSession

RAISED = re.compile(r"PythonException: (Traceback .*?)\s*(?:\n\s+at |\Z)", re.DOTALL)
"""What a Python worker raised, in the words of the Java error around it."""


class PySparkOptions(PipelineOptions):
    """Settings of Spark; its master is Beam's own ``--spark_master_url``."""

    @classmethod
    def _add_argparse_args(cls, parser: ArgumentParser) -> None:
        parser.add_argument("--spark_conf", action="append", default=[], help="a setting of Spark, as NAME=VALUE")


class Result(theirs.PysparkResult):
    """The result of a job that has ended; Spark counts nothing for Beam."""

    def metrics(self) -> Any:
        """Return metrics without any."""
        return NoMetrics()


class NoMetrics:
    """What has no counters."""

    def query(self, *_: Any) -> dict[str, list[Any]]:
        """Return none."""
        return {"counters": [], "distributions": [], "gauges": []}


class PySparkRunner(theirs.PySparkRunner):
    """Runs a pipeline on the Spark that ``--spark_master_url`` names, with the settings of ``--spark_conf``."""

    def run_pipeline(self, pipeline: beam.Pipeline, options: PipelineOptions) -> Result:
        """Run a pipeline to its end.

        Raises:
            RuntimeError: Spark gave up; the words are those of the Python worker where one had raised.

        """
        pipeline.replace_all([ReshuffleOverride()])
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        conf = SparkConf().setMaster(options.view_as(SparkRunnerOptions).spark_master_url)
        conf.set("spark.ui.showConsoleProgress", "false")
        for setting in options.view_as(PySparkOptions).spark_conf:
            conf.set(*setting.split("=", 1))
        spark = SparkSession.builder.config(conf=conf).getOrCreate()
        try:
            return Result(super().run_pipeline(pipeline, options).state)
        except Py4JJavaError as error:
            raised = RAISED.search(str(error))
            raise RuntimeError(raised[1] if raised else str(error).split("\n\tat ")[0]) from error
        finally:
            spark.stop()


class Spread(beam.PTransform):
    """What stands for a `Reshuffle`."""

    def expand(self, elements: PCollection) -> PCollection:
        """As many elements out."""
        return PCollection.from_(elements)


class ReshuffleOverride(PTransformOverride):
    """Puts `Spread` in the place of each `Reshuffle`."""

    def matches(self, applied: AppliedPTransform) -> bool:
        """Tell a `Reshuffle`."""
        return isinstance(applied.transform, Reshuffle)

    def get_replacement_transform_for_applied_ptransform(self, applied: AppliedPTransform) -> Spread:
        """Return what stands for it."""
        del applied
        return Spread()


def spread(applied: AppliedPTransform, inputs: list[RDD], sc: SparkContext, side_inputs: Any = None) -> RDD:
    """Deal elements out to as many partitions as Spark's default, one after the other.

    `RDD.repartition` would deal them out by tens, which leaves most partitions of a few large splits empty.
    """
    del applied, side_inputs
    dealt = inputs[0].mapPartitionsWithIndex(numbered)
    return dealt.partitionBy(sc.defaultParallelism, int).values()


def numbered(partition: int, elements: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Yield the elements of a partition under consecutive numbers."""
    return enumerate(elements, start=partition)


def pass_through(applied: AppliedPTransform, inputs: list[RDD], sc: SparkContext, side_inputs: Any = None) -> RDD:
    """Apply a DoFn to each partition as one bundle, element by element."""
    del sc, side_inputs
    if applied.side_inputs:
        raise NotImplementedError(f"{applied.full_label} has side inputs: this runner passes none")
    transform: Any = applied.transform
    args, kwargs = insert_values_in_args(transform.args, transform.kwargs, [])
    return inputs[0].mapPartitions(bundle(transform.fn, args, kwargs))


def bundle(fn: DoFn, args: list[Any], kwargs: dict[str, Any]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Return the function from a bundle's elements to what a DoFn gives for them."""

    def processed(elements: Iterable[Any]) -> Iterator[Any]:
        fn.setup()
        try:
            fn.start_bundle()
            for element in elements:
                yield from map(value_of, fn.process(element, *args, **kwargs) or ())
            yield from map(value_of, fn.finish_bundle() or ())
        finally:
            fn.teardown()

    return processed


def value_of(given: Any) -> Any:
    """Return the element in what a DoFn gave."""
    if isinstance(given, TaggedOutput):
        raise NotImplementedError(f"a DoFn gave an output tagged {given.tag}: this runner has one output")
    return given.value if isinstance(given, WindowedValue) else given


evaluator_mapping.update({Spread: spread, ParDo: pass_through})
