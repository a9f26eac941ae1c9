"""The steps of a publication through any backend: all of it or nothing, once and for good.

The move of ``main`` is the moment of publication. Before it, nothing is visible and a killed publisher leaves only
contents that the next one need not send again. After it, tag, folder and record follow from the commit, and whoever
publishes next finishes them first. A version number therefore means one content for ever, even if its publisher died
between two steps.
"""

import time
from dataclasses import dataclass

from licet.pipelines.hub.repository import HeadMovedError
from licet.pipelines.publish import patience
from licet.pipelines.publish.admission import Admission
from licet.pipelines.publish.backend import Backend, Commit, PublishedVersion
from licet.pipelines.publish.contents import Progress
from licet.pipelines.publish.plan import PublishPlan, no_progress
from licet.schemas.errors import VersionError
from licet.schemas.semver import parse_release

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
    files: int = 0
    """Files of the version."""
    follows: str | None = None
    """The newest version before it."""
    why: tuple[str, ...] = ()
    """What changed since that one and decides about the number."""
    deduplicated_bytes: int | None = None
    """Of a dry run where it was measured: bytes of `new_bytes` in chunks that the hub does not hold."""


def publish_plan(
    plan: PublishPlan, backend: Backend, progress: Progress = no_progress, admission: Admission | None = None
) -> Published:
    """Publish a checked plan through a backend; what others publish meanwhile is checked against it again."""
    sent = 0
    refused: list[str | None] = []
    backend.begin(plan)
    for _ in range(ATTEMPTS):
        head = backend.head()
        if head is not None and head.version is not None:
            _finish(head, head.version, backend)
        if there := existing(plan, backend, head):
            return outcome_of(plan, there.commit, backend.reveal(there.version), sent, already_there=True)
        if admission is not None:
            tagged = backend.versions()
            admission.check(head, tagged[-1] if tagged else None)
        try:
            sent += _send(plan, backend, progress)
            commit = backend.commit(plan, head.oid if head else None)
        except HeadMovedError:
            refused.append(head.oid if head else None)
            _wait_for_a_new_head(refused)
            continue
        return outcome_of(plan, commit.oid, _finish(commit, plan.version, backend), sent, already_there=False)
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


def _finish(commit: Commit, version: str, backend: Backend) -> str:
    """Do what follows from a commit, as far as it is not done; safe to do twice, or by two at once."""
    backend.tag(commit)
    return backend.reveal(version)


def existing(plan: PublishPlan, backend: Backend, head: Commit | None) -> PublishedVersion | None:
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


def outcome_of(plan: PublishPlan, commit: str | None, path: str, sent: int, *, already_there: bool) -> Published:
    """Return what came of a plan of which so many bytes were sent."""
    return Published(
        name=plan.name,
        version=plan.version,
        path=path,
        commit=commit,
        manifest_digest=plan.manifest_sha256,
        new_bytes=sent,
        reused_bytes=plan.size - sent,
        already_there=already_there,
        files=len(plan.files),
    )
