"""Terms of one's own beside a licence: a paragraph that forbids or asks for what no licence named has in its words.

"Not for use in weapons", "provided you send us a postcard", after the whole text of a permissive licence: who granted
so much took some of it back. A sentence of which three quarters stand in the licence is the licence's; of the others
those count that say what may be done with the work, or what must be done for it. What a function must not be given,
how often a file changed and whom it is by are no terms.
"""

import re

import numpy as np
import numpy.typing as npt

from licet.stages.license.grams import Words
from licet.stages.license.needed import Wordings

_WHO = r"(?:you|users?|licensees?|recipients?|redistributors?|distributors?|no ?body|no one|companies|organi[sz]ations)"
_WORK = (
    r"(?:this|it|that|they|them|these|(?:the|this|these|our|my)\s+(?:\w+\s+)?(?:software|programs?|code|sources?|work|"
    r"library|package|files?|fonts?|materials?|data|product|project))"
)
_ACT = (
    r"(?:use[ds]?|using|cop(?:y|ied|ying)|(?:re)?distribut(?:e|ed|ing|ion)|(?:re)?s(?:ell|old|elling|ale)|modif(?:y|ied)|"
    r"publish(?:ed)?|incorporated?|embed(?:ded)?|host(?:ed)?|rent(?:ed)?|leased?|deploy(?:ed)?|charged?|shared?|"
    r"offer(?:ed)?|reverse\s+engineer(?:ed)?)"
)
_DEED = (
    r"(?:send|pay|buy|purchase|donate|credit|acknowledge|cite|mention|notify|inform|contact|ask|register|submit|"
    r"contribute|return|publish|release|share|display|obtain|destroy|delete|cease|stop|indemnify|make\s+available|"
    r"(?:give|provide|include|retain|keep|reproduce|preserve)\b[^.]{0,40}\b(?:credit|notice|copyright|attribution|names?|"
    r"link|acknowledg\w+|sources?|changes|back))"
)
# By what words these are known.
_WHOM = "you user licensee recipient distributor body one companies organi"
_ACTS = (
    "use using cop distribut sell sold sale modif publish incorporate embed host rent lease deploy charge share offer "
    "reverse"
)
_DEEDS = (
    "send pay buy purchase donate credit acknowledge cite mention notify inform contact ask register submit contribute "
    "return publish release share display obtain destroy delete cease stop indemnify make give provide include retain "
    "keep reproduce preserve"
)
OWN = Wordings(
    re.IGNORECASE,
    # You may not use this in weapons; users can only run it on our chips.
    (
        rf"{_WHO}\s+(?:(?:may|can|must|shall|will)\s*(?:not|never|only)|(?:are|is)\s+(?:not|only)\s+(?:allowed|permitted|"
        rf"entitled|free)\s+to)\b[^.]{{0,40}}?\b{_ACT}\b[^.]{{0,20}}\b{_WORK}\b",
        _WHOM,
        "not never only",
        _ACTS,
    ),
    (
        rf"(?:no ?body|no one)\s+(?:may|can|shall|is\s+allowed\s+to)\b[^.]{{0,20}}\b{_ACT}\b",
        "body one",
        "may can shall allowed",
        _ACTS,
    ),
    # You must send us a postcard; licensees agree to share their changes.
    (
        rf"(?=[yulrdnco])(?<!\bshould\s)(?<!\bif\s){_WHO}\s+(?:also\s+|then\s+)?(?:must|shall|(?:need|have|has|agrees?|undertakes?|promises?)\s+to|"
        rf"(?:are|is)\s+(?:required|obliged|bound|expected)\s+to)\b[^.]{{0,30}}?\b{_DEED}\b",
        _WHOM,
        "must shall need have has agree undertake promise required obliged bound expected",
        _DEEDS,
    ),
    # Provided you send us a postcard; on condition that a copy is sent; as long as you credit us.
    (rf"provided\s+(?:that\s+)?{_WHO}\b", "provided", _WHOM),
    (r"on\s+(?:the\s+)?condition\s+that\b(?!\s+neither\b)", "condition", "that"),
    (
        rf"(?:only\s+if|(?:so|as)\s+long\s+as|unless)\s+{_WHO}\s+(?:also\s+|first\s+)?{_DEED}\b",
        _WHOM,
        "only long unless",
        _DEEDS,
    ),
    # Not for use in nuclear facilities; the code must not be sold; it may only be used with our chips.
    (
        r"not\s+(?:intended\s+|licen[sc]ed\s+|cleared\s+)?for\s+(?:use\s+(?:in|by|on|within|outside|where)\b|resale|sale\b|distribution|redistribution)",
        "not",
        "for",
        "use sale distribution",
    ),
    (
        rf"{_WORK}\s+(?:(?:may|must|shall|will)\s+(?:not|never|only)|(?:is|are)\s+(?:not|never|only)\s+to)\s+(?:be\s+)?{_ACT}\b",
        "may must shall will is are",
        "not never only",
        _ACTS,
    ),
    (
        r"for\s+use\s+(?:only|solely|exclusively)\b|for\s+use\s+[^.]{1,30}\s(?:only|solely|exclusively)\b",
        "for",
        "use",
        "only solely exclusively",
    ),
    # Use by the military is forbidden; sale requires our consent.
    (
        r"(?:use|usage|copying|(?:re)?distribution|(?:re)?sale|selling|modification|sharing)\b[^.]{0,80}\b(?:is|are)\s+"
        r"(?:strictly\s+|expressly\s+|hereby\s+)?(?:prohibited|forbidden|excluded|restricted|limited|not\s+(?:allowed|permitted))",
        "use usage copying distribution sale selling modification sharing",
        "prohibited forbidden excluded restricted limited allowed permitted",
    ),
    (
        r"requires?\s+(?:\S+\s+){0,4}(?:permission|consent|approval|fee|payment|royalt\w+|licen[sc]e)\b",
        "require",
        "permission consent approval fee payment royalt licen",
    ),
    (
        r"in\s+(?:exchange|return)\s+for\s+(?:the\s+)?(?:use|permission|right)",
        "exchange return",
        "use permission right",
    ),
    # All changes must be sent back; any publication shall cite the paper.
    (
        rf"(?:any|all|every|each|your)\b[^.]{{0,30}}\b(?:modifi\w+|changes|cop(?:y|ies)|derivatives?|publications?|"
        rf"products?|improvements|papers?|uses?|redistributions?|works?|advertis\w+)\b[^.]{{0,60}}?\b(?:must|shall|ha(?:s|ve)\s+to|(?:is|are)\s+"
        rf"to\s+be)\b[^.]{{0,40}}\b(?:sent|paid|credited?|acknowledged?|cited?|mention(?:ed)?|reported|returned|released|{_DEED})\b",
        "any all every each your",
        "modifi changes cop derivative publication product improvement paper use redistribution work advertis",
        "must shall has have is are",
        f"sent paid report {_DEEDS}",
    ),
    before=r"\b(?=\w)",
)
"""How terms of one's own are worded."""

