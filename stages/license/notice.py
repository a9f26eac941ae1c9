"""Notices: sentences of a README, a COPYRIGHT file or a file's head that say which licence holds.

"Licensed under the Apache License, Version 2.0 or the MIT license, at your option" grants something; a badge, or a
sentence on some other project, only mentions a licence. Names are found by looking up every run of words in the
table of spellings, longest first, so a notice is understood exactly as far as the normaliser is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from licet.stages.license.expression import All, Any, is_closed, joined, parse
from licet.stages.license.normalize import normalize
from licet.stages.license.phrases import restrictions_in

MAX_CHARS = 20_000
_WINDOW = 9
_GRANT = re.compile(
    r"\b(?:dual[- ])?(?:licen[sc]ed|released|distributed|(?:made )?available|published|provided|redistribute it|"
    r"offered|covered|governed)\b[^.\n]{0,40}?\b(?:under|by|with)\b|\blicen[sc]e\s*:|\bunder the terms of\b|"
    r"\bsubject to the\b.{0,30}\blicen[sc]e",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"\b(?:this|these|our|all|the)\s+(?:\w+\s+){0,3}?(?:repository|repo|project|work|book|software|library|code|package|"
    r"dataset|data|corpus|documentation|docs|site|website|content|contents|text|texts|file|files|program|material)\b|"
    r"^\W*(?:(?:source )?(?:code|data|software|content|documentation|text|works?|materials?) (?:is|are) )?"
    r"(?:dual[- ])?(?:licen[sc]ed|released|distributed|(?:made )?available)\b|^\W*licen[sc]e\s*:",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s{0,3}#{1,6}\s*(?:\W*\s)?licen[sc](?:e|es|ing)\b.*$|^licen[sc](?:e|ing)\s*\n[=~-]{3,}\s*$", re.I | re.M
)
# What no passage is without that has a heading or a sentence that grants.
_MAY_GRANT = re.compile(
    r"(?=[lrdapocgts#])(?:licen[sc](?:ed|e\W*:|(?:e|ing)\s*\n[=~-])|released|distributed|available|published|provided|"
    r"redistribute|offered|covered|governed|terms|subject|#\W*licen[sc])",
    re.IGNORECASE,
)
# Between a version and "any later version" no other licence or version is named.
_GNU = re.compile(
    r"GNU\s+(?:(?P<kind>Lesser\s+|Library\s+|Affero\s+)?General\s+Public\s+Licen[sc]e|(?P<short>[AL]?GPL)\b)"
    r"(?:(?!\b(?:and\s+the|or\s+the)\b).){0,120}?\b(?:version\s+|v\.?\s?)(?P<version>\d(?:\.\d)?)"
    r"(?P<rest>(?:(?!\b(?:[AL]?GPL|GNU|version\s+\d|under)\b).){0,60}?\b(?:or|and)\s*,?\s*"
    r"(?:\(?\s*at\s+your\s+option\s*\)?\s*,?\s*)?(?:any\s+)?(?:later|newer)\b(?:\s+version)?)?",
    re.IGNORECASE | re.DOTALL,
)
_GFDL = re.compile(
    r"GNU\s+Free\s+Documentation\s+Licen[sc]e(?:\s*\(G?FDL\))?[\s,]*(?:either\s+)?version\s+(?P<version>1\.\d)(?P<rest>[^.;]{0,60}?"
    r"\bany\s+later\s+version)?(?P<parts>.{0,400})",
    re.IGNORECASE | re.DOTALL,
)
_CHOICE = re.compile(r"\bat your (?:option|choice)\b|\beither(?:\W+of)?\b|\bof your choice\b", re.IGNORECASE)
_FILE = re.compile(
    r"\bLICEN[SC]E[.-](?P<name>[A-Za-z]+[A-Za-z0-9.-]*?)(?:\.(?:txt|md|rst))?(?=[\s,;:)\]>*`]|\.?$|\.\s)"
)
_ALONE = frozenset(
    ["mit", "isc", "bsd", "gpl", "lgpl", "agpl", "mpl", "apache", "unlicense", "wtfpl", "zlib", "expat", "cc0", "gfdl"]
)
# Words of the sentence around a name, of no name: a longer run that has one would be read as a sentence.
_BETWEEN = frozenset(
    ["under", "licensed", "licenced", "released", "distributed", "is", "are", "this", "file", "subject"]
)
_NEVER_FIRST = frozenset(["or", "and", "the", "a", "under", "doc"])
_NEVER_LAST = _NEVER_FIRST - {"doc"}
_NAMING = re.compile(r"\d|licen[sc]e|commons|domain")
_NUMBERED = re.compile(r"(?s)(?=.*\d)(?=.*[a-z]{2})")
_CC = re.compile(r"cc\b")
_FAMILIES = {"apache": "Apache", "bsd": "BSD", "mit": "MIT", "gpl": "GPL", "psf": "PSF", "boost": "BSL", "mpl": "MPL"}
_LINE_MARKS = re.compile(r"(?m)^[ \t]*(?:<!--+|#+(?!#)|//+|\*+|;+|%|--)[ \t]?|[ \t]*--+>[ \t]*$")
_WORD = re.compile(r"https?://[^\s<>()\]\"']+|[A-Za-z0-9][A-Za-z0-9.+_-]*")
# Restrictions that a sentence on one's own work may word; the others are terms of licence texts.
_SPOKEN = ("non_commercial", "research_only", "no_redistribution")
_BADGE = re.compile(r"!\[[^\]]*\]\([^)]*\)|\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)|https?://img\.shields\.io/\S+")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a notice says.

    ``expression`` is null where no licence is named for certain; ``choice`` has the ids and families between which
    the reader may choose; ``grants`` is false for a mere mention.
    """

    expression: str | None
    choice: tuple[str, ...]
    grants: bool
    flags: tuple[str, ...]


