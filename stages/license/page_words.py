"""What the words around a licence mark say: which licence they name, and whether they speak of the page's text.

"Text is CC BY 4.0, code samples are Apache 2.0" has two clauses with two subjects. A clause is read up to the mark:
the subject is a noun for the text (content, article, site), for a part (photo, code, font), or there is none. Nouns,
verbs and the official names of the Creative Commons elements are those of the larger European languages, Russian,
Chinese and Japanese; in other languages a clause has no subject.
"""

import re
from typing import Literal, NamedTuple

from licet.stages.license.phrases import restrictions_in

Subject = Literal["text", "part", "silent"]


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(alternatives) + r")(?!\w)", re.IGNORECASE)


# Nouns for what a page is. `_PAGE` are those that, in running text, can only mean the page itself.
_PAGE = (
    r"content|contents|texts?|site|web ?sites?|web ?pages?|pages?|articles?|(?:blog ?)?posts?|blog|work|works|wiki|"
    r"documents?|documentation|docs|tutorials?|lessons?|chapters?|materials?|everything|contributions|entry|entries",
    r"inhalte?n?|texte|werke?|webseiten?|seiten?|artikel|beitr(?:ag|äge|ags)|werk(?:s|es)?",
    r"contenus?|[oœ]+uvres?|[ée]crits?|billets?|pages?",
    r"contenidos?|textos?|obras?|sitio(?: web)?|p[áa]ginas?|art[íi]culos?|conte[úu]dos?|artigos?",
    r"contenut[io]|test[io]|opera|opere|sito|articol[io]|pagin[ae]",
    r"inhoud|teksten?|werk(?:en)?|pagina's?|tre[śs](?:ci|ć)|teksty?|utw[óo]r|strona|artyku[łl]y?",
    r"innehåll(?:et)?|indhold(?:et)?|innhold(?:et)?|sisältö|obsah|sadržaj|tartalom|con[țt]inut(?:ul)?|içerik|obra|"
    r"περιεχόμενο|вміст|матеріали|konten|nội dung|контент|содержание|содержимое|материалы?|тексты?|текста|сайта?|"
    r"произведение|стать[яи]",
)
_WIDER = (
    r"books?|textbooks?|papers?|reports?|course|courses|courseware|manual|guides?|thesis|journal|essays?|poems?|"
    r"stor(?:y|ies)|"
    r"recipes?|words|writings?|prose|textes?|publications?|information|notes|handbook|specifications?|transcripts?|comics?|news|resources?|buch|"
    r"livres?|libros?|livros?|libri|libro|boek|ksi[ąa][żz]ka|книга",
)
_CJK_TEXT = r"本站|本网站|本文|文章|内容|文字|本作品|作品|網站|网站|記事|サイト|コンテンツ|文書|テキスト|文章|ウェブ"
_TEXT = re.compile(_words(*_PAGE, *_WIDER).pattern + "|" + _CJK_TEXT, re.IGNORECASE)
_ITSELF = re.compile(_words(*_PAGE).pattern + "|" + _CJK_TEXT, re.IGNORECASE)
_PART = re.compile(
    _words(
        r"photo(?:s|graphs?|graphy)?|images?|pictures?|pics?|icons?|icon set|illustrations?|artworks?|art|"
        r"graphics?|logos?|"
        r"fonts?|typefaces?|themes?|templates?|designs?|layout|stylesheet|css|maps?|map data|map tiles|videos?|"
        r"footage|"
        r"music|songs?|audio|sounds?|podcasts?|recordings?|data|datasets?|databases?|metadata|statistics|source|"
        r"(?:source )?code|code (?:samples?|snippets?|examples?)|samples?|snippets?|software|scripts?|apps?|"
        r"plug-?ins?|wordpress|figures?|"
        r"charts?|diagrams?|drawings?|paintings?|screenshots?|slides?|cover|banner|background|avatars?|emojis?|"
        r"comments?|"
        r"files?|widgets?|models?|3d models?|icons8|library|package|tool|generator|game|definitions?|translations?|"
        r"lyrics|"
        r"quotes?|quotations?|excerpts?|abstracts?",
        r"fotos?|fotografien?|bilder?|bildern|abbildungen?|grafiken?|kommentare?|daten|karten?|schriftarten?|"
        r"quellcode",
        r"imag(?:en|ens|em|[ée]nes)|fotograf[íi]as?|fotografie|immagin[ei]|vid[ée]os?|afbeelding(?:en)?|foto's|"
        r"zdj[ęe]ci[ae]|"
        r"данные|фото(?:графи[яи])?|изображени[ея]|commentaires?|donn[ée]es|dados|datos|comentarios?|c[óo]digo",
    ).pattern
    + r"|图片|照片|写真|画像|圖片|代码|数据|視頻|视频",
    re.IGNORECASE,
)
# "Photos on this site": the site is where they are, not what is licensed.
_WHERE = re.compile(
    r"(?<!\w)(?:on|in|of|from|for|across|throughout|within|auf|in|von|dans|sur|de|du|en|del|da|do|no|na|nel|op|в|"
    r"на)\s+"
    r"(?:(?:this|the|our|my|these|all|dieser|diesem|der|den|ce|cette|ces|le|la|les|este|esta|el|questo|deze|"
    r"dit)\s+){1,2}"
    r"(?:[\w-]+\s+){0,2}?(?:site|web ?sites?|web ?pages?|pages?|blog|articles?|posts?|wiki|books?|documents?|seite|"
    r"website|"
    r"webseite|artikel|sitio|p[áa]gina|art[íi]culo|sito|pagina|documentation|docs|works?|report|course|paper)(?!\w)",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"(?<!\w)(?:except(?:ing)?|excluding|apart from|other than|other|with the exception of|au[ßs]er|sauf|hormis|"
    r"excepto|salvo)"
    r"\s+(?:for\s+)?[^,]{0,60}?(?:,|$)",
    re.IGNORECASE,
)
_GRANT = re.compile(
    r"\b(?:sub)?licen[sc]ed\b|\b(?:released|distributed|available|published|provided|covered|shared|offered|governed|"
    r"reproduced|reusable|usable|reused|used)\b.{0,60}?\b(?:under|by|with|through|via)\b|\bunder (?:a|an|the|"
    r"terms)\b|"
    r"\blicen[sc]e\s*:|\blicen[sc]es?\b.{0,20}\b(?:is|applies|apply)\b|\b(?:is|are) (?:an? )?(?:open[- ]access|"
    r"in the public "
    r"domain)|lizenziert|lizensiert|\bunter\b.{0,60}(?:lizenz|bedingungen|cc|creative)|lizenz\s*:|"
    r"sous\b.{0,40}licence|mise?s? [àa] disposition|selon les termes|licence\s*:|"
    r"licenciad|bajo\b.{0,40}licencia|bajo los t[ée]rminos|licencia\s*:|"
    r"sob\b.{0,40}licen[çc]a|nos termos|termos da|licen[çc]a\s*:|"
    r"distribuit|rilasciat|\bcon licenza|sotto\b.{0,40}licenza|licenza\s*:|"
    r"gelicen[cs]ieerd|onder\b.{0,40}(?:licentie|cc|creative)|licentie\s*:|na licencji|na warunkach|udost[ęe]pnian|"
    r"licencja\s*:|"
    r"на условиях|по лицензии|под лицензией|лицензи[яи]\s*:|采用|遵循|授权|許諾|许可|ライセンス|の下",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"(?<!\w)(?:this|these|our|all|unless|except|otherwise|everything|the (?:contents?|text)s?(?= (?:is|are|of|on))|"
    r"dies\w*|alle\w*|soweit|sofern|ce|cet|cette|ces|tous|tout|toute|sauf|est[ea]s?|todos?|todas?|salvo|excepto|"
    r"exceto|"
    r"ess[ea]|quest[oa]|tutt[io]|deze|dit|tenzij|t[ae]n|to|niniejsz\w*|wszystkie|wszelkie|o ile|эт\w+|данн\w+|"
    r"вс[её]|если)(?!\w)"
    r"|本|この|除",
    re.IGNORECASE,
)
# The clause is about somebody else's work, an example, what others may do, or what no longer holds.
_FOREIGN = re.compile(
    r"\b(?:photo(?:graph)?s?|images?|pictures?|illustrations?|artwork|music|video|icons?|map) (?:by|from|credits?|"
    r"via|courtesy)\b"
    r"|\bcourtesy of\b|\bcredits?\s*:|\b(?:image|photo) source|(?:^|\s)(?:source|via|quelle|fuente|foto|bild|photo|"
    r"image|crédits?)\s*:|"
    r"\b(?:uses?|using|contains?|includes?|incorporates?) (?:\w+ ){0,2}(?:material|content|text|data|information|"
    r"photos|images|code) (?:\w+ )?(?:from|by)\b|"
    r"\b(?:adapted|excerpted|reprinted|reproduced|borrowed|translated|copied|taken|derived|modified) from\b|"
    r"\bon (?:flickr|wikimedia|unsplash|youtube)\b|\b(?:flickr|wikimedia commons|wikipedia)\b.{0,20}$|"
    r"\bpowered by\b|\bbuilt (?:with|on)\b|\btheme by\b|\bdesign(?:ed)? by\b|"
    r"\byour (?:own )?(?:work|content|contributions?|posts?|edits?|submissions?|uploads?|article|material|files?|"
    r"text|code|photos?)"
    r"|\b(?:e\.g\.|for example|for instance|such as|choose|example)\b|"
    r"\b(?:not|never|no longer|previously|formerly|isn't|aren't|nicht|niet|nie)\s+(?:\w+\s+){0,2}(?:licen[sc]|"
    r"available|"
    r"released|under|distributed|covered|published|lizenz)|\b(?:was|were|used to be) (?:\w+ )?(?:licen|released|"
    r"available)|"
    r"\b(?:should|could|would|might|must|want to|wish to|plan to|will) (?:\w+ ){0,2}(?:be )?(?:licen|release|"
    r"publish)|"
    r"\b(?:supports?|about|explains?|compatible with|similar to|unlike|versus|vs\.?|difference between|refers? to|"
    r"what is|how to|known as|called)\b[^.]{0,30}$|\bif (?:you|the|it|a)\b|"
    r"\b(?:some|certain|selected|many|most|several|individual|parts? of|portions? of|sections? of) (?:of )?(?:the |"
    r"our )?"
    r"(?:content|contents|texts?|articles?|posts?|pages?|works?|materials?|items?|entries|resources)\b|"
    r"(?<!except )(?<!unless )(?<!otherwise )\bwhere (?:indicated|noted|stated|marked|specified)\b|"
    r"\b(?:older than|become|becomes|became|embargo|after (?:\d+|one|two|three|five|six|ten|twelve) (?:years?|"
    r"months?))\b|"
    r"\b(?:openstreetmap|osm contributors|wiktionary|wikidata|mapbox|stamen|geonames|dbpedia|wordnet)\b|"
    r"\b(?:authors?|contributors?|users?|you|members?) (?:who |that )?(?:agree|retain|grant|must|can|may) (?!.{0,12}"
    r"(?:re-?use|share|use|copy|reproduce|redistribute|republish))",
    re.IGNORECASE,
)
RESERVED = re.compile(
    r"all rights (?:are )?reserved|alle rechte vorbehalten|tous droits r[ée]serv[ée]s|todos los derechos reservados|"
    r"todos os direitos reservados|tutti i diritti(?: sono)? riservati|alle rechten voorbehouden|"
    r"wszelkie prawa zastrze[żz]one|все права защищены|版权所有|保留所有权利|無断転載|alla rättigheter förbehållna|"
    r"no part of this (?:\w+ ){1,3}may be (?:reproduced|copied|used)",
    re.IGNORECASE,
)
_TAIL_FOREIGN = re.compile(
    r"^[\W\ue000-\ue1ff]*(?:via|from|by|at|on|,)\W+(?:\w+\W+){0,3}(?:wikimedia|wikipedia|flickr|unsplash|pixabay|"
    r"openstreetmap)\b",
    re.IGNORECASE,
)
# All articles of a journal: in its policy, that is not said of the page.
_OTHERS = re.compile(
    r"(?<!\w)(?:all|every|each|alle|tous|toutes|todos|tutti)\s+(?:\w+ ){0,2}?(?:articles?|papers|posts|"
    r"works|entries|publications|artikel|beiträge|art[íi]culos|artigos|"
    r"articoli)(?!\w)",
    re.IGNORECASE,
)
# "Site source code": the code is what is licensed, not the site.
_COMPOUND = re.compile(
    r"(?<!\w)(?:web ?sites?|sites?|blogs?|pages?|articles?|wiki|books?|courses?|posts?|text|content|documentation|"
    r"docs)"
    r"(?:['’]s|s['’])?[\s-]+(?=(?:source |theme|design|template|layout|code|images?|photos?|pictures?|icons?|"
    r"logos?|graphics|"
    r"illustrations?|data|metadata|abstracts?|covers?|comments?|videos?|software|figures)(?:\W|$|\w* ?code))",
    re.IGNORECASE,
)
_EXCEPTED = re.compile(
    r"(?<!\w)(?:open[- ]access|except|unless|otherwise|apart from|some|sauf|salvo|au[ßs]er|soweit|sofern)(?!\w)", re.I
)

