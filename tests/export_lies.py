"""Lies about exports, statements and signatures, each with the check that finds it."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
from judged import sha
from lies import Lie, in_manifest, in_rows, put
from versions import change_manifest, manifest_of, relist, sign_as

from licet.pipelines.exports.bill import BILL_PATH as BILL
from licet.pipelines.exports.croissant import CROISSANT_PATH as CROISSANT
from licet.pipelines.exports.envelopes import Attestation, PublicKey, read_attestations
from licet.pipelines.exports.eu_summary import SUMMARY_PATH as SUMMARY
from licet.pipelines.exports.keys import new_pair
from licet.pipelines.exports.notice import CREDITS_PATH as CREDITS
from licet.pipelines.exports.statements import verification_result
from licet.pipelines.exports.texts import text_path
from licet.schemas.manifest import ATTESTATIONS_PATH

DIGEST = b'"sha256": "'


def relisted(path: str, old: bytes, new: bytes) -> Lie:
    def edit(version: Path) -> None:
        data = (version / path).read_bytes()
        assert old in data
        (version / path).write_bytes(data.replace(old, new, 1))
        relist(version, path)

    return edit


def in_columns(path: str, names: dict[str, str]) -> Lie:
    def edit(version: Path) -> None:
        pq.write_table(pq.read_table(version / path).rename_columns(names), version / path)
        relist(version, path)

    return edit


def unlisted(role: str) -> Lie:
    return in_manifest(lambda m: m.update(files=[file for file in m["files"] if file["role"] != role]))


def with_text(text: str) -> Lie:
    def add(version: Path) -> None:
        path, data = text_path(sha(text)), text.encode()
        (version / path).write_bytes(data)
        entry = {"path": path, "role": "licenses", "bytes": len(data), "sha256": sha(text)}
        change_manifest(version, lambda m: m["files"].append({**entry, "rows": None, "schema_sha256": None}))

    return add


def in_lines(change: Callable[[list[bytes]], list[bytes]]) -> Lie:
    def edit(version: Path) -> None:
        path = version / ATTESTATIONS_PATH
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    return edit


def unsigned_result(version: Path) -> None:
    told = verification_result(manifest_of(version), ["row_digest"], "2026-01-02T03:04:05Z")
    in_lines(lambda lines: [*lines, Attestation(told, {}).line()])(version)


def with_signatures(version: Path, change: Callable[[list[Attestation]], list[dict[str, bytes]]]) -> None:
    found = read_attestations((version / ATTESTATIONS_PATH).read_bytes())
    lines = [Attestation(a.statement, s).line() for a, s in zip(found, change(found), strict=True)]
    in_lines(lambda _: lines)(version)


def forget_signature(version: Path, key: PublicKey) -> None:
    del key
    with_signatures(version, lambda found: [{}, *(a.signatures for a in found[1:])])


def swap_signatures(version: Path, key: PublicKey) -> None:
    del key
    with_signatures(version, lambda found: [found[1].signatures, found[0].signatures, found[2].signatures])


def signed_by_another(version: Path) -> None:
    sign_as(version, "ann")
    (version.parent / "ann.pub.pem").write_bytes(new_pair()[1])


FIRST_TWO = in_lines(lambda lines: lines[:2])
EXPORT_LIES: list[tuple[str, str, Lie]] = [
    ("a credit taken out of the notice", "exports", relisted(CREDITS, b"- f by its authors", b"- g by its authors")),
    ("a bill that leaves out a row", "exports", in_rows(BILL, lambda rows: rows.pop())),
    ("a bill under a milder licence", "exports", in_rows(BILL, put(0, license="CC0-1.0"))),
    ("a summary with an answer", "exports", relisted(SUMMARY, b'"test"', b'"a test"')),
    ("an export that is not listed", "exports", unlisted("bill")),
    ("a text that no input held", "exports", with_text("licences of my own")),
    ("a file of Croissant with a digest that is none", "export_shapes", relisted(CROISSANT, DIGEST, DIGEST + b"z")),
    ("a bill with another column", "export_shapes", in_columns(BILL, {"id": "key"})),
    ("a summary that is none", "export_shapes", relisted(SUMMARY, b'"draft"', b'"final"')),
    ("statements of another manifest", "attestations", in_manifest(lambda m: m["dataset"].update(description="x"))),
    ("statements that are gone", "attestations", lambda v: (v / ATTESTATIONS_PATH).unlink()),
    ("a statement taken out", "attestations", in_lines(lambda lines: lines[:1])),
    ("a statement said twice", "attestations", in_lines(lambda lines: [*lines, lines[0]])),
    ("a statement that is none", "attestations", in_lines(lambda lines: [*lines, b"{}\n"])),
    ("a check that nobody signed", "attestations", unsigned_result),
    ("a signature of nobody", "signatures", lambda v: forget_signature(v, sign_as(v, "ann"))),
    ("a signature of somebody else", "signatures", signed_by_another),
    ("a signature over something else", "signatures", lambda v: swap_signatures(v, sign_as(v, "ann"))),
    ("a check that its signer did not sign", "signatures", lambda v: (sign_as(v, "ann"), FIRST_TWO(v))),
]  # fmt: skip
