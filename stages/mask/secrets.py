"""Secrets of no known form: what programs and settings assign to names that speak of secrets.

Masked: `aws_secret_access_key = "wJalr…"`, `"client_secret": "…"`, `API_TOKEN=9f86d081…`. Left: placeholders
(`YOUR_API_KEY`), words (`"my-secret-value-1"`), UUIDs, paths and addresses, calls and variables, and everything under
names that speak of something else: `sha256`, `commit`, `integrity`, `public_key`, `token_type`.
"""

import re
from functools import lru_cache

from licet.stages.mask.random_text import UUID, entropy, is_placeholder, looks_random
from licet.stages.mask.spans import Span

_QUOTED = re.compile(rb"([\"'`])([!#-&(-;=?-\[\]-_a-~]{8,512})\\?\1")
_BARE = re.compile(rb"[:=] {0,2}([0-9A-Za-z+/_.~-]{16,512}={0,2})(?=[\s,;#&]|$)")
_NAMED = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_BLANK = b" \t\r\n\\"
_ANNOTATION = re.compile(rb":\s?[\w.\[\]| ]{1,24}$")
_SECRET_NAME = re.compile(
    rb"api_?key|apikey|access_?key|secret|auth_?token|access_?token|refresh_?token|bearer|private_?key|client_?key|"
    rb"passw(?:or)?d|passphrase|pass_?word|pwd$|credential|(?:^|_)token$|auth_?key|account_?key|encryption_?key|"
    rb"signing_?key|app_?key|consumer_?key|api_?token|bot_?token|storage_?key|shared_?key|service_?key|session_?key|license_?key|(?:^|_)pat$"
)
_OTHER_NAME = re.compile(
    rb"sha\d*|hash|digest|checksum|integrity|commit|revision|public|fingerprint|(?:_|^)(?:id|ids|name|names|type|types|url|uri|path|file|"
    rb"field|fields|label|prefix|suffix|header|headers|format|length|size|count|version|regex|pattern|title|text|msg|message|"
    rb"description|doc|help|hint|prompt|class|env|var|param|arg|kwarg|attr|column|index|expires?|expiry|expiration|ttl|arn|"
    rb"ref|schema|kind|mode|policy|provider|manager|store|scope|hint|placeholder|error|code|status|endpoint|host|port|alg|"
    rb"algorithm|method|rotation|arnm?|resource|template|selector|example|test|mock|dummy|fake)$|tokenizer|tokeni[sz]e|keyword|"
    rb"csrf|xsrf|(?:^|_)(?:dummy|example|sample|fake|mock|test|theme)_|page|next|continuation|sync|cursor|etag|idempot|cache|sort|partition|row|primary|foreign|i18n|locale"
)
_CAMEL = re.compile(rb"(?<=[a-z0-9])(?=[A-Z])")
_HEX = re.compile(rb"[0-9a-f]+|[0-9A-F]+")
_IS_PATH = re.compile(
    rb"^(?:https?:|/|\./|\.\./|~/|[a-z]+://)|\.(?:py|js|ts|json|ya?ml|pem|crt|key|txt|html?|com|org|net|io)$|^[a-z_]+(?:\.[a-z_]+)+$"
)
_IS_CODE = re.compile(rb"[(){}\[\]<>|;]|^\$|%[sd(]|^\W+$|\s")


def quoted_at(text: bytes, at: int) -> Span | None:
    """Return the secret between the quotation marks of which the first is at a place."""
    found = _QUOTED.match(text, at)
    if found is None:
        return None
    name = _name_before(text, at)
    if not is_secret_name(name) or not is_secret(name, found[2]):
        return None
    return Span(found.start(2), found.end(2), "key")


def bare_at(text: bytes, at: int) -> Span | None:
    """Return the secret without quotation marks behind the ``=`` or ``:`` at a place, as in settings."""
    found = _BARE.match(text, at)
    if found is None:
        return None
    name = _name_before(text, at + 1)
    if not is_secret_name(name):
        return None
    value = found[1]
    if b"." in value or not is_secret(name, value) or not looks_random(value, least_entropy=3.3, least_mixing=0.25):
        return None
    return Span(found.start(1), found.end(1), "key")


def _name_before(text: bytes, at: int) -> bytes:
    """Return the name that what begins at a place is assigned to; empty where it is to none."""
    held = text[max(0, at - 120) : at].rstrip(_BLANK)
    if held[-1:] in (b"b", b"r", b"u", b"f") and held[-2:-1] in (b" ", b"=", b":"):
        held = held[:-1].rstrip(_BLANK)
    before = held.rstrip(b":=>")
    if len(before) == len(held):
        return b""
    if held.endswith(b"=") and (found := _ANNOTATION.search(before)):
        before = before[: found.start()]
    before = before.rstrip(b" \t\\\"'`]")
    return before[len(before.rstrip(_NAMED)) :].lstrip(b".-")


def _is_dotted(value: bytes) -> bool:
    """Tell whether a value is short words with dots between, as names of settings and classes are."""
    return b"." in value and all(len(part) < 12 for part in value.split(b"."))


@lru_cache(maxsize=16_384)
def is_secret_name(name: bytes) -> bool:
    """Tell whether a variable or key of that name holds a secret."""
    told = _CAMEL.sub(b"_", name.rpartition(b".")[2]).lower().replace(b"-", b"_")
    return _SECRET_NAME.search(told) is not None and _OTHER_NAME.search(told) is None


def is_secret(name: bytes, value: bytes) -> bool:
    """Tell whether a value under the name of a secret is one rather than a placeholder, a word or a reference."""
    if (
        is_placeholder(value)
        or _IS_PATH.search(value)
        or _is_dotted(value)
        or _IS_CODE.search(value)
        or UUID.fullmatch(value)
    ):
        return False
    if _HEX.fullmatch(value):
        return len(value) >= 24 and entropy(value) >= 3.0
    if re.search(rb"(?i)pass|pwd", name) and len(value) >= 10:
        # A good password is of letters, digits and signs: what people write instead of one seldom is.
        signs = re.sub(rb"[A-Za-z0-9_.:/ -]", b"", value)
        kinds = sum(bool(re.search(kind, value)) for kind in (rb"[a-z]", rb"[A-Z]", rb"\d"))
        if signs and kinds == 3 and entropy(value) >= 3.0 and not re.search(rb"[A-Za-z]{5}", value):
            return True
    return len(value) >= 16 and looks_random(value)
