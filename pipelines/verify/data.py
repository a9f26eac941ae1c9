"""Checks of the shards: the rows' digest, contents, histograms and evidence, in one pass over the row groups."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.verify.buckets import check_buckets
from licet.pipelines.verify.columns import has_names
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.ledger import LedgerFacts, short_hash
from licet.pipelines.verify.names import check_names
from licet.pipelines.verify.once import row_key
from licet.pipelines.verify.version import Version
from licet.schemas.content import content_sha256, holding, is_content_of
from licet.schemas.license import TIERS
from licet.schemas.manifest import MANIFEST_PATH, FileEntry
from licet.schemas.rows import said, saying
from licet.stages.license.credit import needs_attribution
from licet.stages.shard.counts import (
    LicenceHistogram,
    as_language_counts,
    as_licence_counts,
    language_histogram,
    licence_histogram,
    total_languages,
    total_licences,
)
from licet.stages.shard.digest import packed, row_leaves
from licet.stages.shard.parquet import parquet_input
from licet.stages.shard.tables import stored_digest
from licet.stages.shard.write import licences_json


@dataclass
class DataFacts:
    """What the rows told: under each evidence id, how many there are of each (licence, tier, grade)."""

    rows: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, dict[tuple[str | None, ...], int]] = field(default_factory=dict)


def check_data(version: Version, ledger: LedgerFacts, licensed: Mapping[str, str], findings: Findings) -> DataFacts:
    """Check all shards and strike the rows found from those that the ledger wants.

    ``licensed`` says, by evidence, how the attribution of a row must end.

    Leaves rest in temporary files, 32 bytes a row; memory is that of a row group and of the distinct evidence.
    """
    facts = DataFacts()
    licences: list[LicenceHistogram] = []
    languages: list[dict[str, int]] = []
    leaves: list[str] = []
    with TemporaryDirectory(prefix="licet-verify-") as scratch:
        for entry in version.of_role("data"):
            own: list[LicenceHistogram] = []
            shard: list[bytes] = []
            for table in version.tables(entry, findings):
                if not has_names(table, entry, findings):
                    continue
                with findings.reading(entry.path):
                    _check_group(table, entry, facts, ledger, findings)
                    _check_credits(table, entry, licensed, findings)
                    check_buckets(table, entry, version.manifest.models, findings)
                    check_names(table, table.column_names[0], entry.path, version, findings)
                    sizes = pa.array([len(text) for text in texts_of(table)], pa.int64())
                    own.append(licence_histogram(table, sizes))
                    languages.append(dict(language_histogram(table)))
                    shard += row_leaves(table, table.column_names[0])
            leaves.append(str(Path(scratch) / f"{len(leaves):05d}"))
            Path(leaves[-1]).write_bytes(packed(shard))
            licences += own
            _check_footer(version, entry, total_licences(own), findings)
        digest = stored_digest(leaves)
    manifest = version.manifest
    findings.expect("row_digest", "The row digest", manifest.rows.digest, digest.digest, MANIFEST_PATH)
    counts = as_licence_counts(total_licences(licences))
    if counts != manifest.licences:
        findings.add("licences", "The licence histogram is not that of the rows.", MANIFEST_PATH)
    if as_language_counts(total_languages(languages)) != manifest.languages:
        findings.add("languages", "The language histogram is not that of the rows.", MANIFEST_PATH)
    findings.expect("totals", "Bytes of text", manifest.rows.bytes, sum(c.bytes for c in counts), MANIFEST_PATH)
    findings.expect("totals", "Tokens", manifest.rows.tokens, sum(c.tokens for c in counts), MANIFEST_PATH)
    for count in counts:
        facts.rows[count.source] = facts.rows.get(count.source, 0) + count.rows
    return facts


def contents_of(table: pa.Table) -> list[str | None]:
    """Return the ``content_sha256`` of each row; of conversations that an earlier Licet made, what it would be now.

    One that is not of its row is as it is.
    """
    digests: list[str | None] = table.column("content_sha256").to_pylist()
    if not (names := holding(table.column_names)):
        return digests
    rows = table.select(names).to_pylist()
    return [
        content_sha256(row) if digest and is_content_of(digest, row) else digest
        for row, digest in zip(rows, digests, strict=True)
    ]


def _are_contents(table: pa.Table) -> list[bool]:
    """Tell of each row whether its ``content_sha256`` is of it."""
    digests = table.column("content_sha256").to_pylist()
    if "text" in table.column_names:
        texts = table.column("text").to_pylist()
        return [
            hashlib.sha256(text.encode()).hexdigest() == digest for text, digest in zip(texts, digests, strict=True)
        ]
    rows = table.select(holding(table.column_names)).to_pylist()
    return [is_content_of(digest, row) for row, digest in zip(rows, digests, strict=True)]


def texts_of(table: pa.Table) -> Sequence[bytes]:
    """Return the UTF-8 text of each row: a document's own, or what a conversation says."""
    if "text" in table.column_names:
        return [text.encode() for text in table.column("text").to_pylist()]
    return [said(row).encode() for row in table.select(saying(table.column_names)).to_pylist()]


