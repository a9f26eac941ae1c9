"""What a repository on a hub shows: its refs, trees, small files, record and history."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huggingface_hub import HfApi, get_session, hf_hub_url
from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.utils._http import hf_raise_for_status

from licet.pipelines.hub.files import git_oid_of
from licet.pipelines.hub.repository import Content
from licet.pipelines.publish.backend import Commit
from licet.pipelines.publish.patience import Told, patiently
from licet.pipelines.publish.plan import PlannedFile
from licet.pipelines.publish.record import RECORD_PATH, Entry, parse_record
from licet.pipelines.publish.store import is_large
from licet.schemas.manifest import MANIFEST_PATH
from licet.schemas.semver import is_release

DATASET = "dataset"
RUN_ID, VERSION = "Run-Id", "Version"
"""Lines in the message of a version's commit."""


@dataclass(frozen=True)
class HubView:
    """Reads one dataset's repository; every request is asked again where that is safe."""

    repo: str
    api: HfApi
    tell: Told

    def ask(
        self,
        what: str,
        ask: Callable[[], Any],
        *,
        done: Callable[[], Any] = lambda: None,
        wait_on_busy: bool = False,
    ) -> Any:
        """Return the answer to a request (`patiently`)."""
        return patiently(what, ask, done=done, wait_on_busy=wait_on_busy, tell=self.tell)

    def refs(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return branches, and versions that are tagged, with their commits; none without a repository."""
        try:
            found = self.ask("Reading refs", lambda: self.api.list_repo_refs(self.repo, repo_type=DATASET))
        except RepositoryNotFoundError:
            return {}, {}
        tags = {
            ref.name[1:]: ref.target_commit for ref in found.tags if ref.name[:1] == "v" and is_release(ref.name[1:])
        }
        return {ref.name: ref.target_commit for ref in found.branches}, tags

    def tree(self, revision: str) -> dict[str, Content]:
        """Return the files of a revision; none where it is not there."""
        try:
            entries = self.ask(
                "Reading the tree",
                lambda: list(self.api.list_repo_tree(self.repo, revision=revision, recursive=True, repo_type=DATASET)),
            )
        except (RepositoryNotFoundError, RevisionNotFoundError):
            return {}
        found = {}
        for entry in entries:
            if hasattr(entry, "blob_id"):
                large = entry.lfs is not None
                sha256 = entry.lfs.sha256 if large else ""
                found[entry.path] = Content(sha256, entry.size, None if large else entry.blob_id)
        return found

    def places(self, revision: str) -> dict[tuple[str, int], str]:
        """Return a path for each content of a revision, by the name that the hub gives it."""
        return {key(content): path for path, content in self.tree(revision).items()}

    def is_private(self) -> bool:
        """Tell whether only its owners can see the repository."""
        found = self.ask("Reading the repository", lambda: self.api.repo_info(self.repo, repo_type=DATASET))
        return bool(found.private)

    def read(self, path: str, oid: str) -> bytes | None:
        """Return a small file of a commit, or null where it is not there."""
        url = hf_hub_url(self.repo, path, repo_type=DATASET, revision=oid, endpoint=self.api.endpoint)

        def ask() -> bytes:
            answer = get_session().get(url, headers=self.api._build_hf_headers())
            hf_raise_for_status(answer)
            return bytes(answer.content)

        try:
            found: bytes = self.ask(f"Reading {path}", ask)
        except EntryNotFoundError:
            return None
        return found

    def record(self, oid: str) -> list[Entry]:
        """Return the record of versions at a commit; empty where there is none."""
        data = self.read(RECORD_PATH, oid)
        return parse_record(data) if data is not None else []

    def commit_at(self, oid: str) -> Commit:
        """Return the state of a commit; its version is that of its message, if it is one of ours."""
        commits = self.ask(
            "Reading history", lambda: self.api.list_repo_commits(self.repo, revision=oid, repo_type=DATASET)
        )
        told = dict(re.findall(r"(?m)^([A-Za-z-]+): (.+)$", commits[0].message)) if commits else {}
        manifest = self.read(MANIFEST_PATH, oid)
        return Commit(
            oid=oid,
            parent=commits[1].commit_id if len(commits) > 1 else None,
            version=told.get(VERSION),
            manifest_sha256=hashlib.sha256(manifest).hexdigest() if manifest is not None else "",
            files={path: (content.sha256, content.size) for path, content in self.tree(oid).items()},
        )

    def made_by(self, run_id: str, parent: str) -> str | None:
        """Return the commit that a publication made on ``main`` on top of ``parent``, or null."""
        for commit in self.api.list_repo_commits(self.repo, repo_type=DATASET):
            if f"{RUN_ID}: {run_id}" in commit.message.splitlines():
                return str(commit.commit_id)
            if commit.commit_id == parent:
                return None
        return None


def key(content: Content) -> tuple[str, int]:
    """Return the name that a hub gives a content: of its git blob, or its sha256 where git holds a pointer only."""
    return (content.git_oid or content.sha256, content.size)


def keys(file: PlannedFile) -> set[tuple[str, int]]:
    """Return the names that a hub may give a file's content: which files git holds itself is the hub's to decide."""
    names = {(file.sha256, file.size)}
    return names if is_large(file.path, file.size) else {*names, (git_oid_of(file.source, file.size), file.size)}
