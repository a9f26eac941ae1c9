import hashlib
from typing import Any

import pyarrow as pa
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.shard.digest import (
    RECORD_KEYS,
    digest_of_rows,
    inclusion_proof,
    is_included,
    licence_record_json,
    packed,
    row_digest,
    row_leaves,
    tree_root,
    unpacked,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.none() | words
leaf = st.binary(min_size=32, max_size=32)
leaf_lists = st.lists(leaf, max_size=40)


def table(*rows: dict[str, Any]) -> pa.Table:
    names = ["id", "content_sha256", *RECORD_KEYS]
    return pa.Table.from_pylist(list(rows), schema=pa.schema([pa.field(name, pa.string()) for name in names]))


def row(number: int, **other: Any) -> dict[str, Any]:
    told = {key: f"{key} of {number % 3}" for key in RECORD_KEYS}
    return {"id": f"s/{number}", "content_sha256": hashlib.sha256(bytes([number])).hexdigest(), **told, **other}


def merkle_tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word, over leaf hashes."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + merkle_tree_hash(leaves[:k]) + merkle_tree_hash(leaves[k:])).digest()


@given(st.lists(values, min_size=5, max_size=5))
def test_a_licence_record_is_written_as_rfc_8785_says(record: list[str | None]) -> None:
    assert licence_record_json(record) == rfc8785.dumps(dict(zip(RECORD_KEYS, record, strict=True)))


def test_a_leaf_is_what_the_specification_says() -> None:
    told = row(1, attribution=None)
    record = hashlib.sha256(rfc8785.dumps({key: told[key] for key in RECORD_KEYS})).digest()
    spelt = b"\x00" + b"s/1" + bytes.fromhex(told["content_sha256"]) + record
    assert row_leaves(table(told)) == [hashlib.sha256(spelt).digest()]


@given(leaf_lists)
def test_the_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    assert tree_root(leaves) == merkle_tree_hash(leaves)


@given(leaf_lists, st.randoms(), st.integers(1, 4))
def test_the_digest_does_not_depend_on_order_or_on_pieces(leaves: list[bytes], random: Any, pieces: int) -> None:
    shuffled = list(leaves)
    random.shuffle(shuffled)
    parts = [unpacked(packed(shuffled[i::pieces])) for i in range(pieces)]
    assert row_digest(parts) == row_digest([unpacked(packed(leaves))])


@given(st.lists(leaf, min_size=1, max_size=40), st.data())
def test_every_leaf_has_a_proof_and_no_other_has(leaves: list[bytes], data: Any) -> None:
    pieces = [unpacked(packed(leaves[::2])), unpacked(packed(leaves[1::2]))]
    digest = row_digest(pieces).digest
    chosen = data.draw(st.sampled_from(leaves))
    proof = inclusion_proof(pieces, chosen)
    assert proof is not None
    assert is_included(chosen, proof, digest)
    other = bytes([chosen[0]]) + hashlib.sha256(chosen).digest()[1:]
    assert not is_included(other, proof, digest)
    assert other in leaves or inclusion_proof(pieces, other) is None


@pytest.mark.parametrize(("place", "leaves"), [(1, 1), (0, 2), (5, 3), (-1, 1)])
def test_a_proof_for_another_place_or_size_is_refused(place: int, leaves: int) -> None:
    pieces = [unpacked(packed(row_leaves(table(row(1)))))]
    chosen = row_leaves(table(row(1)))[0]
    proof = inclusion_proof(pieces, chosen)
    assert proof is not None
    changed = type(proof)(leaves=leaves, place=place, path=proof.path, upper=proof.upper)
    assert not is_included(chosen, changed, row_digest(pieces).digest)
    assert not is_included(chosen[:-1], proof, row_digest(pieces).digest)


@pytest.mark.parametrize("column", ["id", "content_sha256", *RECORD_KEYS])
def test_a_change_of_any_bound_column_changes_the_digest(column: str) -> None:
    changed = row(2, **{column: "ab" * 32})
    assert digest_of_rows(table(row(1), row(2))).digest != digest_of_rows(table(row(1), changed)).digest


def test_a_row_that_is_there_twice_counts_twice() -> None:
    once, twice = digest_of_rows(table(row(1))), digest_of_rows(table(row(1), row(1)))
    assert (once.rows, twice.rows) == (1, 2)
    assert once.digest != twice.digest


def test_no_rows_have_a_digest_too() -> None:
    assert row_digest([]) == row_digest([unpacked(b"")])
    assert row_digest([]).rows == 0