_BOUNDARY = re.compile(r"(?<=[A-Za-zà-ÿа-я0-9)\]”\"\ue001])[.!?]\s+(?=[^a-z\s])|[;•|·\n。；]|\s[–—/]\s")

# Restrictions that a sentence on one's own work may word; the others are terms of licence texts.
_SPOKEN = frozenset({"non_commercial", "research_only", "no_redistribution", "no_derivatives"})

_POINTER = re.compile(r"\b(?:view|see|read|obtain|find)\b.{0,30}\blicen[cs]e\b|\bvisit\W*$", re.IGNORECASE)
_OF_LICENSES = frozenset(
    """
    https http www license licence licenses licences licensed licenced licensing creative commons cc by the a an
    under this these is are be rights some reserved terms use used using usage copyleft public domain dedication
    international unported generic of and or to in on at with for as it its available released distributed published
    shared offered provided covered governed made reuse free freely open access except where when otherwise noted
    stated indicated specified unless all any following conditions version v our my we you may can copy author
    authors us s lizenz lizenziert lizenziere unter der die das dem den einer eine einem steht stehen nach soweit
    nicht anders sous selon les termes de la le du une sauf mention contraire bajo licencia los una salvo que se
    indique sob uma licença sotto licenza con onder een licentie valt na licencji по под лицензии лицензией лицензия
    licens licencí pod je
    """.split()  # noqa: SIM905
)