NOTHING = Notice(expression=None, choice=(), grants=False, flags=())


@lru_cache(maxsize=4096)
def read_notice(text: str, *, mentions: bool = True) -> Notice:
    """Return what a passage says of its own licence; `NOTHING` when it does not speak of one.

    Without ``mentions`` only what it grants is looked for.
    """
    text = text[:MAX_CHARS]
    plain = _BADGE.sub(" ", text)
    if not mentions and not _MAY_GRANT.search(plain):
        return NOTHING
    own = [s for s in sentences(plain) if _SELF.search(s)]
    sections = _sections(plain)
    granted = [s for s in own if _GRANT.search(s)] + sections
    words = re.findall(r"[a-z0-9]+", " ".join([*own, *sections]).lower())
    restricted = [name for name in restrictions_in(words) if name in _SPOKEN]
    for passages, grants in ((granted, True), ([text], False))[: 1 + mentions]:
        notices = [in_sentence(s, grants=grants) for s in passages]
        named = [n for n in notices if n.expression is not None or n.choice]
        if not named:
            continue
        flags = tuple(sorted({f for n in named for f in n.flags} | {f"restrictive_words:{r}" for r in restricted}))
        nodes = [parse(n.expression) for n in named if n.expression]
        node = joined(All, [n for n in nodes if n is not None]) if nodes else None
        if restricted and node is not None and not is_closed(node):
            return Notice(expression=None, choice=(), grants=grants, flags=flags)
        choice = tuple(sorted({c for n in named for c in n.choice}))
        return Notice(expression=str(node) if node else None, choice=choice, grants=grants, flags=flags)
    if restricted:
        return Notice(
            expression=None, choice=(), grants=True, flags=tuple(f"restrictive_words:{r}" for r in restricted)
        )
    return NOTHING


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, cut at blank lines and at full stops before a space."""
    flat = [" ".join(p.split()) for p in re.split(r"\n\s*\n", _LINE_MARKS.sub("", text))]
    return [s for p in flat for s in re.split(r"(?<=[A-Za-z0-9)>\]*])\.\s+(?=[A-Z<(\[*])", p) if s]


def _sections(text: str) -> list[str]:
    """Return what stands first under each heading that is called Licence."""
    found = []
    for match in _HEADING.finditer(text):
        body = re.split(r"\n\s{0,3}#{1,6}\s", text[match.end() :], maxsplit=1)[0].strip()
        first = re.split(r"\n\s*\n", body, maxsplit=1)[0]
        if 0 < len(first) <= 600:
            found.append(" ".join(first.split()))
    return found


def in_sentence(sentence: str, *, grants: bool = True) -> Notice:
    """Return the licences that one sentence names, and how it joins them."""
    gnu: list[str] = []

    def spell(match: re.Match[str]) -> str:
        kind = {"l": "LGPL", "a": "AGPL"}.get((match["kind"] or match["short"] or "g")[0].lower(), "GPL")
        version = match["version"] if "." in match["version"] else match["version"] + ".0"
        gnu.append(f"{kind}-{version}-{'or-later' if match['rest'] else 'only'}")
        return f" {gnu[-1]} "

    sentence = _GFDL.sub(_gfdl, _GNU.sub(spell, sentence))
    ids, families, flags = _mentions(sentence)
    files = {m["name"].lower() for m in _FILE.finditer(sentence)}
    families |= {_FAMILIES[f] for f in files if f in _FAMILIES and not ids}
    families = {f for f in families if not any(i.startswith(f) for i in ids)}
    is_choice = bool(_CHOICE.search(sentence))
    if not ids:
        choice = tuple(sorted(families)) if is_choice and len(families) > 1 else ()
        return Notice(expression=None, choice=choice, grants=grants, flags=tuple(flags))
    nodes = [node for i in ids if (node := parse(i)) is not None]
    if families:
        return Notice(
            expression=None, choice=tuple(sorted({*ids, *families})) if is_choice else (), grants=grants, flags=()
        )
    node = joined(Any if is_choice and len(ids) > 1 else All, nodes)
    return Notice(
        expression=str(node),
        choice=tuple(sorted(ids)) if is_choice and len(ids) > 1 else (),
        grants=grants,
        flags=tuple(flags),
    )


def _gfdl(match: re.Match[str]) -> str:
    """Return the documentation licence of a notice as its id, with what it says of invariant parts."""
    told = " ".join(match["parts"].lower().replace("-", " ").split())
    is_free = all(f"no {part}" in told for part in ("invariant section", "front cover text", "back cover text"))
    parts = (
        "-no-invariants" if is_free else "-invariants" if "invariant section" in told or "cover text" in told else ""
    )
    return (
        f" GFDL-{match['version']}{parts}-{'or-later' if match['rest'] else 'only'} {'' if parts else match['parts']}"
    )


def _mentions(sentence: str) -> tuple[list[str], set[str], list[str]]:
    """Return the ids, in order, and the families that runs of words name."""
    words = [w.rstrip(".,;:") for w in _WORD.findall(sentence.replace("_", " "))]
    lower = [word.lower() for word in words]
    is_naming = [bool(_NAMING.search(word)) for word in lower]
    ids: list[str] = []
    families: set[str] = set()
    flags: list[str] = []
    at = 0
    while at < len(words):
        for end in _ends_of_names(lower, is_naming, at):
            found = normalize(" ".join(words[at:end]))
            if found.expression and " " not in found.expression:
                if found.expression not in ids:
                    ids.append(found.expression)
                    flags += found.flags
                break
            if found.family and found.flags == ("family_only",):
                families.add(found.family)
                break
        else:
            end = at + 1
        at = end
    stems = {i.removesuffix("-only").removesuffix("-or-later") for i in ids if i.endswith("-or-later")}
    ids = [i for i in ids if not (i.endswith("-only") and i.removesuffix("-only") in stems)]
    return ids, families, flags


def _ends_of_names(words: list[str], is_naming: list[bool], at: int) -> list[int]:
    """Return where the runs of lower-case words from ``at`` on end that may be a licence's name, the longest first.

    An ordinary word such as ``Fair`` or ``Ruby`` is none by itself; of several one is such as names have.
    """
    first = words[at]
    if first in _NEVER_FIRST or first in _BETWEEN:
        return []
    ends = []
    if first in _ALONE or first.startswith("http") or _NUMBERED.match(first):
        ends.append(at + 1)
    names = is_naming[at] or _CC.match(first) is not None
    for last in range(at + 1, min(at + _WINDOW, len(words))):
        if words[last] in _BETWEEN:
            break
        names |= is_naming[last]
        if names and words[last] not in _NEVER_LAST:
            ends.append(last + 1)
    return ends[::-1]
