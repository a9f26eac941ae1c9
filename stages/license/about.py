"""About what a piece of a licence file speaks: the whole project, or a component, and where that is."""

import re
from dataclasses import dataclass

from licet.stages.license.bundle import Piece
from licet.stages.license.normalize import normalize

_BUNDLE_FILE = re.compile(r"third.?part(?:y|ies)|3rd.?party|vendored|bundled", re.IGNORECASE)
_ABOUT_A_PART = re.compile(
    r"\b(?:portions?|parts?) of\b|\bsome (?:files|code|portions|bits|source|sections)\b|\bbundle[sd]?\b|\bvendored\b"
    r"|\bincludes? (?:code|source|software|the following)\b|\b(?:third|3rd)[- ]?party\b"
    r"|\b(?:adapted|derived|copied|taken)\b"
    r"|\bthe (?:files?|script|director(?:y|ies))\b|\bfiles? (?:under|in)\b|\bfollowing (?:files|software|components)\b"
    r"|\bdependenc(?:y|ies)\b|\bsubmodules?\b|\bpatches\b|(?<![\w/])(?:\w+/)+\w+\.\w+ .{0,60}\b(?:has|have|is|are)\b",
    re.IGNORECASE,
)
_ABOUT_ALL = re.compile(
    r"\b(?:rest|remain\w+|everything else|(?:all|any) other|as a whole|whole of"
    r"|all (?:of )?(?:the )?(?:code|files|software)|entire|otherwise)\b",
    re.IGNORECASE,
)
_REFERRED = re.compile(r"\btexts? (?:referred|referenced) to above\b|\btexts? of (?:the )?licen[cs]es? texts?\b", re.I)
_LINKED = re.compile(
    r"\b(?:static|dynamic)(?:al)?(?:ly)?[- ]link(?:ed|ing)\b|\bbinary (?:distributions?|wheels?)\b"
    r"|\blibraries are linked\b"
    r"|\b(?:re)?(?:distributed|bundled|shipped|included) as an? .{0,30}\blibrar",
    re.IGNORECASE,
)
_FILES = re.compile(r"\b(?:files?|director(?:y|ies)|folder|scripts?|modules?)\b|^\S+/\S+\.\w+\s", re.IGNORECASE)
_ORIGIN = re.compile(r"\b(?:based (?:on|off)|(?:adapted|derived|copied|taken|ported)\b.{0,20}\bfrom)\b", re.IGNORECASE)
_NAME = re.compile(r"\w[\w .+-]{0,39}")
_LEGAL_NAME = re.compile(r"licen[cs]e|project|version|\bthe\b|copyright|terms|\b(?:19|20)\d\d\b", re.IGNORECASE)
_SPEAKS_OF_LICENSES = re.compile(r"licen[cs]e|copying|copyright|notice|readme|authors|contributors|change", re.I)
_URL = re.compile(r"\(?\bhttps?://\S+")
_PATH = re.compile(
    r"(?<![\w/.@])(?:under|in|directory|folder)?\s*((?:[\w.*-]+/)+[\w.*-]*|[\w*-]+"
    r"\.(?:py[xidc]?|pxd|[ch](?:c|pp|xx)?|cc|m|mm|js|css|html|so|dylib|dll|R|rs|sh|ya?ml|txt|rst|md)\b)"
)


@dataclass(frozen=True)
class About:
    """A component: how it is called, and where it is.

    ``place`` is ``placed`` (at ``paths``), ``linked`` (a library beside the files), ``referred`` (no component, but
    texts quoted in full for licences that are named above), else ``anywhere``.
    """

    name: str
    place: str = "anywhere"
    paths: tuple[str, ...] = ()


def is_about_others(name: str) -> bool:
    """Tell whether a licence file's name says that it speaks for third parties only."""
    return _BUNDLE_FILE.search(name) is not None


def component(name: str, head: str, paths: tuple[str, ...]) -> About:
    """Return a component by its name, what is said of it, and the paths of its files."""
    return About(name, "linked" if _LINKED.search(head) else "placed" if paths else "anywhere", paths)


def announced(head: str) -> About | None:
    """Return what the texts after a piece without terms are about; null where it says nothing of components."""
    if _REFERRED.search(head):
        return About("texts referred to", "referred")
    if not _ABOUT_A_PART.search(head) or _ABOUT_ALL.search(head):
        return None
    return component(head[:80], head, _paths_in(head))


def about(piece: Piece, head: str, *, is_list: bool) -> About | None:
    """Return what a piece says it is about: its stanza, its title, the sentence before its licence, or a name."""
    if piece.paths and not any(path.strip("./*") == "" for path in piece.paths):
        return component(piece.name or piece.paths[0], "", piece.paths)
    if piece.name:
        return component(piece.name, head, _paths_in(head))
    if _ABOUT_A_PART.search(head) and not _ABOUT_ALL.search(head):
        return component(head[:80], head, _paths_in(head))
    name = title_name(piece.text, is_list=is_list)
    return component(name, "", ()) if name else None


def title_name(text: str, *, is_list: bool) -> str:
    """Return the component whose name alone stands over a piece; empty when the first line is none.

    In a file that lists components under their names, a name that is a licence's too (``ZLIB``) is a component's.
    """
    first, _, rest = text.partition("\n")
    if not _NAME.fullmatch(first) or _LEGAL_NAME.search(first) or rest[:1] != "\n":
        return ""
    said = normalize(first)
    return first if is_list or (said.expression is None and said.family is None) else ""


def _paths_in(head: str) -> tuple[str, ...]:
    """Return the paths of a component's files, as a sentence tells them; what it names as the origin is left out."""
    told = _ORIGIN.split(_URL.sub(" ", head))[0]
    if not _FILES.search(told):
        return ()
    found = [match[1].rstrip(".,") for match in _PATH.finditer(told)]
    paths = [
        p
        for p in found
        if re.search(r"\.\w{1,5}$|/$|/.+/", p) or re.search(rf"(?:under|in|directory)\s+{re.escape(p)}", told)
    ]
    paths = [p for p in paths if not _SPEAKS_OF_LICENSES.search(p.rstrip("/").rpartition("/")[2])]
    return tuple(dict.fromkeys(p for p in paths if normalize(p).expression is None))
