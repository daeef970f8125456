"""Traces: opening, checking and reading a file as a whole (FORMAT.md sections 1, 3, 7 and 8).

    trace = coincide.open("boot.trace")     # every byte of the file is checked here
    trace.name                              # 32 hexadecimal digits that name the run
    trace.columns()["where"]                # a NumPy column of all events
    for event in trace.events(): ...        # decoded events
    coincide.recover("damaged.trace")       # what is whole, and `.damage`

A file is mapped and its columns are used where they lie; it must not be changed while it is in use.
"""

import builtins
import dataclasses
import mmap
import os

import numpy as np

from . import container, identity
from .chunk import COLUMNS, read_chunk
from .container import CHUNK, HEADER, INDEX, PROVENANCE, SNAPSHOT, TRAILER, TraceError
from .message import decode

FORMAT_VERSION = 1
TRAILER_BYTES = 144


@dataclasses.dataclass(frozen=True)
class Header:
    """What the run is of. `sees`: bits named by `events.SEES`. `board`: text lines. `profile`: "" if not emulated."""

    sees: int
    board: str
    profile: str


@dataclasses.dataclass(frozen=True)
class Provenance:
    """Where the file came from; every text may be empty. Not part of what the run's name is made of."""

    tool: str
    who: str
    when: str
    source: str
    source_hash: str
    authority: str
    note: str


@dataclasses.dataclass(frozen=True)
class Trace:
    """A trace that was opened.

    `header`, `provenance` (None without one) and `chunks` are what the file says. `name`: the run's name, 32
    hexadecimal digits, computed from the chunks. `damage`: None for a whole file, else the first `TraceError`; then
    `chunks` are those that still read, each at its own event numbers (there may be gaps), and `name` is None.
    """

    header: Header
    provenance: Provenance | None
    chunks: tuple
    name: str | None
    damage: TraceError | None

    def __len__(self):
        """Number of events that can be read."""
        return sum(chunk.rows for chunk in self.chunks)

    def __iter__(self):
        return self.events()

    @property
    def end_time(self):
        """Virtual nanoseconds of the last event that can be read; 0 without events."""
        return self.chunks[-1].end_time if self.chunks else 0

    def columns(self):
        """The columns of `Chunk.columns` for the whole trace, and `event`, the events' numbers (64 bits)."""
        parts = [chunk.columns() for chunk in self.chunks]
        numbers = [np.arange(chunk.first_event, chunk.first_event + chunk.rows, dtype="<u8") for chunk in self.chunks]
        columns = {"event": np.concatenate([np.empty(0, "<u8"), *numbers])}
        for name, (dtype, _) in COLUMNS.items():
            columns[name] = np.concatenate([np.empty(0, dtype), *(part[name] for part in parts)])
        return columns

    def events(self):
        """All decoded events, in order; one chunk in memory at a time."""
        for chunk in self.chunks:
            yield from chunk.events()

    def check_cuts(self):
        """Checks that chunks close where FORMAT.md section 6 says; raises `TraceError` at the first that does not.

        A file that breaks this reads without loss, but another writer gives the same run another name.
        """
        if self.damage:
            raise self.damage
        due = set(identity.cuts(row for chunk in self.chunks for row in _cut_rows(chunk)))
        wrong = due ^ {chunk.first_event for chunk in self.chunks[1:]}
        if wrong:
            event = min(wrong)
            place = max((chunk for chunk in self.chunks if chunk.first_event <= event), key=lambda chunk: chunk.offset)
            raise TraceError(place.offset, f"a chunk must {'' if event in due else 'not '}close before event {event}")


def _cut_rows(chunk):
    columns = chunk.columns()
    return zip(*(columns[name].tolist() for name in ("kind", "where", "value", "payload_bytes")))


