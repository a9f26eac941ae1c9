# ruff: noqa: ARG001 (cases take the same arguments, whether they need them or not)
"""What every hub must do, as functions that a worker runs: each takes an address that nothing was published to yet.

``one`` and ``two`` are folders of versions: the second has the first one's shard, another shard and another card.
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

import httpx2
from tiny_versions import publish as put

from licet.pipelines.hub.repository import HeadMovedError
from licet.pipelines.publish import huggingface, patience
from licet.pipelines.publish.backend import Arrived, Backend, Commit
from licet.pipelines.publish.plan import PlannedFile, PublishPlan, plan_publication
from licet.pipelines.publish.publish import backend_at, list_versions, resolve
from licet.pipelines.publish.steps import Published, publish_plan
from licet.schemas.errors import VersionError

NAME = "tiny"
Case = Callable[[str, str, str], None]


def attempt(
    folder: str, to: str, version: str, timeout: float | None = None, group: int | None = None, **more: Any
) -> dict[str, Any]:
    """Publish; return the outcome, or the words in which it was refused, and what was told meanwhile.

    ``timeout`` is for each answer in seconds, ``group`` for the files of one staging commit.
    """
    if timeout is not None:
        patience.TIMEOUT = httpx2.Timeout(timeout)
    if group is not None:
        huggingface.GROUP_FILES = group
    told: list[str] = []
    try:
        return {**asdict(put(folder, to, version, tell=told.append, **more)), "told": told}
    except VersionError as error:
        return {"refused": str(error), "told": told}


def opened(to: str, *plans: PublishPlan) -> Backend:
    """A backend that is ready to take a plan."""
    backend = backend_at(to, NAME)
    backend.prepare()
    for plan in plans:
        backend.begin(plan)
    return backend


def send(backend: Backend, plan: PublishPlan) -> list[str]:
    """Send what is missing, and return its paths."""
    missing = backend.missing(plan.files)
    backend.send(missing, lambda _: None)
    return [file.path for file in missing]


def refusal(act: Callable[[], object]) -> str:
    """Return in which words something is refused."""
    try:
        act()
    except VersionError as error:
        return str(error)
    raise AssertionError("it was not refused")


def shown(to: str, plan: PublishPlan) -> None:
    """Assert that a version is there: whole, byte by byte."""
    backend = backend_at(to, NAME)
    assert backend.is_shown(plan.version)
    for file in plan.files:
        with backend.open(plan.version, file.path) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == file.sha256, file.path


def head_of(to: str) -> Commit:
    """Return the state of main."""
    head = backend_at(to, NAME).head()
    assert head is not None
    return head


def sizes_in(plan: PublishPlan, paths: set[str]) -> int:
    """Return the bytes of some of a plan's files."""
    return sum(file.size for file in plan.files if file.path in paths)


def a_version_is_there_whole_under_its_number(to: str, one: str, two: str) -> None:
    plan = plan_publication(one, "1.0.0")
    done = put(one, to, "1.0.0")
    shown(to, plan)
    head = head_of(to)
    assert (done.commit, done.manifest_digest) == (head.oid, plan.manifest_sha256)
    assert (done.new_bytes, done.reused_bytes, done.already_there) == (plan.size, 0, False)
    assert (head.version, head.manifest_sha256) == ("1.0.0", plan.manifest_sha256)
    assert resolve(to, NAME, "1.0.0") == done.path
    assert [vars(v) for v in list_versions(to, NAME)] == [
        {"version": "1.0.0", "commit": head.oid, "manifest_sha256": plan.manifest_sha256}
    ]


def the_same_again_does_nothing_and_succeeds(to: str, one: str, two: str) -> None:
    first = put(one, to, "1.0.0")
    again = put(one, to, "1.0.0")
    assert (again.commit, again.path, again.new_bytes, again.already_there) == (first.commit, first.path, 0, True)


def the_next_version_follows_it_and_sends_only_what_is_new(to: str, one: str, two: str) -> None:
    first, plan = put(one, to, "1.0.0"), plan_publication(two, "1.1.0")
    done = put(two, to, "1.1.0")
    shown(to, plan)
    shown(to, plan_publication(one, "1.0.0"))
    head = head_of(to)
    assert (head.oid, head.parent) == (done.commit, first.commit)
    old = {(file.sha256, file.size) for file in plan_publication(one, "1.0.0").files}
    assert done.new_bytes == sum(file.size for file in plan.files if (file.sha256, file.size) not in old)
    assert [v.version for v in list_versions(to, NAME)] == ["1.0.0", "1.1.0"]
    assert set(head.files) - {"versions.json", ".gitattributes"} == {file.path for file in plan.files}


def a_number_that_is_taken_or_too_low_is_refused(to: str, one: str, two: str) -> None:
    put(one, to, "1.1.0")
    before = head_of(to)
    assert "is published with other content" in refusal(lambda: put(two, to, "1.1.0"))
    assert "is lower than 1.1.0" in refusal(lambda: put(two, to, "1.0.9"))
    assert head_of(to) == before


def a_stale_parent_does_not_move_main(to: str, one: str, two: str) -> None:
    first, second = put(one, to, "1.0.0"), put(two, to, "1.1.0")
    plan = plan_publication(one, "1.2.0")
    backend = opened(to, plan)
    send(backend, plan)
    before = head_of(to)
    assert before.oid == second.commit
    try:
        backend.commit(plan, first.commit)
        raise AssertionError("main moved")
    except HeadMovedError:
        pass
    assert head_of(to) == before
    assert backend.commit(plan, before.oid).parent == before.oid


