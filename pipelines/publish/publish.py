"""Publish a finished version: checked first, whole or not at all, once and for good; and find what was published."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from huggingface_hub.errors import HfHubHTTPError

from licet.pipelines.publish.access import words
from licet.pipelines.publish.admission import Admission
from licet.pipelines.publish.backend import Backend, PublishedVersion
from licet.pipelines.publish.contents import Progress
from licet.pipelines.publish.huggingface import HubBackend, repo_in
from licet.pipelines.publish.patience import Told
from licet.pipelines.publish.plan import PublishPlan, no_progress, plan_publication
from licet.pipelines.publish.steps import Published, existing, outcome_of, publish_plan
from licet.pipelines.publish.store import LOCAL, StoreBackend, shelf_at
from licet.pipelines.publish.suggest import FIRST, Suggestion
from licet.schemas.errors import VersionError
from licet.schemas.semver import parse_release
from licet.stages import storage

AUTO = "auto"
"""Given instead of a version number: the smallest that what changed asks for."""


@dataclass(frozen=True)
class Draft:
    """A publication that has passed every check, and of which nothing is written yet."""

    plan: PublishPlan
    backend: Backend
    admission: Admission
    outlook: Published
    """What will come of it, as in a dry run."""

    def send(self, progress: Progress = no_progress) -> Published:
        """Publish it."""
        with told_in_a_sentence(self.outlook.path):
            self.backend.prepare()
            done = publish_plan(self.plan, self.backend, progress, self.admission)
        return replace(done, follows=self.outlook.follows, why=self.outlook.why)


def publish(
    folder: str,
    to: str,
    version: str,
    *,
    namespace: str = LOCAL,
    private: bool = False,
    revision: str | None = None,
    dry_run: bool = False,
    verified: bool = False,
    progress: Progress = no_progress,
    tell: Told = lambda _: None,
) -> Published:
    """Publish a finished version folder as ``version`` of its dataset in the hub at ``to``.

    ``to`` is a folder or any fsspec URL for a hub of files, ``hf://datasets/<organisation>/<name>`` for the Hugging
    Face Hub; ``private`` counts when a repository is made there. With ``revision`` it is refused unless ``main`` is at
    that commit. ``verified`` says that `licet verify` found nothing just now, so that it is not asked again. ``tell``
    hears why something is waited for.

    Publishing the same content under the same version again does nothing and succeeds. Raises `VersionError` when a
    check fails, when the version exists with other content, or when its number is too small for what changed.
    """
    made = draft(
        folder,
        to,
        version,
        namespace=namespace,
        private=private,
        revision=revision,
        may_read_only=dry_run,
        verified=verified,
        progress=progress,
        tell=tell,
    )
    return made.outlook if dry_run else made.send(progress)


def draft(
    folder: str,
    to: str,
    version: str,
    *,
    namespace: str = LOCAL,
    private: bool = False,
    revision: str | None = None,
    may_read_only: bool = False,
    verified: bool = False,
    progress: Progress = no_progress,
    tell: Told = lambda _: None,
) -> Draft:
    """Check a publication (`publish`) and say what it would do; nothing is written."""
    plan = plan_publication(folder, None if version == AUTO else version, progress, verified=verified)
    _check_apart(folder, to)
    with told_in_a_sentence(to):
        backend = backend_at(to, plan.name, namespace, private=private, tell=tell)
        if not may_read_only:
            backend.check_access()
        head, tagged = backend.head(), backend.versions()
        newest = tagged[-1] if tagged else None
        admission = Admission(plan, backend, revision)
        found = admission.suggestion(newest)
        if version == AUTO:
            admission.plan = plan = replace(plan, version=_number(plan, tagged, found))
        backend.begin(plan)
        there = existing(plan, backend, head)
        if there is None:
            admission.check(head, newest)
        to_send = sum(file.size for file in backend.missing(plan.files)) if there is None else 0
        path = backend.address(plan.version)
    outlook = outcome_of(plan, there.commit if there else None, path, to_send, already_there=there is not None)
    follows, why = (newest.version, found.reasons) if newest and found and there is None else (None, ())
    return Draft(plan, backend, admission, replace(outlook, dry_run=True, follows=follows, why=why))


def _number(plan: PublishPlan, tagged: Sequence[PublishedVersion], found: Suggestion | None) -> str:
    """Return the number that a version gets which was given none: that of the same content if it is there."""
    for entry in tagged:
        if entry.manifest_sha256 == plan.manifest_sha256:
            return entry.version
    return plan.manifest.dataset.version or str(found.number if found else FIRST)


@contextmanager
def told_in_a_sentence(hub: str) -> Iterator[None]:
    """Turn what a hub's file system or server refuses into a `VersionError`."""
    try:
        yield
    except OSError as error:
        raise VersionError(
            f"The hub '{hub}' cannot be used ({told_of(error)}): mend that and publish again, which goes on"
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


def _check_apart(folder: str, to: str) -> None:
    if not storage.is_local(to):
        return
    source, hub = (os.path.realpath(path.removeprefix("file://")) for path in (folder, to))
    if hub == source or hub.startswith(source + os.sep):
        raise VersionError(f"The hub '{to}' lies in the folder that is to be published: name one elsewhere.")
