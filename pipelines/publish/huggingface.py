"""Publishing to the Hugging Face Hub, or to any server that speaks its protocol.

    create staging-<run id> ─► large files in bounded commits ─► one commit on main ─► read back ─► tag ─► drop staging

``main`` sees one commit a version: large files are copied from the staging branch on the hub's side, small ones ride in
the commit, files that are no longer there are deleted, and the parent is the state that the plan was made on. The
library's ``upload_folder`` is not used, since it makes many commits of one folder (huggingface_hub 2.4, measured).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
    HfApi,
    HfFileSystem,
    get_token,
)
from huggingface_hub.errors import HfHubHTTPError

from licet.pipelines.hub.repository import MAIN, HeadMovedError
from licet.pipelines.publish.access import REFUSED, check_token, may_not_write
from licet.pipelines.publish.backend import Arrived, Commit, PublishedVersion
from licet.pipelines.publish.hub_view import DATASET, RUN_ID, VERSION, HubView, key, keys
from licet.pipelines.publish.patience import Told, with_timeouts
from licet.pipelines.publish.plan import PlannedFile, PublishPlan
from licet.pipelines.publish.record import RECORD_PATH, continued, record_bytes
from licet.pipelines.publish.store import is_large
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest
from licet.schemas.semver import parse_release

GROUP_FILES = 100
"""Files of one commit on the staging branch: the hub advises 50 to 100, and ends a request after 60 s."""
GROUP_BYTES = 2_000_000_000
"""Bytes of one such commit: what a killed xet transfer loses, since only finished commits are resumed from."""
KEPT = frozenset({".gitattributes"})
"""Files of the hub's own that are no version's."""
_MEND_MAIN = "it gets no tag, and nothing can follow it before main is put back to the commit before"
_URL = re.compile(r"hf://datasets/(?P<repo>[^/@]+/[^/@]+)(?:@(?P<revision>[^/]+))?/?")


def repo_in(url: str) -> str:
    """Return the repository that an ``hf://datasets/<organisation>/<name>`` URL names, or raise `VersionError`."""
    found = _URL.fullmatch(url)
    if found is None:
        raise VersionError(f"'{url}' names no dataset on a hub: write hf://datasets/<organisation>/<name>.")
    if found["revision"]:
        raise VersionError(
            f"'{url}' names the revision {found['revision']}, and versions are published on main only: leave it out."
        )
    return found["repo"]


