"""Trees of text files: one document a file, named by its path."""

import json
from collections.abc import Iterator

from licet.schemas.evidence import Claim
from licet.schemas.recipe import Limits
from licet.schemas.split import Pin, Split
from licet.stages.ingest.gather import Row
from licet.stages.ingest.jsonl import BOM, origin_of
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Refusal

MAX_CONTROL_SHARE = 0.01
"""Control characters among the bytes above which a file is binary. Text has tabs, breaks, form feeds, escapes."""
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b") + b"\x7f"


def read_text(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the documents of the split's files."""
    for i, pin in enumerate(split.files):
        yield document(pin, limits, origin_of(split, i), id=pin.name)


def read_packages(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the files of installed packages; each is named by its package URL."""
    file = 0
    for purl, url, count in json.loads(split.settings)["packages"]:
        for _ in range(count):
            pin = split.files[file]
            yield document(pin, limits, origin_of(split, file), id=f"{purl}#{pin.name}", url=url)
            file += 1


def document(
    pin: Pin,
    limits: Limits,
    claims: tuple[Claim, ...],
    *,
    id: str,  # noqa: A002
    url: str | None = None,
) -> Row | Refusal:
    """Return the document in one file, or why there is none."""
    if pin.size > limits.max_row_bytes:
        limit = limits.max_row_bytes
        return Refusal("too_large", pin.name, value=pin.size, threshold=limit, size=pin.size, id=id, url=url)
    with open_pinned(pin) as file:
        data = file.read().removeprefix(BOM)
    if b"\0" in data or len(data) - len(data.translate(None, _CONTROL)) > MAX_CONTROL_SHARE * len(data):
        return Refusal("binary", pin.name, size=len(data), id=id, url=url)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        told = f"byte {error.start}: {error.reason}"
        return Refusal("invalid_utf8", pin.name, told, size=len(data), id=id, url=url)
    return Row(data, pin.name, claims, len(data), id, url)
