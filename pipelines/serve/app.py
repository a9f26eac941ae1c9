"""The routes of the embedded hub: those of the Hugging Face Hub that its clients use for datasets.

Paths are taken apart before they are decoded, since a branch or a folder may have a slash in its name (``%2F``).
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from licet.pipelines.serve import commits, downloads, listing, uploads, xet
from licet.pipelines.serve.errors import HubError, no_revision
from licet.pipelines.serve.faults import Faults
from licet.pipelines.serve.site import Site
from licet.schemas.errors import VersionError
from licet.schemas.semver import is_release

Handler = Callable[..., Awaitable[Response]]

_REPO = r"(?P<repo>[^/]+(?:/[^/]+)?)"
_REV = r"(?P<revision>[^/]+)"
_OBJECT = r"/objects/(?P<sha256>[0-9a-f]{64})/(?P<size>\d+)/(?P<given>[0-9a-f]+)"


async def whoami(site: Site, request: Request) -> Response:
    """Tell who a token belongs to: there is one writer."""
    site.check_writer(request)
    return JSONResponse(
        {"type": "user", "name": "licet", "fullname": "Licet", "orgs": [], "auth": {"type": "access_token"}}
    )


async def create_repo(site: Site, request: Request) -> Response:
    """Make a dataset's repository; 409 where there is one, with its address all the same."""
    site.check_writer(request)
    asked = await request.json()
    if asked.get("type") != "dataset":
        raise HubError(400, "This hub holds datasets only")
    if asked.get("private") or asked.get("visibility") == "private":
        raise HubError(403, "This hub cannot keep a dataset private: whoever reaches it can read all of it")
    repo_id = "/".join(part for part in (asked.get("organization"), asked["name"]) if part)
    made = site.create(repo_id)
    told = {"url": f"{request.base_url}datasets/{repo_id}", "name": repo_id, "id": repo_id}
    return JSONResponse(
        told if made else {**told, "error": "You already created this dataset repo"}, 200 if made else 409
    )


async def validate_yaml(site: Site, request: Request) -> Response:
    """Accept a card: what is wrong with one is found before it is published."""
    del site, request
    return JSONResponse({"errors": [], "warnings": []})


async def info(site: Site, request: Request, repo: str, revision: str = "main") -> Response:
    """Tell of a dataset at a revision."""
    repository, state = site.state(repo, revision)
    return JSONResponse(listing.repository_info(repository, state, with_blobs="blobs" in request.query_params))


async def tree(site: Site, request: Request, repo: str, revision: str, path: str = "") -> Response:
    """List a folder."""
    _, state = site.state(repo, revision)
    recursive = request.query_params.get("recursive", "").lower() in ("1", "true")
    return JSONResponse(listing.tree(state, path.strip("/"), recursive=recursive), headers={"X-Repo-Commit": state.oid})


