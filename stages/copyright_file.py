"""Debian's machine-readable copyright files (DEP-5), as a format: paragraphs of fields, and which speaks of a path.

``debian/copyright`` of a source package, ``.reuse/dep5``, and what is installed as ``/usr/share/doc/*/copyright``. What
the licences in them mean is for the licence stage to say.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

MAX_CHARS = 4_000_000
"""The longest known (of a browser) has 2.5 million."""
MAX_PARAGRAPHS = 20_000

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_FORMAT = re.compile(r"copyright-format|\bdep-?5\b|DEP[/ ]?5|MachineReadableCopyright|CopyrightFormat", re.IGNORECASE)

Paragraph = dict[str, str]


@dataclass(frozen=True)
class Stanza:
    """A ``Files`` paragraph: which paths it is about, and what it says of them, word for word."""

    patterns: tuple[str, ...]
    license: str
    """The field: its first line names the licence, the lines below may hold the text."""
    copyright: str
    place: int
    """Which of the file's ``Files`` paragraphs it is, from 0."""

    @cached_property
    def matcher(self) -> re.Pattern[str]:
        """The pattern of its paths: ``*`` and ``?`` match slashes too, a backslash escapes."""
        return re.compile("|".join(_glob(pattern) for pattern in self.patterns) or "(?!)", re.DOTALL)


@dataclass(frozen=True)
class CopyrightFile:
    """A copyright file: its ``Files`` paragraphs in order, and the licence texts that stand alone, by short name."""

    stanzas: tuple[Stanza, ...]
    texts: tuple[tuple[str, str], ...]

    def stanza_of(self, path: str) -> Stanza | None:
        """Return the stanza that speaks of a path, relative to the package's root: the last one that matches."""
        return next((s for s in reversed(self.stanzas) if s.matcher.fullmatch(path)), None)

    def text_of(self, name: str) -> str:
        """Return the licence text that stands alone under a short name; empty when there is none."""
        return next((text for key, text in self.texts if key == short(name)), "")

    def written(self, stanza: Stanza) -> str:
        """Return a stanza with the licence texts that it refers to, as a copyright file's own paragraphs."""
        fields = {"Files": "\n".join(stanza.patterns), "Copyright": stanza.copyright, "License": stanza.license}
        words = short(stanza.license.partition("\n")[0])
        found = [fields, *({"License": f"{key}\n{text}"} for key, text in self.texts if key in words)]
        return "\n\n".join("\n".join(_written(name, value) for name, value in p.items() if value) for p in found)


@lru_cache(maxsize=64)
def read_copyright_file(text: str) -> CopyrightFile | None:
    """Return a copyright file; None where the text is not in the machine-readable format, or has no ``Files``."""
    if len(text) > MAX_CHARS:
        return None
    paragraphs = paragraphs_of(text)
    if not paragraphs or not _FORMAT.search(
        paragraphs[0].get("format", "") + paragraphs[0].get("format-specification", "")
    ):
        return None
    stanzas = [
        Stanza(tuple(p["files"].split()), p["license"], p.get("copyright", ""), place)
        for place, p in enumerate(q for q in paragraphs if q.get("files", "").strip())
        if "license" in p or p.setdefault("license", "") == ""
    ]
    alone = [p["license"] for p in paragraphs[1:] if "license" in p and not p.get("files", "").strip()]
    texts = {short(value.partition("\n")[0]): value.partition("\n")[2] for value in alone}
    # A stanza's own text serves the others of the same short name.
    for stanza in stanzas:
        name, _, own = stanza.license.partition("\n")
        if own.strip():
            texts.setdefault(short(name), own)
    return CopyrightFile(tuple(stanzas), tuple(sorted(texts.items()))) if stanzas else None


def paragraphs_of(text: str) -> list[Paragraph]:
    """Return the paragraphs of a control file, each as its fields by lower-case name; lines that fit nothing are left.

    Values keep their line breaks, without the space that continues a line; a lone dot is an empty line.
    """
    found: list[Paragraph] = [{}]
    name = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            if found[-1]:
                found.append({})
            name = ""
        elif line[0] in " \t":
            if name:
                body = line[1:].rstrip()
                found[-1][name] += "\n" + ("" if body.strip() == "." else body)
        elif not line.startswith("#") and (match := _FIELD.match(line)):
            name = match[1].lower()
            found[-1][name] = match[2].strip()
        else:
            name = ""
        if len(found) > MAX_PARAGRAPHS:
            break
    return [paragraph for paragraph in found if paragraph]


def short(name: str) -> str:
    """Return a short name as names are compared: in lower case, with single spaces."""
    return " ".join(name.lower().split())


def _written(name: str, value: str) -> str:
    first, *rest = value.split("\n")
    return "\n".join([f"{name}: {first}".rstrip(), *(f" {line}" if line.strip() else " ." for line in rest)])


def _glob(pattern: str) -> str:
    parts = re.findall(r"\\.|[*?]|[^*?\\]+|\\", pattern.removeprefix("./"), re.DOTALL)
    meaning = {"*": ".*", "?": "."}
    return "".join(meaning.get(p) or re.escape(p[1:] if p[0] == "\\" and len(p) == 2 else p) for p in parts)
