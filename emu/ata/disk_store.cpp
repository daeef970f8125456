// The medium as another path to the disk sees it. A write of that path goes to the medium itself; what the write cache
// holds of the same sectors follows, so that no older data land on newer ones.
#include "emu/ata/disk.h"

namespace coincide {

void Disk::Store::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  disk_.overlay().read(offset, out);
  disk_.write_cache_.patch(offset, out);
}

void Disk::Store::write(std::uint64_t offset, std::span<const std::uint8_t> in) {
  disk_.overlay().write(offset, in);
  disk_.write_cache_.follow(offset, in);
  disk_.cfa_.written(offset / kSectorBytes, in.size() / kSectorBytes, false);
}

void Disk::Store::fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value) {
  disk_.overlay().fill(first_sector, count_sectors, value);
  disk_.write_cache_.follow(first_sector * kSectorBytes, count_sectors * kSectorBytes, value);
}

}  // namespace coincide
