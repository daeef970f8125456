"""What a SCSI disk replies to its commands, decoded from SPC, SBC and the sheet of the StorVSP disk alone.

Written apart from the emulator, so that each holds the other to the sheet. Every function takes the bytes of one whole
reply and returns a dataclass, a dict or a list; `SbcError` says what contradicts the standards: lengths that do not add
up, fields that must be 0, orders that must rise. All fields of more than a byte are big-endian.
"""

import dataclasses
import struct
import uuid


class SbcError(ValueError):
    """A reply that the standards do not allow."""


def _need(condition, what):
    if not condition:
        raise SbcError(what)


def _zero(field, what):
    _need(not any(field), f"{what}: reserved bytes that are not 0")


def _text(field, what):
    _need(all(0x20 <= byte < 0x7f for byte in field), f"{what}: {bytes(field)!r} is no printable ASCII")
    return field.decode("ascii").rstrip(" ")


def _counted(reply, at, form, what):
    """What follows a length field at `at`, as long as it says; nothing may follow that."""
    end = at + struct.calcsize(form)
    _need(len(reply) >= end, f"{what}: no length")
    (length,) = struct.unpack_from(form, reply, at)
    _need(len(reply) == end + length, f"{what}: says {end + length} bytes, has {len(reply)}")
    return reply[end:]


def _chunks(data, size, what):
    _need(len(data) % size == 0, f"{what}: {len(data)} bytes are not a whole number of {size}")
    return [data[at : at + size] for at in range(0, len(data), size)]


@dataclasses.dataclass(frozen=True)
class Inquiry:
    device_type: int
    version: int  #: 5 = SPC-3
    queues: bool  #: CMDQUE
    vendor: str
    product: str
    revision: str


def inquiry(reply):
    """INQUIRY without EVPD."""
    _need(len(reply) >= 36, "INQUIRY: fewer than 36 bytes")
    _need(len(reply) == 5 + reply[4], f"INQUIRY: says {5 + reply[4]} bytes, has {len(reply)}")
    _need(reply[0] >> 5 == 0, "INQUIRY: the qualifier is not 0")
    _need(reply[3] & 0x0f == 2, "INQUIRY: the data format is not 2")
    return Inquiry(reply[0] & 0x1f, reply[2], bool(reply[7] & 2), _text(reply[8:16], "vendor"),
                   _text(reply[16:32], "product"), _text(reply[32:36], "revision"))


def vital_product_data(reply):
    """INQUIRY with EVPD: (page code, what comes after the head)."""
    _need(len(reply) >= 4, "page: no head")
    _need(reply[0] == 0, "page: not of a disk that is there")
    return reply[1], _counted(reply, 2, ">H", f"page {reply[1]:02X}h")


def _page(reply, code, length=None):
    found, body = vital_product_data(reply)
    _need(found == code, f"page {found:02X}h in place of {code:02X}h")
    _need(length is None or len(body) == length, f"page {code:02X}h: {len(body)} bytes after its head")
    return body


def supported_pages(reply):
    """Page 00h: the codes."""
    codes = list(_page(reply, 0x00))
    _need(codes[:1] == [0], "page 00h: does not begin with itself")
    _need(codes == sorted(set(codes)), "page 00h: codes out of order")
    return codes


def serial_number(reply):
    """Page 80h."""
    return _text(_page(reply, 0x80), "page 80h")


@dataclasses.dataclass(frozen=True)
class Designator:
    """`code_set`: 1 binary, 2 ASCII. `kind`: 1 T10 vendor identification, 3 NAA."""

    code_set: int
    kind: int
    association: int
    value: bytes


def identification(reply):
    """Page 83h: its designators in order."""
    body, at, found = _page(reply, 0x83), 0, []
    while at < len(body):
        _need(len(body) - at >= 4, "page 83h: a designator that is cut off")
        code_set, kind, zero, length = body[at : at + 4]
        _zero([zero], "page 83h")
        _need(at + 4 + length <= len(body), "page 83h: a designator that is cut off")
        value = body[at + 4 : at + 4 + length]
        _need(kind & 0x0f != 3 or (code_set & 0x0f == 1 and len(value) == {2: 8, 5: 8, 6: 16}.get(value[0] >> 4 if value else 0)),
              "page 83h: a NAA designator of a wrong length")
        found.append(Designator(code_set & 0x0f, kind & 0x0f, kind >> 4 & 3, value))
        at += 4 + length
    return found


@dataclasses.dataclass(frozen=True)
class BlockLimits:
    """Page B0h; lengths in blocks, 0 = not told."""

    compare_and_write: int
    transfer: int
    unmap_blocks: int
    unmap_descriptors: int
    unmap_granularity: int
    unmap_alignment: int | None  #: None: not valid
    write_same: int


