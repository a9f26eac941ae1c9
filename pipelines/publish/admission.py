"""Whether a version may follow what is published: its number is large enough, and main is where it is expected."""

from dataclasses import dataclass, field
from typing import IO

from licet.pipelines.publish.backend import Backend, Commit, PublishedVersion
from licet.pipelines.publish.plan import PublishPlan
from licet.pipelines.publish.suggest import Level, Suggestion, step, suggested
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest
from licet.schemas.semver import parse_release


@dataclass
class Admission:
    """The checks of one publication against what is there; another version that comes first is looked at too."""

    plan: PublishPlan
    backend: Backend
    revision: str | None = None
    """The commit that main must show; null where any will do."""
    _known: dict[str, Suggestion] = field(default_factory=dict)

    def check(self, head: Commit | None, newest: PublishedVersion | None) -> None:
        """Raise `VersionError` where main is elsewhere than expected, or the number is too small a step."""
        at = head.oid if head else None
        if self.revision is not None and self.revision != at:
            raise VersionError(
                f"main is at {at}, and the version was to follow {self.revision}: look at what came first."
            )
        found = self.suggestion(newest)
        if found is not None:
            found.check(parse_release(self.plan.version))

    def suggestion(self, newest: PublishedVersion | None) -> Suggestion | None:
        """Return the smallest number that may follow the newest version, and why; null where it is the first."""
        if newest is None:
            return None
        if newest.commit not in self._known:
            self._known[newest.commit] = self._suggested(newest)
        return self._known[newest.commit]

    def _suggested(self, newest: PublishedVersion) -> Suggestion:
        since = parse_release(newest.version)
        try:
            with self.backend.open(newest.version, MANIFEST_PATH) as file:
                before = parse_manifest(file.read())
        except (FileNotFoundError, VersionError):
            why = f"what {since} holds cannot be told, as it has no manifest that this Licet reads"
            return Suggestion(step(since, Level.MAJOR), Level.MAJOR, since, (why,))

        def there(path: str) -> IO[bytes]:
            return self.backend.open(newest.version, path)

        return suggested(since, before, there, self.plan.manifest, self.plan.open)
