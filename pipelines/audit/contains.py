"""Whether somebody's work is in a version: by where it came from, by its hash, or by likeness of the text itself."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from licet.pipelines.audit.screen import below, item, number
from licet.pipelines.audit.search import Hits, Way, by_id, by_sha256, by_site, by_url, hits
from licet.pipelines.audit.version import Audited, damaged
from licet.pipelines.finish import RECIPE_PATH
from licet.pipelines.verify.data import texts_of
from licet.schemas.dedup import Dedup
from licet.schemas.errors import InputError
from licet.schemas.recipe import parse_recipe
from licet.schemas.rows import SAYING
from licet.stages import storage
from licet.stages.contract import sha256_of
from licet.stages.dedup import fingerprint
from licet.stages.dedup.shingles import shingle_sets
from licet.stages.mask import Masker
from licet.stages.quality import CleanParcel, takes_lines
from licet.stages.shard.parquet import parquet_input

MOST_SHOWN = 10


@dataclass(frozen=True)
class Match:
    """A row that is, or resembles, what was asked for; ``similarity`` is Jaccard's, of sets of shingles."""

    row_id: str
    locator: str
    url: str | None
    license: str
    similarity: float | None


@dataclass(frozen=True)
class Contains:
    """How much of what was asked for is in the data, and how much was refused."""

    asked: str
    kept: int
    refused: int
    matches: list[Match] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def contains(version: Audited, how: str, what: str) -> Contains:
    """Return what is in the data of a ``url``, ``domain``, ``source``, ``holder``, ``id`` or ``sha256``.

    A holder is looked for, without regard to case, in the credits, which refused rows do not have.
    """
    way = _WAYS[how](what)
    if how == "holder":
        kept = version.rows(f"select count(*) as n from rows where {way.condition}", way.value)[0]["n"]
        found = Hits(way, kept, 0)
    else:
        found = hits(version, way)
    shown = version.rows(
        f"select row_id, locator, url, license from rows where {way.condition} order by row_id limit {MOST_SHOWN}",
        way.value,
    )
    matches = [Match(row["row_id"], row["locator"], row["url"], row["license"], None) for row in shown]
    return Contains(f"{how} {what}", found.kept, found.refused, matches)


_WAYS: dict[str, Callable[[str], Way]] = {
    "url": by_url,
    "domain": by_site,
    "id": by_id,
    "sha256": by_sha256,
    "source": lambda what: Way("source", "source = ?", what),
    "holder": lambda what: Way("holder", "contains(lower(attribution), lower(?))", what),
}


def contains_text(version: Audited, path: str) -> Contains:
    """Return the rows that are the text of a file, or resemble it as dedup would see it.

    The text itself is looked for by its sha256 in data and ledger; likeness is measured against every row, with the
    shingles, bands and threshold that the version was deduplicated with. Where the version masks its texts, or takes
    lines from them, the same is done to this one, or it would not be what became of it; rows refused before masking
    have the sha256 of theirs as it was. A file is held against what conversations say; refused ones, of which the
    ledger has the sha256 of more than that, it does not find.

    Raises:
        InputError: the file cannot be read as UTF-8 text, or is empty.
        VersionError: the data cannot be read.

    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a text: {getattr(error, 'strerror', None) or error}") from error
    if not text.strip():
        raise InputError(f"{path} is empty: there is no text to look for")
    recipe = parse_recipe(storage.read_bytes(storage.join(version.folder, RECIPE_PATH)).decode())
    masked = Masker(recipe.mask).text(text)
    seen = masked
    if takes_lines(recipe.heuristics):
        kept = CleanParcel(recipe.heuristics).kept(pa.RecordBatch.from_pydict({"text": [masked]}))
        seen = kept.text[0].as_py() or masked
    digests = [hashlib.sha256(each.encode()).hexdigest() for each in sorted({text, masked, seen})]
    refused = version.rows("select count(*) as n from ledger where list_contains(?, content_sha256)", digests)[0]["n"]
    # A file is a text, and held against all that a conversation says.
    settings = recipe.dedup.model_copy(update={"compare": "text"})
    try:
        found = [match for table in _groups(version) for match in _like(table, seen, settings)]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise damaged(version.folder, error) from error
    found.sort(key=lambda match: (-(match.similarity or 0), match.row_id))
    asked = f"the text of {path}" + (", masked as the version's own" if masked != text else "")
    asked += ", without the lines that its profile takes" if seen != masked else ""
    return Contains(asked, len(found), refused, found[:MOST_SHOWN])


def _groups(version: Audited) -> Iterator[pa.Table]:
    columns = [*SAYING] if version.is_chat else ["text"]
    told = ["uuid" if version.is_chat else "id", "locator", "url", "license", "content_sha256"]
    for shard in version.manifest.files:
        if shard.role == "data":
            with parquet_input(storage.join(version.folder, shard.path)) as file:
                for group in range(file.metadata.num_row_groups):
                    yield file.read_row_group(group, columns=[*told, *columns], use_threads=False)


def _like(table: pa.Table, text: str, settings: Dedup) -> list[Match]:
    """Return the rows of a table that share a band with a text and reach the threshold, or are it."""
    texts = pa.array([found.decode() for found in texts_of(table)], pa.string())
    rows = pa.record_batch({"text": texts, "content_sha256": sha256_of(texts)})
    asked = pa.record_batch({"text": [text], "content_sha256": [hashlib.sha256(text.encode()).hexdigest()]})
    ours, theirs = fingerprint(asked, settings), fingerprint(rows, settings)
    near = np.zeros(len(texts), bool)
    if ours.column("bands")[0].is_valid and len(texts):
        mine = np.array(ours.column("bands")[0].as_py(), np.uint64)
        bands = np.asarray(theirs.column("bands").flatten()).reshape(-1, settings.bands)
        valid = np.flatnonzero(theirs.column("bands").is_valid().to_numpy(zero_copy_only=False))
        near[valid[(bands == mine).any(axis=1)]] = True
    same = np.asarray(theirs.column("exact")) == ours.column("exact")[0].as_py()
    found = []
    for row in np.flatnonzero(near | same).tolist():
        alike = 1.0 if same[row] else jaccard(text, texts[row].as_py(), settings)
        if alike >= settings.threshold:
            values = [table.column(i)[row].as_py() for i in range(4)]
            found.append(Match(values[0], values[1], values[2], values[3], round(alike, 4)))
    return found


def jaccard(one: str, other: str, settings: Dedup) -> float:
    """Return the Jaccard similarity of two texts' sets of shingles."""
    sets = shingle_sets(pa.array([one, other], pa.string()), settings.shingle_size, settings.shingles)
    a, b = (sets.values[sets.offsets[i] : sets.offsets[i + 1]] for i in range(2))
    together = len(np.union1d(a, b))
    return len(np.intersect1d(a, b)) / together if together else 0.0


def in_lines(found: Contains) -> Iterator[str]:
    """Yield the answer as lines."""
    yield f"{found.asked}: {number(found.kept, 'row')} in the data, {found.refused:,} refused"
    for match in found.matches:
        alike = f", {match.similarity:.3f} alike" if match.similarity is not None else ""
        yield from item(f"{match.row_id} under {match.license}{alike}", 2)
    if found.kept > len(found.matches):
        yield from below(f"… and {number(found.kept - len(found.matches), 'more row')}")
    if found.refused and not found.kept:
        yield from below("`licet why-not` says why it was refused")