def block_limits(reply):
    body = _page(reply, 0xb0, 60)
    _zero(body[0:1], "page B0h")
    transfer, _, _, blocks, descriptors, granularity, alignment, same = struct.unpack_from(">7IQ", body, 4)
    _zero(body[40:], "page B0h")
    valid = alignment >> 31
    return BlockLimits(body[1], transfer, blocks, descriptors, granularity, alignment & 0x7fffffff if valid else None, same)


def rotation_rate(reply):
    """Page B1h: 0 not told, 1 solid state, else revolutions a minute."""
    body = _page(reply, 0xb1, 60)
    (rate,) = struct.unpack_from(">H", body)
    _need(rate <= 1 or 0x0401 <= rate <= 0xfffe, f"page B1h: {rate} is no rotation rate")
    return rate


@dataclasses.dataclass(frozen=True)
class Provisioning:
    """Page B2h. `kind`: 0 not told, 1 resource, 2 thin."""

    threshold_exponent: int
    unmap: bool
    write_same_16: bool
    write_same_10: bool
    kind: int


def provisioning(reply):
    exponent, flags, kind, zero = _page(reply, 0xb2, 4)
    _zero([zero, flags & 0x18, kind & 0xf8], "page B2h")
    return Provisioning(exponent, bool(flags & 0x80), bool(flags & 0x40), bool(flags & 0x20), kind)


@dataclasses.dataclass(frozen=True)
class CopyOffload:
    """Page 8Fh, the one descriptor that the sheet knows: blocks of 64 MiB."""

    maximum_blocks: int
    optimal_blocks: int


def copy_offload(reply):
    body = _page(reply, 0x8f, 36)
    kind, length = struct.unpack_from(">HH", body)
    _need((kind, length) == (0, 32), "page 8Fh: no descriptor of type 0 with 32 bytes")
    maximum, optimal = struct.unpack_from(">QQ", body, 20)
    _need(optimal <= maximum, "page 8Fh: the best is longer than the longest")
    return CopyOffload(maximum, optimal)


def virtual_disk(reply):
    """Page CFh: its GUID."""
    body = _page(reply, 0xcf, 20)
    _need(body[:4] == b"\1\0\0\0", "page CFh: another version")
    return uuid.UUID(bytes_le=bytes(body[4:]))


@dataclasses.dataclass(frozen=True)
class Capacity:
    """`blocks` None: READ CAPACITY(10) cannot tell."""

    blocks: int | None
    block_bytes: int
    physical_exponent: int = 0
    provisioned: bool = False  #: LBPME
    reads_zeros: bool = False  #: LBPRZ


def _block_bytes(size):
    _need(size != 0 and size & (size - 1) == 0, f"a block of {size} bytes")
    return size


def capacity10(reply):
    _need(len(reply) == 8, "READ CAPACITY(10): not 8 bytes")
    last, size = struct.unpack(">II", reply)
    return Capacity(None if last == 0xffffffff else last + 1, _block_bytes(size))


def capacity16(reply):
    _need(len(reply) == 32, "READ CAPACITY(16): not 32 bytes")
    last, size, protection, exponents, alignment = struct.unpack_from(">QIBBH", reply)
    _need(protection == 0, "READ CAPACITY(16): protection information")
    _zero(reply[16:], "READ CAPACITY(16)")
    _need(alignment & 0xc000 != 0x4000, "READ CAPACITY(16): LBPRZ without LBPME")
    return Capacity(last + 1, _block_bytes(size), exponents & 0x0f, bool(alignment & 0x8000), bool(alignment & 0x4000))


def lba_status(reply):
    """GET LBA STATUS: (first block, blocks, 0 mapped, 1 deallocated or 2 anchored) in order, none left out."""
    body = _counted(reply, 0, ">I", "GET LBA STATUS")
    _need(len(body) >= 4, "GET LBA STATUS: no header")
    _zero(body[:4], "GET LBA STATUS")
    found = []
    for entry in _chunks(body[4:], 16, "GET LBA STATUS"):
        lba, count, status = struct.unpack_from(">QIB", entry)
        _need(count != 0 and status & 0x0f <= 2, "GET LBA STATUS: a descriptor of nothing")
        _need(not found or lba == found[-1][0] + found[-1][1], "GET LBA STATUS: descriptors out of order")
        found.append((lba, count, status & 0x0f))
    return found


@dataclasses.dataclass(frozen=True)
class Modes:
    medium_type: int
    write_protected: bool
    fua: bool  #: DPOFUA
    pages: dict  #: bytes after the two of the head, by page code


def modes(reply, ten=False):
    """MODE SENSE(6), or (10)."""
    what = "MODE SENSE(10)" if ten else "MODE SENSE(6)"
    body = _counted(reply, 0, ">H" if ten else ">B", what)
    _need(len(body) >= (6 if ten else 3), f"{what}: no header")
    medium_type, specific = body[0], body[1]
    _zero(body[2:4] if ten else [], what)
    descriptors = struct.unpack_from(">H", body, 4)[0] if ten else body[2]
    _need(descriptors == 0, f"{what}: a block descriptor")
    pages, at = {}, 6 if ten else 3
    while at < len(body):
        _need(len(body) - at >= 2 and at + 2 + body[at + 1] <= len(body), f"{what}: a page that is cut off")
        code = body[at] & 0x3f
        _need(code not in pages and (not pages or code > max(pages)), f"{what}: page {code:02X}h out of order")
        pages[code] = body[at + 2 : at + 2 + body[at + 1]]
        at += 2 + body[at + 1]
    return Modes(medium_type, bool(specific & 0x80), bool(specific & 0x10), pages)


