"""Answers that refuse to answer.

Refused by ``strict``: "I'm sorry, but I can't help with that.", "As an AI language model, I cannot …", "I won't tell
you how to …" (`answer_refuses`). Kept: "I can't believe it", a refusal in the user's words or in the middle of a story.

What counts is a sentence at the beginning of an answer that says no in the first person to what was asked: an inability
or unwillingness, and a word for helping, saying or doing. The lists that ShareGPT_Vicuna_unfiltered (2023) and those
after it search for in whole answers ("ethical", "racist") refuse answers on these subjects, and are not used. A set
that is to teach refusals, as hh-rlhf, needs `max_refusals: null`.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    r"|offer|recommend|advi[sc]e|suggest|creat|generat|writ|engag|shar|tell(?! (?:if|whether|how|from|what)\b)"
    r"|discuss|talk|participat|respond|explain|teach|describe"
    r"|advise|condone|encourage|promote|facilitate|contribute|show|list|mak(?:e|ing) (?:that|this"
    r"|such)|produce|decline)"
)
_NO = re.compile(
    r"(?:^|[.!?,;:\n]\s*|\b(?:but|so|and|sorry|then|well|no|hmm|uh|um|um,|unfortunately|therefore|afraid|that) )"
    rf"(?:i|we)\s?{_UNABLE}\s+"
    rf"(?:really |actually |just |in good conscience |ethically |legally |be able to |with |to )*{_DOING}"
    r"(?![^.!?\n]{0,120}?,? but (?:i can|i could|i'll|i would|here|there|it|maybe|perhaps|you can|you could)\b)",
)
_FLAT = re.compile(
    r"^(?:(?:no|nope|uh|um|hmm|well|oh|ok|okay)[,.!]?\s+)*(?:(?:i'?m|i am|we are|we're)\s+)?(?:(?:so|very"
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
_OTHERS = re.compile(
    r"^(?:es tut mir leid,? (?:aber )?(?:ich kann|dabei kann ich|das kann ich)[^.!?\n]{0,80}\bnicht"
    r"|(?:je suis|je m'excuse|désolée?)[^.!?\n]{0,30}\bje ne (?:peux|suis) pas"
    r"|lo siento,? (?:pero )?no (?:puedo|estoy)|mi dispiace,? (?:ma )?non posso|desculpe,? (?:mas )?(?:eu )?não posso"
    r"|(?:很)?(?:抱歉|对不起)[，,](?:但)?(?:我)?(?:不能|无法|不会)|申し訳(?:ありません|ございません)(?:が|、)[^。\n]{0,40}(?:できません|お答え)"
    r"|죄송(?:하지만|합니다)[^.\n]{0,40}(?:수 없|어렵))"
)
_SIGNS = (
    r"\b(i|we)\s?(cannot|can ?not|can.?t|won.?t|will (not|have)|(.m|am) (not|unable|afraid)"
    r"|do(n.?t| not) (feel|want|think)"
    r"|(.d|would) (rather|prefer)|refuse|must|have to|need to)|sorry|apolog|unfortunately"
    r"|\bas an? (ai|artificial|large|language)|(programming|guidelines|polic|principles|standards)"
    r"|leid|désol|je (suis|m)|siento|dispiace|desculp|抱歉|对不起|申し訳|죄송"
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
    """Tell whether the beginning of an answer refuses."""
    text = re.sub(r"[ \t]+", " ", head.replace("’", "'").casefold())
    return any(rule.search(text) for rule in (_FLAT, _NO, _AS_AI, _AGAINST, _OTHERS))
