"""Beam's own runner, made to deliver bundles as a cluster may: twice, again after a failure, in another order.

A bundle is what a worker is given at once; what it does twice, only one of the two is heard of. Whatever is written to
files on the way is written both times.
"""

import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from unittest.mock import patch

from apache_beam.coders.coder_impl import CoderImpl, create_InputStream, create_OutputStream
from apache_beam.metrics.monitoring_infos import consolidate
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner.fn_runner import BundleManager, FnApiRunner
from apache_beam.utils.windowed_value import WindowedValue

Bundle = Mapping[str, Sequence[bytes]]
"""The encoded elements of a bundle by the transform that reads them."""
Result = tuple[Any, list[Any]]
"""What a worker answers, and where the bundle was split."""
UNREADABLE = b"\xff" * 64
"""No element: the number of its windows has too many digits."""


@dataclass(frozen=True)
class Worker:
    """What a bundle can be given to."""

    manager: "DeliveringManager"

    def heard(self, bundle: Bundle) -> Result:
        """Have a bundle done, and pass on what comes out."""
        return self.manager.attempt(bundle, is_heard=True)

    def unheard(self, bundle: Bundle) -> None:
        """Have a bundle done, and throw away what comes out."""
        self.manager.attempt(bundle, is_heard=False)

    def failing(self, bundle: Bundle) -> None:
        """Have half of a bundle done, behind which something comes that no worker can read."""
        half = {name: [*found[: (len(found) + 1) // 2], UNREADABLE] for name, found in bundle.items()}
        try:
            self.unheard(half)
        except Exception:
            return
        raise AssertionError("the worker did not fail")


Deliver = Callable[[Worker, Bundle], Result]


def plainly(worker: Worker, bundle: Bundle) -> Result:
    """As it is: for what is done to elements before that."""
    return worker.heard(bundle)


def unheard_before(worker: Worker, bundle: Bundle) -> Result:
    """A worker does all of the work and dies before it is heard; another one does it again."""
    worker.unheard(bundle)
    return worker.heard(bundle)


class Zombies:
    """A worker that is given up goes on: after its replacement has ended, and again while the next bundle is done."""

    def __init__(self) -> None:
        self.left: tuple[Worker, Bundle] | None = None

    def __call__(self, worker: Worker, bundle: Bundle) -> Result:
        result = worker.heard(bundle)
        worker.unheard(bundle)
        if self.left is not None:
            self.left[0].unheard(self.left[1])
        self.left = worker, bundle
        return result


def at_once(worker: Worker, bundle: Bundle) -> Result:
    """Two workers do the same at the same time, as in speculative execution; one is heard."""
    begin = threading.Barrier(2)

    def attempt(is_heard: bool) -> Result:
        begin.wait()
        return worker.manager.attempt(bundle, is_heard=is_heard)

    with ThreadPoolExecutor(2) as pool:
        return next(iter(list(pool.map(attempt, [True, False]))))


def failing_once(worker: Worker, bundle: Bundle) -> Result:
    """A bundle fails behind its first half, and is done again."""
    worker.failing(bundle)
    return worker.heard(bundle)


@dataclass
class Delivery:
    """How bundles are delivered. With a ``seed``, elements and what is in groups are shuffled, one element a bundle."""

    deliver: Deliver
    seed: int | None = None
    bundles: int = 0
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    def cut(self, elements: Mapping[str, tuple[CoderImpl, Sequence[Any]]]) -> Iterator[Bundle]:
        """Yield the bundles in which some elements are delivered, at least one."""
        whole = {name: [encoded(coder, one) for one in found] for name, (coder, found) in elements.items()}
        if self.seed is None:
            yield whole
            return
        mixed: list[Bundle] = [
            {**dict.fromkeys(elements, ()), name: [encoded(coder, self.shuffled(one))]}
            for name, (coder, found) in elements.items()
            for one in found
        ]
        self.draw.shuffle(mixed)
        yield from mixed or [whole]

    def shuffled(self, element: WindowedValue) -> WindowedValue:
        """Return an element that is (key, values) with its values in another order; any other as it is."""
        value = element.value
        if not (isinstance(value, tuple) and len(value) == 2 and not isinstance(value[1], (bytes, str))):
            return element
        try:
            values = list(value[1])
        except TypeError:
            return element
        self.draw.shuffle(values)
        return element.with_value((value[0], values))


def encoded(coder: CoderImpl, element: Any) -> bytes:
    stream = create_OutputStream()
    coder.encode_to_stream(element, stream, True)
    return bytes(stream.get())


def decoded(coder: CoderImpl, streams: Sequence[bytes]) -> list[Any]:
    found = []
    for one in streams:
        stream = create_InputStream(one)
        while stream.size() > 0:
            found.append(coder.decode_from_stream(stream, True))
    return found


class DeliveringManager(BundleManager):
    """Delivers the bundles of one stage."""

    def __init__(self, context: Any, frequency: float | None, delivery: Delivery) -> None:
        tokens = FnApiRunner.get_cache_token_generator(static=False)
        super().__init__(context, frequency, cache_token_generator=tokens)
        self.frequency = frequency
        self.delivery = delivery

    def attempt(self, bundle: Bundle, *, is_heard: bool) -> Result:
        """Have a bundle done, by a manager of its own, since one knows one worker."""
        tokens = FnApiRunner.get_cache_token_generator(static=False)
        one = BundleManager(self.bundle_context_manager, self.frequency, cache_token_generator=tokens)
        outputs = self.bundle_context_manager.stage_data_outputs
        found: Result = one.process_bundle(cast(Any, bundle), outputs, {}, {}, dry_run=not is_heard)
        return found

    def process_bundle(
        self,
        inputs: Any,
        expected_outputs: Any,
        fired_timers: Any,
        expected_output_timers: Any,
        dry_run: bool = False,
    ) -> Result:
        assert expected_outputs == self.bundle_context_manager.stage_data_outputs
        assert (fired_timers, expected_output_timers, dry_run) == ({}, {}, False)
        elements = {}
        for name, buffer in inputs.items():
            coder = self.bundle_context_manager.get_input_coder_impl(name)
            elements[name] = coder, decoded(coder, list(buffer))
        results = []
        for bundle in self.delivery.cut(elements):
            self.delivery.bundles += 1
            results.append(self.delivery.deliver(Worker(self), bundle))
        told = consolidate([info for result, _ in results for info in result.process_bundle.monitoring_infos])
        whole = beam_fn_api_pb2.InstructionResponse(
            process_bundle=beam_fn_api_pb2.ProcessBundleResponse(monitoring_infos=told)
        )
        assert not any(result.process_bundle.residual_roots or splits for result, splits in results)
        return whole, []


@contextmanager
def delivered(delivery: Delivery) -> Iterator[None]:
    """Have Beam's own runner deliver bundles in that way, for as long as the block lasts."""

    def manager(runner: FnApiRunner, context: Any) -> DeliveringManager:
        return DeliveringManager(context, runner._progress_frequency, delivery)

    with patch.object(FnApiRunner, "_get_bundle_manager", manager):
        yield
    assert delivery.bundles