def write_cache(page):
    """Page 08h, as `modes` has it: WCE."""
    _need(len(page) in (10, 18), f"page 08h: {len(page)} bytes after its head")
    return bool(page[0] & 4)


def keys(reply):
    """READ KEYS: (generation, keys)."""
    body = _counted(reply, 4, ">I", "READ KEYS")
    return struct.unpack_from(">I", reply)[0], [int.from_bytes(key, "big") for key in _chunks(body, 8, "READ KEYS")]


TYPES = {1: "write exclusive", 3: "exclusive access", 5: "write exclusive, registrants only",
         6: "exclusive access, registrants only", 7: "write exclusive, all registrants", 8: "exclusive access, all registrants"}


def _type(byte, what):
    _need(byte >> 4 == 0, f"{what}: the scope is not the logical unit")
    _need(byte in TYPES, f"{what}: type {byte}")
    return byte


def reservation(reply):
    """READ RESERVATION: (generation, None or (key, type))."""
    body = _counted(reply, 4, ">I", "READ RESERVATION")
    generation = struct.unpack_from(">I", reply)[0]
    if not body:
        return generation, None
    _need(len(body) == 16, "READ RESERVATION: neither none nor one")
    _zero(body[12:13], "READ RESERVATION")
    kind, key = _type(body[13], "READ RESERVATION"), int.from_bytes(body[:8], "big")
    _need(kind < 7 or key == 0, "READ RESERVATION: a key where all registrants hold it")
    return generation, (key, kind)


@dataclasses.dataclass(frozen=True)
class ReservationCapabilities:
    all_target_ports: bool  #: ATP_C
    can_persist: bool  #: PTPL_C
    persists: bool  #: PTPL_A
    types: frozenset | None  #: None: not told


#: Bits of the type mask, by type.
_MASK = {1: 0x0200, 3: 0x0800, 5: 0x2000, 6: 0x4000, 7: 0x8000, 8: 0x0001}


def reservation_capabilities(reply):
    what = "REPORT CAPABILITIES"
    _need(len(reply) == 8 and reply[:2] == b"\0\x08", f"{what}: not 8 bytes")
    _zero([reply[2] & 0x62, *reply[6:8]], what)
    (mask,) = struct.unpack_from(">H", reply, 4)
    _zero([mask & ~sum(_MASK.values())], what)
    can, now = bool(reply[2] & 1), bool(reply[3] & 1)
    _need(can or not now, f"{what}: persists what it cannot")
    types = frozenset(kind for kind, bit in _MASK.items() if mask & bit)
    return ReservationCapabilities(bool(reply[2] & 4), can, now, types if reply[3] & 0x80 else None)


@dataclasses.dataclass(frozen=True)
class Registrant:
    key: int
    holder: bool
    all_target_ports: bool
    kind: int | None  #: type of the reservation that it holds
    port: int
    transport_id: bytes


def full_status(reply):
    """READ FULL STATUS: (generation, registrants)."""
    what = "READ FULL STATUS"
    body, at, found = _counted(reply, 4, ">I", what), 0, []
    while at < len(body):
        _need(len(body) - at >= 24, f"{what}: a descriptor that is cut off")
        key, flags, kind, port, length = struct.unpack_from(">Q4xBB4xHI", body, at)
        _zero([*body[at + 8 : at + 12], flags & 0xfc, *body[at + 14 : at + 18]], what)
        _need(at + 24 + length <= len(body), f"{what}: a descriptor that is cut off")
        holder = bool(flags & 1)
        found.append(Registrant(key, holder, bool(flags & 2), _type(kind, what) if holder else None, port,
                                body[at + 24 : at + 24 + length]))
        at += 24 + length
    return struct.unpack_from(">I", reply)[0], found


def luns(reply):
    """REPORT LUNS: the numbers, each of the simple kind (peripheral device addressing)."""
    _need(len(reply) >= 8, "REPORT LUNS: no header")
    _need(len(reply) == 8 + struct.unpack_from(">I", reply)[0], "REPORT LUNS: the length is another")
    _zero(reply[4:8], "REPORT LUNS")
    entries = _chunks(reply[8:], 8, "REPORT LUNS")
    _need(all(entry[0] == 0 and not any(entry[2:]) for entry in entries), "REPORT LUNS: another way of addressing")
    found = [entry[1] for entry in entries]
    _need(found == sorted(set(found)), "REPORT LUNS: out of order")
    return found
