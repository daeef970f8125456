"""Frames: what a trace file is made of (FORMAT.md sections 1, 2 and 8).

A frame is a head of 88 bytes, a message and a blob. This module finds frames, checks heads, sums, padding and
limits, and decompresses. What the messages say is for others.

Everything that is wrong with a file raises `TraceError` with the byte offset of the place. Nothing larger than a
checked limit is ever allocated, so a hostile file costs an error and no memory.
"""

import dataclasses
import struct

import xxhash
import zstandard

MAGIC = bytes.fromhex("89435452430D0A1A")
HEAD_BYTES = 88
HEAD = struct.Struct("<8sQIIQQQ16s16sII")

HEADER, PROVENANCE, CHUNK, SNAPSHOT, INDEX, TRAILER = range(1, 7)
KIND_NAMES = {1: "header", 2: "provenance", 3: "chunk", 4: "snapshot", 5: "index", 6: "trailer"}

MESSAGE_ZSTD, BLOB_ZSTD, BLOB_STRIPPED = 1, 2, 4

MAX_FRAME_BYTES = 16 << 20  # message and blob together, decompressed
MAX_INDEX_BYTES = 1 << 30
MAX_WINDOW_BYTES = 16 << 20  # what a zstd frame may ask for: no section is larger
ZSTD_MAGIC = bytes.fromhex("28B52FFD")


class TraceError(Exception):
    """A file is damaged, was cut, or is no trace of a version that is known.

    `offset`: byte offset in the file of the first thing that is wrong (FORMAT.md section 8). `what`: why, one line.
    """

    def __init__(self, offset, what):
        super().__init__(f"byte {offset}: {what}")
        self.offset = offset
        self.what = what


def digest(data):
    """The 16 bytes of the XXH3-128 of `data` (any buffer) in canonical (big-endian) form."""
    return xxhash.xxh3_128_digest(data)


def padded(size):
    """`size` rounded up to a multiple of 8."""
    return size + 7 & ~7


@dataclasses.dataclass(frozen=True)
class Frame:
    """The checked head of one frame. Sizes and offsets in bytes, offsets from the start of the file.

    `message_stored`/`blob_stored` are sizes in the file, `message_bytes`/`blob_bytes` those when decompressed.
    """

    offset: int
    kind: int
    flags: int
    message_stored: int
    blob_stored: int
    blob_bytes: int
    message_sum: bytes
    blob_sum: bytes
    message_bytes: int

    @property
    def name(self):
        return KIND_NAMES[self.kind]

    @property
    def message_offset(self):
        return self.offset + HEAD_BYTES

    @property
    def blob_offset(self):
        return self.message_offset + padded(self.message_stored)

    @property
    def end(self):
        """Offset of the first byte behind the frame."""
        return self.blob_offset + padded(self.blob_stored)

    def stored_message(self, data):
        return data[self.message_offset : self.message_offset + self.message_stored]

    def stored_blob(self, data):
        return data[self.blob_offset : self.blob_offset + self.blob_stored]

    def message(self, data):
        """The message, decompressed; without flag bit 0 a view of `data`, not a copy."""
        stored = self.stored_message(data)
        if not self.flags & MESSAGE_ZSTD:
            return stored
        return memoryview(_decompress(stored, self.message_bytes, self.message_offset, f"{self.name}'s message"))

    def blob(self, data):
        """The blob, decompressed; without flag bit 1 a view of `data`. None if it was stripped."""
        if self.flags & BLOB_STRIPPED:
            return None
        stored = self.stored_blob(data)
        if not self.flags & BLOB_ZSTD:
            return stored
        return memoryview(_decompress(stored, self.blob_bytes, self.blob_offset, f"{self.name}'s blob"))


