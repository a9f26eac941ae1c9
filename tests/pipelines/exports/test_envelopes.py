import base64
import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.pipelines.exports.envelopes import Attestation, PrivateKey, PublicKey, key_bytes, read_attestations
from licet.pipelines.exports.keys import new_pair
from licet.schemas.errors import InputError, VersionError

PRIVATE, PUBLIC = new_pair()
RSA = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
"""
"""An elliptic curve key of another kind."""
values = st.recursive(st.integers(-(2**53) + 1, 2**53 - 1) | st.text(), lambda v: st.dictionaries(st.text(), v))
statements = st.dictionaries(st.text().filter(lambda key: key != "payload"), values)


def test_the_bytes_signed_are_those_of_dsse() -> None:
    """The specification's own form: version, lengths and contents, with a space between them."""
    assert Attestation({"b": 1, "a": 2}, {}).signed_bytes == b'DSSEv1 28 application/vnd.in-toto+json 13 {"a":2,"b":1}'


@given(statements)
@settings(max_examples=50, deadline=None)
def test_what_was_written_is_read_and_its_signature_holds(statement: dict[str, object]) -> None:
    signed = PrivateKey(PRIVATE).signed(Attestation(statement, {}))
    for told in (Attestation(statement, {}), signed):
        assert read_attestations(told.line()) == [told]
    assert PublicKey(PUBLIC).has_signed(signed)


@given(st.integers(0, 63), st.integers(1, 255))
@settings(max_examples=30, deadline=None)
def test_a_signature_with_any_byte_changed_does_not_hold(place: int, change: int) -> None:
    key = PrivateKey(PRIVATE)
    signed = key.signed(Attestation({"a": 1}, {}))
    signature = bytearray(signed.signatures[key.keyid])
    signature[place] ^= change
    assert not key.has_signed(Attestation(signed.statement, {key.keyid: bytes(signature)}))


def test_a_signature_of_another_statement_or_key_does_not_hold() -> None:
    key, other = PrivateKey(PRIVATE), PrivateKey(new_pair()[0])
    signed = key.signed(Attestation({"a": 1}, {}))
    assert not key.has_signed(Attestation({"a": 2}, signed.signatures))
    assert not other.has_signed(signed)
    assert not other.has_signed(Attestation({"a": 1}, {other.keyid: signed.signatures[key.keyid]}))


def test_several_keys_sign_one_envelope() -> None:
    keys = [PrivateKey(new_pair()[0]) for _ in range(3)]
    signed = Attestation({"a": 1}, {})
    for key in keys:
        signed = key.signed(signed)
    assert all(key.has_signed(signed) for key in keys)
    told = json.loads(signed.line())
    assert [entry["keyid"] for entry in told["signatures"]] == sorted(key.keyid for key in keys)


def test_both_halves_of_a_key_have_one_name() -> None:
    assert PrivateKey(PRIVATE).keyid == PublicKey(PUBLIC).keyid


ENVELOPE = json.loads(PrivateKey(PRIVATE).signed(Attestation({"a": 1}, {})).line())


@pytest.mark.parametrize(
    "line",
    [
        b"nothing",
        b"[1]",
        b'"a"',
        b'{"a": 1}',
        json.dumps({**ENVELOPE, "payload": "!"}).encode(),
        json.dumps({**ENVELOPE, "payload": base64.b64encode(b'{"a": 1}').decode()}).encode(),
        json.dumps({**ENVELOPE, "payloadType": "text/plain"}).encode(),
        json.dumps({**ENVELOPE, "signatures": None}).encode(),
        json.dumps({**ENVELOPE, "more": 1}).encode(),
        b'{"a":NaN}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_attestation_is_named(line: bytes) -> None:
    with pytest.raises(VersionError, match="line 2 "):
        read_attestations(b"{}\n" + line)


@pytest.mark.parametrize(
    ("pem", "told"),
    [(b"", "no private key in PEM"), (PUBLIC, "no private key in PEM")],
)
def test_what_is_no_private_key_is_said_to_be_none(pem: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        PrivateKey(pem)


@pytest.mark.parametrize(
    ("pem", "told"),
    [(b"", "no public key in PEM"), (PRIVATE, "no public key in PEM"), (RSA, "no ed25519 key")],
)
def test_what_is_no_public_key_is_said_to_be_none(pem: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        PublicKey(pem)


def test_a_key_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match=r"the key nowhere\.pem cannot be read"):
        key_bytes("nowhere.pem")


def test_without_cryptography_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "licet.pipelines.exports.keys")
    monkeypatch.delattr("licet.pipelines.exports.keys")
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(InputError, match=r"install licet\[sign\]"):
        PublicKey(PUBLIC)
