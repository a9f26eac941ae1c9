"""What a hub must be able to do for a version to be published there.

The publisher knows nothing else of a hub. One backend is one dataset's repository on one hub. The order of calls is
``check_access``, ``prepare``, ``begin``, ``missing``, ``send``, ``commit``, ``tag``, ``reveal``. The commit is the one
atomic step: ``main`` moves to a whole new state, or not at all. What comes after it can be done again by anyone, from
what the commit says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from licet.pipelines.publish.plan import PlannedFile, PublishPlan

Arrived = Callable[[int], None]
"""Called with the bytes that have arrived since the last call."""


@dataclass(frozen=True)
class Commit:
    """One state of ``main``: its files as path -> (SHA-256, bytes), the manifest among them, and the version.

    ``version`` is null and ``manifest_sha256`` empty for a state that somebody pushed who publishes in another way.
    """

    oid: str
    parent: str | None
    version: str | None
    manifest_sha256: str
    files: dict[str, tuple[str, int]]


@dataclass(frozen=True)
class PublishedVersion:
    """A version's entry in the record: number, commit, digest of its manifest."""

    version: str
    commit: str
    manifest_sha256: str


class Backend(Protocol):
    """One dataset's repository on one hub."""

    def check_access(self) -> None:
        """Raise `VersionError` where it is plain, before anything is written, that this user may not write."""

    def prepare(self) -> None:
        """Make the repository where there is none, and clear away what killed publishers left; before any writing."""

    def begin(self, plan: PublishPlan) -> None:
        """Say which publication follows."""

    def head(self) -> Commit | None:
        """Return the commit that ``main`` shows, or None before the first."""

    def versions(self) -> list[PublishedVersion]:
        """Return what is tagged, oldest version first."""

    def missing(self, files: Iterable[PlannedFile]) -> list[PlannedFile]:
        """Return the files whose content the hub does not hold yet, each content once."""

    def send(self, files: Sequence[PlannedFile], arrived: Arrived) -> None:
        """Send the contents of missing files; small ones may also ride in the commit.

        `HeadMovedError` where another publisher of the same has finished meanwhile.
        """

    def commit(self, plan: PublishPlan, parent: str | None) -> Commit:
        """Move ``main`` from ``parent`` to the files of the plan; raise `HeadMovedError` where it is elsewhere."""

    def tag(self, commit: Commit) -> None:
        """Name the commit by its version, for good; a version that names another commit raises `VersionError`."""

    def reveal(self, version: str) -> str:
        """Make a tagged version readable in the plain way of that hub, and return the path or URL to give readers."""

    def is_shown(self, version: str) -> bool:
        """Tell whether a tagged version can be read at its address."""

    def address(self, version: str) -> str:
        """Return the path or URL where readers find a version once it is revealed."""

    def open(self, version: str, path: str) -> IO[bytes]:
        """Open a file of a published version for reading."""
