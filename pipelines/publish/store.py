"""A hub that is only files: on a disk, in a bucket, in memory. No server, no account.

    hub.json                                              format of the hub
    objects/sha256/ab/<sha256>                            contents, read-only, shared by all versions
    repos/datasets/<namespace>/<name>/commits/<oid>.json  a published state: parent, version, path -> content
    repos/datasets/<namespace>/<name>/refs/heads/main/<n>.json    create-only; the highest n is what `main` shows
    repos/datasets/<namespace>/<name>/refs/tags/v<version>.json   create-only; version -> commit, manifest
    <name>/<version>/…                                    plain folder for readers (<namespace>/<name>/… when not local)
    <name>/versions.json                                  the record of versions, for people; the tags are what counts

Written in that order, and each file whole. A branch is a row of numbered create-only files instead of one file that is
compared and swapped: a create-only write is the one primitive that disks, S3, GCS and memory all have, and it leaves no
lock behind when its writer is killed.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import IO, Any

import rfc8785

from licet.pipelines.publish.backend import Commit, HeadMovedError, PublishedVersion
from licet.pipelines.publish.limits import check_name
from licet.pipelines.publish.local import LocalShelf
from licet.pipelines.publish.plan import PlannedFile, PublishPlan
from licet.pipelines.publish.semver import parse_release
from licet.pipelines.publish.shelf import RemoteShelf, Shelf
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH
from licet.stages.storage import is_local

FORMAT = 1
LOCAL = "local"
"""Namespace of datasets that belong to no organisation; their versions lie in `<name>/<version>/`."""

_HUB = "hub.json"


def shelf_at(to: str) -> Shelf:
    """Return the file system of a hub's path or URL."""
    if is_local(to):
        return LocalShelf(to.removeprefix("file://"))
    if to.startswith("hf://"):
        raise VersionError(f"'{to}' is not a store of plain files: name a folder or a bucket (s3://, gs://).")
    try:
        return RemoteShelf(to)
    except (ValueError, ImportError) as error:
        raise VersionError(f"'{to}' cannot be opened ({error}): name a folder or a bucket.") from error


