"""What all answers are made from: the store, the token, and the secret that lets a client send a content."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from starlette.requests import Request

from licet.pipelines.hub.local import LocalShelf
from licet.pipelines.hub.repository import MAIN, Content, Repository, State, git_oid, object_name
from licet.pipelines.publish.limits import check_name
from licet.pipelines.publish.store import LOCAL, StoreBackend, is_hub, make_hub
from licet.pipelines.serve.errors import HubError, no_repository, no_revision
from licet.schemas.errors import VersionError

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass
class Site:
    """A hub on this disk, as it is served."""

    shelf: LocalShelf
    token: str
    """What a client must show before it may write."""
    is_xet: bool = True
    """Whether large files travel by xet; else by git LFS."""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    locks: dict[str, Lock] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: str, token: str, *, is_xet: bool = True) -> "Site":
        """Return the site of a hub's folder, which is made where there is none."""
        shelf = LocalShelf(folder)
        make_hub(shelf, is_there=is_hub(shelf))
        return cls(shelf, token, is_xet)

    def check_writer(self, request: Request) -> None:
        """Refuse a request that changes something and does not show the token."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not given:
            raise HubError(401, "Writing needs the token that the server printed when it was started")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise HubError(401, "Invalid credentials in Authorization header")

    def repository(self, repo_id: str) -> Repository:
        """Return a repository that is there; ``name`` alone means one of this machine's own."""
        namespace, name = split_id(repo_id)
        repository = Repository(self.shelf, namespace, name)
        if not self.shelf.names(f"{repository.place}/refs"):
            raise no_repository(repo_id)
        return repository

    def create(self, repo_id: str) -> bool:
        """Make a repository with an empty first commit, as the hub does; False when it is there."""
        namespace, name = split_id(repo_id)
        try:
            check_name("organisation", namespace)
            check_name("dataset", name)
        except VersionError as error:
            raise HubError(400, str(error)) from error
        repository = Repository(self.shelf, namespace, name)
        if self.shelf.names(f"{repository.place}/refs"):
            return False
        with self.locked(repo_id):
            repository.commit(MAIN, {}, parent=None, message="initial commit")
        return True

    def state(self, repo_id: str, revision: str) -> tuple[Repository, State]:
        """Return a repository and what a branch, tag or commit of it holds."""
        repository = self.repository(repo_id)
        oid = repository.resolve(revision)
        if oid is None:
            raise no_revision(revision)
        return repository, repository.state(oid)

    @contextmanager
    def locked(self, repo_id: str) -> Iterator[None]:
        """Let one request at a time move the branches of a repository."""
        with self.locks.setdefault("/".join(split_id(repo_id)), Lock()):
            yield

    def reveal(self, repo_id: str, version: str) -> None:
        """Show a version that was tagged as a plain folder, beside those that were published without a server."""
        namespace, name = split_id(repo_id)
        StoreBackend(self.shelf, name, namespace).reveal(version)

    def pass_for(self, sha256: str) -> str:
        """Return the secret that lets a client send one content: it does so without showing its token."""
        if not _SHA256.fullmatch(sha256):
            raise HubError(400, "an object is named by the sha256 of its content")
        return hmac.new(self.secret, sha256.encode(), hashlib.sha256).hexdigest()[:32]

    def check_pass(self, sha256: str, given: str) -> None:
        """Refuse a content without its secret."""
        if not hmac.compare_digest(self.pass_for(sha256), given):
            raise HubError(403, "This address was not given out by this server")

    def pass_for_xet(self, way: str, expires: int) -> str:
        """Return the token for the chunk store: what it allows, until when, and the proof that this server said so."""
        told = f"{way}.{expires}"
        return f"{told}.{hmac.new(self.secret, told.encode(), hashlib.sha256).hexdigest()[:32]}"

    def check_xet_writer(self, request: Request) -> None:
        """Refuse a request to the chunk store whose token does not allow writing, or does not any more."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        way, _, rest = given.partition(".")
        expires = rest.partition(".")[0]
        is_good = way == "write" and expires.isdigit() and int(expires) >= time.time()
        if not is_good or not hmac.compare_digest(self.pass_for_xet(way, int(expires)), given):
            raise HubError(401, "The token for the chunk store is not good, or not any more")

    def keep(self, data: bytes) -> Content:
        """Keep a small file's bytes and return its content as git holds it."""
        sha256 = hashlib.sha256(data).hexdigest()
        with self.shelf.receiving() as path:
            Path(path).write_bytes(data)
            self.shelf.adopt(object_name(sha256), path)
        return Content(sha256, len(data), git_oid(data))


def split_id(repo_id: str) -> tuple[str, str]:
    """Return the namespace and the name of a repository's id."""
    namespace, _, name = repo_id.rpartition("/")
    return namespace or LOCAL, name


def full_id(repository: Repository) -> str:
    """Return a repository's id, as clients are told it."""
    return repository.name if repository.namespace == LOCAL else f"{repository.namespace}/{repository.name}"
