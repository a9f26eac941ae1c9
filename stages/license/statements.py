"""Claims read one by one: what each says, how much it covers, how far it can be trusted."""

import json
import posixpath
import re
from dataclasses import dataclass, replace

from licet.schemas.evidence import Claim
from licet.stages.license.about import is_about_others
from licet.stages.license.dep5 import Dep5, read_annotation, read_dep5
from licet.stages.license.expression import All, Leaf, joined, ordered, parse
from licet.stages.license.file_notices import read_file_notice
from licet.stages.license.free_form import read_free_form
from licet.stages.license.generators import read_generator
from licet.stages.license.holders import holders_in
from licet.stages.license.maker_notes import read_note
from licet.stages.license.normalize import Reading, normalize
from licet.stages.license.notice import read_notice
from licet.stages.license.parts import Part, read_parts
from licet.stages.license.signals import flags_of
from licet.stages.license.text import SURE, identify

# How much each kind of claim covers, and its grade: A work-level, B registry, C container, F third party.
KINDS: dict[str, tuple[str, str]] = {
    "spdx_header": ("file", "A"),
    "file_notice": ("file", "B"),
    "file_annotation": ("file", "B"),
    "row_column": ("work", "B"),
    "package_expression": ("container", "B"),
    "package_classifier": ("container", "B"),
    "package_license": ("container", "B"),
    "license_file": ("container", "C"),
    "notice": ("container", "C"),
    "html_link": ("page", "B"),
    "html_metadata": ("page", "B"),
    "html_anchor": ("page", "C"),
    "html_text": ("part", "F"),
    "declared": ("collection", "C"),
    "hub_card": ("collection", "F"),
    "generator": ("generator", "C"),
    "generator_note": ("generator", "C"),
    "generator_label": ("generator", "F"),
    "component": ("component", "C"),
    "credit": ("credit", "F"),
    "usage_signal": ("use", "F"),
}
_IGNORABLE = re.compile(r"(?:^|/)(?:notice|authors|contributors|patents|credits|thanks|changelog)[^/]*$", re.IGNORECASE)
_MANIFEST = re.compile(
    r"(?:^|/)(?:package\.json|composer\.json|Cargo\.toml|pyproject\.toml|setup\.cfg|DESCRIPTION|CITATION\.cff"
    r"|\.zenodo\.json|[^/]*\.gemspec)#[^/#]*$"
)
_COPYRIGHT = re.compile(r"(?:^|/)copyrights?(?:\.[a-z]+)?$", re.IGNORECASE)
# What R's own templates leave in LICENSE: the blanks of a licence that DESCRIPTION names.
_BLANKS = re.compile(r"\s*(?:(?:YEAR|COPYRIGHT HOLDER|ORGANI[SZ]ATION)[ \t]*:[^\n]*\s*){1,6}", re.IGNORECASE)
_HOLDER = re.compile(r"^\s*COPYRIGHT HOLDER[ \t]*:[ \t]*([^\n]{2,120}?)\s*$", re.IGNORECASE | re.MULTILINE)
_ABOUT_LICENSES = re.compile(r"licen[sc]e|permission|permitted|copyright|warrant|all rights|terms", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A claim and what was read in it.

    ``family`` is set where only a family of licences is named; ``choice`` has ids and families between which the
    claim lets one choose; ``holders`` are named in copyright lines.
    """

    claim: Claim
    expression: str | None
    grade: str
    scope: str
    confidence: float
    flags: tuple[str, ...]
    family: str | None = None
    choice: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    about: str = ""
    """The component that is meant, where it is not the whole project."""
    place: str = ""
    """Where the component is: ``anywhere``, ``placed`` elsewhere, ``linked``, ``referred``, or ``here``."""
    paths: tuple[str, ...] = ()
    source: Claim | None = None
    """The claim that ``claim`` was cut from, where it is a part of one."""

    @property
    def order(self) -> tuple[str, ...]:
        """What statements are sorted by, so that nothing depends on the order of claims."""
        return (self.claim.kind, self.claim.locator, self.claim.raw, self.claim.url or "")


def read_claims(claim: Claim) -> tuple[Statement, ...]:
    """Return what a claim says: one statement, or one for each part of a licence file that bundles several.

    Never raises; what cannot be read has no expression and a flag.
    """
    if claim.kind == "license_file" and (found := read_dep5(claim.raw)) is not None:
        return (_copyright_file(claim, found),)
    if claim.kind == "license_file" or _is_text(claim):
        return _license_file_in_parts(claim)
    return (_read_claim(claim),)


def is_manifest(claim: Claim) -> bool:
    """Tell whether package metadata lies as a file among the sources: the author's word, no registry's record."""
    return claim.kind.startswith("package_") and _MANIFEST.search(claim.locator) is not None


def _is_text(claim: Claim) -> bool:
    """Tell whether a metadata field holds a licence's text, as older packages do."""
    return claim.kind == "package_license" and (len(claim.raw) > 200 or "\n" in claim.raw.strip())


def _read_claim(claim: Claim) -> Statement:
    scope, grade = KINDS[claim.kind]
    if claim.kind == "component":
        name = claim.locator.rpartition("#of=")[2]
        read = _best(_license_file(claim, scope), read_parts(claim.raw, "LICENSE"))
        return replace(read, about=name, place="here")
    if claim.kind == "credit":
        return Statement(claim=claim, expression=None, grade=grade, scope=scope, confidence=0.0, flags=())
    if claim.kind == "usage_signal":
        said = flags_of(claim.raw)
        return Statement(claim=claim, expression=None, grade=grade, scope=scope, confidence=0.0, flags=said)
    if claim.kind == "notice":
        return _free_form(claim, scope) if _COPYRIGHT.search(claim.locator) else _notice(claim, scope)
    if claim.kind == "file_notice":
        return _file_notice(claim, scope, grade)
    if claim.kind == "generator":
        return _generator(claim, scope, grade)
    if claim.kind == "generator_note":
        return _generator_note(claim, scope, grade)
    if claim.kind == "generator_label":
        return _generator_label(claim, scope, grade)
    if claim.kind == "file_annotation":
        return _annotation(claim, scope, grade)
    if claim.kind == "declared" and not claim.url:
        grade = "F"
    if is_manifest(claim) or (claim.kind == "hub_card" and claim.url):
        # The author's word in the tree, and the publisher's own card: a container's, no registry's record.
        grade = "C"
    found = _listed(claim.raw) if claim.kind == "hub_card" else normalize(claim.raw)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade=grade,
        scope=scope,
        confidence=1.0,
        flags=found.flags,
        family=found.family,
    )


