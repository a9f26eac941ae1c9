"""How a client reads a file: its headers first, then its bytes or a range of them."""

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from licet.pipelines.hub.repository import Content, Repository, object_name
from licet.pipelines.serve.errors import HubError, no_entry
from licet.pipelines.serve.site import Site


async def resolve(site: Site, request: Request, repo: str, revision: str, path: str) -> Response:
    """Answer with a file of a revision."""
    del request
    _, state = site.state(repo, revision)
    content = state.files.get(path)
    if content is None:
        error = no_entry(path)
        answer = error.response()
        answer.headers["X-Repo-Commit"] = state.oid
        return answer
    etag = content.sha256 if content.is_large else content.git_oid
    headers = {"X-Repo-Commit": state.oid, "Accept-Ranges": "bytes", "ETag": f'"{etag}"'}
    if content.is_large:
        headers |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(content.size)}
    return held(site, content, headers, path.rpartition("/")[2])


def held(site: Site, content: Content, headers: dict[str, str], name: str) -> Response:
    """Answer with a content that the hub holds."""
    if Repository(site.shelf, "", "").missing([content]):
        raise HubError(500, f"The content of '{name}' is gone from the hub's objects")
    place = site.shelf.address(object_name(content.sha256))
    answer = FileResponse(place, filename=re.sub(r"[^\x20-\x7e]", "_", name), headers=headers)
    answer.headers["ETag"] = headers["ETag"]
    return answer


async def send(site: Site, request: Request, sha256: str, size: int, given: str) -> Response:
    """Answer with an object by its address in the LFS protocol."""
    del request
    site.check_pass(sha256, given)
    return held(site, Content(sha256, size), {"ETag": f'"{sha256}"'}, sha256)