OPEN, CLOSE = "\ue000", "\ue001"
"""What a mark's words are set between, so that it can be found in the text of its block."""


class Clause(NamedTuple):
    """What is said of one mark: whose licence it is, and how plainly."""

    subject: Subject
    is_grant: bool
    is_foreign: bool
    is_of_page: bool
    """Says that this very page is licensed, in words that hold wherever they stand."""


def clauses(block: str) -> list[str]:
    """Return the sentences of a block's text, cut at bullets, bars and line breaks too."""
    return [piece for piece in _BOUNDARY.split(block) if piece and piece.strip()]


def clause_of(sentence: str, at: int) -> Clause:
    """Return what a sentence says of the name or mark that begins at a place in it."""
    before = sentence[:at]
    lead = before.rpartition(CLOSE)[2] if CLOSE in before else before
    after = sentence[at:].partition(CLOSE)[2] if OPEN in sentence[at:] else sentence[at:]
    tail = after.split(OPEN)[0]
    told = lead if lead.strip(" ,:([-–—") else before
    subject = _subject(told)
    if subject == "silent" and not lead.strip(" ,:([-–—0123456789©"):
        subject = _subject_after(tail)
    is_quoted = _is_quoted(sentence, at)
    is_foreign = bool(_FOREIGN.search(told) or _TAIL_FOREIGN.search(tail)) or is_quoted
    inner = re.sub("[\ue000-\ue1ff]", "", sentence[at:].partition(CLOSE)[0] if OPEN in sentence[at:] else "")
    is_grant = bool(_GRANT.search(told + inner + tail[:60]))
    is_of_page = (
        is_grant
        and not is_foreign
        and subject == "text"
        and bool(_THIS.search(told))
        and not _OTHERS.search(told)
        and bool(_ITSELF.search(told) or re.search(r"open[- ]access|otherwise", told, re.IGNORECASE))
    )
    return Clause(subject, is_grant, is_foreign, is_of_page)


