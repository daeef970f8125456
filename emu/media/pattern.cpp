#include "emu/media/pattern.h"

#include <algorithm>
#include <cstring>

namespace coincide {
namespace {

/// Contents of one extent at byte `offset` inside it.
void read_extent(const Extent& extent, std::uint64_t offset, std::span<std::uint8_t> out) {
  switch (extent.kind) {
    case Extent::Kind::zero:
      std::memset(out.data(), 0, out.size());
      return;
    case Extent::Kind::bytes: {
      const std::uint64_t have = extent.data.size() > offset ? extent.data.size() - offset : 0;
      const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(have, out.size()));
      if (n != 0) std::memcpy(out.data(), extent.data.data() + offset, n);
      std::memset(out.data() + n, 0, out.size() - n);
      return;
    }
    case Extent::Kind::pattern:
      break;
  }
  std::array<std::uint8_t, kSectorBytes> sector;
  while (!out.empty()) {
    const std::uint64_t index = extent.first_index + offset / kSectorBytes;
    const std::uint64_t within = offset % kSectorBytes;
    const std::size_t n = std::min<std::size_t>(out.size(), kSectorBytes - within);
    if (n == kSectorBytes) {
      pattern_sector(extent.tag, index, out.first<kSectorBytes>());
    } else {
      pattern_sector(extent.tag, index, sector);
      std::memcpy(out.data(), sector.data() + within, n);
    }
    out = out.subspan(n);
    offset += n;
  }
}

class BytesMedium final : public Medium {
 public:
  BytesMedium(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner)
      : bytes_(bytes), owner_(std::move(owner)) {}
  std::uint64_t sectors() const override { return (bytes_.size() + kSectorBytes - 1) / kSectorBytes; }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::uint64_t have = bytes_.size() > offset ? bytes_.size() - offset : 0;
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(have, out.size()));
    if (n != 0) std::memcpy(out.data(), bytes_.data() + offset, n);
    std::memset(out.data() + n, 0, out.size() - n);
  }
  std::span<const std::uint8_t> view(std::uint64_t offset, std::uint64_t bytes) const override {
    if (offset > bytes_.size() || bytes > bytes_.size() - offset) return {};
    return bytes_.subspan(offset, bytes);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::shared_ptr<const void> owner_;
};

}  // namespace

void pattern_sector(const std::array<char, 3>& tag, std::uint64_t lba, std::span<std::uint8_t, kSectorBytes> out) {
  out[0] = static_cast<std::uint8_t>(tag[0]);
  out[1] = static_cast<std::uint8_t>(tag[1]);
  out[2] = static_cast<std::uint8_t>(tag[2]);
  out[3] = ' ';
  std::uint64_t digits = lba;
  for (int i = 14; i >= 4; --i) {
    out[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>('0' + digits % 10);
    digits /= 10;
  }
  out[15] = '\n';
  const std::uint64_t start = lba * 167 + (lba >> 8) * 73 + static_cast<std::uint8_t>(tag[2]);
  std::uint8_t value = static_cast<std::uint8_t>(start + 16 * 31);
  for (std::size_t i = 16; i < kSectorBytes; ++i) {
    out[i] = value;
    value = static_cast<std::uint8_t>(value + 31);
  }
}

ExtentMedium::ExtentMedium(std::uint64_t sectors, std::vector<Extent> extents)
    : sectors_(sectors), extents_(std::move(extents)) {}

void ExtentMedium::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const std::uint64_t lba = offset / kSectorBytes;
    auto next = std::upper_bound(extents_.begin(), extents_.end(), lba,
                                 [](std::uint64_t l, const Extent& e) { return l < e.first_lba; });
    std::uint64_t end_lba = next == extents_.end() ? sectors_ : next->first_lba;
    const Extent* extent = nullptr;
    if (next != extents_.begin()) {
      const Extent& before = *(next - 1);
      if (lba - before.first_lba < before.sectors) {
        extent = &before;
        end_lba = before.first_lba + before.sectors;
      }
    }
    const std::uint64_t room = end_lba > lba ? (end_lba - lba) * kSectorBytes - offset % kSectorBytes : out.size();
    const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(room, out.size()));
    if (extent != nullptr) {
      read_extent(*extent, offset - extent->first_lba * kSectorBytes, out.first(n));
    } else {
      std::memset(out.data(), 0, n);
    }
    out = out.subspan(n);
    offset += n;
  }
}

MediumPtr make_pattern_medium(std::uint64_t sectors, const std::array<char, 3>& tag) {
  Extent all;
  all.sectors = sectors;
  all.kind = Extent::Kind::pattern;
  all.tag = tag;
  return std::make_shared<ExtentMedium>(sectors, std::vector<Extent>{all});
}

MediumPtr make_bytes_medium(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner) {
  return std::make_shared<BytesMedium>(bytes, std::move(owner));
}

}  // namespace coincide
