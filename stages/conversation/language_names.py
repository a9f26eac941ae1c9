"""Names of languages, as people write them who ask for an answer in one, and words for translating."""

import re
from functools import cache

_NAMES = """
af afrikaans|ar arabic|arabisch|arabe|árabe|عرب|阿拉伯|bg bulgarian|бълг|bn bengali|bangla|বাংলা
ca catalan|català|cs czech|česk|češ|da danish|dansk
de german|deutsch|allemand|alemán|tedesco|德语|德文|ドイツ語|немец|el greek|ελλην|griech
en english|englisch|anglais|inglés|inglese|inglês|英语|英文|英語|англ|영어|angielsk
es spanish|español|espagnol|spanisch|castellano|spagnolo|西班牙|スペイン語|испан|et estonian|eesti
fa persian|farsi|فارسی|fi finnish|suome
fr french|français|französisch|francés|francese|法语|法文|フランス語|француз|he hebrew|עברית
hi hindi|हिन्दी|हिंदी|hr croatian|hrvatsk|hu hungarian|magyar|id indonesian|bahasa|is icelandic|íslensk
it italian|italien|italiano|italienisch|意大利|イタリア語|итал
ja japanese|日本語|japanisch|japonais|japonés|日语|日文|япон|ka georgian|ქართ|kk kazakh|қазақ
ko korean|한국어|koreanisch|韩语|韓国語|корей|la latin|lt lithuanian|lietuvi|lv latvian|latvie
mk macedonian|македон|ms malay|melayu|nl dutch|nederlands|niederländisch|néerlandais|no norwegian|norsk
pl polish|polsk|polnisch|pt portuguese|português|portugiesisch|portugais|portugués|葡萄牙|ro romanian|român
ru russian|русск|russisch|russe|ruso|俄语|ロシア語|sk slovak|slovensk|sl slovenian|slovene|slovensk
sq albanian|shqip|sr serbian|српск|srpsk|sv swedish|svensk|schwedisch|sw swahili|kiswahili|ta tamil|தமிழ்
te telugu|తెలుగు|th thai|ไทย|tl tagalog|filipino|tr turkish|türk|uk ukrainian|україн|ur urdu|اردو
vi vietnamese|tiếng việt|việt|zh chinese|mandarin|cantonese|中文|汉语|漢語|chinesisch|chinois|chino|中国語|китай
"""
_TRANSLATING = (
    r"translat|translit|traduc|tradui|traduz|tradur|übersetz|перев[ео]д|перекла|翻译|翻譯|翻訳|訳して|번역|çevir"
    r"|ترجم|अनुवाद|vertaal|tłumacz"
    r"|översätt|oversæt|oversett|käännä|dịch|terjemah|แปล|multilingual|bilingual|language|langue|idioma"
    r"|lingua|sprache|språk"
    r"|jezik|język|язык|мов[аоиу]|语言|語言|言語|언어|لغة|भाषा"
    r"|\blearn(?:ing)? to speak\b|\bhow (?:do|would) (?:you|i) say\b"
)


@cache
def names() -> dict[str, str]:
    """Return the pattern of a language's names by its ISO 639-1 code."""
    found: dict[str, list[str]] = {}
    code = ""
    for part in "|".join(_NAMES.split("\n")).split("|"):
        head, _, rest = part.strip().partition(" ")
        if len(head) == 2 and head.isascii() and rest:
            code, part = head, rest
        if part.strip():
            found.setdefault(code, []).append(re.escape(part.strip()))
    return {code: "|".join(parts) for code, parts in found.items()}


def is_asked_for(code: str, said: str) -> bool:
    """Tell whether what was said names a language, or speaks of translating or of languages at all."""
    pattern = names().get(code)
    named = rf"(?<![^\W\d_])(?:{pattern})|[^\x00-\u04ff](?:{pattern})|{_TRANSLATING}" if pattern else _TRANSLATING
    return bool(re.search(named, said, re.IGNORECASE))
