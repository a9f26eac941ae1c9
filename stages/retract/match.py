"""Which rows meet which rule: by id, content, address, site, repository, name in the credits, and likeness of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.retraction import Kind
from licet.stages.contract import as_array
from licet.stages.retract.likeness import U32, LikenessIndex
from licet.stages.retract.rules import Rule, bare_address

_AFTER_HOST = re.compile(r"[/:?#].*", re.DOTALL)
_AFTER_NAME = re.compile(r"(?:\.git)?(?:[@?#].*)?$", re.DOTALL)
_RAW = "raw.githubusercontent.com/"
"""Where GitHub serves the files of its repositories."""
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """The rule that a row meets, by its place; ``similarity`` where it was measured."""

    rule: int
    similarity: float | None = None


@dataclass
class Columns:
    """What is looked at of rows, in their order; ``texts`` may be left out, and likeness with it."""

    ids: pa.Array | pa.ChunkedArray
    urls: pa.Array | pa.ChunkedArray
    contents: pa.Array | pa.ChunkedArray
    attributions: pa.Array | pa.ChunkedArray
    texts: pa.Array | None = None


@dataclass
class Matcher:
    """Rules made ready to be met, from a table of `RETRACTIONS`."""

    rules: pa.Table
    _by: dict[str, dict[str, int]] = field(init=False)
    _holders: re.Pattern[str] | None = field(init=False)
    _indexes: list[LikenessIndex] = field(init=False)
    _told: list[Rule] = field(init=False)

    def __post_init__(self) -> None:
        self._told = self.rules.drop_columns(["shingles"]).to_pylist()
        kinds, values = (self.rules.column(name).to_pylist() for name in ("kind", "value"))
        self._by = {}
        for place, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            self._by.setdefault(kind, {})[value] = place
        contents = {**self._by.get("text", {}), **self._by.pop("sha256", {})}
        if contents:
            self._by["content"] = contents
        names = sorted(self._by.get("holder", {}), key=lambda name: (-len(name), name))
        told = "|".join(map(re.escape, names))
        self._holders = re.compile(rf"(?<!\w)(?:{told})(?!\w)") if names else None
        self._indexes = list(_indexes(self.rules))

    @property
    def looks_at_texts(self) -> bool:
        """Whether likeness is measured, so that texts are needed."""
        return bool(self._indexes)

    def of_kind(self, kind: Kind) -> list[Rule]:
        """Return the rules of a kind."""
        return [rule for rule in self._told if rule["kind"] == kind]

    def rule(self, match: Match) -> Rule:
        """Return the rule that was met."""
        return self._told[match.rule]

    def matches(self, rows: Columns) -> dict[int, Match]:
        """Return the rows that meet a rule, by their place; what was asked for counts before content and likeness."""
        found: dict[int, Match] = {}
        if known := self._by.get("id"):
            self._add(found, enumerate(_places(rows.ids, known)))
        if self._by.keys() & {"url", "domain", "repository"}:
            self._add(found, ((row, self._by_address(url)) for row, url in enumerate(rows.urls.to_pylist()) if url))
        if any(value.startswith("pkg:") for value in self._by.get("repository", ())):
            self._add(found, ((row, self._by_package(row_id)) for row, row_id in enumerate(rows.ids.to_pylist())))
        if self._holders is not None:
            self._add(found, ((row, self._by_holder(line)) for row, line in enumerate(rows.attributions.to_pylist())))
        for row, match in self.of_contents(rows.contents).items():
            found.setdefault(row, match)
        for row, likeness in self.likest(rows.texts).items() if rows.texts is not None else ():
            found.setdefault(row, likeness)
        return found

    def of_contents(self, contents: pa.Array) -> dict[int, Match]:
        """Return the rows whose content or text has been retracted, by their place, from the sha256 of it."""
        found: dict[int, Match] = {}
        if known := self._by.get("content"):
            self._add(found, enumerate(_places(contents, known)))
        return found

    def likest(self, texts: pa.Array) -> dict[int, Match]:
        """Return the texts that resemble a retracted one, by their place, each with the rule that is most like it."""
        found: dict[int, Match] = {}
        for index in self._indexes:
            for row, likeness in enumerate(index.likest(texts)):
                before = found.get(row)
                if likeness is None or (before is not None and (before.similarity or 0) >= likeness.similarity):
                    continue
                found[row] = Match(likeness.rule, likeness.similarity)
        return found

    @staticmethod
    def _add(found: dict[int, Match], places: "Iterator[tuple[int, int | None]] | enumerate[int | None]") -> None:
        for row, place in places:
            if place is not None and row not in found:
                found[row] = Match(place)

    def _by_address(self, url: str) -> int | None:
        bare = bare_address(url)
        place = self._by.get("url", {}).get(bare)
        if place is None and (sites := self._by.get("domain")):
            labels = _AFTER_HOST.sub("", bare).split(".")
            place = next((sites[s] for i in range(len(labels)) if (s := ".".join(labels[i:])) in sites), None)
        if place is None and (repositories := self._by.get("repository")):
            parts = bare.lower().replace(_RAW, "github.com/", 1).split("/")
            heads = ("/".join([*parts[: i - 1], _AFTER_NAME.sub("", parts[i - 1])]) for i in range(2, len(parts) + 1))
            place = next((repositories[head] for head in heads if head in repositories), None)
        return place

    def _by_package(self, row_id: str | None) -> int | None:
        name = (row_id or "").partition("/")[2]
        return self._by["repository"].get(re.sub(r"[@?#].*", "", name, flags=re.DOTALL))

    def _by_holder(self, line: str | None) -> int | None:
        """Return the rule of a name that stands, as whole words, between a credit's title and its licence."""
        if not line or self._holders is None:
            return None
        _, by, told = line.partition('" by ')
        if not by:
            told = line.partition(" by ")[2]
        told = _ADDRESS.sub("", told.rpartition(", licensed under ")[0] or told)
        met = self._holders.search(" ".join(told.split()).casefold())
        return self._by["holder"][met[0]] if met else None


def _places(column: pa.Array, known: dict[str, int]) -> list[int | None]:
    at = as_array(pc.index_in(column, value_set=pa.array(list(known), pa.string())))
    return pa.array(list(known.values()), pa.int64()).take(at).to_pylist() if at.null_count < len(at) else []


def _indexes(rules: pa.Table) -> Iterator[LikenessIndex]:
    """Yield an index for each number of words in a shingle."""
    near = np.flatnonzero(pc.is_valid(rules.column("shingles")).to_numpy())
    told = rules.take(pa.array(near, pa.int64())).combine_chunks()
    words, thresholds = told.column("shingle_words").to_pylist(), told.column("threshold").to_pylist()
    sets: list[U32] = [np.asarray(told.column("shingles")[i].values, np.uint32) for i in range(len(near))]
    for size in sorted(set(words)):
        of = [i for i, each in enumerate(words) if each == size]
        yield LikenessIndex(size, [sets[i] for i in of], [thresholds[i] for i in of], [int(near[i]) for i in of])
