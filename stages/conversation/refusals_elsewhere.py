"""Refusals in other languages than English: how an answer that refuses begins.

Refused by ``strict`` (`answer_refuses`): "Es tut mir leid, aber dabei kann ich nicht helfen.", "我无法提供". Kept: "Es
kann nicht starten", a regret that is none ("Je suis désolé pour votre perte."). Known are German, French, Spanish,
Italian, Portuguese, Chinese, Japanese, Korean and Hindi, by their commonest openings only: each begins with an apology
and an inability, or with an inability and a word for helping, saying or giving.
"""

import re

_WAYS = (
    # German
    r"(?:es tut mir (?:sehr )?leid|tut mir leid|entschuldigung|leider)[,.]? (?:aber )?"
    r"(?:(?:ich|dabei|das|damit|hierbei) (?:kann|darf|werde) (?:ich )?|kann ich |darf ich )"
    r"[^.!?\n]{0,80}\b(?:nicht|keine?n?)\b",
    r"(?:dabei|das|damit|hierbei) (?:kann|darf|werde) ich (?:dir |ihnen |leider )*nicht"
    r" (?:helfen|unterstützen|tun|machen|beantworten|schreiben)\b",
    r"(?:ich (?:kann|darf|werde)|[^.!?\n]{1,40} (?:kann|darf|werde) ich) (?:dir |ihnen |leider |aber )*"
    r"(?:nicht|keine?n?)\b[^.!?\n]{0,60}\b(?:helfen|öffnen|bereitstellen|weitergeben|herausgeben|erstellen|schreiben|zugreifen"
    r"|beantworten|verschicken|anbieten|unterstützen)\b(?![^.!?\n]{0,60}\baber\b)",
    # French
    r"(?:je (?:suis|regrette)|je m'excuse|désolée?|navrée?)[^.!?\n]{0,30}\bje ne (?:peux|suis) pas",
    r"je ne (?:peux|suis|veux) pas (?:(?:en mesure|capable|autorisée?) )?(?:de |d')?(?:vous |t')?"
    r"(?:aider|fournir|écrire|donner|répondre|créer|partager|ouvrir|accéder)\b(?![^.!?\n]{0,60}\bmais\b)",
    r"je refuse d(?:e |')",
    # Spanish, Italian, Portuguese
    r"(?:lo siento|lo lamento|disculpa|perdona|me temo que)[,.]? (?:mucho,? )?(?:pero )?no (?:puedo|estoy)",
    r"no puedo (?:ayudar|proporcionar|escribir|dar(?:te|le)?|responder|crear|compartir|abrir|acceder)\w*\b"
    r"(?![^.!?\n]{0,60}\bpero\b)",
    r"prefiero no (?:escribir|responder|ayudar|hablar|decir)",
    r"mi dispiace,? (?:ma )?non posso|non posso (?:aiutar|fornir|scriver)",
    r"(?:desculpe|sinto muito|lamento),? (?:mas )?(?:eu )?não posso|não posso (?:ajudar|fornecer|escrever)",
    # Chinese, Japanese, Korean
    r"(?:(?:很|非常)?(?:抱歉|对不起|遗憾)[，,]?(?:但)?|作为[^，。！？\n]{1,16}[，,])(?:我)?(?:不能|无法|不会)",
    r"我(?:不能|无法|不会)(?:为您|为你|帮你|帮您|向您|向你)?(?:提供|透露|协助|帮助|回答|满足|生成|编写|写|打开|访问|参与)",
    r"(?:申し訳(?:ありません|ございません)|すみません|恐れ入ります|残念です|残念ながら)(?:が|、)?[^。\n]{0,40}"
    r"(?:できません|できかねます|いたしかねます|お(?:答え|応え))",
    r"죄송(?:하지만|합니다)[^.\n]{0,40}(?:수 없|어렵)",
    # Hindi
    r"(?:मुझे (?:खेद|अफ़सोस|माफ़)|क्षमा|माफ़|माफ)[^।\n]{0,70}नहीं (?:कर|दे|बता|लिख|खोल)?\s?सक",
)
REFUSES_ELSEWHERE = re.compile("|".join(_WAYS))
"""The beginning, in lower case, of an answer that refuses."""
SIGNS_ELSEWHERE = (
    r"leid|entschuldig|\b(kann|darf|werde) ich|\bich (kann|darf|werde)|désol|navré|\bje (suis|m|ne|re)|siento|lamento"
    r"|temo|disculp|\bno puedo|prefiero no|dispiace|non posso|desculp|sinto muito|não posso|抱歉|对不起|遗憾"
    r"|无法|不能|不会|申し訳|すみません|恐れ入|残念|죄송|खेद|अफ़सोस|क्षमा|माफ"
)
"""What such a beginning has, for RE2."""
