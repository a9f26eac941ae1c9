"""Publish a finished version: all of it or nothing, once and for good.

The move of ``main`` is the moment of publication. Before it, nothing is visible and a killed publisher leaves only
contents that the next one need not send again. After it, tag, folder and record follow from the commit, and whoever
publishes next finishes them first. A version number therefore means one content for ever, even if its publisher died
between two steps.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from huggingface_hub.errors import HfHubHTTPError

from licet.pipelines.hub.repository import HeadMovedError
from licet.pipelines.publish import patience
from licet.pipelines.publish.access import words
from licet.pipelines.publish.backend import Backend, Commit, PublishedVersion
from licet.pipelines.publish.contents import Progress
from licet.pipelines.publish.huggingface import HubBackend, repo_in
from licet.pipelines.publish.patience import Told
from licet.pipelines.publish.plan import PublishPlan, no_progress, plan_publication
from licet.pipelines.publish.semver import parse_release
from licet.pipelines.publish.store import LOCAL, StoreBackend, shelf_at
from licet.schemas.errors import VersionError
from licet.stages import storage

ATTEMPTS = 8
"""How often a publisher that was overtaken looks again; each time, somebody else has published a version."""


@dataclass(frozen=True)
class Published:
    """What came of a publication; for a dry run, what would come of it."""

    name: str
    version: str
    path: str
    """Folder or URL where readers find the version."""
    commit: str | None
    """None in a dry run of a version that is not there."""
    manifest_digest: str
    """SHA-256 of the manifest: the version's identity."""
    new_bytes: int
    """Bytes that had to be sent."""
    reused_bytes: int
    """Bytes that the hub held already."""
    already_there: bool
    """True when this very version had been published before: nothing was done."""
    dry_run: bool = False
    """True when nothing was written, and the rest says what would be."""


def publish(
    folder: str,
    to: str,
    version: str,
    *,
    namespace: str = LOCAL,
    private: bool = False,
    dry_run: bool = False,
    verified: bool = False,
    progress: Progress = no_progress,
    tell: Told = lambda _: None,
) -> Published:
    """Publish a finished version folder as ``version`` of its dataset in the hub at ``to``.

    ``to`` is a folder or any fsspec URL for a hub of files, ``hf://datasets/<organisation>/<name>`` for the Hugging
    Face Hub; ``private`` counts when a repository is made there. ``tell`` hears why something is waited for.

    Publishing the same content under the same version again does nothing and succeeds. Raises `VersionError` when a
    check fails, when the version exists with other content, or when it is lower than the newest.
    """
    plan = plan_publication(folder, version, progress, verified=verified)
    _check_apart(folder, to)
    try:
        backend = backend_at(to, plan.name, namespace, private=private, tell=tell)
        if dry_run:
            return rehearse(plan, backend)
        backend.check_access()
        backend.prepare()
        return publish_plan(plan, backend, progress)
    except OSError as error:
        raise VersionError(
            f"The hub '{to}' cannot be used ({told_of(error)}): mend that and publish again, which goes on"
            " where it stopped."
        ) from error


def backend_at(
    to: str, name: str, namespace: str = LOCAL, *, private: bool = False, tell: Told = lambda _: None
) -> Backend:
    """Return the backend for a dataset in the hub at ``to``."""
    if to.startswith("hf://"):
        return HubBackend(repo_in(to), private=private, tell=tell)
    return StoreBackend(shelf_at(to), name, namespace)


def told_of(error: OSError) -> str:
    """Return what an error says; of a hub's answer, the words of its server."""
    if isinstance(error, HfHubHTTPError):
        return words(error)
    return str(error.strerror or error)


def publish_plan(plan: PublishPlan, backend: Backend, progress: Progress = no_progress) -> Published:
    """Publish a checked plan through a backend."""
    sent = 0
    refused: list[str | None] = []
    backend.begin(plan)
    for _ in range(ATTEMPTS):
        head = backend.head()
        if head is not None and head.version is not None:
            _finish(head, head.version, backend)
        if there := _existing(plan, backend, head):
            return _published(plan, there.commit, backend.reveal(there.version), sent, already_there=True)
        sent += _send(plan, backend, progress)
        try:
            commit = backend.commit(plan, head.oid if head else None)
        except HeadMovedError:
            refused.append(head.oid if head else None)
            _wait_for_a_new_head(refused)
            continue
        return _published(plan, commit.oid, _finish(commit, plan.version, backend), sent, already_there=False)
    if len(set(refused)) == 1:
        raise VersionError(
            f"The hub keeps refusing the commit of '{plan.name}' as if main had moved, and main is still at"
            f" {refused[0]}: see whether the token may write to main itself, and publish again."
        )
    raise VersionError(f"Others kept publishing '{plan.name}' at the same time: publish again when they are done.")


