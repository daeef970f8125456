// SET CD SPEED, GET PERFORMANCE, READ BUFFER CAPACITY, SET READ AHEAD.
#include <algorithm>

#include "emu/scsi/optical_unit.h"

namespace coincide::scsi {

void OpticalUnit::set_cd_speed() {
  constexpr std::uint32_t kSingleSpeed = 176;
  // MMC-SPD-1: always accepted; FFFFh is the maximum, and so is what exceeds it.
  speed_kb_s_ =
      static_cast<std::uint16_t>(std::min<std::uint32_t>(std::max(cdb_.u16(2), kSingleSpeed), config_.max_speed_kb_s));
  good();
}

void OpticalUnit::get_performance() {
  constexpr std::uint8_t kTolerance = 2;  // 10 % nominal and 20 % exceptions, the one value there is
  const std::uint8_t except = cdb_[1] & 3;
  if (cdb_[10] != 0) return fail_field(10);  // Type: performance data alone
  if ((cdb_[1] >> 3 & 3) != kTolerance) return fail_field(1, 4);
  if ((cdb_[1] & 4) != 0) return fail_field(1, 2);  // Write
  if (except == 3) return fail_field(1, 1);
  const std::uint32_t start = cdb_.u32(2);
  if (!in_range(start, 1)) return;
  Reply reply;
  reply.zeros(4).bytes({static_cast<std::uint8_t>(except != 0 ? 1 : 0), 0, 0, 0});
  // One speed from end to end, so there are no exceptions from it.
  if (except == 0 && cdb_.u16(8) != 0) reply.u32(start).u32(speed_kb_s_).u32(disc()->blocks() - 1).u32(speed_kb_s_);
  send(reply.set_length32(), kMaxPiece);
}

void OpticalUnit::read_buffer_capacity() {
  const bool in_blocks = (cdb_[1] & 1) != 0;
  const std::uint32_t bytes = std::uint32_t{config_.buffer_kb} * 1024;
  Reply reply;  // MMC-RBC-1
  reply.zeros(3).bytes({static_cast<std::uint8_t>(in_blocks ? 1 : 0)});
  reply.u32(in_blocks ? 0 : bytes).u32(in_blocks ? bytes / kBlockBytes : bytes);
  send(reply.set_length16(), cdb_.u16(7));
}

void OpticalUnit::set_read_ahead() {
  if (!in_range(cdb_.u32(2), 1) || !in_range(cdb_.u32(6), 1)) return;
  good();  // the drive has no read-ahead that could be seen
}

}  // namespace coincide::scsi
