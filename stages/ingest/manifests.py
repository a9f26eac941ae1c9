"""Package metadata that lies in a tree of sources: what its licence fields say.

Each field becomes a claim word for word, with ``<path>#<field>`` as its locator. Of several licences in a list one may
choose where the format says so (npm's ``licenses``, composer, Citation File Format), and all hold where it does not
(gemspecs). A field that points to a file is followed there; where there is no such file, the field itself is the claim,
which nothing can be concluded from. So is the error of a manifest that cannot be read and has a licence field.
"""

import configparser
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from licet.schemas.evidence import Claim, ClaimKind
from licet.stages.copyright_file import paragraphs_of
from licet.stages.ingest.fields import canonical, type_name
from licet.stages.ingest.toml import toml_of

MAX_BYTES = 1_000_000
"""Bytes of a manifest that are read; the largest in use are lists of dependencies of a tenth of that."""
_SPEAKS = re.compile(r"licen[cs]e", re.IGNORECASE)
_SEE = re.compile(r"\s*SEE LICEN[CS]E IN\s+(.+?)\s*", re.IGNORECASE)
_R_FILE = re.compile(r"\bfile\s+(LICEN[CS]E\S*)")
_GEM = re.compile(r"^[^#\n]*?\.licen[cs]es?\s*=\s*(?P<value>.+)$", re.MULTILINE)
_QUOTED = re.compile(r"""(["'])(?P<name>[^"']*)\1(?:\.freeze)?""")
_WORDS = re.compile(r"%w[\[({](?P<names>[^\])}]*)[\])}]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Field:
    """One licence field: ``file`` is where it points to, relative to the manifest; ``raw`` what it says itself.

    Where ``raw`` is empty, nothing is missing when the file is.
    """

    kind: ClaimKind
    name: str
    raw: str = ""
    file: str | None = None

    def claim(self, locator: str) -> Claim:
        """Return the field's own words as a claim on the folder of the manifest."""
        return Claim(kind=self.kind, raw=self.raw, locator=f"{locator}#{self.name}")


def is_manifest(name: str) -> bool:
    """Tell whether a file's name (without folders) is that of package metadata."""
    return name in _READERS or name.endswith(".gemspec")


def fields_of(name: str, text: str) -> tuple[Field, ...]:
    """Return the licence fields of a manifest, in its order; none where it does not speak of licences."""
    if not _SPEAKS.search(text):
        return ()
    try:
        return tuple(_READERS.get(name, _gemspec)(text))
    except (ValueError, TypeError, OverflowError, RecursionError, configparser.Error, yaml.YAMLError) as error:
        words = " ".join(str(error).split())[:200]
        return (Field("package_license", "unreadable", f"cannot be read: {words}"),)


def _either(names: list[str]) -> str:
    return " OR ".join(f"({name})" for name in names) if len(names) > 1 else "".join(names)


def _stated(kind: ClaimKind, name: str, value: Any) -> Iterator[Field]:
    """Yield what a field says that holds a name, an object with one, or a list of either to choose from."""
    if isinstance(value, list):
        names = [found.raw for each in value for found in _stated(kind, name, each)]
        yield from [Field(kind, name, _either(names))] if names else []
    elif isinstance(value, dict):
        named = value.get("type") or value.get("name") or value.get("id") or value.get("url")
        yield from _stated(kind, name, named if isinstance(named, str) else f"no name but {canonical(value)[:200]}")
    elif isinstance(value, str):
        pointed = _SEE.fullmatch(value)
        yield from [Field(kind, name, value.strip(), pointed[1] if pointed else None)] if value.strip() else []
    elif value is not None:
        yield Field(kind, name, f"no name but a {type_name(value)}")


def _package_json(text: str) -> Iterator[Field]:
    told = _table(json.loads(text.removeprefix("\ufeff")))
    yield from _stated("package_expression", "license", told.get("license", told.get("licence")))
    yield from _stated("package_expression", "licenses", told.get("licenses"))


def _composer(text: str) -> Iterator[Field]:
    told = _table(json.loads(text.removeprefix("\ufeff")))
    yield from _stated("package_expression", "license", told.get("license"))


def _zenodo(text: str) -> Iterator[Field]:
    told = _table(json.loads(text.removeprefix("\ufeff")))
    yield from _stated("package_license", "license", told.get("license"))


def _citation(text: str) -> Iterator[Field]:
    told = _table(yaml.load(text, Loader=_LOADER) or {})
    stated = [*_stated("package_expression", "license", told.get("license"))]
    yield from stated or _stated("package_license", "license-url", told.get("license-url"))


def _cargo(text: str) -> Iterator[Field]:
    told = toml_of(text)
    for name, table in (("package", told), ("workspace.package", _table(told.get("workspace", {})))):
        package = _table(table.get("package", {}))
        for key in ("license", "license-file"):
            # `license.workspace = true` is what the workspace's own manifest says, which stands above.
            if isinstance(value := package.get(key), dict) and value.get("workspace") is True:
                continue
            for found in _stated("package_expression", f"{name}.{key}", value):
                yield found if key == "license" else _pointing(found)


def _pointing(found: Field) -> Field:
    return Field("package_license", found.name, f"file {found.raw}", found.raw)


def _pyproject(text: str) -> Iterator[Field]:
    told = toml_of(text)
    project, tool = _table(told.get("project", {})), _table(told.get("tool", {}))
    stated = project.get("license")
    if isinstance(stated, dict):
        if isinstance(stated.get("text"), str):
            yield Field("package_license", "project.license.text", stated["text"].strip())
        if isinstance(stated.get("file"), str):
            yield Field("package_license", "project.license.file", f"file {stated['file']}", stated["file"])
    else:
        yield from _stated("package_expression", "project.license", stated)
    yield from _listed_files("project.license-files", project.get("license-files"))
    yield from _classifiers("project.classifiers", project.get("classifiers"))
    poetry, flit = _table(tool.get("poetry", {})), _table(_table(tool.get("flit", {})).get("metadata", {}))
    for name, table in (("tool.poetry", poetry), ("tool.flit.metadata", flit)):
        yield from _stated("package_license", f"{name}.license", table.get("license"))
        yield from _classifiers(f"{name}.classifiers", table.get("classifiers"))


def _setup_cfg(text: str) -> Iterator[Field]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    told = {key.replace("-", "_"): value for key, value in parser.items("metadata")} if "metadata" in parser else {}
    yield from _stated("package_expression", "license_expression", told.get("license_expression"))
    yield from _stated("package_license", "license", " ".join((told.get("license") or "").split()))
    yield from _classifiers(
        "classifiers", re.split(r"\s*[\n]\s*", told.get("classifiers") or told.get("classifier") or "")
    )
    listed = f"{told.get('license_files') or ''}\n{told.get('license_file') or ''}"
    yield from _listed_files("license_files", [each for each in re.split(r"[\n,]", listed) if each.strip()])


def _listed_files(name: str, files: Any) -> Iterator[Field]:
    for each in files if isinstance(files, list) else []:
        if isinstance(each, str) and not re.search(r"[*?\[]", each):
            yield Field("package_license", name, file=each.strip())


def _classifiers(name: str, classifiers: Any) -> Iterator[Field]:
    for each in classifiers if isinstance(classifiers, list) else []:
        if isinstance(each, str) and each.strip().startswith("License ::"):
            yield Field("package_classifier", name, each.strip())


def _description(text: str) -> Iterator[Field]:
    """Yield the licence of an R package; other files of that name have no such fields."""
    told = next(iter(paragraphs_of(text)), {})
    stated = " ".join(told.get("license", "").split())
    if not stated or "package" not in told:
        return
    files = _R_FILE.findall(stated)
    if _R_FILE.fullmatch(stated):
        yield Field("package_license", "License", stated, files[0])
        return
    yield Field("package_license", "License", stated)
    for each in files:
        yield Field("package_license", "License", file=each)


def _gemspec(text: str) -> Iterator[Field]:
    for match in _GEM.finditer(text):
        value = match["value"].strip()
        names = [m["name"] for m in _QUOTED.finditer(value)]
        if words := _WORDS.search(value):
            names = words["names"].split()
        joined = " AND ".join(f"({name})" for name in names) if len(names) > 1 else "".join(names)
        yield Field("package_license", "license", joined or value[:200])


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"a {type_name(value)} where an object should be")
    return value


_READERS: dict[str, Callable[[str], Iterator[Field]]] = {
    "package.json": _package_json,
    "composer.json": _composer,
    "Cargo.toml": _cargo,
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "DESCRIPTION": _description,
    "CITATION.cff": _citation,
    ".zenodo.json": _zenodo,
}
