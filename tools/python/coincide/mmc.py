"""What an optical drive replies to its packet commands, decoded from the sheet of the MMC commands alone.

Written apart from the emulator, so that each holds the other to the sheet. Every function takes the bytes of one whole reply
(more may follow) and returns a dataclass, a list or a number; `MmcError` says what contradicts the sheet: lengths that
do not add up, fields that must be 0, orders that must rise. All fields of more than a byte are big-endian.
"""

import dataclasses
import struct


class MmcError(ValueError):
    """A reply that the sheet does not allow."""


def _need(condition, what):
    if not condition:
        raise MmcError(what)


def _body(reply, head, counted_from, what):
    """The bytes that a reply's own length spans; `head` is the format of the length field."""
    _need(len(reply) >= struct.calcsize(head), f"{what}: no length")
    (length,) = struct.unpack_from(head, reply)
    _need(len(reply) >= counted_from + length, f"{what}: says {counted_from + length} bytes, has {len(reply)}")
    return reply[: counted_from + length]


def _text(field):
    text = field.decode("ascii")
    _need(text.isprintable(), f"{text!r} is no printable ASCII")
    return text.rstrip(" ")


@dataclasses.dataclass(frozen=True)
class Sense:
    """REQUEST SENSE. `field`: (in the CDB, byte, highest bit or None) of an ILLEGAL REQUEST that names one, else None."""

    deferred: bool
    key: int
    asc: int
    ascq: int
    information: int | None
    field: tuple | None

    @property
    def code(self):
        return (self.key, self.asc, self.ascq)


def sense(reply):
    _need(len(reply) >= 18, "sense: fewer than 18 bytes")
    _need(reply[0] & 0x7f in (0x70, 0x71), "sense: no fixed format")
    _need(reply[7] == 10, "sense: the additional length is not 10")
    information = struct.unpack_from(">I", reply, 3)[0] if reply[0] & 0x80 else None
    key = reply[2] & 0x0f
    field = None
    if key == 5 and reply[15] & 0x80:
        bit = reply[15] & 7 if reply[15] & 8 else None
        field = (bool(reply[15] & 0x40), struct.unpack_from(">H", reply, 16)[0], bit)
    return Sense(reply[0] & 0x7f == 0x71, key, reply[12], reply[13], information, field)


@dataclasses.dataclass(frozen=True)
class Inquiry:
    device_type: int
    removable: bool
    vendor: str
    product: str
    revision: str


def inquiry(reply):
    _need(len(reply) >= 5 and reply[4] >= 31, "INQUIRY: fewer than 36 bytes")
    _need(len(reply) >= 5 + reply[4], "INQUIRY: shorter than it says")
    _need(reply[0] >> 5 == 0, "INQUIRY: the qualifier is not 0")
    _need(reply[3] & 0x0f in (1, 2), "INQUIRY: the data format is neither 1 nor 2")
    return Inquiry(reply[0] & 0x1f, bool(reply[1] & 0x80), _text(reply[8:16]), _text(reply[16:32]), _text(reply[32:36]))


@dataclasses.dataclass(frozen=True)
class Capacity:
    blocks: int
    block_bytes: int


def capacity(reply):
    _need(len(reply) == 8, "READ CAPACITY: not 8 bytes")
    last, block_bytes = struct.unpack(">II", reply)
    return Capacity(last + 1, block_bytes)


def lba_of_msf(minute, second, frame):
    _need(second < 60 and frame < 75, f"{minute}:{second}:{frame} is no time on a disc")
    return (minute * 60 + second) * 75 + frame - 150


def _address(field, msf):
    if not msf:
        return struct.unpack(">I", field)[0]
    _need(field[0] == 0, "a time has four bytes, the first of them not 0")
    return lba_of_msf(*field[1:])


@dataclasses.dataclass(frozen=True)
class Track:
    """Of READ TOC; `number` AAh is the lead-out. `lba` whatever way it was told; `session` where the format says."""

    number: int
    adr: int
    control: int
    lba: int
    session: int | None = None

    @property
    def is_data(self):
        return bool(self.control & 4)