class _Walk:
    """A walk over all frames from the front. What it has found stays when it ends at damage.

    `damage`: the first `TraceError`, or None for a whole file. Damage that hides no chunk (section 8) does not end the
    walk.
    """

    def __init__(self, data):
        self.data = data
        self.header = self.provenance = self.name = self.damage = None
        self.chunks = []

    def run(self):
        """Reads every frame in order and checks all that FORMAT.md asks of a file."""
        try:
            self._frames()
        except TraceError as error:
            self.damage = self.damage or error

    def _frames(self):
        frame = self._head(0, (HEADER,), "the header")
        container.check_sums(self.data, frame)
        self.header = _read_header(*self._message(frame))
        link = identity.first_link(frame.message(self.data))
        frame = self._head(frame.end, (PROVENANCE, CHUNK, SNAPSHOT, INDEX), "a chunk or the index")
        if frame.kind == PROVENANCE:
            self._pass_over(self._read_provenance, frame)
            frame = self._head(frame.end, (CHUNK, SNAPSHOT, INDEX), "a chunk or the index")
        event = time = 0
        while frame.kind != INDEX:
            if frame.kind == CHUNK:
                container.check_sums(self.data, frame)
                chunk = read_chunk(self.data, frame, event, time, link)
                self.chunks.append(chunk)
                event, time, link = event + chunk.rows, chunk.end_time, chunk.chain
            else:
                self._pass_over(container.check_sums, self.data, frame)
            frame = self._head(frame.end, (CHUNK, SNAPSHOT, INDEX), "a chunk or the index")
        container.check_sums(self.data, frame)
        index, index_offset = decode("Index", *self._message(frame)), frame.offset
        self._agrees(frame, index, {
            "events": event,
            "endTime": time,
            "offsets": [chunk.offset for chunk in self.chunks],
            "firstEvents": [chunk.first_event for chunk in self.chunks],
            "firstTimes": [chunk.first_time for chunk in self.chunks],
            "hashes": b"".join(chunk.hash for chunk in self.chunks),
            "chains": b"".join(chunk.chain for chunk in self.chunks),
        })
        frame = self._head(frame.end, (TRAILER,), "the trailer")
        container.check_sums(self.data, frame)
        trailer = decode("Trailer", *self._message(frame))
        self._agrees(frame, trailer, {
            "events": event, "chunks": len(self.chunks), "indexOffset": index_offset, "name": link,
        })
        if frame.end != len(self.data):
            raise TraceError(frame.end, "data behind the trailer")
        if not self.damage:
            self.name = link.hex()

    def _head(self, offset, kinds, place):
        """The frame at `offset`, its head checked; it must be of one of `kinds`."""
        if offset == len(self.data):
            raise TraceError(offset, f"the file was cut: it ends before {place}" if offset else "the file is empty")
        frame = container.read_head(self.data, offset)
        if frame.kind not in kinds:
            raise TraceError(offset, f"a {frame.name} in the place of {place}")
        return frame

    def _read_provenance(self, frame):
        container.check_sums(self.data, frame)
        fields = decode("Provenance", *self._message(frame))
        self.provenance = Provenance(source_hash=fields.pop("sourceHash"), **fields)

    def _pass_over(self, check, *arguments):
        """Checks a frame that holds no event: what is wrong with it is noted, and the walk goes on."""
        try:
            check(*arguments)
        except TraceError as error:
            self.damage = self.damage or error

    def _message(self, frame):
        return frame.message(self.data), frame.message_offset

    @staticmethod
    def _agrees(frame, fields, due):
        for name, value in due.items():
            said = fields[name]
            if isinstance(said, np.ndarray):
                said = said.tolist()
            if said != (value if isinstance(value, int) else value or None):  # empty lists are null
                raise TraceError(frame.message_offset, f"{name} of the {frame.name} does not agree with the file")


def _read_header(message, offset):
    fields = decode("Header", message, offset)
    version = fields["formatVersion"]
    if not 1 <= version <= FORMAT_VERSION:
        raise TraceError(offset, f"format version {version}, this reader knows 1 to {FORMAT_VERSION}")
    return Header(fields["sees"], fields["board"], fields["profile"])


def _read_index(data):
    """The Index that the trailer at the end of the file leads to: a tuple a chunk; () if they are not whole."""
    try:
        trailer = container.whole_frame(data, max(0, len(data) - TRAILER_BYTES))
        if trailer.kind != TRAILER or trailer.end != len(data):
            return ()
        offset = decode("Trailer", trailer.message(data), trailer.message_offset)["indexOffset"]
        frame = container.whole_frame(data, offset)
        if frame.kind != INDEX or frame.end != trailer.offset:
            return ()
        fields = decode("Index", frame.message(data), frame.message_offset)
    except TraceError:
        return ()
    lists = [fields[name] for name in ("offsets", "firstEvents", "firstTimes", "hashes", "chains")]
    if any(column is None for column in lists):
        return ()
    columns = [np.asarray(column) for column in lists]
    rows = len(columns[0])
    if [len(column) for column in columns] != [rows, rows, rows, 16 * rows, 16 * rows]:
        return ()
    digests = [[column[16 * n : 16 * n + 16].tobytes() for n in range(rows)] for column in columns[3:]]
    return zip(*(column.tolist() for column in columns[:3]), *digests)


def _chunks_by_index(data):
    """The whole chunks that the index names, if that and the trailer are whole."""
    chunks, end = [], 0
    for offset, first_event, first_time, chunk_hash, chain in _read_index(data):
        if offset < end:  # nothing is read twice, whatever the index says
            continue
        try:
            frame = container.whole_frame(data, offset)
            end = frame.end
            chunk = read_chunk(data, frame, first_event, 0, b"")
        except TraceError:
            continue
        end_time = first_time + chunk.end_time - chunk.first_time
        if chunk.hash == chunk_hash and end_time < 1 << 64:
            chunks.append(dataclasses.replace(chunk, chain=chain, first_time=first_time, end_time=end_time))
    return chunks


def _bytes_of(source):
    """A memoryview of a file (mapped if it can be) or of a bytes-like object."""
    if not isinstance(source, (str, os.PathLike)):
        return memoryview(source).cast("B")
    with builtins.open(source, "rb") as file:
        try:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (ValueError, OSError):  # empty, or a pipe
            return memoryview(file.read())


def recover(source):
    """Opens a trace (path or bytes-like object) that may be damaged: a `Trace` with what is whole, and `damage`.

    If header, index and trailer are whole, all whole chunks are found, also those behind the damage; else those
    before it. Raises `TraceError` if the header cannot be read, OSError if the file cannot.
    """
    data = _bytes_of(source)
    walk = _Walk(data)
    walk.run()
    if walk.header is None:
        raise walk.damage
    if walk.damage:
        walk.chunks = max(walk.chunks, _chunks_by_index(data), key=len)
    return Trace(walk.header, walk.provenance, tuple(walk.chunks), walk.name, walk.damage)


def open(source):  # pylint: disable=redefined-builtin
    """Opens a trace (path or bytes-like object) and checks every byte of it: sums, hashes, chains, index, trailer.

    Raises `TraceError`, with the byte offset, for a file that is damaged, cut or no trace; OSError if it cannot be
    read. Memory beyond the mapped file stays below one chunk and the index.
    """
    walk = _Walk(_bytes_of(source))
    walk.run()
    if walk.damage:
        raise walk.damage
    return Trace(walk.header, walk.provenance, tuple(walk.chunks), walk.name, None)
