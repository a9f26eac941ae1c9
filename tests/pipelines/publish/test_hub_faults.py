"""The real client against the real server, and everything that can go wrong between them.

A watcher reads what main shows all the while: it is a whole version at every moment. Then the same is published again:
it finishes, and nothing is sent twice that had arrived.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hub_cases import fresh
from hub_kinds import AHub, hub
from hub_worker import PATIENCE, Running
from tiny_versions import make_folder

from licet.pipelines.hub.local import LocalShelf
from licet.pipelines.hub.repository import Repository, State, object_name
from licet.pipelines.serve.faults import Fault
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, parse_manifest

OURS = {MANIFEST_PATH, ATTESTATIONS_PATH, "versions.json", ".gitattributes"}
COMMIT, STAGING = "/api/datasets/*/commit/main", "/api/datasets/*/commit/staging-*"
CONTENT = ("/objects/", "/xet/v1/xorbs/")
KILLS = 20


class At:
    """One repository of a served hub, and the versions that tests publish there."""

    def __init__(self, at: AHub, folder: Path, one: Path, two: Path) -> None:
        assert at.served is not None
        self.hub, self.served, self.one, self.two = at, at.served, one, two
        self.to = fresh(at.root)
        self.shelf = LocalShelf(str(folder / "hub"))
        self.repository = Repository(self.shelf, "org", self.to.rpartition("/")[2])
        self.served.faults.queue.clear()

    def publish(self, folder: Path, version: str, **more: Any) -> Any:
        return self.hub.worker.do("hub_cases.attempt", folder=str(folder), to=self.to, version=version, **more)

    def requests(self, since: int = 0) -> list[str]:
        return [f"{entry.method} {entry.path}" for entry in self.served.faults.log[since:]]

    def content_bytes(self, since: int) -> int:
        """Bytes of contents that were sent to the server, in files or in chunks."""
        log = self.served.faults.log[since:]
        return sum(e.bytes_in for e in log if e.path.startswith(CONTENT) and not e.path.endswith("/verify"))

    def committed(self) -> list[State]:
        """What main has ever shown, the newest first, without the empty first commit."""
        return self.repository.history(self.repository.head() or "")[:-1]

    def shows(self, folder: Path, version: str) -> None:
        """Assert that main is this version, tagged, and that nothing is left over."""
        head = self.repository.head()
        assert head is not None
        assert self.repository.tag(f"v{version}") == head
        assert self.repository.branches() == {"main": head}
        files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
        state = self.repository.state(head)
        assert {path: content.sha256 for path, content in state.files.items() if path not in {"versions.json"}} == {
            path: hashlib.sha256(found.read_bytes()).hexdigest() for path, found in files.items()
        }


def check_whole(shelf: LocalShelf, state: State) -> None:
    """Assert that a state is a whole version: the files of its manifest, no others, each with its content."""
    manifest = shelf.read(object_name(state.files[MANIFEST_PATH].sha256))
    assert manifest is not None
    listed = {file.path: (file.sha256, file.bytes) for file in parse_manifest(manifest).files}
    assert {p: (c.sha256, c.size) for p, c in state.files.items() if p not in OURS} == listed
    for sha256, _ in listed.values():
        data = shelf.read(object_name(sha256))
        assert data is not None
        assert hashlib.sha256(data).hexdigest() == sha256


@contextmanager
def watched(at: At) -> Iterator[None]:
    """Read main all the while, and fail when it ever shows a part of a version."""
    ended, wrong, seen = threading.Event(), [], set()

    def watch() -> None:
        while not ended.is_set():
            head = at.repository.head()
            if head is not None and head not in seen:
                seen.add(head)
                state = at.repository.state(head)
                try:
                    if state.parent is not None:
                        check_whole(at.shelf, state)
                except (AssertionError, LookupError) as error:
                    wrong.append(error)
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
    assert not wrong, wrong
    for state in at.committed():
        check_whole(at.shelf, state)


@pytest.fixture(scope="module")
def at_kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, Path, Path], At]]:
    """A repository of its own on a hub that takes files by LFS or by xet."""
    with ExitStack() as stack:
        made: dict[str, tuple[AHub, Path]] = {}

        def get(kind: str, one: Path, two: Path) -> At:
            if kind not in made:
                folder = tmp_path_factory.mktemp(kind)
                made[kind] = stack.enter_context(hub(kind, folder)), folder
            return At(*made[kind], one, two)

        yield get


@pytest.fixture
def at(
    request: pytest.FixtureRequest, at_kind: Callable[[str, Path, Path], At], make_version: Callable[..., Path]
) -> At:
    """A hub's repository with two versions that share a shard."""
    return at_kind(getattr(request, "param", "lfs"), *versions(make_version, request.node.name))


