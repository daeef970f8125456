"""Chunks: stretches of events as columns, with their payloads (FORMAT.md section 4)."""

import dataclasses

import numpy as np

from . import container, identity
from .container import TraceError
from .events import Event
from .message import decode

MAX_ROWS = 131072
MAX_PAYLOAD = 1 << 20  # bytes of one event
MAX_BLOB = 8 << 20  # bytes of all payloads of one chunk

#: Columns that `Chunk.columns` gives, by name: NumPy type, and the field of the message.
COLUMNS = {
    "kind": ("u1", "kind"), "width": ("u1", "width"), "unit": ("u1", "unit"), "where": ("<u4", "where"),
    "detail": ("<u8", "detail"), "value": ("<u8", "value"), "time": ("<u8", "timeDelta"),
    "payload_bytes": ("<u4", "payloadLength"),
}


@dataclasses.dataclass(frozen=True)
class Chunk:
    """A chunk that was checked when it was read. Nothing decompressed is kept between calls.

    `rows`: number of events; `first_event`: the first one's number; `first_time`, `end_time`: virtual nanoseconds of
    the first and the last; `payload_bytes`: of all payloads; `hash` and `chain` (after this chunk): 16 bytes each.
    """

    data: memoryview = dataclasses.field(repr=False)
    frame: container.Frame
    first_event: int
    first_time: int
    end_time: int
    rows: int
    payload_bytes: int
    hash: bytes
    chain: bytes

    @property
    def offset(self):
        """Byte offset of the chunk's frame in the file."""
        return self.frame.offset

    @property
    def stripped(self):
        """Whether the payloads were taken out; their lengths and their common hash are still there."""
        return bool(self.frame.flags & container.BLOB_STRIPPED)

    def columns(self):
        """NumPy arrays by name, one element an event: kind, width, unit (8 bits), where, payload_bytes (32 bits),
        detail, value, time (64 bits; time in virtual nanoseconds since the start of the run).

        They lie in the mapped file where they can, and cannot be written to; a column of zeros takes no memory.
        """
        fields = decode("Chunk", self.frame.message(self.data), self.frame.message_offset)
        columns = {}
        for name, (dtype, field) in COLUMNS.items():
            column = fields[field]
            columns[name] = np.broadcast_to(np.zeros((), dtype), self.rows) if column is None else column
        columns["time"] = _times(fields["timeDelta"], self.rows, self.first_time)
        return columns

    def blob(self):
        """The payloads one behind the other (a buffer), or None if they were stripped."""
        return self.frame.blob(self.data)

    def events(self):
        """The decoded events, in order."""
        columns, blob, at = self.columns(), self.blob(), 0
        rows = zip(*(columns[name].tolist() for name in Event._fields[1:9]))
        for number, row in enumerate(rows, self.first_event):
            size = row[7]
            if not size:
                payload = b""
            elif blob is None:
                payload = None
            else:
                payload = bytes(blob[at : at + size])
                at += size
            yield Event(number, *row, payload)


def _times(deltas, rows, first_time):
    """Virtual time of each row."""
    if deltas is None:
        return np.broadcast_to(np.array(first_time, "<u8"), rows)
    times = deltas.copy()
    times[0] = first_time
    return np.cumsum(times, dtype="<u8")


def read_chunk(data, frame, first_event, time_before, chain_before):
    """Reads and checks the chunk in `frame`, a frame of `data` whose sums are known to be good.

    `first_event`: number of its first event; `time_before`: virtual time of the event before that; `chain_before`:
    the chain before the chunk (16 bytes). Raises `TraceError` if a rule of section 4 is broken.
    """
    message = frame.message(data)

    def must(condition, what, at=frame.message_offset):
        if not condition:
            raise TraceError(at, f"chunk at event {first_event}: {what}")

    fields = decode("Chunk", message, frame.message_offset)
    kind, lengths, deltas = fields["kind"], fields["payloadLength"], fields["timeDelta"]
    must(kind is not None and kind.all(), "no rows, or a row without a kind")
    rows = len(kind)
    must(rows <= MAX_ROWS, f"{rows} rows, at most {MAX_ROWS} are allowed")
    for _, field in COLUMNS.values():
        column = fields[field]
        must(column is None or len(column) == rows, f"{field} has not as many rows as kind")
        must(column is None or column.any(), f"{field} is not null, but all zeros")

    payload_bytes = 0 if lengths is None else int(lengths.sum(dtype=np.uint64))
    payload_hash = fields["payloadHash"]
    must(lengths is None or int(lengths.max()) <= MAX_PAYLOAD, f"a payload of over {MAX_PAYLOAD} bytes")
    must(payload_bytes <= MAX_BLOB, f"{payload_bytes} bytes of payloads, at most {MAX_BLOB} are allowed")
    must((payload_hash is None) == (lengths is None), "payloadHash without payloadLength, or the reverse")
    must(payload_hash is None or len(payload_hash) == 16, "payloadHash has not 16 bytes")
    if frame.flags & container.BLOB_STRIPPED:
        must(payload_bytes, "stripped of payloads that it never had")
    else:
        must(frame.blob_bytes == payload_bytes, f"the blob has {frame.blob_bytes} bytes, the payloads {payload_bytes}")
    elapsed = None if deltas is None else np.cumsum(deltas, dtype="<u8")
    must(elapsed is None or not (elapsed[1:] < elapsed[:-1]).any(), "virtual time leaves 64 bits")  # a wrap steps back
    if frame.blob_bytes:
        # An uncompressed blob was hashed already, with the frame's sums.
        blob_hash = container.digest(frame.blob(data)) if frame.flags & container.BLOB_ZSTD else frame.blob_sum
        must(blob_hash == payload_hash, "the payloads do not match payloadHash", frame.blob_offset)

    first_time, end_time = time_before, time_before
    if elapsed is not None:
        first_time, end_time = time_before + int(elapsed[0]), time_before + int(elapsed[-1])
    must(end_time < 1 << 64, "virtual time of the run leaves 64 bits")
    chunk_hash = container.digest(message) if frame.flags & container.MESSAGE_ZSTD else frame.message_sum
    return Chunk(data, frame, first_event, first_time, end_time, rows, payload_bytes, chunk_hash,
                 identity.next_link(chain_before, chunk_hash))
