"""Licences that a text names: Creative Commons by name or address in many languages, a few others in English."""

import re

from licet.stages.license.cc import read_cc_name, read_cc_url
from licet.stages.license.normalize import normalize

# Words that stand in a licence's name in text and are no part of it.
_LICENSE = re.compile(
    r"\b(?:public )?(?:licen[sc]es?|lizenz|licencia|licen[çc]a|licenza|licentie|licencja|licencji|licencí|licens|"
    r"лицензи\w+|"
    r"ліцензі\w+)\b|许可协议|授权条款|授權條款|ライセンス|협정",
    re.IGNORECASE,
)
_START = re.compile(r"CC(?:0|[-_ ]?BY.*)?|cc[-_]?by.*|cc0|creative(?:[-_]?commons.*)?", re.I)
_CJK_COMMONS = re.compile(r"クリエイティブ・?コモンズ|知识共享|創用 ?CC|创作共用")
_TOKEN = re.compile(r"[^\s()\[\],;:|•·\"“”„«»<>©\ue000\ue001]+")
_ADDRESS = re.compile(r"(?:https?:)?//(?:www\.)?creativecommons\.org/[^\s<>\"'()\ue000-\ue1ff]*[\w/]", re.IGNORECASE)
_LONGEST = 14
_OTHER = re.compile(
    r"open government licen[cs]e(?:[\s,(-]*(?:version|v)?\.?\s*\d(?:\.\d)?)?|MIT licen[sc]e|"
    r"(?:gnu )?free documentation licen[cs]e(?:,? (?:version|v)\.?\s*1\.\d)?(?:,? or (?:any )?later(?: version)?)?|"
    r"apache (?:software )?licen[sc]e,?\s*(?:version|v)?\.?\s*2\.0|apache[- ]2\.0",
    re.IGNORECASE,
)
ANY_NAME = re.compile(
    r"creative[\s-]*commons|\bcc[\s_-]*(?:by|zero|0)(?!\w)|open government licen[cs]e|free documentation licen[cs]e|"
    r"クリエイティブ・?コモンズ|知识共享|創用",
    re.IGNORECASE,
)
"""What a text must have for a licence to be named in it."""


def named(text: str) -> tuple[str, ...]:
    """Return the Creative Commons licences that a text names, as ids in the order written, each once.

    A name is read to its end: of ``CC BY-SA 4.0`` nothing shorter is taken.
    """
    text = text.replace("’", "'")
    ids = [read.id for match in _ADDRESS.finditer(text) if (read := read_cc_url(match[0])) is not None]
    words = _TOKEN.findall(_CJK_COMMONS.sub(" CC ", _LICENSE.sub(" ", _ADDRESS.sub(" ", text))))
    at = 0
    while at < len(words):
        if not _START.fullmatch(words[at].rstrip(".")) or words[at] in ("cc", "Cc"):
            at += 1
            continue
        run = words[at : at + _LONGEST]
        end = next((n for n, word in enumerate(run, 1) if word.endswith((".", "。"))), len(run))
        for width in range(end, 0, -1):
            read = read_cc_name(" ".join(run[:width]).rstrip(".。"))
            if read is not None:
                ids.append(read.id)
                at += width - 1
                break
        at += 1
    ids = list(dict.fromkeys(ids))
    versioned = [_elements(i) for i in ids if not i.endswith("-unversioned")]
    return tuple(i for i in ids if not (i.endswith("-unversioned") and _elements(i) in versioned))


def other_named(sentence: str) -> str | None:
    """Return the licence, no Creative Commons one, that an English sentence names; null for none or several."""
    found = {normalize(match[0].strip()).expression for match in _OTHER.finditer(sentence)}
    return found.pop() if len(found) == 1 else None


def differs(words: str, expression: str) -> str | None:
    """Return the licence that an anchor's words name where it is another than the one it leads to."""
    for key in named(words):
        known, said = _elements(expression), _elements(key)
        if known and said and known != said:
            return key
    return None


def _elements(expression: str) -> str:
    found = re.match(r"(?:LicenseRef-)?CC-?(BY[A-Z-]*?|0)(?=-\d|-unversioned|$)", expression)
    return found[1] if found else ""
