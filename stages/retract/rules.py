"""The rules of retractions as a table: made, put together, told apart by a digest, written and read."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from licet.schemas.errors import InputError, VersionError
from licet.schemas.manifest import FileEntry, canonical_json
from licet.schemas.retraction import KINDS, RETRACTIONS, RETRACTIONS_PATH, Kind
from licet.stages import storage
from licet.stages.dedup.shingles import shingle_sets
from licet.stages.retract.likeness import U32, narrowed
from licet.stages.shard.parquet import parquet_input, parquet_output

Rule = dict[str, Any]
"""A row of `RETRACTIONS`."""
_SCHEME = re.compile(r"^(?:(?:git\+)?[a-z][a-z0-9+.-]*://(?:[^/@?#]*@)?\s*)+", re.IGNORECASE | re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")


def asked(kind: Kind, value: str, reference: str, effective: str) -> Rule:
    """Return the rule for something that is asked for, its value in the one way in which it is compared.

    Raises:
        InputError: the value says nothing, or is not of that kind.

    """
    return {"kind": kind, "value": normal(kind, value), "reference": reference, "effective": effective}


def normal(kind: Kind, value: str) -> str:
    """Return a value as rules hold it: addresses without scheme, end slash and ``www.``, names in lower case."""
    bare = bare_address(value)
    if kind == "id":
        bare = value
    elif kind == "sha256":
        bare = value.strip().lower()
        if not _SHA256.fullmatch(bare):
            raise InputError(f"'{value}' is not the sha256 of a text: give 64 hex digits")
    elif kind == "domain":
        bare = re.sub(r"[/:?#].*", "", bare).lower().removeprefix("www.").strip(".")
        if bare and not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", bare):
            raise InputError(f"'{value}' is not a domain: give a name such as example.org")
    elif kind == "repository":
        bare = _repository(value.strip(), bare)
    elif kind == "holder":
        bare = " ".join(value.split()).casefold()
    if not bare.strip():
        raise InputError(f"the {kind} is empty: say what is to be retracted")
    return bare


def _repository(value: str, bare: str) -> str:
    """Return a package's purl without its version, or an address of at least a host and a name."""
    if value.startswith("pkg:"):
        return re.sub(r"[@?#].*", "", value)
    place = re.sub(r"(?:\.git|/|\s)+$", "", bare.lower())
    if "/" not in place:
        raise InputError(f"'{value}' names no repository: give its address (github.com/org/name) or a purl (pkg:…)")
    return place


def bare_address(url: str) -> str:
    """Return an address without scheme, user and slashes at its end, its host in lower case."""
    host, slash, path = re.sub(r"[/\s]+$", "", _SCHEME.sub("", url.strip(), count=1)).partition("/")
    return host.lower() + slash + path


def text_rule(text: str, words: int, threshold: float, reference: str, effective: str, because: str | None) -> Rule:
    """Return the rule for a text and what resembles it; nothing of the text is in it."""
    (shingles,) = shingle_hashes([text], words)
    return {
        "kind": "text",
        "value": hashlib.sha256(text.encode()).hexdigest(),
        "reference": reference,
        "effective": effective,
        "because": because,
        "shingle_words": words,
        "threshold": threshold,
        "shingles": shingles.tolist() if len(shingles) else None,
    }


def shingle_hashes(texts: Sequence[str], words: int) -> list[U32]:
    """Return the shingle sets of texts as rules hold them."""
    sets = shingle_sets(pa.array(texts, pa.large_string()), words)
    return [narrowed(sets[row]) for row in range(len(sets))]


def rules_table(rules: Iterable[Rule]) -> pa.Table:
    """Return rules as one table, sorted, each kind and value once: the version that was without it first counts."""
    first: dict[tuple[str, str], Rule] = {}
    for rule in rules:
        first.setdefault((rule["kind"], rule["value"]), rule)
    ordered = sorted(first.values(), key=lambda rule: (KINDS.index(rule["kind"]), rule["value"]))
    return pa.Table.from_pylist(ordered, schema=RETRACTIONS)


def merged(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rules of several tables as one; of the same rule the one in the earlier table counts."""
    return rules_table(rule for table in tables for rule in table.to_pylist())


def rules_digest(rules: pa.Table) -> str:
    """Return a digest of rules, whatever file they are in."""
    found = hashlib.sha256()
    for rule in rules.drop_columns(["shingles"]).to_pylist():
        found.update(canonical_json(rule) + b"\n")
    for shingles in rules.column("shingles").combine_chunks().to_pylist():
        found.update(np.array(shingles or [], "<u4").tobytes() + b"\n")
    return found.hexdigest()


def write_rules(folder: str, rules: pa.Table) -> FileEntry:
    """Write rules as a version keeps them."""
    return write_rules_to(storage.join(folder, RETRACTIONS_PATH), rules)


def write_rules_to(path: str, rules: pa.Table) -> FileEntry:
    """Write rules to a file; the entry names it as a version does."""
    with parquet_output(
        path,
        RETRACTIONS,
        dictionary=("kind", "reference", "effective", "because", "shingle_words", "threshold"),
        plain=("shingles",),
        encodings={"shingles.list.element": "DELTA_BINARY_PACKED"},
    ) as file:
        file.write(rules)
    return file.entry(RETRACTIONS_PATH, "retractions")


def read_rules(path: str) -> pa.Table:
    """Return the rules in a file.

    Raises:
        VersionError: it does not hold any.

    """
    try:
        with parquet_input(path) as file:
            found = file.read(use_threads=False)
        rules = found.cast(RETRACTIONS)
    except (OSError, ValueError, KeyError, ImportError) as error:
        told = " ".join(str(error).split())[:200]
        raise VersionError(f"{path} does not hold retractions ({told})") from error
    if unknown := sorted(set(rules.column("kind").to_pylist()) - set(KINDS)):
        raise VersionError(f"{path} has retractions of the kind {unknown[0]}, which this Licet does not know")
    return rules
