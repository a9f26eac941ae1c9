"""A repository of a hub that is only files: contents, commits, branches and tags.

    objects/sha256/ab/<sha256>                        contents, read-only, shared by all repositories of the hub
    repos/datasets/<ns>/<name>/commits/<oid>.json     a state: parent, message, path -> content, and what it is about
    repos/datasets/<ns>/<name>/refs/heads/<branch>/<n>.json    create-only; the highest n is what the branch shows
    repos/datasets/<ns>/<name>/refs/tags/<tag>.json   create-only: a tag never moves

A branch is a row of numbered create-only files instead of one file that is compared and swapped: a create-only write is
the one primitive that disks, S3, GCS and memory all have, and it leaves no lock behind when its writer is killed. A
commit is named by what it holds, without a time, so two attempts at the same one are one commit.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import rfc8785

from licet.pipelines.hub.shelf import Shelf
from licet.schemas.errors import VersionError

MAIN = "main"
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}", re.ASCII)


class HeadMovedError(Exception):
    """A branch is no longer where a commit was made from: somebody else committed in between."""


@dataclass(frozen=True)
class Content:
    """A file's content. ``git_oid`` names its blob where git holds it itself; it is null for a large file."""

    sha256: str
    size: int
    git_oid: str | None = None

    @property
    def is_large(self) -> bool:
        """Whether git holds a pointer only (git LFS)."""
        return self.git_oid is None

    @property
    def pointer(self) -> bytes:
        """The git LFS pointer of a large file."""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n".encode()


