"""How batches and parcels travel between workers: as Arrow IPC.

Beam takes a coder from the registry for the type that a transform says it puts out, and falls back to pickle without a
word. So each module of the stages that imports Beam imports this one.
"""

import pickle
import struct

import pyarrow as pa
from apache_beam.coders import Coder
from apache_beam.coders.typecoders import registry

from licet.stages.parcel import Parcel


def ipc_bytes(batch: pa.RecordBatch) -> bytes:
    """Return the batch as an Arrow IPC stream: a slice costs its own rows, never those of its parent."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def from_ipc_bytes(data: bytes) -> pa.RecordBatch:
    """Return the batch that `ipc_bytes` wrote."""
    return pa.ipc.open_stream(data).read_next_batch()


class BatchCoder(Coder):
    """Codes a `pa.RecordBatch` as Arrow IPC. Beam's fallback would pickle a slice with its whole parent."""

    def encode(self, value: pa.RecordBatch) -> bytes:
        """Return the IPC stream of the batch."""
        return ipc_bytes(value)

    def decode(self, encoded: bytes) -> pa.RecordBatch:
        """Return the batch of an IPC stream."""
        return from_ipc_bytes(encoded)

    def estimate_size(self, value: pa.RecordBatch) -> int:
        """Return the batch's size in memory: Beam samples this, and would encode the batch to learn it."""
        return int(value.nbytes)

    def is_deterministic(self) -> bool:
        """Tell Beam that equal batches have equal bytes."""
        return True


_HEADER = ("source", "split", "seq", "config", "rows_in", "bytes_in", "claims", "order", "last", "seconds", "cleaned")
_BATCHES = ("rows", "ledger", "evidence", "statements", "objections", "measured", "contamination")


class ParcelCoder(Coder):
    """Codes a `Parcel`: its batches as Arrow IPC, the rest as a small pickled header."""

    def encode(self, value: Parcel) -> bytes:
        """Return length-prefixed pieces: the header, then each batch."""
        header = pickle.dumps({name: getattr(value, name) for name in _HEADER})
        pieces = (header, *(ipc_bytes(getattr(value, name)) for name in _BATCHES))
        return b"".join(struct.pack("<Q", len(piece)) + piece for piece in pieces)

    def decode(self, encoded: bytes) -> Parcel:
        """Return the parcel that `encode` wrote."""
        pieces, at = [], 0
        while at < len(encoded):
            (size,) = struct.unpack_from("<Q", encoded, at)
            pieces.append(encoded[at + 8 : at + 8 + size])
            at += 8 + size
        batches = dict(zip(_BATCHES, map(from_ipc_bytes, pieces[1:]), strict=True))
        return Parcel(**batches, **pickle.loads(pieces[0]))

    def estimate_size(self, value: Parcel) -> int:
        """Return the parcel's size in memory without encoding it."""
        return int(sum(getattr(value, name).nbytes for name in _BATCHES))

    def is_deterministic(self) -> bool:
        """Parcels are never keys."""
        return False


registry.register_coder(pa.RecordBatch, BatchCoder)
registry.register_coder(Parcel, ParcelCoder)
