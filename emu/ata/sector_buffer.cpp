#include "emu/ata/sector_buffer.h"

#include <algorithm>

#include "emu/ata/disk.h"

namespace coincide {

void SectorBuffer::reset(ResetKind kind) {
  if (kind == ResetKind::power_cycle) data_.fill(0);
}

void SectorBuffer::software_reset(bool /*revert*/) {}

void SectorBuffer::read() { disk_.send(data_); }

void SectorBuffer::written() {
  std::ranges::copy(disk_.received_data(), data_.begin());  // ATA6-BUF-1
  disk_.complete();
}

}  // namespace coincide