def versions(make_version: Callable[..., Path], name: str) -> tuple[Path, Path]:
    """Two versions that share a shard with each other and nothing with those of other tests, which a hub would hold."""
    first = f"first {name}"
    return make_version("one", first), make_version("two", first, f"second {name}", f"third {name}")


both_ways = pytest.mark.parametrize("at", ["lfs", "xet"], indirect=True)


@both_ways
def test_a_publication_gets_through_everything_at_once(at: At) -> None:
    lost: dict[str, Any] = {"status": 504, "after": True}
    faults = [
        Fault("POST", "/api/repos/create", **lost),
        Fault("GET", "/api/datasets/*/refs", status=503),
        Fault("POST", "/api/datasets/*/branch/*", **lost),
        Fault("POST", "/api/datasets/*/preupload/*", status=503),
        Fault("PUT", "/objects/*", drop=700),
        Fault("POST", "/xet/v1/xorbs/*", drop=700),
        Fault("POST", "/xet/v1/shards", status=503),
        Fault("POST", STAGING, **lost),
        Fault("POST", COMMIT, status=409),
        Fault("POST", COMMIT, status=503),
        Fault("POST", COMMIT, status=429, headers={"RateLimit": '"api";r=0;t=0'}),
        Fault("POST", COMMIT, **lost),
        Fault("POST", "/api/datasets/*/tag/*", **lost),
        Fault("DELETE", "/api/datasets/*/branch/*", **lost),
    ]
    at.served.faults.queue += faults
    with watched(at):
        done = at.publish(at.two, "1.0.0")
    at.shows(at.two, "1.0.0")
    assert [state.oid for state in at.committed()] == [done["commit"]]
    others = "/xet/*" if not at.served.is_xet else "/objects/*"
    assert [f.path for f in faults if f.times and not f.path.startswith(others[:-1])] == []
    for words in (
        "Making the repository: the hub answered 504",
        "The commit: another commit is at work",
        "The commit: the hub answered 503",
        "The commit: the hub asks for a pause; trying again in 1 s",
    ):
        assert any(told.startswith(words) for told in done["told"]), done["told"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("POST", COMMIT, status=412), None),
        (Fault("POST", COMMIT, cut=5), "The commit: no answer"),
        (Fault("POST", COMMIT, drop=100), "The commit: no answer"),
        (Fault("POST", COMMIT, seconds=2.0), "The commit: no answer (ReadTimeout)"),
        (Fault("POST", "/api/repos/create", seconds=2.0), "Making the repository: no answer (ReadTimeout)"),
        (Fault("GET", "/datasets/*/resolve/*", cut=5, times=2), "no answer"),
    ],
    ids=["412", "answer cut", "request cut", "mute at the commit", "mute at the start", "reading back cut"],
)
def test_a_publication_gets_through(at: At, fault: Fault, words: str | None) -> None:
    at.served.faults.queue.append(Fault(**vars(fault)))
    with watched(at):
        done = at.publish(at.one, "1.0.0", timeout=1.5 if fault.seconds else None)
    at.shows(at.one, "1.0.0")
    assert [state.oid for state in at.committed()] == [done["commit"]]
    assert words is None or any(words in told for told in done["told"])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            Fault("POST", COMMIT, status=403, body={"error": "Storage quota exceeded"}, times=9),
            "403: Storage quota exceeded",
        ),
        (Fault("POST", COMMIT, status=412, times=99), "keeps refusing"),
        (Fault("POST", COMMIT, status=503, times=99), "The commit failed: the hub answered 503. What was sent is kept"),
        (Fault("PUT", "/objects/*", status=403, times=99), "403"),
    ],
    ids=["403", "endless 412", "endless 503", "no content taken"],
)
def test_one_that_is_refused_says_so_and_leaves_main_as_it_was(at: At, fault: Fault, words: str) -> None:
    at.publish(at.one, "1.0.0")
    at.served.faults.queue.append(Fault(**vars(fault)))
    with watched(at):
        told = at.publish(at.two, "1.1.0")
    assert words in told["refused"]
    assert len(at.committed()) == 1
    at.served.faults.queue.clear()
    since = len(at.served.faults.log)
    at.publish(at.two, "1.1.0")
    at.shows(at.two, "1.1.0")
    assert (at.content_bytes(since) == 0) == ("/commit/" in fault.path)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "anna", "auth": {"accessToken": {"role": "read"}}}, "The token of anna may read and not write"),
        (
            {"auth": {"accessToken": {"role": "fineGrained", "fineGrained": {"scoped": [{"permissions": ["x"]}]}}}},
            "may read and not write",
        ),
        (None, "does not accept the token (401: Invalid"),
    ],
    ids=["read only", "fine-grained without repo.write", "unknown"],
)
def test_a_token_that_cannot_write_is_told_before_anything_is_made(at: At, body: Any, words: str) -> None:
    error: dict[str, Any] = {"status": 401, "body": {"error": "Invalid username or password"}}
    fault = error if body is None else {"status": 200, "body": body}
    at.served.faults.queue.append(Fault("GET", "/api/whoami-v2", **fault))
    since = len(at.served.faults.log)
    assert words in at.publish(at.one, "1.0.0")["refused"]
    assert at.requests(since) == ["GET /api/whoami-v2"]


