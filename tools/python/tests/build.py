"""Builds small traces from FORMAT.md, good ones and ones that break a rule, for the tests.

Everything is computed here a second time, with nothing of the package: messages by hand, hashes by xxhash.
"""

import dataclasses
import struct

import xxhash
import zstandard

HEADER, PROVENANCE, CHUNK, SNAPSHOT, INDEX, TRAILER = 1, 2, 3, 4, 5, 6
FIELDS = ("kind", "width", "unit", "where", "detail", "value")


def digest(data):
    return xxhash.xxh3_128(data).digest()


def pad(data):
    return data + bytes(-len(data) % 8)


def message(numbers, pointers):
    """A canonical message: `numbers` are the data words, `pointers` are (element bytes, bytes of the list) or None."""
    numbers, pointers = list(numbers), list(pointers)
    while numbers and numbers[-1] == 0:
        numbers.pop()
    while pointers and pointers[-1] is None:
        pointers.pop()
    root = 0 if numbers or pointers else 0xFFFFFFFC
    words = [root | len(numbers) << 32 | len(pointers) << 48, *numbers]
    objects, end = b"", 0
    for k, pointer in enumerate(pointers):
        if pointer is None:
            words.append(0)
            continue
        size, content = pointer
        distance = len(pointers) - k - 1 + end
        words.append(1 | distance << 2 | {1: 2, 4: 4, 8: 5}[size] << 32 | len(content) // size << 35)
        objects += pad(content)
        end = len(objects) // 8
    return struct.pack(f"<{len(words)}Q", *words) + objects


def text(value):
    return (1, value.encode() + b"\0") if value else None


def data(value):
    return (1, value) if value else None


def numbers(size, values):
    return (size, b"".join(v.to_bytes(size, "little") for v in values)) if values else None


def column(size, values):
    return numbers(size, values) if any(values) else None


def frame(kind, content, blob=b"", /, *, zstd_message=False, zstd_blob=False, strip=False, **head):
    """A frame; `head` overrides fields of the head before its sum is taken."""
    stored, stored_blob = content, b"" if strip else blob
    if zstd_message:
        stored = zstandard.ZstdCompressor().compress(stored)
    if zstd_blob:
        stored_blob = zstandard.ZstdCompressor().compress(stored_blob)
    fields = {
        "magic": bytes.fromhex("89435452430D0A1A"), "kind": kind, "flags": zstd_message | zstd_blob << 1 | strip << 2,
        "messageStored": len(stored), "blobStored": len(stored_blob), "blobBytes": 0 if strip else len(blob),
        "messageSum": digest(stored), "blobSum": digest(stored_blob) if stored_blob else bytes(16),
        "segments": 0, "messageWords": len(content) // 8, "after_message": bytes(-len(stored) % 8),
        "after_blob": bytes(-len(stored_blob) % 8), "message": stored, "blob": stored_blob, **head,
    }
    tail = struct.pack("<IIQQQ16s16sII", *(fields[name] for name in (
        "kind", "flags", "messageStored", "blobStored", "blobBytes", "messageSum", "blobSum", "segments",
        "messageWords")))
    head_sum = fields.get("headSum", xxhash.xxh3_64(tail).intdigest())
    return (fields["magic"] + struct.pack("<Q", head_sum) + tail + fields["message"] + fields["after_message"] +
            fields["blob"] + fields["after_blob"])


@dataclasses.dataclass
class Row:
    kind: int
    width: int = 0
    unit: int = 0
    where: int = 0
    detail: int = 0
    value: int = 0
    delta: int = 0
    payload: bytes = b""


def chunk_fields(rows):
    """The pointers of a Chunk, by @ number."""
    blob = b"".join(row.payload for row in rows)
    return [
        numbers(1, [row.kind for row in rows]),
        column(1, [row.width for row in rows]),
        column(4, [row.where for row in rows]),
        column(8, [row.value for row in rows]),
        column(8, [row.detail for row in rows]),
        column(1, [row.unit for row in rows]),
        column(4, [len(row.payload) for row in rows]),
        data(digest(blob)) if blob else None,
        column(8, [row.delta for row in rows]),
    ], blob


def header(sees=0xFFFF, board="disk 0\n", profile="spec", version=1):
    return message([version, sees], [text(board), text(profile)])


def provenance(*texts):
    return message([], [text(t) for t in texts])


class Builder:
    """Puts frames together: `chunks` are lists of rows, `head` and `origin` messages, `frames` stand before the index.

    `chunk` (by number of the chunk), `index` and `trailer` replace what would be right.
    """

    def __init__(self, chunks=(), *, head=None, origin=None, frames=(), chunk=None, index=None, trailer=None):
        self.head = header() if head is None else head
        self.frames = [frame(HEADER, self.head)]
        if origin is not None:
            self.frames.append(frame(PROVENANCE, origin))
        self.links = [digest(self.head)]
        self.offsets, self.events, self.times, self.hashes = [], [0], [], []
        self.now = 0
        for n, rows in enumerate(chunks):
            self.add(rows, **(chunk or {}).get(n, {}))
        self.frames += frames
        self.finish(index or {}, trailer or {})

    def size(self):
        return sum(map(len, self.frames))

    def add(self, rows, pointers=None, **how):
        """Adds a chunk; `pointers` replaces columns by their @ number, `how` goes to `frame`."""
        fields, blob = chunk_fields(rows)
        for k, pointer in (pointers or {}).items():
            fields[k] = pointer
        content = message([], fields)
        self.offsets.append(self.size())
        self.frames.append(frame(CHUNK, content, blob, **how))
        self.hashes.append(digest(content))
        self.links.append(digest(self.links[-1] + self.hashes[-1]))
        self.times.append((self.now + rows[0].delta) % 2**64)
        self.now = (self.now + sum(row.delta for row in rows)) % 2**64
        self.events.append(self.events[-1] + len(rows))

    def finish(self, index, trailer):
        fields = {"events": self.events[-1], "endTime": self.now, "offsets": self.offsets,
                  "firstEvents": self.events[:-1], "firstTimes": self.times, "hashes": b"".join(self.hashes),
                  "chains": b"".join(self.links[1:]), **index}
        at = self.size()
        self.frames.append(frame(INDEX, message(
            [fields["events"], fields["endTime"]],
            [numbers(8, fields["offsets"]), numbers(8, fields["firstEvents"]), numbers(8, fields["firstTimes"]),
             data(fields["hashes"]), data(fields["chains"])])))
        fields = {"events": self.events[-1], "chunks": len(self.offsets), "indexOffset": at, "name": self.links[-1],
                  **trailer}
        self.frames.append(frame(TRAILER, message([fields["events"], fields["chunks"], fields["indexOffset"]],
                                                  [data(fields["name"])])))

    @property
    def name(self):
        return self.links[-1].hex()

    def bytes(self):
        return b"".join(self.frames)


def sample_chunks():
    """Three chunks that between them use every column, a null of every kind, and lists of odd lengths."""
    return [
        [Row(2, 1, 0, 0x1F7, 0, 0xEC), Row(32, 1, 0, 7, 0x50, 0xD0), Row(33, 0, 0, 14, 0, 1, 5),
         Row(3, 2, 0, 0x1F0, 0, 4, 0, b"\x40\x00\x10\x00\x00\x00\x10\x00"), Row(200, 0, 3, 0, 2**64 - 1, 2**64 - 1)],
        [Row(17), Row(18)],
        [Row(34, 0, 1, 0, 0x1000, 3, 1000, b"abc"), Row(37, 0, 2, 9, 77, 1), Row(64, 0, 0, 0, 0, 2, 7, b"hi")],
    ]


def sample(**options):
    return Builder(sample_chunks(), origin=provenance("test", "", "", "source", "", "", "note"), **options)
