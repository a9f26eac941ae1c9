"""How a client sends contents: which way each file travels, and the git LFS transfer."""

import hashlib
import shutil
from math import ceil
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from licet.pipelines.hub.repository import Content, Repository, object_name
from licet.pipelines.publish.store import is_large
from licet.pipelines.serve.errors import HubError, no_revision
from licet.pipelines.serve.site import Site

LFS = "application/vnd.git-lfs+json"
PART_BYTES = 64_000_000
"""Above this a file is sent in parts, so that a cut connection costs one part."""


async def preupload(site: Site, request: Request, repo: str, revision: str) -> Response:
    """Tell for each file whether it goes by LFS or inside the commit, and what is there under its name already."""
    site.check_writer(request)
    repository = site.repository(repo)
    oid = repository.resolve(revision)
    if oid is None:
        raise no_revision(revision)
    there = repository.state(oid).files
    asked = await request.json()
    files = [_way(file, there.get(file["path"])) for file in asked["files"]]
    return JSONResponse({"files": files})


def _way(file: dict[str, Any], held: Content | None) -> dict[str, Any]:
    large = is_large(file["path"], file["size"])
    told: dict[str, Any] = {
        "path": file["path"],
        "uploadMode": "lfs" if large else "regular",
        "shouldIgnore": False,
    }
    if held is not None and held.is_large == large:
        told["oid"] = held.sha256 if large else held.git_oid
    return told


async def batch(site: Site, request: Request, repo: str) -> Response:
    """Answer a git LFS batch request: where to send each object that is not there."""
    asked = await request.json()
    repository = site.repository(repo)
    upload = asked.get("operation") == "upload"
    if upload:
        site.check_writer(request)
    base = f"{request.base_url}".rstrip("/")
    objects = [_object(site, repository, base, told, upload=upload) for told in asked["objects"]]
    # The client asks for what it can do; the plain transfer has the parts inside its header.
    transfer = "multipart" if any("chunk_size" in _header(o) for o in objects) else "basic"
    return JSONResponse({"transfer": transfer, "objects": objects}, media_type=LFS)


def _header(told: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = told.get("actions", {}).get("upload", {}).get("header", {})
    return found


def _object(site: Site, repository: Repository, base: str, told: dict[str, Any], *, upload: bool) -> dict[str, Any]:
    oid, size = told["oid"], told["size"]
    answer: dict[str, Any] = {"oid": oid, "size": size, "authenticated": True}
    is_there = not repository.missing([Content(oid, size)])
    href = f"{base}/objects/{oid}/{size}/{site.pass_for(oid)}"
    if not upload:
        return (
            {**answer, "actions": {"download": {"href": href}}}
            if is_there
            else {**answer, "error": {"code": 404, "message": "not here"}}
        )
    if is_there:
        return answer
    if size <= PART_BYTES:
        action: dict[str, Any] = {"href": href}
    else:
        parts = range(1, ceil(size / PART_BYTES) + 1)
        action = {"href": href, "header": {"chunk_size": str(PART_BYTES), **{f"{n:05d}": f"{href}/{n}" for n in parts}}}
    return {**answer, "actions": {"upload": action, "verify": {"href": f"{href}/verify"}}}


async def receive(site: Site, request: Request, sha256: str, size: int, given: str) -> Response:
    """Take a whole object; it gets its name only when its hash is right."""
    site.check_pass(sha256, given)
    with site.shelf.receiving() as path:
        found, received = hashlib.sha256(), 0
        with open(path, "xb") as sink:
            async for piece in request.stream():
                found.update(piece)
                received += len(piece)
                if received > size:
                    raise HubError(400, f"more bytes came than the {size:,} announced")
                sink.write(piece)
        if received != size or found.hexdigest() != sha256:
            raise HubError(400, f"{received:,} bytes came that are not the object {sha256}")
        site.shelf.adopt(object_name(sha256), path)
    return Response(status_code=200, headers={"ETag": f'"{sha256}"'})


async def receive_part(site: Site, request: Request, sha256: str, size: int, given: str, number: int) -> Response:
    """Take one part of a large object."""
    site.check_pass(sha256, given)
    folder = _parts_folder(site, sha256)
    folder.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with site.shelf.receiving() as path:
        with open(path, "xb") as sink:
            async for piece in request.stream():
                found.update(piece)
                sink.write(piece)
        if Path(path).stat().st_size > min(PART_BYTES, size):
            raise HubError(400, f"part {number} has more bytes than a part may have")
        shutil.move(path, folder / f"{number:05d}")
    return Response(status_code=200, headers={"ETag": f'"{found.hexdigest()}"'})


async def join_parts(site: Site, request: Request, sha256: str, size: int, given: str) -> Response:
    """Put the parts of an object together; they go when it is whole."""
    site.check_pass(sha256, given)
    told = await request.json()
    folder = _parts_folder(site, sha256)
    numbers = [part["partNumber"] for part in told["parts"]]
    if numbers != list(range(1, ceil(size / PART_BYTES) + 1)):
        raise HubError(400, "the parts listed are not those of the object")
    with site.shelf.receiving() as path:
        found = hashlib.sha256()
        with open(path, "xb") as sink:
            for number in numbers:
                part = folder / f"{number:05d}"
                if not part.is_file():
                    raise HubError(400, f"part {number} was not sent")
                with part.open("rb") as source:
                    while piece := source.read(1 << 20):
                        found.update(piece)
                        sink.write(piece)
        if found.hexdigest() != sha256:
            raise HubError(400, f"the parts are not the object {sha256}")
        site.shelf.adopt(object_name(sha256), path)
    shutil.rmtree(folder, ignore_errors=True)
    return Response(status_code=200)


async def verify(site: Site, request: Request, sha256: str, size: int, given: str) -> Response:
    """Tell whether an object has come whole."""
    del request
    site.check_pass(sha256, given)
    if Repository(site.shelf, "", "").missing([Content(sha256, size)]):
        raise HubError(404, f"the object {sha256} is not here")
    return Response(status_code=200)


def _parts_folder(site: Site, sha256: str) -> Path:
    # Outside what is swept: parts are what a cut upload of a large file goes on from.
    return Path(site.shelf.address(f"objects/parts/{sha256}"))