def _wait_for_a_new_head(refused: list[str | None]) -> None:
    """Wait where the head that was read is the one that was refused before: a hub may show a new head late."""
    again = refused.count(refused[-1])
    if again > 1:
        time.sleep(min(patience.FIRST_WAIT * 2 ** (again - 2), patience.LONGEST_WAIT))


def rehearse(plan: PublishPlan, backend: Backend) -> Published:
    """Say what publishing the plan would do; nothing is written."""
    there = _existing(plan, backend, backend.head())
    to_send, path = sum(file.size for file in backend.missing(plan.files)), backend.address(plan.version)
    told = _published(plan, there.commit if there else None, path, to_send, already_there=there is not None)
    return replace(told, dry_run=True)


def list_versions(to: str, name: str, namespace: str = LOCAL) -> list[PublishedVersion]:
    """Return the published versions of a dataset, oldest first; none when the hub or the dataset is not there."""
    with _opened(to, name, namespace) as backend:
        return backend.versions()


def resolve(to: str, name: str, version: str, namespace: str = LOCAL) -> str:
    """Return the folder or URL of a published version, or raise `VersionError` that says which ones there are."""
    parse_release(version)
    with _opened(to, name, namespace) as backend:
        there = [entry.version for entry in backend.versions()]
        if version not in there:
            known = f"it has {', '.join(there)}" if there else "nothing of that name is published"
            raise VersionError(f"'{to}' has no version {version} of '{name}': {known}.")
        if not backend.is_shown(version):
            raise VersionError(f"The folder of '{name}' {version} is gone from '{to}': publish that version again.")
        return backend.address(version)


@contextmanager
def _opened(to: str, name: str, namespace: str) -> Iterator[Backend]:
    try:
        yield backend_at(to, name, namespace)
    except OSError as error:
        raise VersionError(f"The hub '{to}' cannot be read: {told_of(error)}.") from error


def _finish(commit: Commit, version: str, backend: Backend) -> str:
    """Do what follows from a commit, as far as it is not done; safe to do twice, or by two at once."""
    backend.tag(commit)
    return backend.reveal(version)


def _existing(plan: PublishPlan, backend: Backend, head: Commit | None) -> PublishedVersion | None:
    """Return the plan's version where it is published already; refuse a number that is taken or too low."""
    known = {entry.version: entry for entry in backend.versions()}
    if head is not None and head.version is not None:
        known[head.version] = PublishedVersion(head.version, head.oid, head.manifest_sha256)
    if there := known.get(plan.version):
        if there.manifest_sha256 == plan.manifest_sha256:
            return there
        raise VersionError(
            f"Version {plan.version} of '{plan.name}' is published with other content (manifest"
            f" {there.manifest_sha256}, yours is {plan.manifest_sha256}): choose a higher version number."
        )
    newest = max(map(parse_release, known), default=None)
    if newest is not None and parse_release(plan.version) < newest:
        raise VersionError(
            f"Version {plan.version} of '{plan.name}' is lower than {newest}, the newest one: choose a higher number."
        )
    return None


def _send(plan: PublishPlan, backend: Backend, progress: Progress) -> int:
    missing = backend.missing(plan.files)
    total, done = sum(file.size for file in missing), 0

    def arrived(size: int) -> None:
        nonlocal done
        done += size
        progress("send", done, total)

    if missing:
        backend.send(missing, arrived)
    return done


def _published(plan: PublishPlan, commit: str | None, path: str, sent: int, *, already_there: bool) -> Published:
    return Published(
        name=plan.name,
        version=plan.version,
        path=path,
        commit=commit,
        manifest_digest=plan.manifest_sha256,
        new_bytes=sent,
        reused_bytes=plan.size - sent,
        already_there=already_there,
    )


def _check_apart(folder: str, to: str) -> None:
    if not storage.is_local(to):
        return
    source, hub = (os.path.realpath(path.removeprefix("file://")) for path in (folder, to))
    if hub == source or hub.startswith(source + os.sep):
        raise VersionError(f"The hub '{to}' lies in the folder that is to be published: name one elsewhere.")
