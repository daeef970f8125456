"""Packet commands of a trace: what each was, and the bytes that moved for it.

    for packet in coincide.packets.packets(trace):
        print(packet.cdb.hex(), len(packet.data_in))

Taken from what the host did and saw, at the ports and in memory, as ATA6 r3a section 8.23 has it; how the device works
inside plays no part. The bytes of a data-in phase by PIO are those that the host read, a pad byte or more of them too.
"""

import dataclasses

PORT_READ, PORT_WRITE, PORT_READ_BLOCK, PORT_WRITE_BLOCK = 1, 2, 3, 4
DMA_READ, DMA_WRITE = 34, 35

#: Command block base of each channel by its number.
BASES = (0x1f0, 0x170)
DATA, FEATURES, BYTE_COUNT_LOW, BYTE_COUNT_HIGH, DEVICE, COMMAND = 0, 1, 4, 5, 6, 7
PACKET = 0xa0


@dataclasses.dataclass
class Packet:
    """One PACKET command: `event` is the number of the write of its opcode; `limit` its byte count limit."""

    event: int
    channel: int
    device: int
    dma: bool
    limit: int
    cdb: bytes = b""
    data_in: bytes = b""
    data_out: bytes = b""


class _Channel:
    def __init__(self, number, packet_bytes):
        self.number, self.packet_bytes = number, packet_bytes
        self.registers = [0] * 8
        self.open = None

    def written(self, register, value, event):
        """A byte to a register; a packet that was open when a command comes."""
        if register != COMMAND:
            self.registers[register] = value
            return None
        ended, self.open = self.open, None
        if value == PACKET:
            limit = self.registers[BYTE_COUNT_LOW] | self.registers[BYTE_COUNT_HIGH] << 8
            self.open = Packet(event, self.number, self.registers[DEVICE] >> 4 & 1, bool(self.registers[FEATURES] & 1), limit)
        return ended

    def data_out(self, data):
        if self.open:
            room = self.packet_bytes - len(self.open.cdb)
            self.open.cdb += data[:room]
            self.open.data_out += data[room:]

    def data_in(self, data):
        if self.open:
            self.open.data_in += data


def packets(trace, packet_bytes=12):
    """The packet commands of a trace in the order in which they ended. `packet_bytes`: 12 or 16, as the device has it."""
    channels = [_Channel(number, packet_bytes) for number in range(len(BASES))]
    for event in trace.events():
        if event.kind in (DMA_READ, DMA_WRITE):
            channel = channels[event.unit]
            (channel.data_out if event.kind == DMA_READ else channel.data_in)(event.payload or b"")
            continue
        if not PORT_READ <= event.kind <= PORT_WRITE_BLOCK:
            continue
        channel = next((channels[n] for n, base in enumerate(BASES) if base <= event.where < base + 8), None)
        if channel is None:
            continue
        register = event.where & 7
        if register == DATA:
            block = event.kind in (PORT_READ_BLOCK, PORT_WRITE_BLOCK)
            data = (event.payload or b"") if block else event.value.to_bytes(8, "little")[: event.width]
            (channel.data_out if event.kind in (PORT_WRITE, PORT_WRITE_BLOCK) else channel.data_in)(data)
        elif event.kind == PORT_WRITE:
            ended = channel.written(register, event.value & 0xff, event.event)
            if ended:
                yield ended
    yield from (channel.open for channel in channels if channel.open)
