"""E-mail addresses: ``jane@x.org``, also written out as ``jane [at] x [dot] org``.

Masked: `Mail me: jane.doe+list@mail.x.co.uk`. Left: `icon@2x.png`, `react@18.2.0`, `git@github.com:a/b.git`,
`@app.route`, `https://key@sentry.io/1`, `a@b.to(device)`, and what the recipe allows.
The local part is that of RFC 5322's dot-atoms without the signs that programs write around addresses; a domain ends in
a name of the root zone, which keeps file names and attributes out.
"""

import re
from functools import lru_cache

from licet.stages.mask.allowed import Allowed
from licet.stages.mask.domains import TOP_LEVEL
from licet.stages.mask.spans import Span

_LOCAL = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_MOST_LOCAL = 64
"""Bytes of a local part (RFC 5321, 4.5.3.1.1)."""
_DOMAIN = re.compile(
    rb"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}([A-Za-z]{2,18}|xn--[a-z0-9]{4,})(?![\w-]|\.\w|\()",
)
_ESCAPES = frozenset(b"nrtbfv0")
_IN_ADDRESS = re.compile(rb"://[^\s/?#\"'<>]*$")
_ALGORITHM = re.compile(
    rb"[a-z0-9+.-]*(?:\d|cbc|rsa|zlib|auth|conn)[a-z0-9+.-]*@"
    rb"(?:openssh\.com|libssh\.org|lysator\.liu\.se|ssh\.com)"
)
"""Names of algorithms and extensions of SSH, which RFC 4250 has look like addresses."""
_NOTICE = re.compile(rb"copyright|\(c\)\s*(?:(?:19|20)\d\d|<?[\w.+-]+@)|\xc2\xa9|copr\.", re.IGNORECASE)
_WRITTEN_OUT = re.compile(
    rb"(?:\s?[\[({]\s?at\s?[\])}]\s?|\sat\s)((?:[A-Za-z0-9-]{1,63}(?:\s?[\[({]\s?dot\s?[\])}]\s?|\.|\sdot\s)){1,4})"
    rb"([A-Za-z]{2,18})(?!\w)",
    re.IGNORECASE,
)
_BEFORE_AT = re.compile(
    rb"(?i)(?:[a-z0-9]{1,20}(?:\s?[\[({]\s?dot\s?[\])}]\s?|\sdot\s)){0,3}[a-z0-9][a-z0-9._+-]{1,63}$"
)
_WORDS = frozenset(
    b"a an any be been each find got had her here him his is it its look looked looking me meet my no on one our out"
    b" see some stay that the their them there these they this those up us was we were work you your".split()
)
"""Words before and behind an ``at`` that is one."""
_SPOKEN = re.compile(rb"(?i)\s?[\[({]\s?dot\s?[\])}]\s?|\sdot\s")


def email_at(text: bytes, at: int, allowed: Allowed, *, keep_notices: bool) -> Span | None:
    """Return the address around the ``@`` at a place."""
    start = _local_start(text, at)
    if start is None:
        return None
    found = _DOMAIN.match(text, at + 1)
    if found is None or not _is_top_level(found[1]):
        return None
    before = text[max(0, start - 200) : start]
    if before.endswith((b"//", b"@")) or _IN_ADDRESS.search(before):
        return None
    if allowed.has_email(text[start:at].decode(), text[at + 1 : found.end()].decode()):
        return None
    if _ALGORITHM.match(text, start, found.end()) or (keep_notices and in_notice(text, start, found.end())):
        return None
    return Span(start, found.end(), "email")


def _local_start(text: bytes, at: int) -> int | None:
    """Return where the local part before an ``@`` begins; null where there is none, or one too long to be one."""
    floor = max(0, at - _MOST_LOCAL - 1)
    start = at
    while True:
        held = text[floor:start]
        start = floor + len(held.rstrip(_LOCAL))
        # Letters of Latin with marks take two bytes, the first of them C3 to C9.
        if start - 2 >= floor and 0xC3 <= text[start - 2] <= 0xC9 and text[start - 1] & 0xC0 == 0x80:
            start -= 2
            continue
        break
    if start == floor and floor:
        return None
    while start < at and text[start] in b".%+-":
        start += 1
    if start and text[start - 1] == 0x5C and text[start] in _ESCAPES and text[start - 2 : start - 1] != b"\\":
        start += 1
    if text[start:at].strip(b"._%+-") == b"" or text[at - 1] in b".%" or b".." in text[start:at]:
        return None
    return start


def written_out_at(text: bytes, at: int, allowed: Allowed, *, keep_notices: bool) -> Span | None:
    """Return the address whose ``at`` in words begins at a place."""
    before_at = at
    while before_at and text[before_at - 1] in b" [({":
        before_at -= 1
        if at - before_at > 3:
            return None
    found = _WRITTEN_OUT.match(text, before_at)
    if found is None or not _is_top_level(found[2]):
        return None
    if not (_SPOKEN.search(found[1]) or text[at - 1 : at] in (b"[", b"(", b"{") or text[before_at + 1 : at].strip()):
        return None
    local = _BEFORE_AT.search(text[max(0, before_at - _MOST_LOCAL) : before_at])
    if local is None:
        return None
    start = before_at - len(local[0])
    is_bracketed = text[at - 1] in b"[({"
    if not is_bracketed and (local[0].lower() in _WORDS or found[1].split()[0].lower() in _WORDS):
        return None
    domain = _SPOKEN.sub(b".", found[1]) + found[2]
    if allowed.has_email(local[0].decode(), domain.decode()):
        return None
    if keep_notices and in_notice(text, start, found.end()):
        return None
    return Span(start, found.end(), "email")


def in_notice(text: bytes, start: int, end: int) -> bool:
    """Tell whether the line of a place is a copyright notice, which its licence obliges one to keep."""
    first = max(text.rfind(b"\n", max(0, start - 300), start) + 1, start - 300, 0)
    last = text.find(b"\n", end, end + 100)
    return _NOTICE.search(text, first, last if last >= 0 else end + 100) is not None


@lru_cache(maxsize=4096)
def _is_top_level(name: bytes) -> bool:
    return name.startswith(b"xn--") or name.lower().decode() in TOP_LEVEL
