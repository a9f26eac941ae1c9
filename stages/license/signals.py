"""Usage signals: what a page or the server that sent it says about use for training, kept apart from licences.

A licence grants, a signal reserves or allows; neither is read as the other. Signals are kept word for word, with
where they stood, and read as follows:

* TDMRep (W3C Community Group, final report of 10 May 2024): ``tdm-reservation`` 1 reserves, 0 allows; ``tdm-policy``
  only says where terms are;
* aipref (drafts ietf-aipref-vocab-08 and -attach-05 of 2026, and the labels of earlier drafts): ``Content-Usage`` with
  ``train-ai=n`` reserves; a category that contains training (``train-genai``, ``tdm``, ``ai``, ``genai``, ``bots``,
  ``all``) does where ``train-ai`` itself is not named; where two statements differ, the reservation holds;
* ``Content-Signal`` (draft-romm-aipref-contentsignals-00): ``ai-train=no``;
* ``noai`` and ``noml`` among the robots directives of a page (a convention begun by DeviantArt in 2022); ``noimageai``
  is about pictures and silent on text;
* robots.txt (RFC 9309): a path that a crawler which gathers texts for training may not fetch is reserved;
* RSL 1.0 (December 2025): terms are read where the archive holds them; those that have not been read reserve.

Those of response headers and of a site's own files are found by the reader of web archives.
"""

import re
from collections.abc import Iterable
from typing import Literal

from resiliparse.parse.html import HTMLTree

from licet.schemas.evidence import Claim

Reading = Literal["reserved", "allowed", "silent"]

MAX_BYTES = 4_000_000
MAX_WORDS = 1000
MAX_SIGNALS = 32
_HINTS = (
    b"noai",
    b"noml",
    b"noimageai",
    b"tdm-",
    b"rsl+xml",
)
_ROBOTS = re.compile(r"(?<![\w-])(?:noai|noml|noimageai)(?![\w-])", re.IGNORECASE)
_NAMED = frozenset({"tdm-reservation", "tdm-policy"})
_BROADER = ("train-genai", "tdm", "ai", "genai", "bots", "all")


def page_signals(markup: bytes) -> tuple[Claim, ...]:
    """Return the usage signals in the markup of a page; pages without one are not parsed."""
    markup = markup[:MAX_BYTES]
    lowered = markup.lower()
    if not any(hint in lowered for hint in _HINTS):
        return ()
    root = HTMLTree.parse(markup.decode("utf-8", errors="replace")).document
    if root is None:
        return ()
    found: set[Claim] = set()
    for node in root.query_selector_all("meta[content]")[:500]:
        name = (node.getattr("name") or node.getattr("http-equiv") or "").strip().lower()
        content = " ".join((node.getattr("content") or "").split())
        if name in _NAMED or (_is_robots(name) and _ROBOTS.search(content)):
            found.add(_signal(f"{name}: {content}", f"#meta[{name[:40]}]"))
    for node in root.query_selector_all('link[type*="rsl+xml" i][href]')[:MAX_SIGNALS]:
        found.add(_signal(f"rsl: {(node.getattr('href') or '').strip()}", "#link[rsl]"))
    for node in root.query_selector_all('script[type*="rsl+xml" i]')[:MAX_SIGNALS]:
        found.add(_signal(f"rsl: {' '.join((node.text or '').split())}", "#script[rsl]"))
    return tuple(sorted(found, key=_order)[:MAX_SIGNALS])


def _is_robots(name: str) -> bool:
    return name in ("robots", "ccbot") or name.endswith("bot")


def _signal(words: str, locator: str) -> Claim:
    return Claim(kind="usage_signal", raw=words[:MAX_WORDS], locator=locator)


def _order(claim: Claim) -> tuple[str, str, str]:
    return claim.kind, claim.locator, claim.raw


def reading_of(raw: str) -> Reading:
    """Return what a signal says of training on the text; what is not understood is silent."""
    name, _, value = raw.lower().partition(":")
    name, value = name.strip(), value.strip()
    if name == "tdm-reservation":
        return {"1": "reserved", "0": "allowed"}.get(value.strip("\"'"), "silent")  # type: ignore[return-value]
    if name == "content-usage":
        return _of_categories(value, "train-ai", _BROADER)
    if name == "content-signal":
        return _of_categories(value, "ai-train", ())
    if name == "robots.txt":
        return "reserved" if value.startswith("disallow:") else "silent"
    if name == "rsl":
        return _of_rsl(value)
    if name != "tdm-policy" and {"noai", "noml"} & set(re.findall(r"[\w-]+", value)):
        return "reserved"
    return "silent"


def _of_categories(value: str, own: str, broader: tuple[str, ...]) -> Reading:
    """Return what a dictionary of categories says of training: by its own category, else by one that contains it."""
    said: dict[str, set[str]] = {}
    for match in re.finditer(r"(?<![\w-])([a-z][\w-]*)\s*=\s*\"?\??(y|n|yes|no|0|1)(?![\w-])", value):
        said.setdefault(match[1], set()).add("n" if match[2] in ("n", "no", "0") else "y")
    told = said.get(own) or {answer for name in broader for answer in said.get(name, ())}
    return "reserved" if "n" in told else "allowed" if "y" in told else "silent"


def _of_rsl(value: str) -> Reading:
    """Return what RSL terms say; an address reserves, and so do permits that ask for payment or a licence server."""
    allowed = re.search(r"<permits[^>]*type=[\"']usage[\"'][^>]*>([^<]*)</permits>", value)
    prohibited = re.search(r"<prohibits[^>]*type=[\"']usage[\"'][^>]*>([^<]*)</prohibits>", value)
    training = re.compile(r"(?<![\w-])(?:all|ai-all|ai-train|train-ai)(?![\w-])")
    is_free = re.search(r"<payment[^>]*type=[\"'](?!free|attribution)|<content[^>]*\bserver=", value) is None
    if allowed and training.search(allowed[1]) and is_free and not (prohibited and training.search(prohibited[1])):
        return "allowed" if value.count("<license") == 1 else "reserved"
    return "reserved"


def flags_of(raw: str) -> tuple[str, ...]:
    """Return the flag by which evidence shows what a signal says: ``reserves:train``, ``allows:train`` or none."""
    return {"reserved": ("reserves:train",), "allowed": ("allows:train",), "silent": ()}[reading_of(raw)]


def reserved(claims: Iterable[Claim]) -> str | None:
    """Return the words of the first reservation against training among claims; null where there is none."""
    signals = sorted((c for c in claims if c.kind == "usage_signal"), key=_order)
    if any(c.raw.startswith("tdm-reservation") and not _is_of_site(c) for c in signals):
        # TDMRep, "Processing priority": what came with the page supersedes the file on the server.
        signals = [c for c in signals if not (c.raw.startswith("tdm-") and _is_of_site(c))]
    return next((f"{c.raw} ({c.locator})" for c in signals if _reserves(c)), None)


def _is_of_site(claim: Claim) -> bool:
    return claim.locator.startswith("/.well-known/")


def _reserves(claim: Claim) -> bool:
    return reading_of(claim.raw) == "reserved"
