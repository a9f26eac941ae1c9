"""The graph is the same for one file and for a hundred thousand, and what it groups is coded by what it is."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.portability import common_urns
from apache_beam.portability.api import beam_runner_api_pb2
from runs import write_run
from tiny import MIT, document

from licet.pipelines.curate import curate, place_of, write_for_workers
from licet.pipelines.plan import make_plan
from licet.schemas.recipe import load_recipe

LINKS = 20_000
"""Names that one file of a disk is given: some disks allow 65,000."""
FILES = (1, 100, 100_000)

# Keys, pairs of a path and numbers, and batches have coders of their own. What is `FastPrimitives` is records of files
# and shards, of several types, each some hundred bytes: pickled, and none of it a batch, which pickle would write
# with all that it is a slice of.
PLACE = "Tuple[Tuple[StrUtf8, VarInt, VarInt], Nullable[FastPrimitives], PaneInfo]"
RECORD = "Tuple[FastPrimitives, Nullable[FastPrimitives], PaneInfo]"
GROUPED = {
    "SpreadSplits/ReshufflePerKey/GroupByKey": f"Tuple[VarInt, {PLACE}]",
    "Deduplicate/AllKeys": "Tuple[VarInt, StrUtf8]",
    "Deduplicate/ByPartition": "Tuple[VarInt, StrUtf8]",
    "Deduplicate/AllLinks": "Tuple[VarInt, Batch]",
    "Deduplicate/CandidatesByFile": "Tuple[VarInt, Batch]",
    "Deduplicate/ByChunk": "Tuple[VarInt, Tuple[VarInt, StrUtf8, VarInt]]",
    "Deduplicate/MarksByFile": "Tuple[VarInt, FastPrimitives]",
    "Shard/Meet": "Tuple[VarInt, FastPrimitives]",
    "Shard/Spread/ReshufflePerKey/GroupByKey": f"Tuple[VarInt, {RECORD}]",
    "Shard/MeetAgain": "Tuple[VarInt, FastPrimitives]",
}


def write_links(folder: Path, files: int) -> None:
    """Write ``folder/data`` with so many files, which are a few files under many names."""
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "LICENSE").write_text(MIT)
    for number in range(files):
        one = data / f"{number // LINKS}" / f"{number:06d}.jsonl"
        if number % LINKS == 0:
            one.parent.mkdir()
            one.write_text(json.dumps({"text": document(1)}) + "\n")
            first = one
        else:
            os.link(first, one)


def graph_of(folder: Path, files: int, **settings: Any) -> tuple[beam_runner_api_pb2.Pipeline, Any]:
    """Return the graph of a recipe over so many files, as it is handed in, with the context that knows its coders.

    What workers read of the plan is written beside it.
    """
    write_links(folder, files)
    sources = [{"name": "parts", "type": "jsonl", "paths": "data/**/*.jsonl"}]
    plan = make_plan(load_recipe(write_run(folder, limits={}, sources=sources, **settings)), folder)
    assert len(plan.splits) == files
    pipeline = beam.Pipeline()
    curate(pipeline, plan, str(folder / "out.partial"), str(folder / "out.work/shards"))
    write_for_workers(plan)
    graph, context = pipeline.to_runner_api(return_context=True)
    return graph, context


def test_a_graph_does_not_grow_with_the_files_that_are_read(tmp_path: Path) -> None:
    folders = {files: tmp_path / f"{files:06d}" for files in FILES}
    graphs = {files: graph_of(folder, files)[0] for files, folder in folders.items()}
    nodes = {files: len(graph.components.transforms) for files, graph in graphs.items()}
    assert len(set(nodes.values())) == 1, nodes
    # What differs are paths, inside of compressed pickles.
    stored = {files: len(graph.SerializeToString()) for files, graph in graphs.items()}
    assert max(stored.values()) - min(stored.values()) < 500, stored
    assert 50_000 < stored[1] < 200_000, stored
    written = [path.stat().st_size for path in (folders[100_000] / "out.work/plans").iterdir()]
    # A place for each file, and a split, of which its name, hash and claims are most.
    assert [size // 100_000 for size in sorted(written)] == [pytest.approx(15, abs=3), pytest.approx(480, abs=100)]


def test_plans_that_leave_other_files_to_be_read_have_other_names(tmp_path: Path) -> None:
    write_links(tmp_path, 3)
    plan = make_plan(load_recipe(write_run(tmp_path)), tmp_path)
    rests = [replace(plan, pending=plan.pending[:2]), replace(plan, pending=plan.pending[1:])]
    assert len({place_of(one) for one in (plan, *rests)}) == 3
    assert place_of(plan) == place_of(make_plan(load_recipe(write_run(tmp_path)), tmp_path))


def described(coder: Any) -> str:
    """Return a coder and those within it."""
    name = type(coder).__name__.removesuffix("Coder")
    within = coder.coders() if name == "Tuple" else [coder._value_coder] if name == "Nullable" else []
    return f"{name}[{', '.join(map(described, within))}]" if within else name


def test_what_is_grouped_is_coded_by_what_it_is(tmp_path: Path) -> None:
    graph, context = graph_of(tmp_path / "one", 1)
    found = {}
    for node in graph.components.transforms.values():
        if node.spec.urn == common_urns.primitives.GROUP_BY_KEY.urn:
            (into,) = node.inputs.values()
            coder = context.coders[graph.components.pcollections[into].coder_id]
            found[node.unique_name] = described(coder)
    assert found == GROUPED