async def paths_info(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Tell of some paths."""
    _, state = site.state(repo, revision)
    asked = parse_qs((await request.body()).decode())
    return JSONResponse(listing.paths_info(state, asked.get("paths", [])))


async def refs(site: Site, request: Request, repo: str) -> Response:
    """List branches and tags."""
    told = listing.refs(site.repository(repo))
    return JSONResponse({**told, "pullRequests": []} if "include_prs" in request.query_params else told)


async def history(site: Site, request: Request, repo: str, revision: str) -> Response:
    """List the commits up to a revision."""
    del request
    repository, state = site.state(repo, revision)
    return JSONResponse(listing.history(repository, state.oid))


async def create_tag(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Name a commit for good; one named as a version is shown as a plain folder too."""
    site.check_writer(request)
    repository, state = site.state(repo, revision)
    asked = await request.json()
    tag = str(asked["tag"])
    if not repository.create_tag(tag, state.oid):
        raise HubError(409, f"Reference {tag} already exists")
    if tag[:1] == "v" and is_release(tag[1:]):
        site.reveal(repo, tag[1:])
    return JSONResponse({"tag": tag, "commit": state.oid})


async def delete_tag(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Refuse: a tag is for good."""
    site.check_writer(request)
    site.repository(repo)
    raise HubError(403, f"The tag {revision} stays: on this hub a version names one content for good")


async def create_branch(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Make a branch."""
    site.check_writer(request)
    repository = site.repository(repo)
    asked = await request.json() if await request.body() else {}
    start = asked.get("startingPoint") or "main"
    oid = repository.resolve(start)
    if oid is None:
        raise no_revision(start)
    with site.locked(repo):
        if not repository.create_branch(revision, oid):
            raise HubError(409, f"Reference refs/heads/{revision} already exists")
    return JSONResponse({"branch": revision, "commit": oid})


async def delete_branch(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Remove a branch; ``main`` stays."""
    site.check_writer(request)
    if revision == "main":
        raise HubError(403, "The branch main stays")
    with site.locked(repo):
        if not site.repository(repo).delete_branch(revision):
            raise no_revision(revision)
    return JSONResponse({})


async def object_whole(site: Site, request: Request, sha256: str, size: str, given: str) -> Response:
    """Take, join or give an object by its address in the LFS protocol."""
    how = {"PUT": uploads.receive, "POST": uploads.join_parts}.get(request.method, downloads.send)
    return await how(site, request, sha256, int(size), given)


async def object_part(site: Site, request: Request, sha256: str, size: str, given: str, number: str) -> Response:
    """Take a part of an object."""
    return await uploads.receive_part(site, request, sha256, int(size), given, int(number))


async def object_verify(site: Site, request: Request, sha256: str, size: str, given: str) -> Response:
    """Tell whether an object came whole."""
    return await uploads.verify(site, request, sha256, int(size), given)


ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", r"/api/whoami-v2", whoami),
    ("POST", r"/api/repos/create", create_repo),
    ("POST", r"/api/validate-yaml", validate_yaml),
    ("GET", rf"/api/datasets/{_REPO}/revision/{_REV}", info),
    ("GET", rf"/api/datasets/{_REPO}/tree/{_REV}(?:/(?P<path>.*))?", tree),
    ("POST", rf"/api/datasets/{_REPO}/paths-info/{_REV}", paths_info),
    ("GET", rf"/api/datasets/{_REPO}/refs", refs),
    ("GET", rf"/api/datasets/{_REPO}/commits/{_REV}", history),
    ("POST", rf"/api/datasets/{_REPO}/preupload/{_REV}", uploads.preupload),
    ("POST", rf"/api/datasets/{_REPO}/commit/{_REV}", commits.commit),
    ("POST", rf"/api/datasets/{_REPO}/tag/{_REV}", create_tag),
    ("DELETE", rf"/api/datasets/{_REPO}/tag/{_REV}", delete_tag),
    ("POST", rf"/api/datasets/{_REPO}/branch/{_REV}", create_branch),
    ("DELETE", rf"/api/datasets/{_REPO}/branch/{_REV}", delete_branch),
    ("GET", rf"/api/datasets/{_REPO}", info),
    ("POST", rf"/datasets/{_REPO}\.git/info/lfs/objects/batch", uploads.batch),
    ("PUT|POST|GET|HEAD", _OBJECT, object_whole),
    ("PUT", rf"{_OBJECT}/(?P<number>\d+)", object_part),
    ("POST", rf"{_OBJECT}/verify", object_verify),
    ("GET", rf"/api/datasets/{_REPO}/xet-(?P<way>read|write)-token/{_REV}", xet.token),
    ("POST", r"/xet/v1/xorbs/[^/]+/(?P<xorb>[^/]+)", xet.receive_xorb),
    ("POST", r"/xet/v1/shards", xet.receive_shard),
    ("GET", r"/xet/v1/chunks/(?P<where>.*)", xet.unknown_chunk),
    ("GET|HEAD", rf"/datasets/{_REPO}/resolve/{_REV}/(?P<path>.+)", downloads.resolve),
]


def make_app(site: Site, faults: Faults | None = None) -> Starlette:
    """Return the application that serves a site; with ``faults`` it logs, and goes wrong when told to."""
    table = [(methods.split("|"), re.compile(pattern), handler) for methods, pattern, handler in ROUTES]

    async def answer(request: Request) -> Response:
        try:
            for methods, pattern, handler in table:
                found = pattern.fullmatch(raw_path(request))
                if found and request.method in methods:
                    given = {name: unquote(value) for name, value in found.groupdict().items() if value is not None}
                    return await handler(site, request, **given)
            raise HubError(404, f"This hub does not answer {request.method} {request.url.path}")
        except HubError as error:
            return error.response()
        except VersionError as error:
            return HubError(400, str(error)).response()

    async def endpoint(request: Request) -> Response:
        return await (faults.answered(request, raw_path(request), answer) if faults else answer(request))

    every = ["GET", "HEAD", "POST", "PUT", "DELETE"]
    return Starlette(routes=[Route("/{path:path}", endpoint, methods=every)])


def raw_path(request: Request) -> str:
    """Return a request's path as it was sent, before anything was decoded, without the query."""
    raw: Any = request.scope.get("raw_path") or request.url.path.encode()
    return str(raw.decode("latin-1").partition("?")[0])
