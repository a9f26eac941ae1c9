"""What the folders of a tree say about licences, each looked at once however many files it holds.

A file is spoken for by its sidecar and by annotations that name its path, then by what lies beside it and in each
folder above up to the root: licence files, READMEs and their cards, package metadata. What is nearer speaks for its own
folder only; what is further up speaks for that folder too.
"""

import posixpath
from dataclasses import dataclass, field

from licet.schemas.evidence import Claim
from licet.stages.copyright_file import MAX_CHARS, CopyrightFile, read_copyright_file
from licet.stages.ingest.annotations import Annotation, Annotations, Stanzas, resolved, reuse_toml
from licet.stages.ingest.cards import Card, read_card
from licet.stages.ingest.claims import claim_of_file, is_license_file, stem_of, text_of
from licet.stages.ingest.locate import folder_entries
from licet.stages.ingest.manifests import MAX_BYTES, Field, fields_of, is_manifest
from licet.stages.ingest.notices import passages
from licet.stages.maker_words import maker_sentences

Claims = tuple[Claim, ...]


@dataclass(frozen=True)
class _Listing:
    files: frozenset[str]
    folders: frozenset[str]


@dataclass
class FolderClaims:
    """The claims of the folders of one source.

    ``anchor`` is the folder that locators are relative to, ``root`` the topmost folder that is looked at; without
    one, or outside of it, a file's own folder alone speaks for it. ``card_url`` is where a dataset card can be read
    that is the word of the source's publisher. ``is_of_data`` says that the files hold rows, not documents: what their
    README says of models is then of the rows.
    """

    anchor: str
    root: str | None
    card_url: str | None = None
    is_of_data: bool = False
    known: dict[str, Claims] = field(default_factory=dict)
    _whole: dict[str, Claims] = field(default_factory=dict)
    _joined: dict[tuple[Claims, str], Claims] = field(default_factory=dict)
    _listings: dict[str, _Listing] = field(default_factory=dict)
    _cards: dict[str, list[Card]] = field(default_factory=dict)
    _copyrights: dict[str, CopyrightFile | None] = field(default_factory=dict)
    _found: dict[str, list[Annotations | Card]] = field(default_factory=dict)
    _speaking: dict[str, tuple[tuple[str, Annotations | Card], ...]] = field(default_factory=dict)

    def of_file(self, path: str) -> Claims:
        """Return the claims on a file: its own, then those of its folder and each one above up to the root.

        Files with the same claims get the same tuple.
        """
        folder = posixpath.dirname(path)
        if folder not in self._whole:
            self._whole[folder] = tuple(c for above in self._upwards(folder) for c in self.of_folder(above))
        own = self._own(path, folder)
        if not own:
            return self._whole[folder]
        return self._joined.setdefault((own, folder), own + self._whole[folder])

    def of_folder(self, folder: str) -> Claims:
        """Return what the files right in a folder, and in its LICENSES folder (REUSE), say of all that is below it."""
        if folder not in self.known:
            listing = self._listed(folder)
            found = [c for path in sorted(listing.files) for c in self._claims(path, folder)]
            if (texts := posixpath.join(folder, "LICENSES")) in listing.folders:
                for path in sorted(self._listed(texts).files):
                    found += filter(None, [claim_of_file(path, self._named(path))])
            written = self._copyright_of_package(folder)
            if written is not None and self._stanzas(written) is None:
                found += filter(None, [claim_of_file(written, self._named(written))])
            self.known[folder] = tuple(dict.fromkeys(found))
        return self.known[folder]

    def _own(self, path: str, folder: str) -> Claims:
        """Return what the sidecar, annotations, and the parts of a card say of one file."""
        sidecar: Claims = ()
        if f"{path}.license" in self._listed(folder).files:
            said = claim_of_file(f"{path}.license", self._named(f"{path}.license"))
            sidecar = (said,) if said is not None else ()
        speakers = self._speakers(folder)
        if not speakers:
            return sidecar
        noted: list[Annotation] = []
        parts: Claims = ()
        for above, speaker in speakers:
            within = path[len(above) :].lstrip("/")
            if isinstance(speaker, Card):
                parts += speaker.of(within)
            elif (note := speaker.of(within)) is not None:
                noted.append(note)
        return sidecar + resolved(noted) + parts

    def _speakers(self, folder: str) -> tuple[tuple[str, Annotations | Card], ...]:
        """Return what speaks of single paths below a folder, each with the folder it stands in, the topmost first."""
        if folder not in self._speaking:
            found = [(above, each) for above in reversed(self._upwards(folder)) for each in self._speaking_in(above)]
            self._speaking[folder] = tuple(found)
        return self._speaking[folder]

    def _speaking_in(self, folder: str) -> list[Annotations | Card]:
        if folder not in self._found:
            self._found[folder] = self._annotations_in(folder)
        return self._found[folder]

    def _annotations_in(self, folder: str) -> list[Annotations | Card]:
        found: list[Annotations | Card] = []
        listing = self._listed(folder)
        if (path := posixpath.join(folder, "REUSE.toml")) in listing.files:
            found.append(reuse_toml(text_of(path, MAX_BYTES), self._named(path)))
        for written in (self._within(folder, ".reuse", "dep5"), self._copyright_of_package(folder)):
            stanzas = self._stanzas(written) if written is not None else None
            found += [Stanzas(stanzas, self._named(written))] if written is not None and stanzas is not None else []
        self.of_folder(folder)
        return found + [card for card in self._cards.get(folder, []) if card.parts]

    def _copyright_of_package(self, folder: str) -> str | None:
        """Return the copyright file of the Debian package that a folder holds the sources of."""
        return self._within(folder, "debian", "copyright")

    def _within(self, folder: str, inner: str, name: str) -> str | None:
        below = posixpath.join(folder, inner)
        path = posixpath.join(below, name)
        return path if below in self._listed(folder).folders and path in self._listed(below).files else None

    def _stanzas(self, path: str) -> CopyrightFile | None:
        if path not in self._copyrights:
            self._copyrights[path] = read_copyright_file(text_of(path, MAX_CHARS))
        return self._copyrights[path]

    def _claims(self, path: str, folder: str) -> list[Claim]:
        """Return what one file in a folder says of the whole folder."""
        name = posixpath.basename(path)
        if is_manifest(name):
            return self._of_manifest(path, name, folder)
        if _is_readme(name):
            return self._of_readme(path, folder)
        if not is_license_file(name):
            return []
        if stem_of(name.lower()) == "copyright":
            text = text_of(path, MAX_CHARS)
            if read_copyright_file(text) is not None:
                # In a source package its stanzas speak of paths; as it is installed, all of them of what is there.
                is_of_paths = posixpath.basename(folder) == "debian" and len(self._upwards(folder)) > 1
                claim = Claim(kind="license_file", raw=text, locator=self._named(path))
                return [] if is_of_paths else [claim]
        return [claim for claim in [claim_of_file(path, self._named(path))] if claim is not None]

    def _of_readme(self, path: str, folder: str) -> list[Claim]:
        locator = self._named(path)
        whole = text_of(path, MAX_CHARS).replace("\x00", "")
        card = read_card(whole, locator, self.card_url)
        self._cards.setdefault(folder, []).append(card)
        found = list(card.claims)
        if card.link is not None:
            missing = Claim(kind="hub_card", raw=card.link, locator=f"{locator}#license_link", url=self.card_url)
            if linked := self._pointed_at(card.link, folder):
                found = [claim for claim in found if claim.raw.strip().lower() != "other"]
            found += linked or [missing]
        if self.is_of_data:
            cut = whole.count("\n", 0, len(whole) - len(card.rest))
            for line, said in maker_sentences(card.rest):
                found.append(Claim(kind="generator_note", raw=said, locator=f"{locator}#line={cut + line}"))
        else:
            found = [claim for claim in found if claim.kind != "generator_note"]
        raw = passages(card.rest)
        return [*found, *([Claim(kind="notice", raw=raw, locator=locator)] if raw else [])]

    def _of_manifest(self, path: str, name: str, folder: str) -> list[Claim]:
        locator = self._named(path)
        found: list[Claim] = []
        for said in fields_of(name, text_of(path, MAX_BYTES).removeprefix("\ufeff")):
            pointed = self._pointed_at(said.file, folder) if said.file is not None else []
            found += pointed or _own_words(said, locator)
        return found

    def _pointed_at(self, name: str, folder: str) -> list[Claim]:
        """Return what a file says that a manifest or a card names; nothing where there is none below the root."""
        path = posixpath.normpath(posixpath.join(folder, name))
        top = self.root if self.root is not None and len(self._upwards(folder)) > 1 else folder
        if not path.startswith(top.rstrip("/") + "/"):
            return []
        if path not in self._listed(posixpath.dirname(path)).files:
            return []
        raw = text_of(path).replace("\x00", "")
        if _is_readme(posixpath.basename(path)):
            raw = passages(raw)
            return [Claim(kind="notice", raw=raw, locator=self._named(path))] if raw else []
        return [Claim(kind="license_file", raw=raw, locator=self._named(path))] if raw.strip() else []

    def _named(self, path: str) -> str:
        return path.removeprefix(self.anchor).lstrip("/")

    def _listed(self, folder: str) -> _Listing:
        if folder not in self._listings:
            files, folders = folder_entries(folder)
            self._listings[folder] = _Listing(frozenset(files), frozenset(folders))
        return self._listings[folder]

    def _upwards(self, folder: str) -> list[str]:
        """Return the folders from a file's own up to the root; its own alone when it is not below the root."""
        if self.root is None or not f"{folder}/".startswith(self.root.rstrip("/") + "/"):
            return [folder]
        found = [folder]
        while folder != self.root:
            folder = posixpath.dirname(folder)
            found.append(folder)
        return found


def _own_words(said: Field, locator: str) -> list[Claim]:
    return [said.claim(locator)] if said.raw else []


def _is_readme(name: str) -> bool:
    lower = name.lower()
    return lower.startswith("readme") and stem_of(lower) == "readme"
