"""Earlier versions that a recipe names: where they are, and what they say of themselves."""

from pathlib import Path

from licet.schemas.errors import InputError, LicetError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, parse_manifest
from licet.stages import storage


def earlier_version(key: str, name: str, base: str, output: str) -> tuple[str, Manifest]:
    """Return the folder and the manifest of a version that a recipe names under a key.

    Relative paths are taken from ``base``. ``output`` is where the recipe's own version goes, which is none of them.

    Raises:
        InputError: it is no version, it cannot be read, or it is what the run replaces.

    """
    # Hub clients take a second to import, and most recipes name no version.
    from licet.pipelines.versions.reference import located

    place = name if not storage.is_local(name) or Path(name).is_absolute() else str(Path(base) / name)
    try:
        folder = located(place)
        manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    except FileNotFoundError as error:
        raise InputError(
            f"`{key}`: {name} is no finished version: there is no {MANIFEST_PATH} in it. Name the folder or URL"
            " of one, or HUB/NAME@VERSION"
        ) from error
    except (LicetError, OSError, ValueError, ImportError) as error:
        told = " ".join(str(error).split())[:200]
        raise InputError(f"`{key}`: {name} cannot be used: {told}") from error
    if storage.is_local(folder) and storage.is_local(output) and _real(folder) == _real(output):
        raise InputError(
            f"`{key}`: {name} is the output folder of the recipe, which the run replaces: give the new version"
            " another `output`, or publish the earlier one and name it there"
        )
    return folder, manifest


def _real(path: str) -> Path:
    return Path(path.removeprefix("file://")).resolve()
