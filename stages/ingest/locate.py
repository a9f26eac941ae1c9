"""From the paths of a recipe to files: globs and folders expanded, and names that are free of this machine."""

import glob
import os
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import fsspec

from licet.schemas.errors import InputError
from licet.stages.storage import is_local

MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, order=True, slots=True)
class Found:
    """A file: what provenance calls it, and where it is opened."""

    name: str
    path: str


def locate(
    patterns: Sequence[str], base: str, suffixes: Sequence[str], *, source: str, root: str | None = None
) -> tuple[list[Found], str]:
    """Return the files that paths, globs and folders name, sorted by name, and the folder names are relative to.

    Of a folder (searched throughout, hidden entries left out) the files with one of ``suffixes`` are taken; a glob
    or a path takes what it names. Names are relative to the nearest common folder of all patterns and ``root``,
    so they do not change when files come and go, and have no ``..``.

    Raises:
        InputError: a pattern names nothing.

    """
    whole = [absolute(pattern, base) for pattern in patterns]
    for pattern, path in zip(patterns, whole, strict=True):
        _check_store(pattern, path, source)
    stems = [fixed_part(path) for path in whole]
    anchor = common_folder([*stems, absolute(root, base)] if root else stems)
    found = {
        path: Found(_relative(path, anchor), path)
        for pattern, path in zip(patterns, whole, strict=True)
        for path in _expanded(pattern, path, suffixes, source)
    }
    return sorted(found.values()), anchor


def _check_store(pattern: str, path: str, source: str) -> None:
    try:
        fsspec.core.url_to_fs(path)
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"source {source}: cannot look for {pattern}: {' '.join(str(error).split())}") from error


def absolute(path: str, base: str) -> str:
    """Return a recipe's path as it is opened: URLs as they are, others from ``base``, the recipe's folder."""
    path = path.removeprefix("file://")
    if "://" in path:
        scheme, _, rest = path.partition("://")
        return f"{scheme}://{rest.strip('/')}"
    path = os.path.expanduser(path)
    if not is_local(base):
        return path if os.path.isabs(path) else posixpath.join(base, path)
    return os.path.abspath(os.path.join(base.removeprefix("file://"), path))


def fixed_part(path: str) -> str:
    """Return the folder in which everything lies that a path or glob names."""
    parts = path.split("/")
    for i, part in enumerate(parts):
        if MAGIC.search(part) and not _is_folder("/".join(parts[: i + 1])):
            return "/".join(parts[:i]) or "/"
    return path if _is_folder(path) else posixpath.dirname(path)


def common_folder(folders: Sequence[str]) -> str:
    """Return the nearest folder above all of ``folders``; empty when they are in different stores."""
    if len({folder.split("://", 1)[0] if "://" in folder else "" for folder in folders}) > 1:
        return ""
    scheme, mark, _ = folders[0].partition("://") if "://" in folders[0] else ("", "", "")
    common = posixpath.commonpath(["/" + f.removeprefix(scheme + mark).strip("/") for f in folders])
    return common if not scheme else scheme + mark + common.lstrip("/")


def _relative(path: str, anchor: str) -> str:
    """Return a file's name below ``anchor``; without one a URL is its own name, shorn of user and query."""
    if anchor:
        return path.removeprefix(anchor).lstrip("/")
    if "://" not in path:
        return path.lstrip("/")
    scheme, _, rest = path.partition("://")
    return f"{scheme}/{rest.split('?')[0].rpartition('@')[2]}"


def _expanded(pattern: str, path: str, suffixes: Sequence[str], source: str) -> list[str]:
    try:
        if _is_folder(path):
            files = [file for file in walk(path) if file.lower().endswith(tuple(suffixes))]
            if not files:
                raise InputError(f"source {source}: the folder {pattern} holds no {' or '.join(suffixes)} file")
            return files
        if _is_file(path):
            return [path]
        if MAGIC.search(path):
            if files := _globbed(path):
                return files
            raise InputError(f"source {source}: {pattern} matches no file (looked for {path})")
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"source {source}: cannot look for {pattern}: {' '.join(str(error).split())}") from error
    raise InputError(f"source {source}: there is no file {pattern} (looked for {path})")


def walk(folder: str) -> list[str]:
    """Return all files below a folder, sorted, without hidden files and folders; links to folders are not followed."""
    if is_local(folder):
        files: list[str] = []
        for at, folders, names in os.walk(folder, onerror=_raise):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            files += [os.path.join(at, name) for name in names if not name.startswith(".")]
        return sorted(file for file in files if os.path.isfile(file))
    fs, name = fsspec.core.url_to_fs(folder)
    shown = (n for n in fs.find(name) if "/." not in n.removeprefix(name))
    return sorted(_url(folder, n) for n in shown)


def folder_files(folder: str) -> list[str]:
    """Return the files right in a folder, sorted, as `folder_entries` does."""
    return folder_entries(folder)[0]


def folder_entries(folder: str) -> tuple[list[str], list[str]]:
    """Return the files and the folders right in a folder, sorted; nothing where a store has no listings.

    Raises:
        InputError: the folder cannot be listed now, so that what it says about licences would go unheard.

    """
    files: list[str] = []
    folders: list[str] = []
    try:
        if is_local(folder):
            for entry in os.scandir(folder):
                if entry.is_file():
                    files.append(entry.path)
                elif entry.is_dir():
                    folders.append(entry.path)
        else:
            fs, name = fsspec.core.url_to_fs(folder)
            for info in fs.ls(name, detail=True):
                (files if info["type"] == "file" else folders).append(_url(folder, info["name"].rstrip("/")))
    except (FileNotFoundError, NotADirectoryError, ValueError, NotImplementedError):
        return [], []
    except OSError as error:
        raise InputError(
            f"cannot list {folder} for licence files: {error.strerror or error}; make it readable, since a licence file"
            " there may forbid what is declared"
        ) from error
    return sorted(files), sorted(folders)


def _globbed(path: str) -> list[str]:
    if is_local(path):
        return sorted(file for file in glob.glob(path, recursive=True) if os.path.isfile(file))
    fs, name = fsspec.core.url_to_fs(path)
    return sorted(_url(path, n) for n, info in fs.glob(name, detail=True).items() if info["type"] == "file")


def _url(like: str, name: str) -> str:
    """Return a store's own name for a file as a URL of the same scheme as ``like``."""
    return name if "://" in name else f"{like.partition('://')[0]}://{name.lstrip('/')}"


def _is_folder(path: str) -> bool:
    if is_local(path):
        return os.path.isdir(path)
    fs, name = fsspec.core.url_to_fs(path)
    return bool(fs.isdir(name))


def _is_file(path: str) -> bool:
    if is_local(path):
        return os.path.isfile(path)
    fs, name = fsspec.core.url_to_fs(path)
    return bool(fs.isfile(name))


def _raise(error: OSError) -> None:
    raise error


def check_names(names: Iterable[str], source: str) -> None:
    """Refuse names that no dataset could hold.

    Raises:
        InputError: the bytes of a name are not UTF-8.

    """
    for name in names:
        if not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name):
            raise InputError(f"source {source}: the file name {name!a} is not UTF-8: rename the file")


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a relative path matches one of some globs, in which ``**/`` stands for any folders or none."""
    return any(_pattern(pattern).fullmatch(name) for pattern in patterns)


def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]*\])", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "".join(
            meaning.get(part) or (part.replace("[!", "[^", 1) if part.startswith("[") else re.escape(part))
            for part in parts
        ),
        re.DOTALL,
    )