def read_head(data, offset):
    """Reads and checks the head of the frame at `offset` of `data` (a memoryview of bytes).

    The lengths of the `Frame` that is returned are sound: it ends inside the file and keeps the limits.
    """
    left = len(data) - offset
    if bytes(data[offset : offset + 8]) != MAGIC[:left]:
        raise TraceError(offset, "not a Coincide trace" if offset == 0 else "no frame starts here")
    if left < HEAD_BYTES:
        raise TraceError(offset, f"the file was cut: it ends inside the head of a frame, at byte {len(data)}")
    head = data[offset : offset + HEAD_BYTES]
    (_, head_sum, kind, flags, message_stored, blob_stored, blob_bytes, message_sum, blob_sum, segments,
     message_words) = HEAD.unpack(head)
    if xxhash.xxh3_64_intdigest(head[16:]) != head_sum:
        raise TraceError(offset, "the head of the frame does not match its sum")

    def must(condition, what):
        if not condition:
            raise TraceError(offset, what)

    must(kind in KIND_NAMES, f"a frame of unknown kind {kind}")
    frame = Frame(offset, kind, flags, message_stored, blob_stored, blob_bytes, message_sum, blob_sum,
                  8 * message_words)
    must(flags < 8, f"a frame with unknown flags {flags:#x}")
    must(kind == CHUNK or (flags == 0 and blob_stored == 0 and blob_bytes == 0),
         f"a {frame.name} frame with flags or a blob")
    must(segments == 0, f"the {frame.name}'s message has {segments + 1} segments, not one")
    must(message_words >= 1, f"the {frame.name}'s message is empty")
    must(flags & MESSAGE_ZSTD or message_stored == frame.message_bytes,
         f"the {frame.name}'s message has {message_stored} bytes, not the {frame.message_bytes} that its words need")
    must(not (flags & BLOB_ZSTD and flags & BLOB_STRIPPED), "a blob that is both compressed and stripped")
    if flags & BLOB_STRIPPED:
        must(blob_stored == 0 and blob_bytes == 0, "a stripped blob that has bytes")
    elif flags & BLOB_ZSTD:
        must(blob_stored > 0 and blob_bytes > 0, "a compressed blob without bytes")
    else:
        must(blob_stored == blob_bytes, f"the blob has {blob_stored} bytes, not {blob_bytes}")
    must(blob_stored > 0 or blob_sum == bytes(16), "a sum for a blob that is not there")
    limit = MAX_INDEX_BYTES if kind == INDEX else MAX_FRAME_BYTES
    must(frame.message_bytes + blob_bytes <= limit, f"the {frame.name} is larger than {limit} bytes")
    must(frame.end <= len(data),
         f"the file was cut: it ends at byte {len(data)}, inside a {frame.name} that ends at {frame.end}")
    return frame


def check_sums(data, frame):
    """Checks both sections of a frame against their sums, and the padding behind each against zero."""
    sections = ((frame.message_offset, frame.message_stored, frame.message_sum, "message"),
                (frame.blob_offset, frame.blob_stored, frame.blob_sum, "blob"))
    for offset, stored, expected, what in sections:
        if stored and digest(data[offset : offset + stored]) != expected:
            raise TraceError(offset, f"the {frame.name}'s {what} does not match its sum")
        for at in range(offset + stored, offset + padded(stored)):
            if data[at]:
                raise TraceError(at, f"padding behind the {frame.name}'s {what} is not zero")


def whole_frame(data, offset):
    """The frame at `offset`, head, sums and padding checked."""
    frame = read_head(data, offset)
    check_sums(data, frame)
    return frame


def _decompress(stored, size, offset, what):
    """Exactly one zstd frame that holds exactly `size` bytes; memory is bounded by `size` and the window."""
    if bytes(stored[:4]) != ZSTD_MAGIC:
        raise TraceError(offset, f"the {what} is no zstd frame")
    try:
        declared = zstandard.frame_content_size(stored)
        if declared not in (-1, size):
            raise TraceError(offset, f"the {what} decompresses to {declared} bytes, not {size}")
        decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES)
        content = decompressor.decompress(stored, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise TraceError(offset, f"the {what} does not decompress to {size} bytes: {error}") from error
    if len(content) != size:
        raise TraceError(offset, f"the {what} decompresses to {len(content)} bytes, not {size}")
    return content
