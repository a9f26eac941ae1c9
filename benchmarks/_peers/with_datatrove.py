"""datatrove's own four MinHash steps from a folder of JSON Lines to another; removed rows beside it.

Arguments: input, output, shingle words, bands, rows a band, workers. Runs with the Python of datatrove's venv.
"""

import shutil
import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter


def main() -> None:
    given, out, words, bands, rows, workers = sys.argv[1:]
    home = Path(out)
    shutil.rmtree(home, ignore_errors=True)
    config = MinhashConfig(n_grams=int(words), num_buckets=int(bands), hashes_per_bucket=int(rows))
    files = len(list(Path(given).glob("*.jsonl")))
    reader = JsonlReader(given, glob_pattern="*.jsonl")

    def step(name: str, pipeline: list, tasks: int, after: LocalPipelineExecutor | None) -> LocalPipelineExecutor:
        return LocalPipelineExecutor(
            pipeline, tasks=tasks, workers=int(workers), logging_dir=str(home / "logs" / name), depends=after
        )

    signatures = str(home / "signatures")
    buckets = str(home / "buckets")
    removed = str(home / "remove")
    writer = JsonlWriter(str(home / "kept"), compression=None)
    exclusions = JsonlWriter(str(home / "removed"), compression=None)
    one = step("1", [reader, MinhashDedupSignature(signatures, config=config)], files, None)
    two = step("2", [MinhashDedupBuckets(signatures, buckets, config=config)], int(bands), one)
    three = step("3", [MinhashDedupCluster(buckets, removed, config=config)], 1, two)
    four = step("4", [reader, MinhashDedupFilter(removed, exclusion_writer=exclusions), writer], files, three)
    four.run()


if __name__ == "__main__":
    main()
