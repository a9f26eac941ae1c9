"""Public IP addresses: those that the Internet routes to somebody.

Masked: `Failed login from 93.184.216.34`, `2003:e5:1f02::1`. Left: private, loopback, link-local, multicast and
documentation ranges (`ipaddress.is_global`, the registries of IANA), networks (`52.0.0.0/8`), versions (`v1.2.3.4`,
`==4.2.1.9`, `Chrome/90.0.44.2`), numbers of sections (`4.1.2.3 Scope`), object ids (`1.3.6.1.4.1`), and addresses of
small numbers (`4.0.21.3`) unless the words before them speak of a host: as BigCode's filter has it, most are versions.
So are made-up ones: `11.22.33.44`, `71.1.1.1`.
"""

import ipaddress
import re
from itertools import pairwise

from licet.stages.mask.allowed import Allowed
from licet.stages.mask.spans import Span

_IPV4 = re.compile(rb"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w-]|\.\w)")
_IPV6 = re.compile(rb"[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{3,34}(?![\w:]|\.\d)")
_VERSION_BEFORE = re.compile(
    rb"(?:version|\bver|\bv|release|\brev|revision|build|firmware|driver|\bsdk|\bsection|\bsec|\bchapter|\bclause|\bappendix"
    rb"|\btable|\bfigure|\bfig|\bstep|\boid|upgrade[ds]?|bump(?:ed)?|since|requires?|\xc2\xa7|[~=<>!^]=|\.{2,3}|\bedition"
    rb"|[A-Za-z]{2,}[/-]|python|java|chrome|firefox|numpy|plugin|library|kernel|assembly|runtime|package|patch|\bjdk|\bjre"
    rb"|changes? in|fixed in|new in|prior to|as of|up to|tested with|below|above)"
    rb"[\"'` ]{0,2}(?:to|is|number|no\.?|of|:|=|\(|,|with|in)?[\s:=\"'`(\[]{0,3}v?$",
    re.IGNORECASE,
)
_HOST_BEFORE = re.compile(
    rb"(?:\b|_)ip(?:v4|_?addr(?:ess)?)?s?(?:\b|_)|address|\bhost|server|\bdns\b|\bping\b|gateway|https?://|\bssh\b|telnet",
    re.IGNORECASE,
)
_HEADING = re.compile(rb"\s*[.:)\-]?\s+[A-Z][a-z]|\s*\.{3}")
_DECIMAL_BEFORE = re.compile(rb"(?<![\d.])\d*\.\d+,$")
"""In the paths of SVG, numbers that begin with a dot need nothing between them: `4.48,12.4.84.32`."""
_PREFIX_LENGTH = re.compile(rb"/(\d{1,3})(?!\d)")


def ipv4_at(text: bytes, at: int, allowed: Allowed) -> Span | None:
    """Return the public IPv4 address that begins at a place."""
    found = _IPV4.match(text, at)
    if found is None or any(len(part) > 1 and part.startswith(b"0") for part in found.groups()):
        return None
    parts = [int(part) for part in found.groups()]
    if max(parts) > 255 or parts[3] == 0 or parts[1] == parts[2] == 0:
        return None
    address = ipaddress.IPv4Address(found[0].decode())
    if not address.is_global or address.is_multicast or allowed.has_ip(address) or _is_network(text, found.end(), 32):
        return None
    before = text[max(0, at - 40) : at]
    before = before[before.rfind(b"\n") + 1 :]
    if before.endswith((b"/", b"-", b"_", b"+", b"^", b"~", b">", b"<", b"$")) and not before.endswith(
        (b"://", b"//", b'">', b"'>")
    ):
        return None
    if _VERSION_BEFORE.search(before) or _DECIMAL_BEFORE.search(before):
        return None
    if _is_made_up(parts) or (max(parts) < 100 and b"ersion" in text[max(0, at - 60) : found.end() + 30]):
        return None
    if max(parts) < 40 and not before.strip(b" \t#*-|>") and _HEADING.match(text, found.end()):
        return None
    may_be_oid = parts[0] <= 2 and parts[1] < 48
    if (max(parts) < 64 or may_be_oid) and not _HOST_BEFORE.search(before):
        # Sections, versions and object ids count up from one; of the addresses 1 in 256 are so small.
        return None
    return Span(at, found.end(), "ip_address")


def _is_made_up(parts: list[int]) -> bool:
    """Tell whether numbers are those that people make up: one of them three times, or equal steps (11.22.33.44)."""
    steps = {b - a for a, b in pairwise(parts)}
    return max(map(parts.count, parts)) >= 3 or len(steps) == 1


def ipv6_at(text: bytes, at: int, allowed: Allowed) -> Span | None:
    """Return the public IPv6 address that begins at a place: of 2000::/3, the part that is given out."""
    found = _IPV6.match(text, at)
    if found is None or text[max(0, at - 1) : at] in (b":", b".", b"-"):
        return None
    told = found[0].rstrip(b":") if found[0].endswith(b":") and not found[0].endswith(b"::") else found[0]
    if told.count(b":") < 2:
        return None
    try:
        address = ipaddress.IPv6Address(told.decode())
    except ValueError:
        return None
    end = at + len(told)
    if not address.is_global or allowed.has_ip(address) or _is_network(text, end, 128) or told.endswith(b"::"):
        return None
    if address.sixtofour is not None and not address.sixtofour.is_global:
        return None
    return Span(at, end, "ip_address")


def _is_network(text: bytes, end: int, whole: int) -> bool:
    """Tell whether the length of a prefix follows, other than that of a single address."""
    found = _PREFIX_LENGTH.match(text, end)
    return found is not None and int(found[1]) != whole
