"""rensa's `RMinHashDeduplicator` from a folder of JSON Lines to another, in one process, as its README shows.

Arguments: input, output, shingle words, bands, rows a band, threshold. Runs with the Python of rensa's venv.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rensa import RMinHashDeduplicator

WORD = re.compile(r"\w+")


def main() -> None:
    given, out, size, bands, rows, threshold = sys.argv[1:]
    home = Path(out)
    shutil.rmtree(home, ignore_errors=True)
    (home / "kept").mkdir(parents=True)
    words_in_shingle = int(size)
    dedup = RMinHashDeduplicator(
        threshold=float(threshold), num_perm=int(bands) * int(rows), num_bands=int(bands), use_lsh=True
    )

    def pairs(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
        for line in lines:
            row = json.loads(line)
            words = WORD.findall(row["text"].lower())
            ends = range(max(1, len(words) - words_in_shingle + 1))
            yield row["id"], [" ".join(words[i : i + words_in_shingle]) for i in ends]

    with (home / "removed.ids").open("w") as removed:
        for path in sorted(Path(given).glob("*.jsonl")):
            with path.open(encoding="utf-8") as source, (home / "kept" / path.name).open("w", encoding="utf-8") as sink:
                while lines := source.readlines(8_000_000):
                    for line, keep in zip(lines, dedup.add_pairs(pairs(lines)), strict=True):
                        if keep:
                            sink.write(line)
                        else:
                            removed.write(json.loads(line)["id"] + "\n")


if __name__ == "__main__":
    main()