def a_tag_is_for_good(to: str, one: str, two: str) -> None:
    put(one, to, "1.0.0")
    backend, head = backend_at(to, NAME), head_of(to)
    backend.tag(head)
    told = refusal(lambda: backend.tag(replace(head, oid="0" * 40)))
    assert head.oid in told
    assert [v.commit for v in backend.versions()] == [head.oid]


def large_files_that_arrived_before_a_kill_are_not_sent_again(to: str, one: str, two: str) -> None:
    plan = plan_publication(two, "1.0.0")
    sent = send(opened(to, plan), plan)
    left = {file.path for file in opened(to, plan).missing(plan.files)}
    assert set(sent) == {file.path for file in plan.files}
    assert not [path for path in left if path.endswith(".parquet")]
    done = put(two, to, "1.0.0")
    assert done.new_bytes == sizes_in(plan, left)
    shown(to, plan)


def a_version_killed_after_its_commit_is_finished_by_the_next_publisher(to: str, one: str, two: str) -> None:
    plan = plan_publication(one, "1.0.0")
    backend = opened(to, plan)
    send(backend, plan)
    head = backend.head()
    made = backend.commit(plan, head.oid if head else None)
    put(two, to, "1.1.0")
    shown(to, plan)
    shown(to, plan_publication(two, "1.1.0"))
    assert next((v.version, v.commit) for v in list_versions(to, NAME)) == ("1.0.0", made.oid)


def a_version_killed_after_its_commit_is_finished_by_itself(to: str, one: str, two: str) -> None:
    plan = plan_publication(one, "1.0.0")
    backend = opened(to, plan)
    send(backend, plan)
    head = backend.head()
    made = backend.commit(plan, head.oid if head else None)
    done = put(one, to, "1.0.0")
    assert (done.commit, done.new_bytes, done.already_there) == (made.oid, 0, True)
    shown(to, plan)


def a_dry_run_writes_nothing(to: str, one: str, two: str) -> None:
    plan = plan_publication(one, "1.0.0")
    told = put(one, to, "1.0.0", dry_run=True)
    assert (told.dry_run, told.commit, told.new_bytes) == (True, None, plan.size)
    assert backend_at(to, NAME).head() is None
    put(one, to, "1.0.0")
    before = head_of(to)
    assert put(two, to, "1.1.0", dry_run=True).new_bytes < plan_publication(two, "1.1.0").size
    assert "is lower than" in refusal(lambda: put(two, to, "0.9.0", dry_run=True))
    assert head_of(to) == before


def one_who_is_overtaken_goes_on_from_the_new_state(to: str, one: str, two: str) -> None:
    mine, others = plan_publication(two, "1.1.0"), plan_publication(one, "1.0.0")
    backend = opened(to)
    commit = backend.commit
    overtaken: list[object] = []

    def late(plan: PublishPlan, parent: str | None) -> Commit:
        if not overtaken:
            overtaken.append(publish_plan(others, opened(to)))
        return commit(plan, parent)

    backend.commit = late  # type: ignore[method-assign]
    publish_plan(mine, backend)
    shown(to, mine)
    shown(to, others)
    assert [v.version for v in list_versions(to, NAME)] == ["1.0.0", "1.1.0"]


def one_who_is_overtaken_by_itself_while_sending_makes_no_second_version(to: str, one: str, two: str) -> None:
    plan = plan_publication(two, "1.0.0")
    backend = opened(to)
    sending = backend.send
    others: list[Published] = []

    def late(files: Sequence[PlannedFile], arrived: Arrived) -> None:
        if not others:
            others.append(publish_plan(plan, opened(to)))
        sending(files, arrived)

    backend.send = late  # type: ignore[method-assign]
    assert publish_plan(plan, backend).commit == others[0].commit == head_of(to).oid
    shown(to, plan)


def one_who_is_overtaken_by_itself_before_the_commit_finds_itself_there(to: str, one: str, two: str) -> None:
    plan = plan_publication(two, "1.0.0")
    backend = opened(to)
    commit = backend.commit
    others: list[Published] = []

    def late(plan: PublishPlan, parent: str | None) -> Commit:
        if not others:
            others.append(publish_plan(plan, opened(to)))
        return commit(plan, parent)

    backend.commit = late  # type: ignore[method-assign]
    assert publish_plan(plan, backend).commit == others[0].commit == head_of(to).oid
    shown(to, plan)


def what_is_not_there_is_told(to: str, one: str, two: str) -> None:
    assert list_versions(to, NAME) == []
    assert "nothing of that name is published" in refusal(lambda: resolve(to, NAME, "1.0.0"))
    put(one, to, "1.0.0")
    assert "it has 1.0.0" in refusal(lambda: resolve(to, NAME, "2.0.0"))
    assert "There is no version 2.0.0" in refusal(lambda: backend_at(to, NAME).reveal("2.0.0"))


CASES: tuple[Case, ...] = (
    a_version_is_there_whole_under_its_number,
    the_same_again_does_nothing_and_succeeds,
    the_next_version_follows_it_and_sends_only_what_is_new,
    a_number_that_is_taken_or_too_low_is_refused,
    a_stale_parent_does_not_move_main,
    a_tag_is_for_good,
    large_files_that_arrived_before_a_kill_are_not_sent_again,
    a_version_killed_after_its_commit_is_finished_by_the_next_publisher,
    a_version_killed_after_its_commit_is_finished_by_itself,
    a_dry_run_writes_nothing,
    one_who_is_overtaken_goes_on_from_the_new_state,
    one_who_is_overtaken_by_itself_while_sending_makes_no_second_version,
    one_who_is_overtaken_by_itself_before_the_commit_finds_itself_there,
    what_is_not_there_is_told,
)


def fresh(root: str) -> str:
    """Return an address below a root that nothing was published to yet."""
    return f"{root}{uuid.uuid4().hex[:12]}"
