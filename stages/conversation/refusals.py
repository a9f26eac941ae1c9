"""Answers that refuse to answer.

Refused by ``strict``: "I'm sorry, but I can't help with that.", "As an AI language model, I cannot …", "I won't tell
you how to …" (`answer_refuses`). Kept: "I can't believe it", a refusal in the user's words or in the middle of a story,
one that is quoted, in a letter, or behind a name and a colon.

What counts is a sentence at the beginning of an answer that says no in the first person to what was asked: an inability
or unwillingness, and a word for helping, saying or doing. The lists that ShareGPT_Vicuna_unfiltered (2023) and those
after it search for in whole answers ("ethical", "racist") refuse answers on these subjects, and are not used. A set
that is to teach refusals, as hh-rlhf, needs `max_refusals: null`.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.refusals_elsewhere import REFUSES_ELSEWHERE, SIGNS_ELSEWHERE
from licet.stages.conversation.thinking import without_thinking
from licet.stages.conversation.turns import Found, Turns, matching

HEAD = 240
"""Characters at the beginning of an answer that are looked at: what refuses further in refuses a part only."""
_UNABLE = (
    r"(?:can ?not|can'?t|won'?t|will not|(?:'m|am) (?:not able|unable)(?: to)?|'m afraid i can(?:'t|not)"
    r"|(?:'m|am) not (?:going|willing|allowed|permitted|here|programmed|designed|comfortable|prepared)(?: to| with)?"
    r"|don'?t (?:feel comfortable|want to(?= (?:help|answer|discuss|talk|do (?:this|that)|support|engage))"
    r"|think i should|think it(?:'s| is) (?:appropriate|right) (?:for me )?to)"
    r"|(?:do not|don'?t) feel (?:comfortable|right)|(?:would|'d) (?:rather|prefer) not(?: to)?|refuse to"
    r"|(?:must|have to|need to) (?:respectfully |politely )?(?:decline|refuse)|will have to (?:decline|refuse))"
)
_DOING = (
    r"(?:help(?! but\b)|assist|provid|answer|do (?:that|this|so|it|what)|fulfil|compl[yi]|support|give|giving"
    r"|offer|recommend(?![^.!?\n]{0,60}\b(?:enough|more)\b)|advi[sc]e|suggest|creat|generat|writ|engag|shar"
    r"|tell(?! (?:if|whether|how|from|what)\b)"
    r"|discuss|talk|participat|respond|explain|teach|describe"
    r"|advise|condone|encourage|promote|facilitate|contribute|show|list|mak(?:e|ing) (?:that|this"
    r"|such)|produce|decline|endorse|speculat|predict|impersonat|insult|diagnos|prescrib|translat|browse|identify"
    r"|access|draw|book|send|issue|point you|open (?:links?|files?|urls?|web|attachments?|that|this|it)"
    r"|play (?:audio|music|sounds?|songs?|videos?)|reproduce(?! the (?:bug|error|issue|problem|crash|behaviou?r)))"
)
_MORE = r"(?:really |actually |just |in good conscience |ethically |legally |be able to |be (?=\w+ing\b)|with |to )*"
_ANSWERS_ALL_THE_SAME = (
    r"(?![^.!?\n]{0,120}?,? but (?:i can|i could|i'll|i would|here|there|it|maybe|perhaps|you can|you could"
    r"|in (?:short|brief|general)|generally|usually|typically|most|the|these|as)\b)"
)
_NO = re.compile(
    r"(?:^|[.!?,;\n]\s*|\b(?:but|so|and|sorry|then|well|no|hmm|uh|um|um,|unfortunately|therefore|afraid|that) )"
    rf"(?:i\s?{_UNABLE}\s+{_MORE}{_DOING}"
    rf"|we\s?{_UNABLE}\s+{_MORE}(?:help|assist|fulfil|compl[yi]|answer (?:this|that)|shar))"
    rf"{_ANSWERS_ALL_THE_SAME}",
)
_FLAT = re.compile(
    r"(?:(?:no|nope|uh|um|hmm|well|oh|ok|okay)[,.!]?\s+)*(?:(?:i'?m|i am|we are|we're)\s+)?(?:(?:so|very"
    r"|really|terribly)\s+)?"
    r"(?:sorry|i apologi[sz]e|my apologies|unfortunately)[,.!]?\s+(?:but\s+|that\s+)?(?:i|we)\s?"
    r"(?:can ?not|can'?t|won'?t|will not|(?:'m|am) (?:not able|unable))\b(?: to)?(?: be able to)? "
    r"(?!(?:quite |really |fully )?(?:hear|understand|agree|believe|remember|see|imagine|think|wait"
    r"|tell if|say|keep)\b)"
)
_AS_AI = re.compile(
    r"\bas an? (?:ai|artificial intelligence|large language|language)\b[^.!?\n]{0,80}?,? (?:i|it)\b[^.!?\n]{0,30}?"
    r"\b(?:can ?not|can'?t|unable|not able|won'?t|will not|not (?:capable|programmed|designed|allowed))\b"
)
_AGAINST = re.compile(
    r"\b(?:this|your (?:request|question|prompt|message))\b[^.!?\n]{0,40}?"
    r"\b(?:against|violates?|outside|conflicts? with|not in line with) (?:of )?(?:my|our|the|openai's) "
    r"(?:programming|guidelines|(?:content |use |usage |use-case |ethical )*"
    r"(?:policy|policies|principles|guidelines|standards))\b"
)
_FORBIDDEN = re.compile(
    r"\bmy (?:guidelines|instructions|programming|policies|principles|training|developers?)"
    r" (?:prevents?|prohibits?|forbids?|(?:do(?:es)?n't|do(?:es)? not|won't) (?:allow|permit|let))(?: me)?\b"
    r"|(?:^|[.!?,;\n]\s*|\b(?:and|but|so|because) )it (?:would|'d) (?:not be (?:right|appropriate|ethical|responsible)"
    r"|be (?:wrong|inappropriate|unethical|irresponsible|illegal|immoral|harmful)) (?:for|of) me to\b"
)
_NOTHING_OF_MINE = re.compile(
    r"\b(?:(?:is|are|'s)(?: not|n't)|not) something (?:that )?i"
    r"(?: can|(?:'m| am) (?:able|willing|comfortable|allowed))\b"
    r"|\bsomething (?:that )?i(?: can ?not| can't| won't| will not| refuse to|(?:'m| am) (?:not able|unable) to)"
    r" (?:do|help|assist|provide|support|offer|discuss|share)\b"
    r"|\b(?:and|so) i (?:can't|cannot|won't|will not)(?=[.!]|$)"
)
_TURNED_DOWN = re.compile(
    r"(?:^|[.!?,;\n]\s*|\b(?:but|so|and|sorry|afraid|regrettably|unfortunately) )i(?:'m| am)?(?:'ll| will| going to)? ?"
    r"(?:must|have to|need to) (?:respectfully |politely |regrettably )*"
    r"(?:decline(?! (?:the|your|an?|this|that) (?:offer|invitation|position|job|meeting))|refuse|say no"
    r"|turn (?:this|that|it|you|your request) down|pass(?= on (?:this|that)\b|[.!]|$))"
)
_NOT_DONE = re.compile(
    r"(?:^|[.!?,;\n]\s*|\b(?:but|so|and) )i (?:do not|don't) (?:condone|endorse|give out|engage in|participate in"
    r"|share (?:private|personal)|assist with|support (?:illegal|violence|hate)"
    r"|provide (?:instructions|information|guidance|help|assistance|advice))"
    r"(?![^.!?\n]{0,120}?,? but\b)"
)
_ANYWHERE = (
    (("",), _NO),
    (("as a",), _AS_AI),
    (("this", "your"), _AGAINST),
    (("my ", "me to"), _FORBIDDEN),
    (("something", "and i ", "so i "), _NOTHING_OF_MINE),
    (("decline", "refuse", "say no", " down", "pass"), _TURNED_DOWN),
    (("i do not", "i don't"), _NOT_DONE),
)
"""Each rule, and words of which a text must have one, since most have none."""
_OF_OTHERS = re.compile(
    r"(?:dear\b|subject:|to whom|(?:hello|hi) (?!there\b)[\w. ]{1,30},\s*\n|sehr geehrte|liebe[rs]? \w+,"
    r"|(?:cher|chère|bonjour) [\w. ]{1,30},\s*\n|estimad[oa]s?\b|\*[^*\n]{1,80}\*(?!\*))"
)
"""How a letter begins, or a part that is played, both of which were asked for."""
_SIGNS = (
    r"\b(i|we)\s?(cannot|can ?not|can.?t|won.?t|will (not|have)|(.m|am) (not|unable|afraid|going)"
    r"|do(n.?t| not) (feel|want|think|condone|endorse|give|engage|participate|share|assist|support|provide)"
    r"|(.d|would) (rather|prefer)|refuse|.?(ll )?(must|have to|need to))|sorry|apolog|unfortunately|something (that )?i"
    r"|\bas an? (ai|artificial|large|language)|(programming|guidelines|polic|principles|standards|instructions)"
    r"|\bmy (training|developer)|(for|of) me to|" + SIGNS_ELSEWHERE
)
"""What a beginning must have for the rules to be tried."""


def refusals(turns: Turns) -> Found:
    """Count answers that refuse."""
    texts = heads(turns)
    no = [at for at in matching(texts, _SIGNS).tolist() if is_refusal(texts[at].as_py())]
    return turns.counted(turns.answers[np.array(no, np.int64)])


def heads(turns: Turns) -> pa.Array:
    """Return the beginnings of answers, behind their reasoning."""
    if "heads" not in turns.shared:
        turns.shared["heads"] = pc.utf8_slice_codeunits(
            pc.utf8_ltrim_whitespace(without_thinking(turns.answer)), 0, HEAD
        )
    return turns.shared["heads"]


def is_refusal(head: str) -> bool:
    """Tell whether the beginning of an answer refuses, in words of its own."""
    text = re.sub(r"[ \t]+", " ", head.replace("’", "'").casefold())
    if _OF_OTHERS.match(text):
        return False
    if _FLAT.match(text) or REFUSES_ELSEWHERE.match(text):
        return True
    return any(
        not _is_reported(text, found)
        for words, rule in _ANYWHERE
        if any(word in text for word in words)
        for found in rule.finditer(text)
    )


def _is_reported(text: str, found: re.Match[str]) -> bool:
    """Tell whether what was found is said by another: within quotes, or behind a colon in its sentence."""
    before = text[: found.start()] + found[0][:1]
    is_quoted = before.count('"') % 2 or any(before.count(a) > before.count(b) for a, b in ("“”", "«»", "「」"))
    return bool(is_quoted) or ":" in re.split(r"[.!?\n]", before)[-1]
