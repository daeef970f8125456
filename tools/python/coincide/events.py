"""Events: the rows of a trace, their names and their spelling (FORMAT.md section 4, table "Events")."""

import json
import typing

import xxhash

from .registers import register_name

#: Name of each kind of event by its number. 1-31 are stimuli, 32-63 observations, 64-255 annotations.
KINDS = {
    1: "port_read", 2: "port_write", 3: "port_read_block", 4: "port_write_block", 5: "config_read", 6: "config_write",
    7: "mem_read", 8: "mem_write", 9: "mem_map", 10: "mem_unmap", 11: "disk_complete", 12: "media_insert",
    13: "media_eject", 14: "vmbus_open", 15: "vmbus_close", 16: "vmbus_signal", 17: "clock_advance", 18: "reset",
    32: "register_change", 33: "irq", 34: "dma_read", 35: "dma_write", 36: "disk_request", 37: "disk_data",
    38: "vmbus_interrupt", 39: "port_write_deferred", 40: "port_write_done", 41: "bus_fault", 42: "vmbus_read",
    43: "vmbus_write", 64: "note",
}

REGISTER_CHANGE = 32

#: How a disk request ended (`width` of disk_complete), and what a drive asks (`width` of disk_request).
OUTCOMES = {0: "done", 1: "uncorrectable", 2: "write_fault", 3: "aborted", 4: "no_medium", 5: "not_found",
            6: "crc", 7: "media_changed", 8: "media_change_request", 9: "write_protected"}
OPERATIONS = {0: "none", 1: "read", 2: "write", 3: "verify", 4: "flush", 5: "seek", 6: "diagnose", 7: "spin",
              8: "transfer"}

#: Names of the bits of `Header.sees`, bit 0 first.
SEES = ("read_values", "open_bits", "block_data", "write_data", "registers", "irq", "config", "memory",
        "dma_addresses", "dma_bytes", "disk_requests", "disk_data", "bus_faults", "deferred", "vmbus", "time")


def kind_name(kind):
    """Name of a kind; the number itself if it has none in this version."""
    return KINDS.get(kind, kind)


def is_stimulus(kind):
    return 0 < kind < 32


def is_observation(kind):
    return 32 <= kind < 64


class Event(typing.NamedTuple):
    """One event. What `width` to `value` mean depends on the kind (table in FORMAT.md); unused ones are 0."""

    event: int  #: number in the run, from 0
    kind: int  #: 1-255, see KINDS
    width: int
    unit: int
    where: int
    detail: int
    value: int
    time: int  #: virtual nanoseconds since the start of the run
    payload_bytes: int
    payload: bytes | None  #: b"" if it has none, None if it had and the trace was stripped of payloads

    @property
    def name(self):
        """Name of the kind, or its number if that has no name."""
        return KINDS.get(self.kind, self.kind)

    @property
    def register(self):
        """Of a register_change, the register's name in full, or None if it has none; of other kinds None."""
        return register_name(self.where) if self.kind == REGISTER_CHANGE else None

    @property
    def payload_xxh3(self):
        """XXH3-128 of the payload as 32 hexadecimal digits; None without payload bytes."""
        return xxhash.xxh3_128_hexdigest(self.payload) if self.payload else None


_QUOTED = {kind: json.dumps(KINDS.get(kind, kind)) for kind in range(256)}


def json_line(event, payloads=False):
    """The event as one JSON object on one line; with `payloads` also the payload's bytes in hexadecimal.

    Keys, all always there: event, kind (name, or a number without one), register (name in full; null for other kinds
    than register_change), width, unit, where, detail, value, time, payload_bytes, payload_xxh3 (null without payload
    bytes). Numbers run to 2**64 - 1: read them as integers.
    """
    register = f'"{event.register}"' if event.register else "null"
    digest = f'"{xxhash.xxh3_128_hexdigest(event.payload)}"' if event.payload else "null"
    more = ""
    if payloads:
        more = ', "payload": ' + ("null" if event.payload is None else f'"{event.payload.hex()}"')
    return (f'{{"event": {event.event}, "kind": {_QUOTED[event.kind]}, "register": {register}, '
            f'"width": {event.width}, "unit": {event.unit}, "where": {event.where}, '
            f'"detail": {event.detail}, "value": {event.value}, "time": {event.time}, '
            f'"payload_bytes": {event.payload_bytes}, "payload_xxh3": {digest}{more}}}')


def text_line(event):
    """The event as one line for people: number, time, name, register, and what is not zero, in hexadecimal."""
    parts = [f"{event.event:>8} {event.time:>12} ns  {event.name:<16}", *([event.register] if event.register else [])]
    parts += [f"{name}={value:X}h" for name, value in zip(event._fields[2:7], event[2:7]) if value]
    if event.payload_bytes:
        parts.append(f"payload={event.payload_bytes}:{event.payload_xxh3 or 'stripped'}")
    return " ".join(parts).rstrip()