def _copyright_file(claim: Claim, found: Dep5) -> Statement:
    """Return what a whole copyright file says of what it lies beside: all that its stanzas name holds."""
    flags = {flag for annotation in found.annotations for flag in annotation.flags}
    sure = min((annotation.confidence for annotation in found.annotations), default=0.0)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade="C" if sure >= SURE else "D",
        scope="container",
        confidence=sure if found.expression else 0.0,
        flags=tuple(sorted(flags)),
        holders=tuple(dict.fromkeys(name for each in found.annotations for name in each.holders))[:5],
    )


def _listed(raw: str) -> Reading:
    """Return what a card's licence says; a list says neither AND nor OR, so all of it is taken to hold."""
    try:
        names = json.loads(raw) if raw.startswith("[") else [raw]
    except (ValueError, RecursionError):
        names = [raw]
    found = [normalize(str(name)) for name in names or [raw]]
    unread = next((reading for reading in found if reading.expression is None), None)
    if unread is not None or len(found) == 1:
        return unread or found[0]
    nodes = [node for reading in found if reading.expression and (node := parse(reading.expression)) is not None]
    flags = {"unordered_list", *(flag for reading in found for flag in reading.flags)}
    return Reading(str(ordered(joined(All, nodes))), tuple(sorted(flags)))


def _license_file_in_parts(claim: Claim) -> tuple[Statement, ...]:
    """Return the statements of a licence file: its own, then those on components.

    A locator that ends in ``#for=<folder>`` says that the file lay in a folder of the sources that is not among the
    rows' files, one in ``#of=<name>`` that it is about the component of that name.
    """
    whole = _license_file(claim, "container")
    locator, mark, value = claim.locator.partition("#")
    key, _, named = value.partition("=")
    if mark and key in ("for", "of") and claim.kind == "license_file":
        sure = _best(whole, read_parts(claim.raw, posixpath.basename(locator)))
        place, paths = ("placed", (named,)) if key == "for" else ("anywhere", ())
        return (replace(sure, scope="component", about=named, place=place, paths=paths),)
    is_one = whole.grade == "C" and whole.expression is not None and " AND " not in whole.expression
    name = posixpath.basename(locator)
    if whole.choice:
        return (whole,)
    parts = read_parts(claim.raw, name)
    own = [part for part in parts if not part.about]
    # What is surely one licence may look like several pieces, of which none but the first says anything by itself.
    is_cut_up = is_one and not is_about_others(name) and any(part.expression is None for part in parts)
    if not parts or is_cut_up or (own and own[0].expression is None):
        return (whole,)
    return tuple(_statement(part, claim) for part in parts)


def _best(whole: Statement, parts: tuple[Part, ...]) -> Statement:
    """Return what a file about one component says: as a whole, or by its parts where these are known better."""
    nodes = [parse(part.expression) for part in parts if part.expression]
    if not nodes or len(nodes) < len(parts) or min(part.confidence for part in parts) <= whole.confidence:
        return whole
    confidence = min(part.confidence for part in parts)
    expression = str(joined(All, [node for node in nodes if node is not None]))
    return replace(whole, expression=expression, confidence=confidence, grade="C" if confidence >= SURE else "D")


