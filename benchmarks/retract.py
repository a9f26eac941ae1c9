"""What has to be sent again after rows were taken out of a version: bytes of shards, and new bytes by xet's own chunks.

    python -m benchmarks retract

Curates the Python packages of this environment, one source a group of them, and takes 1 % of the rows of one source
out, in one block and scattered, and a whole package. hf_xet reckons the new bytes against a store in a local folder:
every file of both versions is given to it, and nothing is sent anywhere.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.corpus import CACHE

HOME = CACHE / "retract"
SOURCES = 8
SHARD_BYTES = 8_000_000


def recipe(groups: list[list[str]], out: Path, shard_bytes: int) -> dict[str, Any]:
    """Return a recipe with a source for each group of packages."""
    return {
        "name": "bench",
        "kind": "pretrain",
        "sources": [{"name": f"group{i}", "type": "packages", "only": names} for i, names in enumerate(groups)],
        "heuristics": {"profile": "none"},
        "shards": {"target_bytes": shard_bytes, "row_group_bytes": shard_bytes},
        "output": str(out),
    }


def groups_of_packages() -> list[list[str]]:
    """Return the installed packages in groups, each package to the group that has the least files so far."""
    sizes = {d.metadata["Name"]: len(d.files or ()) for d in distributions() if d.metadata["Name"]}
    groups: list[list[str]] = [[] for _ in range(SOURCES)]
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        min(groups, key=lambda group: sum(sizes[each] for each in group)).append(name)
    return groups


def new_bytes(folder: Path, store: Path) -> tuple[int, int]:
    """Return the bytes of a version, and those that a store which has seen others does not have yet."""
    import hf_xet

    whole = new = 0
    session = hf_xet.XetSession()
    with session.new_upload_commit(endpoint=f"local://{store}") as commit:
        sent = [commit.start_upload_file(str(path)) for path in sorted(folder.rglob("*")) if path.is_file()]
    for each in sent:
        told = each.result().dedup_metrics
        whole += told.total_bytes
        new += told.new_bytes
    return whole, new


def ids(version: Path, source: str) -> list[str]:
    """Return the ids of a source in the order of the version."""
    found = []
    for path in sorted((version / "data").rglob("*.parquet")):
        rows = pq.read_table(path, columns=["id", "source"]).to_pylist()
        found += [row["id"] for row in rows if row["source"] == source]
    return found


def measured(version: Path, name: str, asked: Iterable[tuple[str, str]]) -> None:
    """Retract and print what it came to."""
    from licet.pipelines.versions.requests import request_of
    from licet.pipelines.versions.retract import plan_retraction, retract

    new = HOME / "new"
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(HOME / "store", ignore_errors=True)
    new_bytes(version, HOME / "store")
    started = time.perf_counter()
    plan = plan_retraction(str(version), [request_of(kind, value) for kind, value in asked], "benchmark", "1.0.1")
    planned = time.perf_counter() - started
    done = retract(plan, str(new))
    seconds = time.perf_counter() - started
    told = done.summary()
    whole, fresh = new_bytes(new, HOME / "store")
    rules = (new / "provenance" / "retractions.parquet").stat().st_size
    print(
        f"| {name} | {told['rows_leaving']:,} of {told['rows_before']:,} | {len(told['shards'])} |"
        f" {100 * told['bytes_rewritten'] / told['bytes_data']:.1f} % | {fresh / 1e6:.2f} of {whole / 1e6:.1f} MB |"
        f" {100 * fresh / whole:.1f} % | {rules / 1e3:.0f} kB | {planned:.1f} | {seconds:.1f} |"
    )


def main(argv: list[str]) -> None:
    os.environ["HF_XET_CACHE"] = str(HOME / "cache")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    from licet.pipelines.run import run_recipe
    from licet.schemas.recipe import Recipe

    shard_bytes = int(argv[0]) if argv else SHARD_BYTES
    version = HOME / "version"
    run_recipe(Recipe.model_validate(recipe(groups_of_packages(), version, shard_bytes)), HOME, workers=1, quiet=True)
    source = "group3"
    rows = ids(version, source)
    count = max(1, len(rows) // 100)
    middle = len(rows) // 2
    shards = len(list((version / "data").rglob("*.parquet")))
    print(f"{shards} shards; {source} has {len(rows):,} rows, 1 % are {count}\n", file=sys.stderr)
    print("| taken out | rows | shards rewritten | of the data | new by xet | share | rules | preview s | in all s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    block = [("id", each) for each in rows[middle : middle + count]]
    measured(version, "1 % of one source, one block", block)
    measured(version, "1 % of one source, scattered", [("id", each) for each in rows[:: len(rows) // count][:count]])
    package = rows[middle].partition("/")[2].partition("@")[0]
    measured(version, "one package", [("repository", package)])
