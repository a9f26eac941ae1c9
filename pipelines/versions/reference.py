"""How a version is named: by its folder or URL, or as published.

A version in a hub of files is named by the hub, the organisation where there is one, the name and the number:
``hub/corpus@1.0.0``, ``s3://bucket/hub/org/corpus@1.0.0``; one on the Hugging Face Hub ``hf://datasets/org/corpus@1.0.0``.
What is a version's folder already is taken as it stands.
"""

import re
from dataclasses import dataclass

from licet.pipelines.publish import resolve
from licet.pipelines.publish.store import LOCAL
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH
from licet.schemas.semver import is_release
from licet.stages import storage

_HF = re.compile(r"hf://datasets/(?P<repo>[^/@]+/[^/@]+)@v?(?P<version>[^/@]+)/?")
_HUB = "hub.json"


@dataclass(frozen=True)
class Published:
    """A published version as somebody names it."""

    hub: str
    name: str
    namespace: str
    version: str

    @property
    def is_remote(self) -> bool:
        """Whether it is on the Hugging Face Hub, or a server that speaks as it does."""
        return self.hub.startswith("hf://")


def published_in(reference: str) -> Published | None:
    """Return what a reference names of a hub; null when it is the folder or URL of a version.

    Raises:
        VersionError: it ends in a version number, and there is no hub at the place before it.

    """
    if found := _HF.fullmatch(reference):
        if not is_release(found["version"]):
            return None
        namespace, name = found["repo"].split("/")
        return Published(f"hf://datasets/{found['repo']}", name, namespace, found["version"])
    place, at, number = reference.rstrip("/").rpartition("@")
    number = number.removeprefix("v")
    if not at or not is_release(number) or _is_version(reference):
        return None
    above, _, name = place.rpartition("/")
    if _is_hub(above or "."):
        return Published(above or ".", name, LOCAL, number)
    hub, _, namespace = above.rpartition("/")
    if namespace and _is_hub(hub or "."):
        return Published(hub or ".", name, namespace, number)
    raise VersionError(
        f"'{reference}' names no published version: there is no hub at '{above or '.'}'. Write HUB/NAME@{number},"
        " or the folder of a version."
    )


def located(reference: str) -> str:
    """Return the folder or URL of a version, however it is named.

    Raises:
        VersionError: it is named as a published one and is not there; the message says which ones are.

    """
    found = published_in(reference)
    if found is None:
        return reference.rstrip("/") if len(reference) > 1 else reference
    if found.is_remote:
        return f"{found.hub}@v{found.version}"
    return resolve(found.hub, found.name, found.version, found.namespace)


def number_in(reference: str) -> str | None:
    """Return the version number that a reference states; null where it states none."""
    found = published_in(reference)
    return found.version if found is not None else None


def _is_version(place: str) -> bool:
    return _is_there(storage.join(place, MANIFEST_PATH))


def _is_hub(place: str) -> bool:
    return _is_there(storage.join(place, _HUB))


def _is_there(path: str) -> bool:
    try:
        return storage.exists(path)
    except (OSError, ValueError, ImportError) as error:
        raise VersionError(f"'{path}' cannot be looked at: {' '.join(str(error).split())[:200]}") from error