def toc(reply, msf=False):
    """Formats 0000b and 0001b: (first, last, descriptors); first and last are tracks, or sessions."""
    body = _body(reply, ">H", 2, "TOC")
    _need(len(body) >= 4 and len(body) % 8 == 4, "TOC: not a whole number of descriptors")
    found = []
    for at in range(4, len(body), 8):
        reserved, adr_control, number, other = body[at : at + 4]
        _need(reserved == 0 and other == 0, "TOC: reserved bytes that are not 0")
        found.append(Track(number, adr_control >> 4, adr_control & 15, _address(body[at + 4 : at + 8], msf)))
    _need([t.number for t in found] == sorted(t.number for t in found), "TOC: tracks out of order")
    _need([t.lba for t in found] == sorted(t.lba for t in found), "TOC: addresses out of order")
    return body[2], body[3], found


@dataclasses.dataclass(frozen=True)
class FullToc:
    """`first_tracks`, `last_tracks`, `lead_outs` by session: points A0h, A1h, A2h."""

    sessions: tuple
    first_tracks: dict
    last_tracks: dict
    lead_outs: dict
    tracks: list


def full_toc(reply):
    """Format 0010b."""
    body = _body(reply, ">H", 2, "full TOC")
    _need(len(body) >= 4 and (len(body) - 4) % 11 == 0, "full TOC: not a whole number of entries")
    out = FullToc((body[2], body[3]), {}, {}, {}, [])
    for at in range(4, len(body), 11):
        session, adr_control, track_number, point, *_, zero, minute, second, frame = body[at : at + 11]
        _need(track_number == 0 and zero == 0, "full TOC: TNO or the byte before PMIN is not 0")
        if point == 0xa0:
            out.first_tracks[session] = minute
        elif point == 0xa1:
            out.last_tracks[session] = minute
        elif point == 0xa2:
            out.lead_outs[session] = lba_of_msf(minute, second, frame)
        else:
            _need(1 <= point <= 99, f"full TOC: point {point:X}h")
            out.tracks.append(Track(point, adr_control >> 4, adr_control & 15, lba_of_msf(minute, second, frame), session))
    return out


@dataclasses.dataclass(frozen=True)
class Feature:
    code: int
    version: int
    persistent: bool
    current: bool
    data: bytes


@dataclasses.dataclass(frozen=True)
class Configuration:
    profile: int
    features: dict  #: by code

    @property
    def profiles(self):
        """Feature 0000h: whether each profile is current, by its number."""
        data = self.features[0].data
        return {struct.unpack_from(">H", data, at)[0]: bool(data[at + 2] & 1) for at in range(0, len(data), 4)}


def configuration(reply):
    """GET CONFIGURATION."""
    body = _body(reply, ">I", 4, "configuration")
    _need(len(body) >= 8 and body[4:6] == b"\0\0", "configuration: reserved bytes that are not 0")
    features, at, last = {}, 8, -1
    while at < len(body):
        _need(len(body) - at >= 4, "configuration: a feature that is cut off")
        code, flags, length = struct.unpack_from(">HBB", body, at)
        _need(code > last, f"configuration: feature {code:04X}h after {last:04X}h")
        _need(length % 4 == 0, f"configuration: feature {code:04X}h has {length} bytes, no multiple of 4")
        _need(at + 4 + length <= len(body), f"configuration: feature {code:04X}h is cut off")
        features[code] = Feature(code, flags >> 2 & 15, bool(flags & 2), bool(flags & 1), body[at + 4 : at + 4 + length])
        at, last = at + 4 + length, code
    return Configuration(struct.unpack_from(">H", body, 6)[0], features)


@dataclasses.dataclass(frozen=True)
class Modes:
    medium_type: int
    pages: dict  #: bytes after the two of the head, by page code


def modes(reply):
    """MODE SENSE(10)."""
    body = _body(reply, ">H", 2, "MODE SENSE")
    _need(len(body) >= 8 and body[3:6] == bytes(3), "MODE SENSE: reserved bytes that are not 0")
    _need(body[6:8] == b"\0\0", "MODE SENSE: a block descriptor")
    pages, at = {}, 8
    while at < len(body):
        _need(len(body) - at >= 2 and at + 2 + body[at + 1] <= len(body), "MODE SENSE: a page that is cut off")
        pages[body[at] & 0x3f] = body[at + 2 : at + 2 + body[at + 1]]
        at += 2 + body[at + 1]
    return Modes(body[2], pages)