def _check_group(table: pa.Table, entry: FileEntry, facts: DataFacts, ledger: LedgerFacts, findings: Findings) -> None:
    """Check the contents, credits and evidence of one row group."""
    ids = table.column(table.column_names[0]).to_pylist()
    columns = (table.column(name).to_pylist() for name in ("locator", "cluster_size"))
    for row_id, is_own, locator, size in zip(ids, _are_contents(table), *columns, strict=True):
        stands_for = ledger.merged.get(row_key(row_id, locator or ""), 0) if ledger.merged else 0
        if size != 1 + stands_for:
            fault = f"with a cluster_size of {size} that stand for {stands_for} others"
            findings.add_rows("cluster_sizes", fault, entry.path, 1, row_id)
        if not is_own:
            findings.add_rows("content", "with a text that is not of their content_sha256", entry.path, 1, row_id)
        if ledger.wanted:
            ledger.wanted.pop(short_hash(row_id), None)
    missing = pc.is_null(table.column("evidence_id"))
    if missing_rows := pc.sum(missing).as_py():
        first = ids[pc.index(missing, True).as_py()]
        findings.add_rows("evidence_ids", "without evidence", entry.path, missing_rows, first)
    keys = ["evidence_id", "license", "license_tier", "license_grade"]
    for told in table.select(keys).group_by(keys, use_threads=False).aggregate([([], "count_all")]).to_pylist():
        if told["evidence_id"] is not None:
            under = facts.evidence.setdefault(told["evidence_id"], {})
            key = (told["license"], told["license_tier"], told["license_grade"])
            under[key] = under.get(key, 0) + told["count_all"]


def _check_credits(table: pa.Table, entry: FileEntry, licensed: Mapping[str, str], findings: Findings) -> None:
    """Check that rows whose licence asks for it are credited: with their address and the licence that is used."""
    names = (table.column_names[0], "license_tier", "attribution", "url", "evidence_id")
    for row_id, tier, credit, url, evidence_id in zip(*(table.column(n).to_pylist() for n in names), strict=True):
        if tier not in TIERS or not needs_attribution(tier):
            continue
        if not credit:
            findings.add_rows("attribution", f"of tier {tier} without a credit", entry.path, 1, row_id)
        elif not credit.endswith(licensed.get(evidence_id, "")):
            fault = "with a credit that does not name the licence they are used under"
            findings.add_rows("attribution", fault, entry.path, 1, row_id)
        elif url and url not in credit:
            findings.add_rows("attribution", "with a credit that does not name their address", entry.path, 1, row_id)


def _check_footer(version: Version, entry: FileEntry, licences: LicenceHistogram, findings: Findings) -> None:
    """Check what a shard says of itself."""
    told: dict[bytes, bytes] = {}
    with findings.reading(entry.path), parquet_input(version.path(entry)) as file:
        told = file.metadata.metadata or {}
    policy = version.manifest.policy
    expected = {
        "licet.dataset": version.manifest.dataset.name,
        "licet.kind": version.manifest.dataset.kind,
        "licet.policy": f"{policy.id} {policy.version}",
        "licet.policy_sha256": policy.sha256,
    }
    for key, value in expected.items():
        found = told.get(key.encode(), b"").decode(errors="replace")
        findings.expect("footers", f"`{key}` in the footer", value, found, entry.path)
    counts = json.loads(licences_json(as_licence_counts(licences)))
    try:
        same = json.loads(told.get(b"licet.licences", b"null")) == counts
    except ValueError:
        same = False
    if not same:
        findings.add("footers", "The licence histogram in the footer is not that of the rows.", entry.path)
