"""Checks of what is said of earlier versions: rows that these hold are refused, and none is published again."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.verify.data import contents_of
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.once import row_key
from licet.pipelines.verify.version import Version
from licet.schemas.content import CONTENT
from licet.schemas.errors import VersionError
from licet.schemas.ledger import HELD, HELD_EXACT
from licet.schemas.manifest import MANIFEST_PATH, HeldAgainst, parse_manifest
from licet.schemas.recipe import Recipe
from licet.stages import storage

PLACE = f"{MANIFEST_PATH}#against"
_READ = (
    "id",
    "locator",
    "stage",
    "reason",
    "value",
    "threshold",
    "detail",
    "kept_id",
    "kept_locator",
    "content_sha256",
)


def check_against(version: Version, recipe: Recipe | None, folders: Sequence[str], findings: Findings) -> None:
    """Check the rows that were refused because an earlier version has them.

    ``folders`` are those of earlier versions that are at hand: what is named of these must be there, and nothing of
    theirs may be published again.
    """
    told = version.manifest.against
    if recipe is not None:
        named = "How many earlier versions rows were held against"
        findings.expect("against", named, len(recipe.dedup.against), len(told), PLACE)
    labels = {against.label: against for against in told}
    for place, table in _held(version, findings):
        _check_named(table, place, labels, recipe, findings)
    for folder in folders:
        earlier = _opened(folder, findings)
        if earlier is None:
            continue
        known = next((against for against in told if against.sha256 == earlier.manifest.digest), None)
        if known is None:
            findings.add("against", f"{folder} is none of the versions that rows were held against.", PLACE)
            continue
        findings.expect("against", "The rows of the earlier version", known.rows, earlier.manifest.rows.count, folder)
        _check_there(version, earlier, known, recipe, findings)


def _held(version: Version, findings: Findings) -> Iterator[tuple[str, pa.Table]]:
    """Yield the ledger rows that an earlier version has, with their file."""
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, _READ):
            if set(_READ) <= set(table.column_names):
                held = table.filter(pc.is_in(table.column("reason"), value_set=pa.array(HELD, pa.string())))
                if held.num_rows:
                    yield entry.path, held


def _check_named(
    table: pa.Table, place: str, labels: dict[str, HeldAgainst], recipe: Recipe | None, findings: Findings
) -> None:
    """Check that each such row names a version that the manifest pins, a row of it, and how alike the two are."""
    for row in table.to_pylist():
        name = row["id"] or row["locator"]
        if row["detail"] not in labels:
            fault = "held by an earlier version that the manifest does not name"
            findings.add_rows("against", fault, place, 1, name)
        if row["kept_id"] is None or row["stage"] != "dedup":
            findings.add_rows("against", "held by an earlier version without the row that is there", place, 1, name)
        bound = 1.0 if row["reason"] == HELD_EXACT else recipe.dedup.threshold if recipe else row["threshold"]
        if row["value"] is None or row["threshold"] != bound or row["value"] < bound:
            fault = "held by an earlier version without a similarity that reaches the recipe's threshold"
            findings.add_rows("against", fault, place, 1, name)


def _opened(folder: str, findings: Findings) -> Version | None:
    try:
        manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    except (OSError, ValueError, ImportError, VersionError) as error:
        told = " ".join(str(error).split())[:200]
        findings.add("against", f"The earlier version in {folder} cannot be read: {told}.", PLACE)
        return None
    present = frozenset(f.path for f in manifest.files if storage.exists(storage.join(folder, f.path)))
    return Version(folder, manifest, present)


def _check_there(
    version: Version, earlier: Version, known: HeldAgainst, recipe: Recipe | None, findings: Findings
) -> None:
    """Check that the rows named are in the earlier version, and that nothing in there is published again."""
    wanted: dict[bytes, list[tuple[str, str, str | None]]] = {}
    is_whole = recipe is None or recipe.dedup.compare == "text"
    for place, table in _held(version, findings):
        for row in table.filter(pc.equal(table.column("detail"), known.label)).to_pylist():
            content = row["content_sha256"] if row["reason"] == HELD_EXACT and is_whole else None
            key = row_key(row["kept_id"] or "", row["kept_locator"] or "")
            wanted.setdefault(key, []).append((place, row["id"] or row["locator"], content))
    published = _contents(version, findings)
    for entry in earlier.of_role("data"):
        name = "uuid" if earlier.manifest.dataset.kind == "posttrain" else "id"
        is_anew = name == "uuid" and any(same for rows in wanted.values() for *_, same in rows)
        names = [name, "locator", "content_sha256", *(CONTENT if is_anew else ())]
        for table in earlier.tables(entry, findings, names):
            again = table.filter(pc.is_in(table.column("content_sha256"), value_set=published))
            if again.num_rows:
                fault = f"of {known.label} that are published again"
                findings.add_rows("against", fault, entry.path, again.num_rows, again.column(name)[0].as_py())
            contents = contents_of(table) if is_anew else table.column("content_sha256").to_pylist()
            columns = (table.column(column).to_pylist() for column in (name, "locator"))
            for row_id, locator, content in zip(*columns, contents, strict=True):
                for place, refused, same in wanted.pop(row_key(row_id, locator or ""), ()):
                    if same is not None and same != content:
                        fault = f"refused as the very text of a row of {known.label} that has another"
                        findings.add_rows("against", fault, place, 1, refused)
    for rows in wanted.values():
        for place, refused, _ in rows:
            findings.add_rows("against", f"held by a row that {known.label} does not have", place, 1, refused)


def _contents(version: Version, findings: Findings) -> pa.Array:
    """Return the contents of all published rows."""
    found = [
        table.column("content_sha256").combine_chunks()
        for entry in version.of_role("data")
        for table in version.tables(entry, findings, ["content_sha256"])
    ]
    return pa.concat_arrays([pa.array([], pa.string()), *(each for column in found for each in _chunks(column))])


def _chunks(column: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]