def test_an_organisation_that_does_not_let_one_write_is_told_before_anything_is_sent(at: At) -> None:
    at.served.faults.queue.append(
        Fault("POST", "/api/repos/create", status=403, body={"error": "You don't have rights"})
    )
    told = at.publish(at.one, "1.0.0")
    assert "does not let this token write to org/" in told["refused"]
    assert "403: You don't have rights" in told["refused"]


def test_a_commit_that_the_hub_shows_otherwise_than_it_was_sent_gets_no_tag(at: At) -> None:
    at.served.faults.queue.append(Fault("GET", "/datasets/*/resolve/*/README.md", status=200, body={"not": "the card"}))
    refused = at.publish(at.one, "1.0.0")["refused"]
    assert "The hub does not show 'README.md' at " in refused
    assert at.repository.tags() == {}
    assert at.publish(at.one, "1.0.0")["already_there"]
    at.shows(at.one, "1.0.0")


@both_ways
def test_what_arrived_before_a_cut_is_not_sent_again(at: At) -> None:
    """Contents arrive, the commit that would name them does not: the second attempt sends only what is small."""
    at.served.faults.queue.append(Fault("POST", COMMIT, status=503, times=99))
    at.publish(at.two, "1.0.0")
    at.served.faults.queue.clear()
    since = len(at.served.faults.log)
    done = at.publish(at.two, "1.0.0")
    at.shows(at.two, "1.0.0")
    assert at.content_bytes(since) == 0
    small = [p for p in at.two.rglob("*") if p.is_file() and p.suffix != ".parquet"]
    assert done["new_bytes"] == sum(p.stat().st_size for p in small)