class HubBackend:
    """One dataset's repository on a hub, for one publication."""

    def __init__(
        self,
        repo: str,
        *,
        private: bool = False,
        endpoint: str | None = None,
        token: str | None = None,
        tell: Told = lambda _: None,
    ) -> None:
        with_timeouts()
        self._repo = repo
        self._private = private
        self._api = HfApi(endpoint=endpoint, token=token)
        self._token = token
        self._view = HubView(repo, self._api, tell)
        self._staging: str | None = None

    def check_access(self) -> None:
        """Refuse a missing token, one that the hub does not know, and one that may only read."""
        check_token(self._api, self._view, self._token or get_token())

    def prepare(self) -> None:
        """Make the repository where there is none.

        Raises:
            VersionError: the token may not write there; or it is to be private, and there is one that is not.

        """
        visibility = True if self._private else None
        try:
            self._view.ask(
                "Making the repository",
                lambda: self._api.create_repo(self._repo, repo_type=DATASET, private=visibility, exist_ok=True),
            )
        except HfHubHTTPError as error:
            if error.response.status_code not in REFUSED:
                raise
            raise may_not_write(self._repo, error) from error
        if self._private and not self._view.is_private():
            raise VersionError(
                f"{self._repo} is there already and is public: make it private in its settings first, or leave out"
                " --private."
            )

    def begin(self, plan: PublishPlan) -> None:
        """Say which publication follows: its staging branch is found again by a rerun."""
        self._staging = f"staging-{plan.run_id}"

    def head(self) -> Commit | None:
        """Return the state that ``main`` shows, or None where there is no repository."""
        oid = self._view.refs()[0].get(MAIN)
        return self._view.commit_at(oid) if oid is not None else None

    def versions(self) -> list[PublishedVersion]:
        """Return what is tagged, oldest version first, each checked against the record on ``main``."""
        branches, tags = self._view.refs()
        if MAIN not in branches:
            return []
        recorded = {entry.version: entry for entry in self._view.record(branches[MAIN])}
        found = []
        for version, oid in tags.items():
            entry = recorded.get(version)
            digest = entry.manifest_sha256 if entry else self._view.commit_at(oid).manifest_sha256
            if entry and entry.commit not in (None, oid):
                raise VersionError(
                    f"Version {version} of {self._repo} is on record with commit {entry.commit} and its tag names"
                    f" {oid}: somebody moved the tag."
                )
            found.append(PublishedVersion(version, oid, digest))
        return sorted(found, key=lambda entry: parse_release(entry.version))

    def missing(self, files: Iterable[PlannedFile]) -> list[PlannedFile]:
        """Return the files whose content neither ``main`` nor the staging branch has, each content once."""
        held = set(self._view.places(MAIN)) | (set(self._view.places(self._staging)) if self._staging else set())
        distinct = {file.sha256: file for file in files}
        return [file for file in distinct.values() if held.isdisjoint(keys(file))]

    def send(self, files: Sequence[PlannedFile], arrived: Arrived) -> None:
        """Send large files in groups, each a commit on the staging branch; small ones ride in the commit on main."""
        large = [file for file in files if is_large(file.path, file.size)]
        for group in grouped(large):
            self._stage(group)
            arrived(sum(file.size for file in group))
        arrived(sum(file.size for file in files if not is_large(file.path, file.size)))

    def commit(self, plan: PublishPlan, parent: str | None) -> Commit:
        """Move ``main`` from ``parent`` to the files of the plan; raise `HeadMovedError` where it is elsewhere."""
        if parent is None:
            raise HeadMovedError
        about = f"{VERSION}: {plan.version}\n{RUN_ID}: {plan.run_id}\nManifest: sha256:{plan.manifest_sha256}"

        def ask() -> str:
            made = self._api.create_commit(
                self._repo,
                # Made anew for each attempt: the library notes on operations what it has sent.
                self._promotion(plan, parent),
                commit_message=f"{plan.name} {plan.version}",
                commit_description=about,
                repo_type=DATASET,
                parent_commit=parent,
            )
            return str(made.oid)

        def done() -> str | None:
            return self._view.made_by(plan.run_id, parent)

        with self._on_staging():
            try:
                oid = self._view.ask("The commit", ask, done=done, wait_on_busy=True)
            except HfHubHTTPError as error:
                if error.response.status_code != 412:
                    raise
                oid = done()
                if oid is None:
                    raise HeadMovedError from error
        return self._view.commit_at(oid)

    def tag(self, commit: Commit) -> None:
        """Name the commit by its version, for good, once it was read back; one that is no version's gets no name.

        Raises:
            VersionError: the tag names another commit, or the hub does not show what the version's manifest lists.

        """
        if commit.version is None:
            return
        name = f"v{commit.version}"

        def there() -> str | None:
            return self._view.refs()[1].get(commit.version or "")

        def ask() -> str:
            self._api.create_tag(
                self._repo,
                tag=name,
                tag_message=f"sha256:{commit.manifest_sha256}",
                revision=commit.oid,
                repo_type=DATASET,
            )
            return commit.oid

        if (found := there()) is None:
            self._read_back(commit.oid)
            try:
                found = self._view.ask("The tag", ask, done=there)
            except HfHubHTTPError as error:
                if error.response.status_code != 409:
                    raise
                found = there()
        if found != commit.oid:
            raise VersionError(f"The tag {name} of {self._repo} names {found}, not {commit.oid}: somebody moved it.")

    def reveal(self, version: str) -> str:
        """Drop the staging branch of a tagged version, and return the address for readers."""
        branches, tags = self._view.refs()
        if version not in tags:
            raise VersionError(f"There is no version {version} in {self._repo}: publish it first.")
        if self._staging is not None and self._staging in branches:
            staging = self._staging
            try:
                self._view.ask(
                    "Dropping the staging branch",
                    lambda: self._api.delete_branch(self._repo, branch=staging, repo_type=DATASET),
                    done=lambda: None if staging in self._view.refs()[0] else (),
                )
            except HfHubHTTPError as error:
                if error.response.status_code != 404:
                    raise
        return self.address(version)

    def is_shown(self, version: str) -> bool:
        """Tell whether a version is tagged: a hub shows what is."""
        return version in self._view.refs()[1]

    def address(self, version: str) -> str:
        """Return the URL of a version."""
        return f"hf://datasets/{self._repo}@v{version}"

    def open(self, version: str, path: str) -> IO[bytes]:
        """Open a file of a published version for reading."""
        files = HfFileSystem(endpoint=self._api.endpoint, token=self._api.token)
        found: IO[bytes] = files.open(f"datasets/{self._repo}@v{version}/{path}", "rb")
        return found

    def _stage(self, files: Sequence[PlannedFile]) -> None:
        """Send files to the staging branch, in one commit."""
        staging = self._staging
        if staging is None:
            raise RuntimeError("begin() says which publication files are sent for")
        if staging not in self._view.refs()[0]:
            try:
                self._view.ask(
                    "The staging branch",
                    lambda: self._api.create_branch(self._repo, branch=staging, repo_type=DATASET),
                    done=lambda: () if staging in self._view.refs()[0] else None,
                )
            except HfHubHTTPError as error:
                if error.response.status_code != 409:
                    raise

        def ask() -> Any:
            adds = [CommitOperationAdd(file.path, file.source) for file in files]
            return self._api.create_commit(
                self._repo, adds, commit_message=f"{len(files)} files", repo_type=DATASET, revision=staging
            )

        def done() -> Any:
            held = set(self._view.places(staging))
            return () if not any(held.isdisjoint(keys(file)) for file in files) else None

        with self._on_staging():
            self._view.ask("Sending files", ask, done=done, wait_on_busy=True)

    @contextmanager
    def _on_staging(self) -> Iterator[None]:
        """Raise `HeadMovedError` where something fails since another publisher of the same has dropped the branch."""
        had_one = self._staging is not None and self._staging in self._view.refs()[0]
        try:
            yield
        except (HfHubHTTPError, VersionError) as error:
            if had_one and self._staging not in self._view.refs()[0]:
                raise HeadMovedError from error
            raise

    def _promotion(self, plan: PublishPlan, parent: str) -> list[Any]:
        """Return what turns the state at ``parent`` into the plan's files."""
        before = self._view.tree(parent)
        on_main, staged = self._view.places(parent), self._view.places(self._staging) if self._staging else {}
        operations: list[Any] = []
        for file in plan.files:
            names = keys(file)
            if file.path in before and key(before[file.path]) in names:
                continue
            if not is_large(file.path, file.size):
                operations.append(CommitOperationAdd(file.path, file.source))
            elif staged_as := names.intersection(staged):
                operations.append(CommitOperationCopy(staged[min(staged_as)], file.path, src_revision=self._staging))
            elif held_as := names.intersection(on_main):
                operations.append(CommitOperationCopy(on_main[min(held_as)], file.path, src_revision=parent))
            else:
                # Another publisher of the same has finished, and dropped the staging branch.
                raise HeadMovedError
        wanted = {file.path for file in plan.files} | KEPT | {RECORD_PATH}
        operations += [CommitOperationDelete(path) for path in sorted(set(before) - wanted)]
        record = continued(self._view.record(parent), self._view.refs()[1], plan.version, plan.manifest_sha256)
        return [*operations, CommitOperationAdd(RECORD_PATH, record_bytes(record))]

    def _read_back(self, oid: str) -> None:
        """Compare what a commit shows with what its manifest lists."""
        data, tree = self._view.read(MANIFEST_PATH, oid), self._view.tree(oid)
        if data is None:
            raise VersionError(f"The hub shows no {MANIFEST_PATH} at {oid}: {_MEND_MAIN}.")
        for file in parse_manifest(data).files:
            found = tree.get(file.path)
            small = self._view.read(file.path, oid) if found is not None and not found.is_large else None
            sha256 = hashlib.sha256(small).hexdigest() if small is not None else found.sha256 if found else ""
            if found is None or (sha256, found.size) != (file.sha256, file.bytes):
                raise VersionError(
                    f"The hub does not show '{file.path}' at {oid} as the manifest lists it: {_MEND_MAIN}."
                )


def grouped(files: Iterable[PlannedFile]) -> Iterator[list[PlannedFile]]:
    """Yield files in groups of at most `GROUP_FILES`, each ended once it has `GROUP_BYTES`."""
    group: list[PlannedFile] = []
    for file in files:
        group.append(file)
        if len(group) >= GROUP_FILES or sum(each.size for each in group) >= GROUP_BYTES:
            yield group
            group = []
    if group:
        yield group
