"""A corpus of documents as a pre-training team has them: 4 kB each, with a licence column, in JSON Lines and Parquet.

    python -m benchmarks.documents FOLDER --gigabytes 2

They are cut from the real files of `benchmarks.corpus`: by turns a stretch of source code and one of prose (what
stands in long docstrings and in documentation). What those hold is the first 700 MB. Beyond that, each further
round over the same files writes them in other words: a word of four letters or more is replaced, everywhere in a round
alike, by another of about the same frequency, so that a copy has the shape, the lengths and the repetitions of what it
was made from, and no sequence of words in common with it that would make the two near duplicates. Stop words stay.

Half of the bytes are JSON Lines compressed by zstd, half Parquet; a file holds 128 MB of text. The same size gives the
same bytes, and the files of a smaller corpus are the first of a larger one.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.corpus import site_packages

SIZE = 4_000
"""Bytes of a document, more or less: cuts fall between lines."""
FILE_BYTES = 128_000_000
ROW_GROUP = 16_000
"""Rows of a row group of Parquet: some 64 MB."""
GENERATED = ("azure", "msgraph", "oci", "kubernetes", "google")
"""Folders of generated code, whose files repeat each other more than documents do."""
LICENSES = ("MIT", "Apache-2.0", "CC-BY-4.0", "cc-by-sa-4.0", "BSD-3-Clause", "CC0-1.0", "unknown")
STOP_WORDS = frozenset(b"that have with this from they will what when your which their there".split())
CLASS = 64
"""Words of neighbouring frequency that stand in for each other."""

_DOCSTRING = re.compile(rb'"""(.{600,}?)"""', re.DOTALL)
_WORD = re.compile(rb"[A-Za-z]{4,}")
_SCHEMA = pa.schema([(name, pa.string()) for name in ("id", "text", "url", "license")])


class Document(NamedTuple):
    """A document: its text and where it was cut from."""

    text: bytes
    origin: str


def files() -> list[Path]:
    """Return the files that documents are cut from, in the order of a digest of their names, so that kinds mix."""
    site = site_packages()
    found = [
        path
        for ending in ("py", "rst", "md", "txt")
        for path in site.rglob(f"*.{ending}")
        if not str(path.relative_to(site)).startswith(GENERATED) and ".dist-info" not in str(path)
    ]
    return sorted(found, key=lambda path: (_mixed(str(path.relative_to(site))), path))


def _mixed(name: str) -> int:
    value = 14695981039346656037
    for byte in name.encode():
        value = (value ^ byte) * 1099511628211 % (1 << 64)
    return value


def documents() -> Iterator[Document]:
    """Yield the documents of the real files: of each its prose, where there is enough of it, then its code."""
    prose: list[bytes] = []
    held = 0
    site = site_packages()
    for path in files():
        data = path.read_bytes()
        if b"\0" in data or not _is_utf8(data):
            continue
        origin = str(path.relative_to(site))
        if path.suffix == ".py":
            for told in _DOCSTRING.findall(data):
                prose.append(_dedented(told))
                held += len(told)
                if held >= SIZE:
                    yield Document(b"\n\n".join(prose), origin)
                    prose, held = [], 0
        for text in cut(data):
            yield Document(text, origin)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _dedented(text: bytes) -> bytes:
    return b"\n".join(line.strip() for line in text.splitlines())


def cut(data: bytes) -> Iterator[bytes]:
    """Yield a file in stretches of about `SIZE` bytes that end with a line."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at + SIZE) + 1
        if not end or len(data) - end < SIZE // 4:
            end = len(data)
        yield data[at:end]
        at = end


def vocabulary(found: Iterable[Document]) -> list[bytes]:
    """Return the words of some documents that may be replaced, the most frequent first."""
    counts: Counter[bytes] = Counter()
    for document in found:
        counts.update(_WORD.findall(document.text))
    return sorted((word for word in counts if word not in STOP_WORDS), key=lambda word: (-counts[word], word))


