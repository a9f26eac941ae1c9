"""ISO 639: the two-letter code of each language that has one, by its three-letter code."""

_CODES = """
aar aa abk ab afr af aka ak amh am ara ar arg an asm as ava av ave ae aym ay aze az bak ba bam bm bel be ben bn bih bh
bis bi bod bo bos bs bre br bul bg cat ca ces cs cha ch che ce chu cu chv cv cor kw cos co cre cr cym cy dan da deu de
div dv dzo dz ell el eng en epo eo est et eus eu ewe ee fao fo fas fa fij fj fin fi fra fr fry fy ful ff gla gd gle ga
glg gl glv gv grn gn guj gu hat ht hau ha hbs sh heb he her hz hin hi hmo ho hrv hr hun hu hye hy ibo ig ido io iii ii
iku iu ile ie ina ia ind id ipk ik isl is ita it jav jv jpn ja kal kl kan kn kas ks kat ka kau kr kaz kk khm km kik ki
kin rw kir ky kom kv kon kg kor ko kua kj kur ku lao lo lat la lav lv lim li lin ln lit lt ltz lb lub lu lug lg mah mh
mal ml mar mr mkd mk mlg mg mlt mt mon mn mri mi msa ms mya my nau na nav nv nbl nr nde nd ndo ng nep ne nld nl nno nn
nob nb nor no nya ny oci oc oji oj ori or orm om oss os pan pa pli pi pol pl por pt pus ps que qu roh rm ron ro run rn
rus ru sag sg san sa sin si slk sk slv sl sme se smo sm sna sn snd sd som so sot st spa es sqi sq srd sc srp sr ssw ss
sun su swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tir ti ton to tsn tn tso ts tuk tk tur tr twi tw
uig ug ukr uk urd ur uzb uz ven ve vie vi vol vo wln wa wol wo xho xh yid yi yor yo zha za zho zh zul zu
"""
# The members of a macrolanguage that models name in its stead, where it alone has two letters.
_MEMBERS = """
arb ar azj az cmn zh ekk et gaz om khk mn kmr ku lvs lv npi ne ory or pbt ps pes fa plt mg quy qu swh sw uzn uz ydd yi
zsm ms als sq
"""
# Codes that ISO 639 has withdrawn, and detectors still give.
_WITHDRAWN = "iw he in id ji yi jw jv mo ro"

ISO_639_1 = frozenset(_CODES.split()[1::2])
"""All two-letter codes."""
_PAIRS = f"{_CODES} {_MEMBERS} {_WITHDRAWN}".split()
_BY_THREE = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))


def two_letters(code: str) -> str:
    """Return a model's code as ISO 639-1 where there is one: ``eng_Latn``, ``eng``, ``EN`` and ``en-GB`` are ``en``."""
    language = code.lower().replace("-", "_").split("_", 1)[0]
    return _BY_THREE.get(language, language)