class StoreBackend:
    """One dataset's repository in a hub that is only files."""

    def __init__(self, shelf: Shelf, name: str, namespace: str = LOCAL) -> None:
        check_name("dataset", name)
        check_name("organisation", namespace)
        self._shelf = shelf
        self._repo = f"repos/datasets/{namespace}/{name}"
        self._folder = name if namespace == LOCAL else f"{namespace}/{name}"
        self._is_hub = self._check_format()

    def prepare(self) -> None:
        """Make the hub where there is none, and clear away what killed publishers left."""
        mark = rfc8785.dumps({"format": FORMAT})
        if not self._is_hub and not self._shelf.create(_HUB, mark):
            self._check_format()
        if self._shelf.create(_HUB, mark):
            raise VersionError(
                f"The store of '{self._shelf.address('')}' overwrites files where it was asked not to, so versions"
                " could not be kept safe there: choose another."
            )
        self._is_hub = True
        if isinstance(self._shelf, LocalShelf):
            self._shelf.sweep()

    def head(self) -> Commit | None:
        """Return the commit that ``main`` shows, or None before the first."""
        found = self._head()
        return self._commit(found[1]) if found else None

    def versions(self) -> list[PublishedVersion]:
        """Return what is tagged, oldest version first."""
        names = [n for n in self._shelf.names(f"{self._repo}/refs/tags") if n.endswith(".json")]
        tags = [self._tag(name.removeprefix("v").removesuffix(".json")) for name in names]
        return sorted((tag for tag in tags if tag), key=lambda tag: parse_release(tag.version))

    def missing(self, files: Iterable[PlannedFile]) -> list[PlannedFile]:
        """Return the files whose content is not held yet, each content once."""
        distinct = {file.sha256: file for file in files}
        return [file for file in distinct.values() if self._shelf.size(_object(file.sha256)) != file.size]

    def put(self, file: PlannedFile) -> None:
        """Copy one file's content in; half a content never has a name."""
        self._shelf.keep(_object(file.sha256), file)

    def commit(self, plan: PublishPlan, parent: str | None) -> Commit:
        """Move ``main`` from ``parent`` to the files of the plan; raise `HeadMovedError` where it is elsewhere.

        A commit is named by its content, without a time, so two attempts at the same publication are one commit. Its
        name has 40 hex digits, as readers of hubs expect of a revision.
        """
        if lacking := self.missing(plan.files):
            raise VersionError(f"'{lacking[0].path}' is gone from the hub's objects: publish again.")
        document = rfc8785.dumps(
            {
                "parent": parent,
                "message": f"{plan.name} {plan.version}",
                "run_id": plan.run_id,
                "version": plan.version,
                "manifest_sha256": plan.manifest_sha256,
                "files": {file.path: {"sha256": file.sha256, "size": file.size} for file in plan.files},
            }
        )
        oid = hashlib.sha256(document).hexdigest()[:40]
        number, head = self._head() or (0, None)
        if head != parent:
            raise HeadMovedError
        self._shelf.create(f"{self._repo}/commits/{oid}.json", document)
        if not self._shelf.create(f"{self._main}/{number + 1:08d}.json", rfc8785.dumps({"commit": oid})):
            raise HeadMovedError
        return self._commit(oid)

    def tag(self, commit: Commit) -> None:
        """Name the commit by its version, for good."""
        entry = PublishedVersion(commit.version, commit.oid, commit.manifest_sha256)
        if not self._shelf.create(self._tag_name(commit.version), _json_of(entry)):
            there = self._tag(commit.version)
            if there != entry:
                raise VersionError(
                    f"Version {commit.version} names commit {there and there.commit} and `main` has commit"
                    f" {commit.oid} under that number: the hub was tampered with, so restore it from a copy."
                )

    def reveal(self, version: str) -> str:
        """Show a tagged version as a plain folder, put it on record, and return the folder's path or URL."""
        files = self._tagged(version).files
        ordered = sorted(files, key=lambda path: (path == MANIFEST_PATH, path))
        self._shelf.unfold(self.view(version), {path: (_object(files[path][0]), files[path][1]) for path in ordered})
        self._record()
        return self.address(version)

    def open(self, version: str, path: str) -> IO[bytes]:
        """Open a file of a published version for reading; its bytes come from the objects, not from the folder."""
        content = self._tagged(version).files.get(path)
        if content is None:
            raise VersionError(f"Version {version} has no '{path}': its manifest lists what it has.")
        return self._shelf.open(_object(content[0]))

    def view(self, version: str) -> str:
        """Return the name of a version's plain folder."""
        return f"{self._folder}/{version}"

    def address(self, version: str) -> str:
        """Return the path or URL of a version's plain folder."""
        return self._shelf.address(self.view(version))

    def is_shown(self, version: str) -> bool:
        """Tell whether the plain folder of a version is there; it is whole then."""
        return self._shelf.size(f"{self.view(version)}/{MANIFEST_PATH}") is not None

    @property
    def _main(self) -> str:
        return f"{self._repo}/refs/heads/main"

    def _tag_name(self, version: str) -> str:
        return f"{self._repo}/refs/tags/v{version}.json"

    def _check_format(self) -> bool:
        # Listed before it is read: another publisher may make the hub at this moment, and hub.json is its first file.
        there = [name for name in self._shelf.names("") if name != "objects"]
        data = self._shelf.read(_HUB)
        where = self._shelf.address("").rstrip("/")
        if data is None:
            if there:
                raise VersionError(f"'{where}' is neither empty nor a hub (no {_HUB}): name a new or empty folder.")
            return False
        if _parsed(data, _HUB).get("format") != FORMAT:
            raise VersionError(f"The hub '{where}' was made by another version of Licet: upgrade to use it.")
        return True

    def _head(self) -> tuple[int, str] | None:
        numbers = [name for name in self._shelf.names(self._main) if name.removesuffix(".json").isdigit()]
        if not numbers:
            return None
        entry = self._json(f"{self._main}/{max(numbers)}")
        return int(max(numbers).removesuffix(".json")), str(entry["commit"])

    def _commit(self, oid: str) -> Commit:
        name = f"{self._repo}/commits/{oid}.json"
        found = self._json(name)
        files = {path: (content["sha256"], content["size"]) for path, content in found["files"].items()}
        return Commit(oid, found["parent"], found["version"], found["manifest_sha256"], files)

    def _tag(self, version: str) -> PublishedVersion | None:
        data = self._shelf.read(self._tag_name(version))
        return PublishedVersion(**_parsed(data, self._tag_name(version))) if data is not None else None

    def _tagged(self, version: str) -> Commit:
        tag = self._tag(version)
        if tag is None:
            raise VersionError(f"There is no version {version} in '{self._repo}': publish it first.")
        return self._commit(tag.commit)

    def _record(self) -> None:
        """Bring ``versions.json`` up to the tags; what it says already must stay true.

        Two writers may overtake each other, so each looks again after writing: the last of them has seen all tags.
        """
        name = f"{self._folder}/versions.json"
        while True:
            data = self._shelf.read(name)
            recorded = _parsed(data, name)["versions"] if data is not None else []
            tagged = [vars(tag) for tag in self.versions()]
            if recorded == tagged:
                return
            for entry in recorded:
                if entry not in tagged:
                    raise VersionError(
                        f"'{self._shelf.address(name)}' has version {entry['version']} with another commit than its"
                        " tag: the hub was tampered with, so restore it from a copy."
                    )
            self._shelf.replace(name, rfc8785.dumps({"versions": tagged}))

    def _json(self, name: str) -> dict[str, Any]:
        data = self._shelf.read(name)
        if data is None:
            raise VersionError(f"The hub lacks '{self._shelf.address(name)}': restore it from a copy.")
        return _parsed(data, name)


def _object(sha256: str) -> str:
    return f"objects/sha256/{sha256[:2]}/{sha256}"


def _json_of(entry: PublishedVersion) -> bytes:
    return rfc8785.dumps(vars(entry))


def _parsed(data: bytes, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise VersionError(f"The hub's '{name}' is not readable: restore it from a copy.") from error
    return found