def is_pointer(lead: str) -> bool:
    """Tell whether words only lead to a licence that was named before: "To view a copy of this licence, visit"."""
    return _POINTER.search(lead) is not None


def credits_somebody(words: str, own: frozenset[str]) -> bool:
    """Tell whether words beside a licence name something that is not the page: ``Jane Doe, CC BY``.

    ``own`` are the words of the page's title, author and site. A copyright line names the page's holder.
    """
    if re.search(r"©|\(c\)|copyright", words, re.IGNORECASE):
        return False
    left = re.findall(r"[^\W\d_]+", _TEXT.sub(" ", words).lower())
    return any(word not in _OF_LICENSES and word not in own for word in left)


def _subject(lead: str) -> Subject:
    """Return what a clause speaks of, from the words before its licence."""
    if _PART.search(lead):
        lead = _COMPOUND.sub(" ", _WHERE.sub(" ", _LEFT_OUT.sub(" ", lead)))
    if _TEXT.search(lead):
        return "text"
    return "part" if _PART.search(lead) else "silent"


def _subject_after(tail: str) -> Subject:
    """Return what a licence at the start of a sentence is said to be for: ``CC BY 4.0 for code samples``."""
    match = re.match(
        r"[\w\s.]{0,30}?\b(?:for|applies to|covers)\b(?P<what>[^.]{0,60})", tail.strip(" ()"), re.IGNORECASE
    )
    return _subject(match["what"]) if match else "silent"


def _is_quoted(sentence: str, at: int) -> bool:
    """Tell whether a place stands within quotation marks that open before it and close after it."""
    for opening, closing in (("“", "”"), ("„", "“"), ("«", "»"), ('"', '"')):
        before, after = sentence[:at], sentence[at:]
        is_open = (
            before.count(opening) % 2 == 1 if opening == closing else before.rfind(opening) > before.rfind(closing)
        )
        if is_open and closing in after and len(before[before.rfind(opening) :]) > 12:
            return True
    return False


def restricts(sentence: str, expression: str) -> bool:
    """Tell whether a sentence takes back what the licence in it grants: ``CC BY, for non-commercial use only``."""
    if re.search(r"-(?:NC|ND)\b", expression):
        return False
    words = re.findall(r"[a-z0-9]+", sentence.lower())
    return not _SPOKEN.isdisjoint(restrictions_in(words))


def reservation(block: str) -> str | None:
    """Return the words that reserve all rights in a block, unless it says that something is excepted."""
    match = RESERVED.search(block)
    return match[0] if match and not _EXCEPTED.search(block) else None
