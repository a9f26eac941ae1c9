"""From a split to parcels: one reader for each format."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from licet.schemas.recipe import Limits
from licet.schemas.split import Split
from licet.stages.ingest.chat import read_chat
from licet.stages.ingest.gather import Row, empty_parcel, gathered
from licet.stages.ingest.jsonl import read_jsonl
from licet.stages.ingest.parquet import read_parquet
from licet.stages.ingest.reasons import Refusal
from licet.stages.ingest.text import read_packages, read_text
from licet.stages.ingest.warc import read_warc, read_wet
from licet.stages.parcel import Parcel

READERS: dict[str, Callable[[Split, Limits], Iterator[Row | Refusal]]] = {
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "text": read_text,
    "packages": read_packages,
    "warc": read_warc,
    "wet": read_wet,
}


def placed(split: Split, parcels: Iterator[Parcel]) -> Iterator[Parcel]:
    """Yield a split's parcels with their place in the plan, the last one marked; without rows, one that is empty.

    Raises:
        InputError: a file is gone or has changed since the run was planned.

    """
    before = next(parcels, None) or empty_parcel(split)
    for parcel in parcels:
        yield replace(before, order=split.order)
        before = parcel
    yield replace(before, order=split.order, last=True)


def read_split(split: Split, limits: Limits) -> Iterator[Parcel]:
    """Yield the rows of a split in parcels, in the order of the input; a split without rows yields none.

    Each piece of input becomes a row or a row of the ledger, never neither. A split whose settings name a shape
    yields post-training rows, from whichever format.

    Raises:
        InputError: a file is gone or has changed since the run was planned.

    """
    chat = "shape" in json.loads(split.settings)
    read = read_chat if chat else READERS[split.reader]
    return gathered(split, limits, read(split, limits), chat=chat)
