"""What the version's own terms mean, in words for somebody who has not read the code."""

from licet.schemas.license import Bits

KINDS = {
    "declared": "the recipe's author declares",
    "row_column": "the row's own licence column says",
    "spdx_header": "the file's SPDX header says",
    "file_notice": "the notice at the head of the file says",
    "file_annotation": "a stanza that names the file says",
    "license_file": "a licence file says",
    "notice": "a notice says",
    "package_expression": "the package's licence field says",
    "package_classifier": "the package's classifier says",
    "package_license": "the package's free-text licence field says",
    "html_link": "the page's head links to",
    "html_anchor": "the page's mark of its licence says",
    "html_metadata": "the page's metadata says",
    "html_text": "a part of the page mentions",
    "hub_card": "the dataset card says",
    "generator": "the row was made by",
    "generator_note": "the set's own page says of who made it",
    "generator_label": "the row calls the side that answers",
    "component": "a licence file says of the part that this row belongs to",
    "credit": "the recipe's author says to credit",
    "usage_signal": "the origin says of use, apart from the licence",
}
GRADES = {
    "A": "a statement in the work itself",
    "B": "structured metadata at the origin",
    "C": "a statement on what the work is part of",
    "D": "a licence text that was recognised, without certainty",
    "E": "inferred from a rule",
    "F": "a third party, or a mere mention",
}
TRUST = {
    "A": "the work says it itself",
    "B": "its origin records it as metadata",
    "C": "said of the whole that the work is part of",
    "D": "a licence text, recognised as {sure} alike",
    "E": "inferred from a rule",
    "F": "a third party's word or a mention, not believed alone",
}
"""Why a statement is trusted as far as its grade says."""
TIERS = {
    "public-domain": "free of conditions",
    "permissive": "keep the notice",
    "attribution": "credit the author and say what was changed",
    "share-alike": "adaptations under the same licence",
    "copyleft-weak": "changes to it under the same licence, with source",
    "copyleft-strong": "works made from it under the same licence, with source",
    "non-commercial": "no commercial use",
    "no-derivatives": "no adaptations",
    "custom-terms": "terms of its own, read by nobody here",
    "unlicensed": "no grant",
    "unknown": "not determined",
    "conflict": "statements that contradict each other",
}
BITS = {
    Bits.NOTICE: "keep the copyright notice and the licence",
    Bits.ATTRIBUTION: "credit the author, with a link to the licence",
    Bits.INDICATE_CHANGES: "say what was changed",
    Bits.SHARE_ALIKE: "license adaptations the same way",
    Bits.SOURCE_DISCLOSURE: "make the source available with what is distributed",
    Bits.NETWORK_COPYLEFT: "make the source available to users over a network",
    Bits.PATENT_RETALIATION: "the patent grant ends for those who sue",
    Bits.NO_ENDORSEMENT: "do not use the authors' names to endorse",
    Bits.NC: "no commercial use",
    Bits.ND: "no adaptations",
    Bits.FIELD_OF_USE: "only for certain uses",
    Bits.USER_LIMIT: "only for certain users",
    Bits.OUTPUT_TERMS: "terms on what a model trained with it puts out",
    Bits.NAMING_DUTY: "name what is made from it as told",
    Bits.DATABASE_LAYER_ONLY: "covers the database, not what is in it",
    Bits.ASSERTION: "somebody's assertion that no right is left, not a grant",
    Bits.JURISDICTION_LIMITED: "holds in some countries only",
    Bits.NO_SUBLICENSE: "no sublicensing",
    Bits.NO_PATENT: "no patent rights are given",
    Bits.TEXT_LIMITS: "parts must not be changed",
}
FLAGS = {
    "suffix_inferred": "the text does not say whether later versions may be chosen; read as this version only",
    "deprecated_id": "named by an id that SPDX has replaced",
    "version_missing": "no version is named",
    "list_as_and": "a list, read as all of its members together",
    "slash_as_or": "a slash, read as a choice",
    "later_versions_dropped": "later versions may be chosen; that was not used",
    "assertion_only": "an assertion, not a grant",
    "db_layer_only": "covers the database, not the texts in it",
    "unexplained_text": "the licence file holds more than the licence recognised in it",
    "unidentified_text": "a licence text beside it is not known",
    "container_unread": "what holds the row has a statement that could not be read; the row's own was used",
    "container_stricter": "what holds the row is stricter than the row; both hold",
    "part_stricter": "a part of the container is under stricter terms",
    "bundled": "the licence file speaks of bundled components too",
    "generator_terms": "the terms of the model that made it hold as well",
    "generated": "a model made it",
    "unknown_generator": "the terms of the model that made it are not known",
    "generator_unnamed": "a model made it, which is not said",
    "generator_label": "a label of its format, which names no model",
    "programmed": "a program made it, no model",
    "alternative_unread": "of a choice, one branch could not be read and was left out",
    "restrictive_words": "it holds words that restrict",
    "ambiguous": "may mean more than one licence",
    "reserves": "reserves the use for",
    "allows": "allows the use for",
    "empty": "it says nothing",
    "placeholder": "it names no licence",
    "family_only": "it names a family of licences only",
    "unknown_id": "it names a licence that is not known",
    "unparsable": "it cannot be read as an expression",
    "too_long": "it is too long to be a licence name",
    "mention": "a mention, not a grant",
    "ignored": "it does not speak of licences",
}


def conditions(bits: Bits) -> list[str]:
    """Return what a licence's conditions ask for, in words."""
    return [told for bit, told in BITS.items() if bit in bits]


def flag_in_words(flag: str) -> str:
    """Return what was odd, in words; one that says more behind a colon keeps that."""
    name, _, more = flag.partition(":")
    return FLAGS.get(name, name.replace("_", " ")) + (f": {more}" if more else "")
