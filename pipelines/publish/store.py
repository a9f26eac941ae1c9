"""Publishing to a hub that is only files: on a disk, in a bucket, in memory. No server, no account.

    hub.json                    format of the hub
    objects/…, repos/…          contents, commits, branches and tags (`licet.pipelines.hub.repository`)
    <name>/<version>/…          plain folder for readers (<namespace>/<name>/… when not local)
    <name>/versions.json        the record of versions, for people; the tags are what counts

Written in that order, and each file whole.
"""

from collections.abc import Iterable, Sequence
from typing import IO, Any

import rfc8785

from licet.pipelines.hub.files import git_oid_of
from licet.pipelines.hub.local import LocalShelf
from licet.pipelines.hub.repository import MAIN, Content, Repository, State, object_name
from licet.pipelines.hub.shelf import RemoteShelf, Shelf
from licet.pipelines.publish.backend import Arrived, Commit, PublishedVersion
from licet.pipelines.publish.limits import check_name
from licet.pipelines.publish.plan import PlannedFile, PublishPlan
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH
from licet.schemas.semver import is_release, parse_release
from licet.stages.storage import is_local

FORMAT = 1
LOCAL = "local"
"""Namespace of datasets that belong to no organisation; their versions lie in `<name>/<version>/`."""

LARGE = 10_000_000
"""Bytes above which the Hugging Face Hub wants a file in LFS, whatever its name."""

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
        self._repository = Repository(shelf, namespace, name)
        self._folder = name if namespace == LOCAL else f"{namespace}/{name}"
        self._is_hub = is_hub(shelf)

    def check_access(self) -> None:
        """Nothing to do: whether a store can be written shows itself when the hub is made, before any content."""

    def prepare(self) -> None:
        """Make the hub where there is none, and clear away what killed publishers left."""
        make_hub(self._shelf, is_there=self._is_hub)
        self._is_hub = True

    def begin(self, plan: PublishPlan) -> None:
        """Nothing to do: contents are found by their hashes, whichever publication they were sent for."""

    def head(self) -> Commit | None:
        """Return the commit that ``main`` shows, or None before the first."""
        oid = self._repository.head()
        return _as_commit(self._repository.state(oid)) if oid else None

    def versions(self) -> list[PublishedVersion]:
        """Return what is tagged, oldest version first."""
        tags = [
            (tag[1:], oid) for tag, oid in self._repository.tags().items() if tag[:1] == "v" and is_release(tag[1:])
        ]
        found = [self._published(version, oid) for version, oid in tags]
        return sorted(found, key=lambda entry: parse_release(entry.version))

    def missing(self, files: Iterable[PlannedFile]) -> list[PlannedFile]:
        """Return the files whose content is not held yet, each content once."""
        lacking = {content.sha256 for content in self._repository.missing(_large(file) for file in files)}
        return [file for file in {file.sha256: file for file in files}.values() if file.sha256 in lacking]

    def send(self, files: Sequence[PlannedFile], arrived: Arrived) -> None:
        """Copy contents in; half a content never has a name."""
        for file in files:
            self._repository.keep(file.source, file.sha256)
            arrived(file.size)

    def commit(self, plan: PublishPlan, parent: str | None) -> Commit:
        """Move ``main`` from ``parent`` to the files of the plan; raise `HeadMovedError` where it is elsewhere.

        A commit is named by its content, without a time, so two attempts at the same publication are one commit. Its
        name has 40 hex digits, as readers of hubs expect of a revision.
        """
        state = self._repository.commit(
            MAIN,
            {file.path: content_of(file) for file in plan.files},
            parent=parent,
            message=f"{plan.name} {plan.version}",
            about={"run_id": plan.run_id, "version": plan.version},
        )
        return _as_commit(state)

    def tag(self, commit: Commit) -> None:
        """Name the commit by its version, for good; one that is no version's (somebody's own push) gets no name."""
        if commit.version is None or self._repository.create_tag(f"v{commit.version}", commit.oid):
            return
        there = self._repository.tag(f"v{commit.version}")
        if there != commit.oid:
            raise VersionError(
                f"Version {commit.version} names commit {there} and `main` has commit {commit.oid} under that number:"
                " the hub was tampered with, so restore it from a copy."
            )

    def reveal(self, version: str) -> str:
        """Show a tagged version as a plain folder, put it on record, and return the folder's path or URL."""
        files = self._tagged(version).files
        ordered = sorted(files, key=lambda path: (path == MANIFEST_PATH, path))
        kept = {path: (object_name(files[path].sha256), files[path].size) for path in ordered}
        self._shelf.unfold(self.view(version), kept)
        self._record()
        return self.address(version)

    def open(self, version: str, path: str) -> IO[bytes]:
        """Open a file of a published version for reading; its bytes come from the objects, not from the folder."""
        content = self._tagged(version).files.get(path)
        if content is None:
            raise VersionError(f"Version {version} has no '{path}': its manifest lists what it has.")
        return self._repository.open(content)

    def view(self, version: str) -> str:
        """Return the name of a version's plain folder."""
        return f"{self._folder}/{version}"

    def address(self, version: str) -> str:
        """Return the path or URL of a version's plain folder."""
        return self._shelf.address(self.view(version))

    def is_shown(self, version: str) -> bool:
        """Tell whether the plain folder of a version is there; it is whole then."""
        return self._shelf.size(f"{self.view(version)}/{MANIFEST_PATH}") is not None

    def _published(self, version: str, oid: str) -> PublishedVersion:
        manifest = self._repository.state(oid).files.get(MANIFEST_PATH)
        return PublishedVersion(version, oid, manifest.sha256 if manifest else "")

    def _tagged(self, version: str) -> State:
        oid = self._repository.tag(f"v{version}")
        if oid is None:
            raise VersionError(f"There is no version {version} in '{self._repository.place}': publish it first.")
        return self._repository.state(oid)

    def _record(self) -> None:
        """Bring ``versions.json`` up to the tags; what it says already must stay true.

        Two writers may overtake each other, so each looks again after writing: the last of them has seen all tags.
        """
        name = f"{self._folder}/versions.json"
        while True:
            found: Any = self._repository.json(name)
            recorded = found["versions"] if found is not None else []
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


