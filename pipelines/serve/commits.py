"""How a client moves a branch: one commit of additions, copies and deletions, whole or not at all."""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from licet.pipelines.hub.repository import Content, HeadMovedError, Repository, State
from licet.pipelines.publish.limits import check_counts, check_path
from licet.pipelines.serve.errors import HubError, no_entry, no_revision
from licet.pipelines.serve.site import Site
from licet.schemas.errors import VersionError

MAX_REGULAR_BYTES = 1_000_000_000
"""Bytes of a commit's own body, as on the hub."""
ATTRIBUTES = ".gitattributes"


@dataclass
class Change:
    """What a commit asks for, line by line."""

    message: str = ""
    parent: str | None = None
    files: list[tuple[str, bytes]] = field(default_factory=list)
    large: list[tuple[str, str, int | None]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    deleted_folders: list[str] = field(default_factory=list)


async def commit(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Take a commit on a branch; 412 when the branch is not where the client believes."""
    site.check_writer(request)
    if request.query_params.get("create_pr"):
        raise HubError(400, "This hub has no pull requests: commit to a branch")
    change = parse_change(await request.body())
    repository = site.repository(repo)
    head = repository.head(revision)
    if head is None:
        raise no_revision(revision)
    if change.parent is not None and repository.resolve(change.parent) != head:
        raise HubError(412, "A commit has happened since. Please refresh and try again.")
    kept = {path: site.keep(data) for path, data in change.files}
    with site.locked(repo):
        # Without a parent of the client's own a commit goes on top of whatever is there now.
        head = head if change.parent is not None else repository.head(revision)
        before = repository.state(head) if head else None
        try:
            files = changed_files(repository, before, change, kept)
            made = repository.commit(revision, files, parent=head, message=change.message)
        except HeadMovedError as error:
            raise HubError(412, "A commit has happened since. Please refresh and try again.") from error
        except VersionError as error:
            raise HubError(400, str(error)) from error
    url = f"{request.base_url}datasets/{repo}/commit/{made.oid}"
    return JSONResponse({"success": True, "commitOid": made.oid, "commitUrl": url, "hookOutput": ""})


def changed_files(
    repository: Repository, before: State | None, change: Change, kept: dict[str, Content]
) -> dict[str, Content]:
    """Return the files after a change, checked as the hub checks them."""
    files = dict(before.files) if before else {}
    for folder in change.deleted_folders:
        prefix = f"{folder.rstrip('/')}/"
        files = {path: content for path, content in files.items() if not path.startswith(prefix)}
    for path in change.deleted:
        if path not in files:
            raise no_entry(path)
        del files[path]
    for path in [*kept, *(path for path, _, _ in change.large)]:
        check_path(path)
    files |= kept
    for path, sha256, size in change.large:
        found = size if size is not None else repository.shelf.size(f"objects/sha256/{sha256[:2]}/{sha256}")
        if found is None:
            raise HubError(400, f"LFS pointer pointed to a file that does not exist: {path}")
        files[path] = Content(sha256, found)
    check_counts(files)
    return files


def parse_change(body: bytes) -> Change:
    """Return the change in the lines of a commit's body."""
    if len(body) > MAX_REGULAR_BYTES:
        raise HubError(413, "the commit's own content is too large: send large files by LFS")
    change = Change()
    for key, value in _lines(body):
        if key == "header":
            summary, description = value.get("summary", ""), value.get("description") or ""
            change.message = f"{summary}\n\n{description}" if description else summary
            change.parent = value.get("parentCommit")
        elif key == "file":
            change.files.append((value["path"], _decoded(value)))
        elif key == "lfsFile":
            change.large.append((value["path"], value["oid"], value.get("size")))
        elif key == "deletedFile":
            change.deleted.append(value["path"])
        elif key == "deletedFolder":
            change.deleted_folders.append(value["path"])
        else:
            raise HubError(400, f"a commit has no line '{key}'")
    return change


def _lines(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in body.splitlines():
        if line.strip():
            try:
                told = json.loads(line)
                yield told["key"], told["value"]
            except (ValueError, LookupError, TypeError) as error:
                raise HubError(400, "the commit is not lines of JSON with a key and a value") from error


def _decoded(value: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(value["content"], validate=True)
    except (binascii.Error, LookupError) as error:
        raise HubError(400, f"the content of '{value.get('path')}' is not base64") from error