def _statement(part: Part, claim: Claim) -> Statement:
    """Return one part of a licence file as a statement, its claim cut down to the part."""
    locator = f"{claim.locator}#lines={part.first}-{part.last}"
    return Statement(
        claim=replace(claim, raw=part.text, locator=f"{locator}#of={part.about}" if part.about else locator),
        expression=part.expression,
        grade="C" if part.confidence >= SURE else "D",
        scope="component" if part.about else "container",
        confidence=part.confidence,
        flags=(*part.flags, f"component_{part.place}") if part.about else part.flags,
        holders=holders_in(part.text),
        about=part.about,
        place=part.place if part.about else "",
        paths=part.paths,
        source=claim,
    )


def _license_file(claim: Claim, scope: str) -> Statement:
    found = identify(claim.raw)
    holders = holders_in(claim.raw)
    if found.ids:
        sure = found.confidence >= SURE
        return Statement(
            claim=claim,
            expression=str(joined(All, [Leaf(key) for key in found.ids])),
            grade="C" if sure else "D",
            scope=scope,
            confidence=found.confidence,
            flags=found.flags,
            holders=holders,
        )
    short = claim.raw.strip()
    named = normalize(short) if len(short) < 200 and "\n" not in short else None
    if named is not None and named.expression is not None:
        return Statement(
            claim=claim, expression=named.expression, grade="C", scope=scope, confidence=1.0, flags=named.flags
        )
    notice = _notice(claim, scope)
    if (notice.expression or notice.choice) and notice.grade == "C":
        # A sentence may be of one text among several in the file.
        whole = None if notice.choice else read_free_form(claim.raw).expression
        return replace(notice, expression=whole) if whole is not None else notice
    flags = set(found.flags)
    if _BLANKS.fullmatch(claim.raw):
        flags.add("ignored")
        holders = tuple(_HOLDER.findall(claim.raw))
    if _IGNORABLE.search(claim.locator.split("#")[0]) or not _ABOUT_LICENSES.search(claim.raw):
        flags.add("ignored")
    return Statement(
        claim=claim,
        expression=None,
        grade="D",
        scope=scope,
        confidence=0.0,
        flags=tuple(sorted(flags)),
        holders=holders,
    )


def _free_form(claim: Claim, scope: str) -> Statement:
    """Return what a whole copyright file says; ``further_terms`` where not each of its passages was understood."""
    noticed, found = _notice(claim, scope), read_free_form(claim.raw)
    if found.expression is None or any(flag.startswith("restrictive_words") for flag in noticed.flags):
        return noticed
    return replace(
        noticed,
        expression=found.expression,
        grade="C" if found.confidence >= SURE else "D",
        confidence=found.confidence,
        flags=(*found.flags, *(() if found.is_understood else ("further_terms",))),
        choice=(),
    )


def _notice(claim: Claim, scope: str) -> Statement:
    found = read_notice(claim.raw)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade="C" if found.grants else "F",
        scope=scope,
        confidence=1.0 if found.grants else 0.5,
        flags=found.flags if found.grants else (*found.flags, "mention"),
        choice=found.choice,
        holders=holders_in(claim.raw),
    )


def _file_notice(claim: Claim, scope: str, grade: str) -> Statement:
    found = read_file_notice(claim.raw)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade=grade if found.confidence >= SURE or found.expression is None else "D",
        scope=scope,
        confidence=found.confidence,
        flags=found.flags,
        choice=found.choice,
        holders=holders_in(claim.raw),
    )


def _annotation(claim: Claim, scope: str, grade: str) -> Statement:
    found = read_annotation(claim.raw)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade=grade if found.confidence >= SURE or found.expression is None else "D",
        scope=scope,
        confidence=found.confidence,
        flags=found.flags,
        family=found.family,
        holders=found.holders,
    )


def _generator(claim: Claim, scope: str, grade: str) -> Statement:
    """Return the terms that the models named add; null with ``unknown_generator`` where they are not known."""
    found = read_generator(claim.raw)
    terms = " AND ".join(found.terms) if found.is_known else ""
    by_people = () if "human" in found.families else ("programmed",)
    flags = ("unknown_generator",) if not found.is_known else ("generated",) if found.is_model else by_people
    return Statement(claim=claim, expression=terms or None, grade=grade, scope=scope, confidence=1.0, flags=flags)


def _generator_note(claim: Claim, scope: str, grade: str) -> Statement:
    """Return the terms of the models that a note names; ``generator_unnamed`` where it says no more than that."""
    found = read_note(claim.raw)
    terms = " AND ".join(found.terms)
    flags = ("generated",) if found.is_named else ("generator_unnamed",)
    flags = flags if found.is_known else ("unknown_generator",)
    return Statement(claim=claim, expression=terms or None, grade=grade, scope=scope, confidence=1.0, flags=flags)


def _generator_label(claim: Claim, scope: str, grade: str) -> Statement:
    """Return the terms of the model that a row's turns are labelled with; a mere ``gpt`` says that there was one."""
    found = read_generator(claim.raw)
    terms = " AND ".join(found.terms) if found.is_known else ""
    flags = ("generated",) if terms else ("generator_label",)
    return Statement(claim=claim, expression=terms or None, grade=grade, scope=scope, confidence=1.0, flags=flags)
