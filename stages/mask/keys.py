"""Keys and tokens whose form their issuer has published, private keys, and logins in addresses.

Masked whole: `AKIA…`, `ghp_…`, `glpat-…`, `xoxb-…`, `AIza…`, `sk_live_…`, `hf_…`, `npm_…`, `pypi-…`, JSON Web Tokens,
`-----BEGIN … PRIVATE KEY-----` blocks; of `https://user:password@host` the password. Left: keys that are no keys
(`AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxx`), public keys and certificates, base64 of anything else.
"""

import base64
import binascii
import json
import re

from licet.stages.mask.random_text import entropy, is_placeholder
from licet.stages.mask.spans import Span

_FORMS: tuple[tuple[bytes, bytes], ...] = (
    (b"A", rb"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    (b"A", rb"AIza[0-9A-Za-z_-]{35}"),
    (b"g", rb"gh[pousr]_[A-Za-z0-9]{36,255}"),
    (b"g", rb"github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}"),
    (b"g", rb"glpat-[0-9A-Za-z_-]{20,64}"),
    (b"g", rb"glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}"),
    (b"x", rb"xox[abpors]-(?:\d{6,16}-){1,4}[0-9A-Za-z]{16,64}|xox[abpors]-[0-9A-Za-z-]{32,}"),
    (b"x", rb"xoxe(?:\.xox[bp])?-\d-[0-9A-Za-z]{60,}"),
    (b"x", rb"xapp-\d-[A-Z0-9]{8,}-\d{8,}-[0-9a-f]{32,}"),
    (b"y", rb"ya29\.[0-9A-Za-z_-]{30,}"),
    (b"s", rb"[sr]k_(?:live|test)_[0-9A-Za-z]{20,247}"),
    (b"r", rb"[sr]k_(?:live|test)_[0-9A-Za-z]{20,247}"),
    (b"s", rb"sk-(?:proj-|svcacct-)?[0-9A-Za-z_-]{16,}T3BlbkFJ[0-9A-Za-z_-]{16,}"),
    (b"s", rb"sk-ant-[a-z]+\d\d-[0-9A-Za-z_-]{80,120}"),
    (b"s", rb"sk-(?:or-v1-[0-9a-f]{64}|[0-9A-Za-z]{48})"),
    (b"s", rb"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    (b"h", rb"hf_[A-Za-z0-9]{34}"),
    (b"n", rb"npm_[A-Za-z0-9]{36}"),
    (b"p", rb"pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,}"),
    (b"d", rb"do[opr]_v1_[0-9a-f]{64}"),
    (b"d", rb"dckr_pat_[0-9A-Za-z_-]{27}"),
    (b"l", rb"lin_api_[0-9A-Za-z]{40}"),
    (b"S", rb"SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}"),
)  # fmt: skip
"""First byte and form: as the issuers document them and as secret scanners ask for them."""
_BY_FIRST = {
    first[0]: re.compile(rb"(?:" + rb"|".join(form for f, form in _FORMS if f == first) + rb")(?![\w])")
    for first, _ in _FORMS
}
_JWT = re.compile(rb"(eyJ[0-9A-Za-z_-]{10,})\.(eyJ[0-9A-Za-z_-]{10,})\.([0-9A-Za-z_-]{20,})(?!\w)")
_HEADER = re.compile(rb"(?:Bearer|Basic)[ ]([0-9A-Za-z._~+/-]{16,}={0,2})(?!\w)")
_AUTHORIZATION = re.compile(rb"(?i)authorization[\"']?\s*(?:[:=,]|=>)\s*[bfru]?[\\\"'`]{0,2}\s*$")
_PEM = re.compile(rb"-----BEGIN ((?:[A-Z]{2,8} )?(?:ENCRYPTED )?PRIVATE KEY(?: BLOCK)?)-----")
_BODY = re.compile(rb"[0-9A-Za-z+/=]{8,}")
_MOST_PEM = 16_384
"""Bytes of the longest private key with its frame: RSA of 16,384 bits has 12 kB."""
_LOGIN = re.compile(
    rb"[A-Za-z][A-Za-z0-9+.-]*://([^\s:/?#@\"'<>`\\]{0,100}):([^\s/?#@\"'<>`\\]{3,200})@(?=[A-Za-z0-9\[])"
)
_NO_PASSWORD = re.compile(
    rb"(?i)(?:user|pass|pwd|pw|secret|name|login|guest|admin|root|postgres|mysql|rabbit|redis|my|the|your|foo|bar|baz|token|key"
    rb"|some|any|db|test|demo|x+|\*+|\.+|abc|hello|port|host|p[a4@]ss?w[o0]?r?d?|[-_\d])*"
)
_IS_CODE = re.compile(rb"[{}()\[\]*<>|,;]|%[sd(]|^\$")


def key_at(text: bytes, at: int) -> Span | None:
    """Return the key, web token or credential of a header that begins at a place."""
    if text.startswith(b"eyJ", at):
        found = _JWT.match(text, at)
        return Span(at, found.end(), "key") if found and _is_web_token(found) else None
    if text[at] == 0x42:
        return _in_header(text, at)
    found = _BY_FIRST[text[at]].match(text, at)
    if found is None or is_placeholder(found[0]):
        return None
    body = found[0][4:] if len(found[0]) < 24 else found[0][8:]
    if entropy(body) < (2.5 if len(body) <= 16 else 3.0):
        return None
    return Span(at, found.end(), "key")


def _is_web_token(found: "re.Match[bytes]") -> bool:
    """Tell whether the head of a token is JSON that names an algorithm (RFC 7515), with a real signature."""
    head = found[1]
    try:
        told = json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return False
    return isinstance(told, dict) and ("alg" in told or "enc" in told) and entropy(found[3]) >= 3.0


def _in_header(text: bytes, at: int) -> Span | None:
    """Return the credential of an ``Authorization`` header whose scheme begins at a place."""
    found = _HEADER.match(text, at)
    if found is None or not _AUTHORIZATION.search(text[max(0, at - 40) : at]):
        return None
    if is_placeholder(found[1]) or entropy(found[1]) < 3.2 or not re.search(rb"\d", found[1]):
        return None
    if text.startswith(b"Basic", at) and not _has_password(found[1]):
        return None
    return Span(found.start(1), found.end(1), "key")


def _has_password(basic: bytes) -> bool:
    """Tell whether what Basic authentication sends (RFC 7617) has a password in it."""
    try:
        told = base64.b64decode(basic, validate=True)
    except ValueError:
        return False
    return len(told.partition(b":")[2]) >= 3


def pem_at(text: bytes, at: int) -> Span | None:
    """Return the block of a private key that begins at a place; one that is cut off ends with its last line."""
    found = _PEM.match(text, at)
    if found is None:
        return None
    close = b"-----END " + found[1] + b"-----"
    end = text.find(close, found.end(), at + _MOST_PEM)
    body = text[found.end() : end if end >= 0 else at + _MOST_PEM]
    if end < 0:
        body = _cut_off(body)
    held = b"".join(_BODY.findall(body))
    if len(held) < 60 or entropy(held) < 4.0:
        return None
    return Span(at, end + len(close) if end >= 0 else found.end() + len(body), "key")


_LINES = re.compile(
    rb"(?:(?:\\r)?(?:\\n)|[\s\"'+,#*]|[0-9A-Za-z+/=]{16,}|[A-Z][A-Za-z-]+: [^\n]{1,80}\n)*[0-9A-Za-z+/=]{16,}"
)


def _cut_off(body: bytes) -> bytes:
    found = _LINES.match(body)
    return found[0] if found else b""


def login_at(text: bytes, at: int) -> Span | None:
    """Return the password of the address with a login that ends in the ``@`` at a place."""
    start = text.rfind(b"://", max(0, at - 320), at)
    while start > 0 and (0x61 <= text[start - 1] | 0x20 <= 0x7A or text[start - 1] in b"+.-0123456789"):
        start -= 1
        if at - start > 340:
            return None
    found = _LOGIN.match(text, max(start, 0))
    if found is None or found.end() != at + 1:
        return None
    password = found[2]
    if _IS_CODE.search(password) or _NO_PASSWORD.fullmatch(password) or password.lower() == found[1].lower():
        return None
    if is_placeholder(password) or len(set(password)) < 4 or found[1].lower() == b"anonymous":
        return None
    if len(password) < 12 and (password.islower() or password.isupper()) and password.isalpha():
        return None
    return Span(found.start(2), found.end(2), "key")
