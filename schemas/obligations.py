"""What a licence asks of those who use a text under it: by use, in a sentence, with the clause where it says so.

Derived from the condition bits of `licet.schemas.license`, and from ``licenses/clauses.json`` for the clauses of the
licences that are met most. No legal advice.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from licet.schemas.generators import Terms, output_terms
from licet.schemas.license import LICENSES_FOLDER, Bits, bits_of

Use = Literal["train", "redistribute", "commercial"]
USES: tuple[Use, ...] = get_args(Use)

# For each condition: the uses that it binds, and what it asks. Training alone passes nothing on; whether a model is an
# adaptation of what it was trained on is not settled, so the conditions on adaptations say "if".
ASKS: dict[Bits, tuple[tuple[Use, ...], str]] = {
    Bits.NOTICE: (("redistribute",), "Pass on the copyright notice and the licence with every copy of the text."),
    Bits.ATTRIBUTION: (
        ("redistribute",),
        "Credit the author as the attribution column does, with the source and a link to the licence.",
    ),
    Bits.INDICATE_CHANGES: (("redistribute",), "Say that the text was changed, if it was."),
    Bits.SHARE_ALIKE: (
        ("train", "redistribute"),
        "Publish adaptations under the same licence. Whether a model is one is not settled.",
    ),
    Bits.SOURCE_DISCLOSURE: (("redistribute",), "Offer the source of what is passed on in another form."),
    Bits.NETWORK_COPYLEFT: (
        ("train", "redistribute"),
        "Offer the source to those who use a changed work over a network. Whether a model is one is not settled.",
    ),
    Bits.PATENT_RETALIATION: (("commercial",), "Know that the patent grant ends for those who sue over the work."),
    Bits.NO_ENDORSEMENT: (("redistribute", "commercial"), "Do not use the authors' names or marks to promote."),
    Bits.NC: (USES, "Do not use it for commercial ends, training for such ends included."),
    Bits.ND: (USES, "Do not pass on adaptations."),
    Bits.FIELD_OF_USE: (USES, "Keep to the fields of use that the licence allows."),
    Bits.USER_LIMIT: (USES, "See whether you are among those whom the licence allows."),
    Bits.OUTPUT_TERMS: (("train", "commercial"), "Heed the terms on models that are trained with it."),
    Bits.NAMING_DUTY: (("train", "redistribute"), "Name what is made from it as the licence tells."),
    Bits.DATABASE_LAYER_ONLY: (USES, "Find out under which terms the contents are: this covers the database only."),
    Bits.ASSERTION: (USES, "Know that somebody asserts the public domain; nobody grants anything."),
    Bits.JURISDICTION_LIMITED: (USES, "Know that this holds in some countries only."),
    Bits.NO_SUBLICENSE: (
        ("redistribute",),
        "Do not sublicense: those who get a copy have their licence from the author.",
    ),
    Bits.NO_PATENT: (("commercial",), "Know that no patent rights are given."),
    Bits.TEXT_LIMITS: (("redistribute",), "Leave the parts as they are that must not be changed."),
}


@dataclass(frozen=True)
class Obligation:
    """One thing that a licence asks: of which uses, what, and where it says so (null where that is not listed)."""

    bit: str
    uses: tuple[Use, ...]
    sentence: str
    clause: str | None


@cache
def _clauses() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((LICENSES_FOLDER / "clauses.json").read_text(encoding="utf-8"))[
        "clauses"
    ]
    return found


@cache
def obligations_of(key: str) -> tuple[Obligation, ...]:
    """Return what a licence, by its id, asks of those who use a text under it."""
    bits, clauses, terms = bits_of(key), _clauses().get(key, {}), output_terms(key)
    of_outputs = {} if terms is None else {Bits.OUTPUT_TERMS: terms.says, Bits.NAMING_DUTY: naming(terms)}
    return tuple(
        Obligation(name, uses, of_outputs.get(bit) or sentence, clauses.get(name))
        for bit, (uses, sentence) in ASKS.items()
        if bit in bits and (name := str(bit.name).lower())
    )


def naming(terms: Terms) -> str:
    """Return what a publisher's terms ask to be named, in sentences; empty where they ask for nothing."""
    asked = []
    if terms.model_name:
        asked.append(f"Begin the name of a model that was trained with it with “{terms.model_name}”.")
    if terms.display:
        asked.append(f"Show “{terms.display}” on a page about the model or in its documentation.")
    if terms.notice:
        asked.append(f"Keep this notice beside copies of the publisher's materials: “{terms.notice}”")
    return " ".join(asked)
