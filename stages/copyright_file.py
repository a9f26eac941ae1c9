"""Debian's machine-readable copyright files (DEP-5), as a format: paragraphs of fields, and which speaks of a path.

``debian/copyright`` of a source package, ``.reuse/dep5``, and what is installed as ``/usr/share/doc/*/copyright``. What
the licences in them mean is for the licence stage to say.
"""

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property, lru_cache

MAX_CHARS = 4_000_000
"""The longest known (of a browser) has 2.5 million."""
MAX_PARAGRAPHS = 20_000

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_FORMAT = re.compile(r"copyright-format|\bdep-?5\b|DEP[/ ]?5|MachineReadableCopyright|CopyrightFormat", re.IGNORECASE)
_WILD = re.compile(r"[*?\\]|/$")

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
        """What its patterns match: ``*`` and ``?`` match slashes too, a backslash escapes; a folder is all in it."""
        return re.compile("|".join(translate(_as_fnmatch(p)) for p in self.patterns if _WILD.search(p)) or "(?!)")


@dataclass(frozen=True)
class CopyrightFile:
    """A copyright file: its ``Files`` paragraphs in order, and the licence texts that stand alone, by short name."""

    stanzas: tuple[Stanza, ...]
    texts: tuple[tuple[str, str], ...]

    def stanza_of(self, path: str) -> Stanza | None:
        """Return the stanza that speaks of a path, relative to the package's root: the last one that matches."""
        exact = self._named.get(path)
        for stanza in self._wild:
            if exact is not None and stanza.place < exact.place:
                break
            if stanza.matcher.fullmatch(path):
                return stanza
        return exact

    @cached_property
    def _named(self) -> dict[str, Stanza]:
        """The last stanza that has each path as it is written: long lists of files are no patterns to try."""
        return {p.removeprefix("./"): s for s in self.stanzas for p in s.patterns if not _WILD.search(p)}

    @cached_property
    def _wild(self) -> tuple[Stanza, ...]:
        """The stanzas that have patterns, the last first."""
        return tuple(s for s in reversed(self.stanzas) if any(_WILD.search(p) for p in s.patterns))

    def written(self, stanza: Stanza) -> str:
        """Return a stanza with the licence texts that it refers to, as a copyright file's own paragraphs."""
        fields = {"Files": "\n".join(stanza.patterns), "Copyright": stanza.copyright, "License": stanza.license}
        words = short(stanza.license.partition("\n")[0])
        found = [fields, *({"License": f"{key}\n{text}"} for key, text in self.texts if key in words)]
        return "\n\n".join("\n".join(_written(name, value) for name, value in p.items() if value) for p in found)


@lru_cache(maxsize=64)
def read_copyright_file(text: str) -> CopyrightFile | None:
    """Return a copyright file; None where the text is not in the machine-readable format, or has no ``Files``.

    One that is too long to be read whole is none either: the last stanza that names a path is the one that counts.
    """
    if len(text) > MAX_CHARS:
        return None
    paragraphs = paragraphs_of(text)
    if not paragraphs or len(paragraphs) > MAX_PARAGRAPHS:
        return None
    if not _FORMAT.search(paragraphs[0].get("format", "") + paragraphs[0].get("format-specification", "")):
        return None
    stanzas = [
        Stanza(_patterns(p["files"]), p.get("license", ""), p.get("copyright", ""), place)
        for place, p in enumerate(q for q in paragraphs if q.get("files", "").strip())
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

    Values keep their line breaks, without the space that continues a line; a lone dot is an empty line. Comments may
    stand anywhere. A second ``Files`` begins a paragraph even without an empty line before it, and a second
    ``License`` holds beside the first, so that nothing which was written is lost.
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
        elif line.startswith("#"):
            continue
        elif match := _FIELD.match(line):
            name, value = match[1].lower(), match[2].strip()
            if name == "files" and name in found[-1]:
                found.append({})
            found[-1][name] = _beside(found[-1][name], value, name) if name in found[-1] else value
        else:
            name = ""
    return [paragraph for paragraph in found if paragraph]


def short(name: str) -> str:
    """Return a short name as names are compared: in lower case, with single spaces."""
    return " ".join(name.lower().split())


def _written(name: str, value: str) -> str:
    first, *rest = value.split("\n")
    return "\n".join([f"{name}: {first}".rstrip(), *(f" {line}" if line.strip() else " ." for line in rest)])


def _beside(first: str, second: str, name: str) -> str:
    """Return the value of a field that is there twice."""
    if name != "license":
        return f"{first}\n{second}"
    head, cut, text = first.partition("\n")
    return f"{head} and {second}{cut}{text}" if head and second else first + second


def _patterns(files: str) -> tuple[str, ...]:
    """Return the patterns of a ``Files`` field; drafts of the format had commas between them."""
    return tuple(pattern for each in files.split() if (pattern := each.strip(",")))


def _as_fnmatch(pattern: str) -> str:
    """Return a pattern as ``fnmatch`` writes it, whose expressions do not run away on any path."""
    written = []
    for part in re.findall(r"\\.|[*?]|[^*?\\]+|\\", pattern.removeprefix("./"), re.DOTALL):
        literal = part[1:] if len(part) == 2 and part[0] == "\\" else part
        written.append(part if part in ("*", "?") else re.sub(r"([*?[])", r"[\1]", literal))
    return "".join(written) + ("*" if pattern.endswith("/") else "")
