// Bytes as a guest that calls the enlightened ports (emu/hyperv/int13.h) and disturbs them: packets by their fields,
// doorbells at any address, what software does to the same drives meanwhile, disk ends, media, resets.
//
// The first byte makes the board: bits 1:0 completion (0 immediate, 1 latency, else scripted), bit 2 profile openvmm.
// Units: 0:0 and 0:1 disks, 1:0 an optical drive, 1:1 a disk. Then operations: a byte whose bits 3:0 are the number and
// bit 7 the channel, and its operands, little endian; operands that the input no longer has are 0.
//
// | number | does | operands |
// |---|---|---|
// | 0-5 | a packet at page & 1Fh with the opcode of row n (any other: as it is), and its doorbell | row, page, device,
// lba 2, count, buffer, bytes 2, head 2, tail 2 | | 6 | a doorbell at an address, width 1 << n mod 3 | n, address 4 |
// | 7 | a PRD table of n mod 8 + 1 regions, each page and count, the last with EOT unless bit 7 of n | n, then page,
// count 2 each | | 8 | a register of the command block or Device Control (n mod 9) is written | n, value | | 9 | a
// register, Alternate Status or BMIS is read | n | | 10 | BMIC or BMIS is written | n, value | | 11 | the oldest disk
// request ends with outcome n mod 10 (good from 10 on) | n | | 12 | time: (n + 1) * 4 us | n | | 13 | medium of 1:0:
// eject button, by force, put in | n | | 14 | RAM of a page goes, or comes back (bit 7) | page | | 15 | SRST, enable,
// RST#, power cycle, PCICMD = n (n mod 8: 0-4, else SRST) | n, value |
#pragma once

#include <functional>

#include "emu/board.h"
#include "emu/event.h"
#include "emu/profile.h"
#include "trace/bytes.h"

namespace coincide::fuzz {

Board int13_board(ByteSpan input);
Profile int13_profile(ByteSpan input);
/// Gives every stimulus to `apply`, which answers it; ends with what brings each write that waits to its end in
/// profile `spec`.
void run_int13_bytes(ByteSpan input, const std::function<Event(const Event&)>& apply);

}  // namespace coincide::fuzz