def substitution(words: list[bytes], turn: int) -> dict[bytes, bytes]:
    """Return what stands in for each word in a round: another one of its class, which is another each round."""
    found = {}
    for first in range(0, len(words), CLASS):
        members = words[first : first + CLASS]
        # A step that no class is a multiple of; a stop word in no case.
        found.update(zip(members, members[turn % len(members) :] + members[: turn % len(members)], strict=True))
    return found


def rounds() -> Iterator[tuple[int, Document]]:
    """Yield documents without end, each with its round: the real ones are round 0."""
    for document in documents():
        yield 0, document
    words = vocabulary(islice(documents(), 60_000))
    for turn in count(1):
        other = substitution(words, turn)

        def another(found: re.Match[bytes], other: dict[bytes, bytes] = other) -> bytes:
            return other.get(found[0], found[0])

        for document in documents():
            yield turn, Document(_WORD.sub(another, document.text), document.origin)


def write(folder: Path, size: int) -> dict[str, int]:
    """Write a corpus of so many bytes of text into a folder, and return how many rows and bytes it has by round.

    Files that are there already are taken to be what an earlier call wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / f"corpus-{size}.json"
    if told.exists():
        found: dict[str, int] = json.loads(told.read_text())
        return found
    total = {"rows": 0, "bytes": 0, "real_bytes": 0}
    rows: list[dict[str, str]] = []
    held = number = 0
    sink: _Sink | None = None
    for turn, document in rounds():
        if sink is None:
            sink = _Sink(folder, number)
        rows.append(
            {
                "id": f"{turn}-{total['rows']}",
                "text": document.text.decode(),
                "url": f"https://example.org/{turn}/{document.origin}",
                "license": LICENSES[_mixed(document.origin) % len(LICENSES)],
            }
        )
        held += len(document.text)
        total["rows"] += 1
        total["bytes"] += len(document.text)
        total["real_bytes"] += len(document.text) if not turn else 0
        is_enough = total["bytes"] >= size
        if len(rows) >= ROW_GROUP or held >= FILE_BYTES or is_enough:
            sink.write(rows)
            rows = []
        if held >= FILE_BYTES or is_enough:
            sink.close()
            sink, held, number = None, 0, number + 1
        if is_enough:
            break
    told.write_text(json.dumps(total))
    return total


class _Sink:
    """A file being written: JSON Lines for even numbers, Parquet for odd ones."""

    def __init__(self, folder: Path, number: int):
        self.is_lines = number % 2 == 0
        path = folder / (f"part-{number:04d}.jsonl.zst" if self.is_lines else f"part-{number:04d}.parquet")
        if self.is_lines:
            self.lines = pa.CompressedOutputStream(pa.OSFile(str(path), "wb"), "zstd")
        else:
            self.table = pq.ParquetWriter(str(path), _SCHEMA, compression="zstd")

    def write(self, rows: list[dict[str, str]]) -> None:
        """Write some rows: a row group."""
        if self.is_lines:
            self.lines.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
        else:
            self.table.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))

    def close(self) -> None:
        """End the file."""
        (self.lines if self.is_lines else self.table).close()


SOURCES = {
    "jsonl.zst": "{{name: lines, type: jsonl, paths: ['{folder}/*.jsonl.zst'], license_field: license}}",
    "parquet": "{{name: tables, type: parquet, paths: ['{folder}/*.parquet'], license_field: license}}",
}


def recipe(folder: Path, out: Path, *, more: str = "") -> str:
    """Return a recipe over a corpus; a small one may be of one kind of file only."""
    sources = [told.format(folder=folder) for ending, told in SOURCES.items() if any(folder.glob(f"*.{ending}"))]
    listed = "".join(f"  - {source}\n" for source in sources)
    return f"name: bench\nkind: pretrain\nsources:\n{listed}heuristics: {{profile: code}}\noutput: {out}\n{more}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    asked = parser.parse_args()
    print(json.dumps(write(asked.folder, int(asked.gigabytes * 1e9))))


if __name__ == "__main__":
    main()
