"""What crosses a shuffle: elements and bytes of each grouping of the graph, by document, and whether text is among it.

    python -m benchmarks shuffle [--megabytes 8 256]

The corpus is that of `benchmarks.documents`. The job runs in this process on Beam's own portable runner, and what
workers hand over to be grouped is counted where the runner takes it: it is encoded by the coders that the graph names,
windows and lengths included; any portable runner is handed the same elements. A reshuffle is a grouping by random keys
and stands under its own name.

*Text* is how many of 2,000 stretches of text, 32 bytes each and drawn from all over the corpus, are found in what
crossed. Nothing of it is compressed, so none would be missed.
"""

import argparse
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq
from apache_beam.coders.coder_impl import create_InputStream
from apache_beam.runners.portability.fn_api_runner.execution import BundleContextManager, GroupingBuffer

from benchmarks.corpus import CACHE
from benchmarks.documents import recipe, write

STRETCHES, STRETCH = 2_000, 32


@dataclass
class Crossed:
    """What went into one grouping."""

    step: str
    elements: int = 0
    largest: int = 0
    pieces: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes, as encoded."""
        return sum(map(len, self.pieces))

    def add(self, data: bytes, buffer: GroupingBuffer) -> None:
        """Add encoded elements of a buffer."""
        self.pieces.append(data)
        coder = buffer._pre_grouped_coder.get_impl()
        stream = create_InputStream(data)
        while left := stream.size():
            coder.decode_from_stream(stream, True)
            self.elements += 1
            self.largest = max(self.largest, left - stream.size())


@contextmanager
def counted() -> Iterator[dict[str, Crossed]]:
    """Count what Beam's own runner takes to be grouped while the block lasts, by step."""
    found: dict[str, Crossed] = {}
    get_buffer, append = BundleContextManager.get_buffer, GroupingBuffer.append

    def named(context: BundleContextManager, buffer_id: bytes, transform_id: str) -> Any:
        buffer = get_buffer(context, buffer_id, transform_id)
        if isinstance(buffer, GroupingBuffer):
            group = buffer_id.decode().partition(":")[2]
            name = context.execution_context.pipeline_components.transforms[group].unique_name
            buffer.crossed = found.setdefault(name, Crossed(step_of(name)))
        return buffer

    def taken(buffer: GroupingBuffer, data: bytes) -> None:
        buffer.crossed.add(data, buffer)
        append(buffer, data)

    with patch.object(BundleContextManager, "get_buffer", named), patch.object(GroupingBuffer, "append", taken):
        yield found


def step_of(name: str) -> str:
    """Return the name of a grouping as it stands in our code."""
    return name.split("/ReshufflePerKey")[0]


def stretches(out: Path) -> list[bytes]:
    """Return stretches of text drawn from what a run staged."""
    draw = random.Random(0)
    files = sorted(Path(f"{out}.work").glob("staging/*/*.rows.parquet"))
    texts = [text for path in files for text in pq.read_table(path, columns=["text"]).column("text").to_pylist()]
    found = []
    while len(found) < STRETCHES:
        text = draw.choice(texts).encode()
        if len(text) > STRETCH:
            at = draw.randrange(len(text) - STRETCH)
            found.append(text[at : at + STRETCH])
    return found


def measured(recipe_path: Path, out: Path) -> tuple[list[Crossed], int, int, dict[str, int]]:
    """Run a recipe; return what crossed, in the order of steps, documents, staged parcels, and the texts found."""
    from licet.pipelines.run import run_recipe
    from licet.schemas.recipe import load_recipe

    with counted() as found:
        made = run_recipe(load_recipe(recipe_path), recipe_path.parent, workers=1, quiet=True)
    parcels = len(list(Path(f"{out}.work").glob("staging/*/*.json")))
    asked = stretches(out)
    texts = {one.step: sum(any(text in piece for piece in one.pieces) for text in asked) for one in found.values()}
    return list(found.values()), made.rows_in, parcels, texts


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks shuffle")
    parser.add_argument("--megabytes", type=int, nargs="+", default=[8, 256], help="text of the documents")
    asked = parser.parse_args(argv)
    home = CACHE / "shuffle"
    out = home / "out"
    for megabytes in asked.megabytes:
        folder = CACHE / "documents" / f"{megabytes}"
        told = write(folder, megabytes * 1_000_000)
        home.mkdir(parents=True, exist_ok=True)
        path = home / "recipe.yaml"
        path.write_text(recipe(folder, out))
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(f"{out}.work", ignore_errors=True)
        crossed, documents, parcels, texts = measured(path, out)
        print(f"\n{told['bytes'] / 1e6:,.0f} MB of text, {documents:,} documents, {parcels} staged parcels\n")
        print("| grouping | elements | bytes | largest | bytes a document | bytes a parcel | text |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for one in crossed:
            print(
                f"| {one.step} | {one.elements:,} | {one.size:,} | {one.largest:,} |"
                f" {one.size / documents:.2f} | {one.size / parcels:,.0f} | {texts[one.step]} |"
            )
        size = sum(one.size for one in crossed)
        print(
            f"| all | {sum(one.elements for one in crossed):,} | {size:,} | {max(one.largest for one in crossed):,} |"
            f" {size / documents:.2f} | {size / parcels:,.0f} | {sum(texts.values())} |"
        )
    shutil.rmtree(home)