@pytest.fixture(scope="module")
def requests_of_a_kind(
    at_kind: Callable[[str, Path, Path], At], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], int]:
    """How many requests a publication makes that goes well."""

    @cache
    def count(kind: str) -> int:
        folder = tmp_path_factory.mktemp("counted")
        at = at_kind(kind, *versions(lambda where, *texts: make_folder(folder / where, *texts), "counted"))
        at.publish(at.one, "1.0.0", group=1)
        since = len(at.served.faults.log)
        at.publish(at.two, "1.1.0", group=1)
        return len(at.served.faults.log) - since

    return count


@pytest.mark.parametrize("number", range(KILLS))
def test_one_killed_anywhere_leaves_main_whole_and_a_rerun_finishes(
    number: int,
    at_kind: Callable[[str, Path, Path], At],
    make_version: Callable[..., Path],
    requests_of_a_kind: Callable[[str], int],
) -> None:
    kind = ("lfs", "xet")[number % 2]
    at = at_kind(kind, *versions(make_version, f"killed {number}"))
    at.publish(at.one, "1.0.0")
    killed: list[Running] = []
    ready = threading.Event()

    def kill() -> None:
        assert ready.wait(PATIENCE)
        killed[0].kill()

    at.served.faults.queue.append(
        Fault(skip=number * requests_of_a_kind(kind) // KILLS, act=kill, after=number % 4 > 1)
    )
    with watched(at):
        given = {"folder": str(at.two), "to": at.to, "version": "1.1.0", "group": 1}
        killed.append(at.hub.worker.begin("hub_cases.attempt", **given))
        ready.set()
        assert killed[0].result() is None, "it was not killed"
        arrived = {path.name for path in Path(at.shelf.address("objects/sha256")).glob("*/*")}
        since = len(at.served.faults.log)
        at.publish(at.two, "1.1.0", group=1)
    at.shows(at.two, "1.1.0")
    assert len(at.committed()) == 2
    again = [e.path.split("/")[2] for e in at.served.faults.log[since:] if e.path.startswith("/objects/")]
    assert arrived.isdisjoint(again)


@both_ways
def test_of_two_at_once_with_one_number_one_wins_and_the_other_is_told(at: At) -> None:
    with watched(at):
        told = together(at, (at.one, "1.0.0"), (at.two, "1.0.0"))
    (winner,) = [folder for folder, answer in told if "refused" not in answer]
    (refused,) = [answer["refused"] for _, answer in told if "refused" in answer]
    assert "is published with other content" in refused
    assert len(at.committed()) == 1
    at.publish(winner, "1.0.0")
    assert set(at.repository.state(at.repository.head() or "").files) >= {"README.md", MANIFEST_PATH}


@both_ways
def test_two_at_once_with_the_same_content_make_one_version(at: At) -> None:
    with watched(at):
        told = together(at, (at.one, "1.0.0"), (at.one, "1.0.0"))
    assert [answer.get("refused") for _, answer in told] == [None, None]
    assert {answer["commit"] for _, answer in told} == {at.repository.head()}
    assert len(at.committed()) == 1
    at.shows(at.one, "1.0.0")


@both_ways
def test_two_at_once_with_different_numbers_end_in_one_line(at: At) -> None:
    with watched(at):
        told = together(at, (at.one, "1.0.0"), (at.two, "1.1.0"))
    at.shows(at.two, "1.1.0")
    lower = told[0][1]
    assert len(at.committed()) == 2 if "commit" in lower else "is lower than 1.1.0" in lower["refused"]


def together(at: At, *publications: tuple[Path, str]) -> list[tuple[Path, dict[str, Any]]]:
    """Publish several at the same moment, and return what each was told."""
    begun = [
        (folder, at.hub.worker.begin("hub_cases.attempt", folder=str(folder), to=at.to, version=version))
        for folder, version in publications
    ]
    return [(folder, running.result()) for folder, running in begun]