@dataclass(frozen=True)
class State:
    """What a commit holds. ``about`` has what its maker says of it: version, digest of the manifest, run id."""

    oid: str
    parent: str | None
    message: str
    files: Mapping[str, Content]
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Repository:
    """One dataset's repository below the root of a shelf."""

    shelf: Shelf
    namespace: str
    name: str

    @property
    def place(self) -> str:
        """The folder of the repository's commits and refs."""
        return f"repos/datasets/{self.namespace}/{self.name}"

    # Contents

    def missing(self, contents: Iterable[Content]) -> list[Content]:
        """Return the contents that the hub does not hold, each once, in the order given."""
        distinct = {content.sha256: content for content in contents}
        return [c for c in distinct.values() if self.shelf.size(object_name(c.sha256)) != c.size]

    def keep(self, source: str, sha256: str) -> None:
        """Copy a local file in; half a content never has a name."""
        self.shelf.keep(object_name(sha256), source, sha256)

    def open(self, content: Content) -> IO[bytes]:
        """Open a content for reading."""
        return self.shelf.open(object_name(content.sha256))

    # Commits

    def commit(
        self,
        branch: str,
        files: Mapping[str, Content],
        *,
        parent: str | None,
        message: str,
        about: Mapping[str, str] | None = None,
    ) -> State:
        """Move a branch from ``parent`` (null: it has no commit) to a state with exactly these files.

        Raises:
            HeadMovedError: the branch is elsewhere.
            VersionError: a content is not held.

        """
        if lacking := self.missing(files.values()):
            path = next(path for path, content in files.items() if content == lacking[0])
            raise VersionError(f"'{path}' is gone from the hub's objects: publish again.")
        number, head = self._tip(branch)
        if head != parent:
            raise HeadMovedError
        document = rfc8785.dumps(
            {
                "parent": parent,
                "message": message,
                "about": dict(about or {}),
                "files": {path: _told(content) for path, content in files.items()},
            }
        )
        oid = hashlib.sha256(document).hexdigest()[:40]
        self.shelf.create(f"{self.place}/commits/{oid}.json", document)
        if not self.shelf.create(self._ref(branch, number + 1), _commit_ref(oid)):
            raise HeadMovedError
        return self.state(oid)

    def state(self, oid: str) -> State:
        """Return what a commit holds; `VersionError` where the hub has lost it."""
        name = f"{self.place}/commits/{oid}.json"
        found = self.json(name)
        if found is None:
            raise VersionError(f"The hub lacks '{self.shelf.address(name)}': restore it from a copy.")
        files = {
            path: Content(told["sha256"], told["size"], told.get("git_oid")) for path, told in found["files"].items()
        }
        return State(oid, found["parent"], found["message"], files, found["about"])

    def history(self, oid: str) -> list[State]:
        """Return a commit and all before it, the newest first."""
        states = [self.state(oid)]
        while (parent := states[-1].parent) is not None:
            states.append(self.state(parent))
        return states

    def has_commit(self, oid: str) -> bool:
        """Tell whether a commit is there."""
        return self.shelf.size(f"{self.place}/commits/{oid}.json") is not None

    # Branches and tags

    def head(self, branch: str = MAIN) -> str | None:
        """Return the commit that a branch shows, or null."""
        return self._tip(branch)[1]

    def branches(self) -> dict[str, str]:
        """Return the branches that show a commit, by name."""
        names = self.shelf.names(f"{self.place}/refs/heads")
        return {name: head for name in names if (head := self.head(name)) is not None}

    def create_branch(self, branch: str, oid: str) -> bool:
        """Let a new branch show a commit; False when there is one of that name."""
        if not _BRANCH.fullmatch(branch):
            raise VersionError(f"'{branch}' is no name of a branch: use letters, digits, '.', '_' and '-'.")
        number, head = self._tip(branch)
        return head is None and self.shelf.create(self._ref(branch, number + 1), _commit_ref(oid))

    def delete_branch(self, branch: str) -> bool:
        """Let a branch show nothing any more; False when it did not. Its commits stay."""
        number, head = self._tip(branch)
        return head is not None and self.shelf.create(self._ref(branch, number + 1), _commit_ref(None))

    def tags(self) -> dict[str, str]:
        """Return the commit that each tag names."""
        names = [name.removesuffix(".json") for name in self.shelf.names(f"{self.place}/refs/tags")]
        return {name: oid for name in names if (oid := self.tag(name)) is not None}

    def tag(self, name: str) -> str | None:
        """Return the commit that a tag names, or null."""
        found = self.json(self._tag(name))
        return found["commit"] if found else None

    def create_tag(self, name: str, oid: str) -> bool:
        """Name a commit for good; False when the name is taken, whatever it names."""
        if not _BRANCH.fullmatch(name):
            raise VersionError(f"'{name}' is no name of a tag: use letters, digits, '.', '_' and '-'.")
        return self.shelf.create(self._tag(name), _commit_ref(oid))

    def resolve(self, revision: str) -> str | None:
        """Return the commit that a branch, a tag or a commit's own name means, or null."""
        return self.head(revision) or self.tag(revision) or (revision if self.has_commit(revision) else None)

    def json(self, name: str) -> Any:
        """Return a file's JSON value, or null when it is not there."""
        data = self.shelf.read(name)
        try:
            return json.loads(data) if data is not None else None
        except ValueError as error:
            raise VersionError(f"The hub's '{name}' is not readable: restore it from a copy.") from error

    def _ref(self, branch: str, number: int) -> str:
        return f"{self.place}/refs/heads/{branch}/{number:08d}.json"

    def _tag(self, name: str) -> str:
        return f"{self.place}/refs/tags/{name}.json"

    def _tip(self, branch: str) -> tuple[int, str | None]:
        """Return the number of a branch's last move and the commit that it shows."""
        names = [name.removesuffix(".json") for name in self.shelf.names(f"{self.place}/refs/heads/{branch}")]
        numbers = [int(name) for name in names if name.isdigit()]
        if not numbers:
            return 0, None
        return max(numbers), self.json(self._ref(branch, max(numbers)))["commit"]


def object_name(sha256: str) -> str:
    """Return where a hub keeps a content."""
    return f"objects/sha256/{sha256[:2]}/{sha256}"


def git_oid(data: bytes) -> str:
    """Return the name that git gives a blob."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _commit_ref(oid: str | None) -> bytes:
    return bytes(rfc8785.dumps({"commit": oid}))


def _told(content: Content) -> dict[str, Any]:
    told: dict[str, Any] = {"sha256": content.sha256, "size": content.size}
    return told if content.git_oid is None else {**told, "git_oid": content.git_oid}