@dataclasses.dataclass(frozen=True)
class Capabilities:
    """Mode page 2Ah. `reads`, `does`: names of the bits that are 1."""

    reads: frozenset
    writes: frozenset
    does: frozenset
    mechanism: int
    max_speed: int  #: kB/s
    current_speed: int
    buffer_kb: int


_READS = ("CD-R", "CD-RW", "method 2", "DVD-ROM", "DVD-R", "DVD-RAM")
_WRITES = ("CD-R", "CD-RW", "test", None, "DVD-R", "DVD-RAM")
#: Bytes 4 to 6 of the page, bit 0 first.
_DOES = (("audio play", "composite", "digital port 1", "digital port 2", "Mode 2 Form 1", "Mode 2 Form 2", "multi-session",
          "buffer underrun"),
         ("CD-DA", "accurate", "R-W", "R-W deinterleaved", "C2", "ISRC", "UPC", "bar code"),
         ("lock", "locked", "prevent jumper", "eject", None, None, None, None))


def _bits(value, names):
    return {name for bit, name in enumerate(names) if name and value >> bit & 1}


def capabilities(page):
    """Page 2Ah, as `modes` has it: without its head."""
    _need(len(page) >= 0x14, "page 2Ah: shorter than 14h bytes")
    does = set().union(*(_bits(page[2 + n], names) for n, names in enumerate(_DOES)))
    max_speed, _, buffer_kb, current = struct.unpack_from(">HHHH", page, 6)
    return Capabilities(frozenset(_bits(page[0], _READS)), frozenset(_bits(page[1], _WRITES)), frozenset(does), page[4] >> 5,
                        max_speed, current, buffer_kb)


@dataclasses.dataclass(frozen=True)
class Event:
    """GET EVENT STATUS NOTIFICATION. `media`: (event, present, tray open), None if the reply is of no class."""

    supported: int
    media: tuple | None


def event_status(reply):
    body = _body(reply, ">H", 2, "event status")
    _need(len(body) >= 4, "event status: no header")
    if body[2] & 0x80:
        _need(len(body) == 4, "event status: NEA, and a descriptor")
        return Event(body[3], None)
    _need(len(body) == 8 and body[2] & 7 == 4, "event status: no descriptor of the media class")
    return Event(body[3], (body[4] & 15, bool(body[5] & 2), bool(body[5] & 1)))


@dataclasses.dataclass(frozen=True)
class Disc:
    """READ DISC INFORMATION. `status` 2: complete; `last_session` 3: complete."""

    status: int
    last_session: int
    erasable: bool
    sessions: int
    first_track: int
    tracks_of_last_session: tuple
    disc_type: int


def disc_information(reply):
    body = _body(reply, ">H", 2, "disc information")
    _need(len(body) >= 34, "disc information: fewer than 34 bytes")
    return Disc(body[2] & 3, body[2] >> 2 & 3, bool(body[2] & 0x10), body[4] | body[9] << 8, body[3],
                (body[5] | body[10] << 8, body[6] | body[11] << 8), body[8])


@dataclasses.dataclass(frozen=True)
class TrackInformation:
    track: int
    session: int
    control: int
    data_mode: int
    start: int
    size: int


def track_information(reply):
    body = _body(reply, ">H", 2, "track information")
    _need(len(body) >= 28, "track information: fewer than 28 bytes")
    start, size = struct.unpack_from(">I", body, 8)[0], struct.unpack_from(">I", body, 24)[0]
    return TrackInformation(body[2], body[3], body[5] & 15, body[6] & 15, start, size)


@dataclasses.dataclass(frozen=True)
class DvdLayer:
    """READ DVD STRUCTURE, format 00h."""

    book_type: int
    layers: int
    start: int
    end: int
    end_of_layer_0: int


def dvd_layer(reply):
    body = _body(reply, ">H", 2, "DVD structure")
    _need(len(body) == 4 + 2048 and body[2:4] == b"\0\0", "DVD structure: not 2048 bytes of data")
    data = body[4:]
    _need(data[4] == data[8] == data[12] == 0, "DVD structure: the bytes before the sector numbers are not 0")
    start, end, end_of_layer_0 = (int.from_bytes(data[at : at + 3], "big") for at in (5, 9, 13))
    return DvdLayer(data[0] >> 4, (data[2] >> 5 & 3) + 1, start, end, end_of_layer_0)
