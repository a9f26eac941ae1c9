"""How a web archive ends: whether all of its last record is there, which its parser does not tell."""

from licet.schemas.split import Pin
from licet.stages.ingest.blocks import blocks, compression_of
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged


def ending(pin: Pin, last: int) -> Damaged | None:
    """Return how a file breaks off at or after the record at offset ``last``, as the parser does not tell; or None.

    Its ``members`` is 0 when that record itself is cut.
    """
    with open_pinned(pin) as file:
        file.seek(last)
        head = file.read(4)
        if last and not compression_of(head) and not head.startswith(b"WARC"):
            last = 0  # compressed as a whole: offsets mean nothing, all has to be read
            file.seek(0)
            head = file.read(4)
        file.seek(last)
        if not compression_of(head):
            cut = pin.size and b"\r\n\r\n" not in file.read(1 << 20)
            return Damaged("truncated", "the file ends within a record's header") if cut else None
        try:
            for _ in blocks(file, compression_of(head)):
                pass
        except Damaged as error:
            return error
    return None
