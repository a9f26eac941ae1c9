"""The xet transfer: large files come as chunks, of which only those are sent that the client has not sent before.

A client sends xorbs, then a shard that says which files they make up. A file is put together, hashed, and kept as any
other content under its sha256, so everything else about the hub works as with git LFS. Xorbs stay, since later shards
may refer to them. Downloads go by the plain address of each file.
"""

import hashlib
import os
import re
import time
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from licet.pipelines.hub.repository import object_name
from licet.pipelines.serve.errors import HubError
from licet.pipelines.serve.site import Site
from licet.pipelines.serve.xorbs import BadXetError, XetFile, chunk_places, chunks, files_in

MAX_XORB = 72 << 20
"""Bytes of a xorb at most: the protocol's 64 MiB and room for headers and footer."""
MAX_SHARD = 72 << 20
LIFETIME = 3600
"""Seconds for which a token is good; clients ask for a new one by themselves."""
_HASH = re.compile(r"[0-9a-f]{64}")


async def token(site: Site, request: Request, repo: str, revision: str, way: str) -> Response:
    """Hand out the address of the chunk store and a token for it."""
    if not site.is_xet:
        raise HubError(404, "This hub takes large files by git LFS only")
    if way == "write":
        site.check_writer(request)
    site.state(repo, revision)
    address = f"{request.base_url}xet"
    expires = int(time.time()) + LIFETIME
    given = site.pass_for_xet(way, expires)
    headers = {"X-Xet-Cas-Url": address, "X-Xet-Access-Token": given, "X-Xet-Token-Expiration": str(expires)}
    return JSONResponse({"casUrl": address, "accessToken": given, "exp": expires}, headers=headers)


async def receive_xorb(site: Site, request: Request, xorb: str) -> Response:
    """Keep a xorb."""
    site.check_xet_writer(request)
    if not _HASH.fullmatch(xorb):
        raise HubError(400, "a xorb is named by its hash")
    name = xorb_name(xorb)
    if site.shelf.size(name) is not None:
        return JSONResponse({"was_inserted": False})
    with site.shelf.receiving() as path:
        received = 0
        with open(path, "xb") as sink:
            async for piece in request.stream():
                received += len(piece)
                if received > MAX_XORB:
                    raise HubError(413, "the xorb is larger than 64 MiB")
                sink.write(piece)
        try:
            with open(path, "rb") as found:
                if len(chunk_places(found, received)) < 2:
                    raise HubError(400, "the xorb holds no chunk")
        except BadXetError as error:
            raise HubError(400, str(error)) from error
        site.shelf.adopt(name, path)
    return JSONResponse({"was_inserted": True})


async def receive_shard(site: Site, request: Request) -> Response:
    """Make the files of a shard."""
    site.check_xet_writer(request)
    data = await request.body()
    if len(data) > MAX_SHARD:
        raise HubError(413, "the shard is too large")
    try:
        for file in files_in(data):
            make_file(site, file)
    except BadXetError as error:
        raise HubError(400, str(error)) from error
    return JSONResponse({"result": 1})


def make_file(site: Site, file: XetFile) -> None:
    """Put a file together from its chunks and keep it, unless the hub holds it already.

    Raises:
        BadXetError: a xorb is missing, or what comes out has another sha256.

    """
    name = object_name(file.sha256)
    if site.shelf.size(name) is not None:
        return
    found = hashlib.sha256()
    with site.shelf.receiving() as path:
        with open(path, "xb") as sink:
            for term in file.terms:
                place = site.shelf.address(xorb_name(term.xorb))
                if not os.path.isfile(place):
                    raise BadXetError(f"the xorb {term.xorb} was not sent")
                with open(place, "rb") as xorb:
                    for chunk in chunks(xorb, places_in(place), term.first, term.end):
                        found.update(chunk)
                        sink.write(chunk)
        if found.hexdigest() != file.sha256:
            raise BadXetError(f"the chunks of a file are not the object {file.sha256}")
        site.shelf.adopt(name, path)


@lru_cache(maxsize=256)
def places_in(path: str) -> list[int]:
    """Return the places of the chunks of a kept xorb, which never changes."""
    with open(path, "rb") as xorb:
        return chunk_places(xorb, os.path.getsize(path))


def xorb_name(xorb: str) -> str:
    """Return where a hub keeps a xorb."""
    return f"objects/xorbs/{xorb[:2]}/{xorb}"


async def unknown_chunk(site: Site, request: Request, **asked: str) -> Response:
    """Tell that a chunk is not known from elsewhere: clients find what they have sent by themselves."""
    del site, request, asked
    raise HubError(404, "not known")