# What conditions of licences are called by, and what is permitted beyond them.
_NEUTRAL = re.compile(
    r"\bexcept\s+(?:in\s+(?:compliance|accordance|conformance)|according|as\s+(?:permitted|allowed|expressly\s+provided)|under)\b|"
    r"\bexceptions?\b|\bindependent\s+module\b|\bto\s+endorse\b|"
    r"\bin\s+(?:advertising|publicity)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"\n\s*\n|(?<=[A-Za-z0-9)\"'])[.;]\s+")
EXPLAINED = 0.75
"""Share of a sentence's words in the licence where the sentence is its own: "you may not use this in weapons" has five
words of seven from the notice of Apache-2.0."""
FOLLOWING = 3
"""Words after what asks or forbids that must be the licence's with it, where holders fill the rest of the sentence."""


def words_terms(text: str) -> bool:
    """Tell whether a passage says what may not be done with a work, or what must be done for it."""
    return OWN.search(text) is not None


def has_own_terms(words: Words, covered: npt.NDArray[np.uint8]) -> bool:
    """Tell whether a text has terms that no licence in it has; ``covered`` marks the words in a gram of one."""
    if covered.all():
        return False
    # One byte a letter, so that places in the text are those of its words.
    plain, first = words.data.decode("latin-1"), 0
    if not words_terms(plain):
        return False
    for end in _SENTENCE_END.finditer(plain + "\n\n"):
        begun, ended = np.searchsorted(words.begins, (first, end.start())).tolist()
        is_explained = int(covered[begun:ended].sum()) >= EXPLAINED * (ended - begun)
        if not is_explained and not _NEUTRAL.search(plain, first, end.start()):
            for match in OWN.pattern.finditer(plain, first, end.start()):
                asked, said = np.searchsorted(words.begins, match.span()).tolist()
                if not covered[asked : said + FOLLOWING].all():
                    return True
        first = end.end()
    return False