def is_hub(shelf: Shelf) -> bool:
    """Tell whether a shelf holds a hub, or nothing yet.

    Raises:
        VersionError: it holds something else, or a hub of another format.

    """
    # Listed before it is read: another publisher may make the hub at this moment, and hub.json is its first file.
    there = [name for name in shelf.names("") if name != "objects"]
    data = shelf.read(_HUB)
    where = shelf.address("").rstrip("/")
    if data is None:
        if there:
            raise VersionError(f"'{where}' is neither empty nor a hub (no {_HUB}): name a new or empty folder.")
        return False
    if Repository(shelf, LOCAL, "").json(_HUB).get("format") != FORMAT:
        raise VersionError(f"The hub '{where}' was made by another version of Licet: upgrade to use it.")
    return True


def make_hub(shelf: Shelf, *, is_there: bool) -> None:
    """Make a hub where there is none, and clear away what killed publishers left.

    Raises:
        VersionError: the store overwrites files, so that nothing would be safe in it.

    """
    mark = rfc8785.dumps({"format": FORMAT})
    if not is_there and not shelf.create(_HUB, mark):
        is_hub(shelf)
    if shelf.create(_HUB, mark):
        raise VersionError(
            f"The store of '{shelf.address('')}' overwrites files where it was asked not to, so versions"
            " could not be kept safe there: choose another."
        )
    if isinstance(shelf, LocalShelf):
        shelf.sweep()


def is_large(path: str, size: int) -> bool:
    """Tell whether git would hold a pointer only: Parquet, and what is larger than a card may be."""
    return path.endswith(".parquet") or size > LARGE


def content_of(file: PlannedFile) -> Content:
    """Return a planned file's content, with its git name where git holds it itself."""
    if is_large(file.path, file.size):
        return _large(file)
    return Content(file.sha256, file.size, git_oid_of(file.source, file.size))


def _large(file: PlannedFile) -> Content:
    return Content(file.sha256, file.size)


def _as_commit(state: State) -> Commit:
    manifest = state.files.get(MANIFEST_PATH)
    return Commit(
        oid=state.oid,
        parent=state.parent,
        version=state.about.get("version"),
        manifest_sha256=manifest.sha256 if manifest else "",
        files={path: (content.sha256, content.size) for path, content in state.files.items()},
    )
