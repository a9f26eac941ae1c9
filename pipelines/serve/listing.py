"""What is in a repository: its facts, trees, refs and history, in the words of the hub's API."""

import hashlib
from typing import Any

from licet.pipelines.hub.repository import Content, Repository, State
from licet.pipelines.serve.errors import HubError, no_entry
from licet.pipelines.serve.site import full_id

LONG_AGO = "1970-01-01T00:00:00.000Z"
"""Commits of a hub of files have no time: equal publications are equal commits."""


def repository_info(repository: Repository, state: State, *, with_blobs: bool) -> dict[str, Any]:
    """Return a dataset's facts at a commit."""
    told = {
        "id": full_id(repository),
        "author": repository.namespace,
        "sha": state.oid,
        "lastModified": LONG_AGO,
        "createdAt": LONG_AGO,
        "private": False,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
    }
    return {**told, "siblings": [_sibling(path, state.files[path], with_blobs) for path in sorted(state.files)]}


def _sibling(path: str, content: Content, with_blobs: bool) -> dict[str, Any]:
    if not with_blobs:
        return {"rfilename": path}
    told: dict[str, Any] = {"rfilename": path, "size": content.size, "blobId": blob_of(content)}
    return {**told, "lfs": _large(content)} if content.is_large else told


def blob_of(content: Content) -> str:
    """Return the git name of what git holds of a content: of its pointer for a large one."""
    if content.git_oid is not None:
        return content.git_oid
    pointer = content.pointer
    return hashlib.sha1(b"blob %d\0" % len(pointer) + pointer, usedforsecurity=False).hexdigest()


def _large(content: Content) -> dict[str, Any]:
    return {"oid": content.sha256, "sha256": content.sha256, "size": content.size, "pointerSize": len(content.pointer)}


def entry(path: str, content: Content) -> dict[str, Any]:
    """Return a file as trees list it."""
    told: dict[str, Any] = {"type": "file", "path": path, "size": content.size, "oid": blob_of(content)}
    return {**told, "lfs": _large(content)} if content.is_large else told


def folder_entry(path: str) -> dict[str, Any]:
    """Return a folder as trees list it."""
    oid = hashlib.sha1(f"tree {path}".encode(), usedforsecurity=False).hexdigest()
    return {"type": "directory", "path": path, "size": 0, "oid": oid}


def tree(state: State, folder: str, *, recursive: bool) -> list[dict[str, Any]]:
    """Return the entries of a folder, folders among them, sorted by path; of all below it when ``recursive``."""
    prefix = f"{folder}/" if folder else ""
    below = {path: content for path, content in state.files.items() if path.startswith(prefix)}
    if folder and not below:
        raise no_entry(folder)
    found: dict[str, dict[str, Any]] = {}
    for path, content in below.items():
        parts = path.removeprefix(prefix).split("/")
        if recursive or len(parts) == 1:
            found[path] = entry(path, content)
        for depth in range(1, len(parts) if recursive else min(2, len(parts))):
            above = prefix + "/".join(parts[:depth])
            found[above] = folder_entry(above)
    return [found[path] for path in sorted(found)]


def paths_info(state: State, paths: list[str]) -> list[dict[str, Any]]:
    """Return the entries of those of some paths that are there."""
    if len(paths) > 1000:
        raise HubError(413, "at most 1,000 paths in one request")
    folders = {"/".join(p.split("/")[:i]) for p in state.files for i in range(1, p.count("/") + 1)}
    return [
        entry(path, state.files[path]) if path in state.files else folder_entry(path)
        for path in dict.fromkeys(paths)
        if path in state.files or path in folders
    ]


def refs(repository: Repository) -> dict[str, Any]:
    """Return branches and tags."""
    branches = sorted(repository.branches().items())
    tags = sorted(repository.tags().items())
    return {
        "branches": [{"name": n, "ref": f"refs/heads/{n}", "targetCommit": oid} for n, oid in branches],
        "converts": [],
        "tags": [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": oid} for n, oid in tags],
    }


def history(repository: Repository, oid: str) -> list[dict[str, Any]]:
    """Return commits, the newest first."""
    return [
        {"id": s.oid, "title": title_of(s), "message": body_of(s), "date": LONG_AGO, "authors": [{"user": "licet"}]}
        for s in repository.history(oid)
    ]


def title_of(state: State) -> str:
    """Return the first line of a commit's message."""
    return state.message.partition("\n")[0]


def body_of(state: State) -> str:
    """Return a commit's message without its first line."""
    return state.message.partition("\n")[2].strip()
