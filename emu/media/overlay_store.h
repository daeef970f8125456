// A store of its own: a medium beneath an overlay, for a disk that one path alone serves.
#pragma once

#include "emu/media/block_store.h"
#include "emu/media/overlay.h"

namespace coincide {

class OverlayStore final : public BlockStore {
 public:
  explicit OverlayStore(MediumPtr base) : overlay_(std::move(base)) {}
  std::uint64_t sectors() const override { return overlay_.sectors(); }
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const override { overlay_.read(offset, out); }
  void write(std::uint64_t offset, std::span<const std::uint8_t> in) override { overlay_.write(offset, in); }
  void fill(std::uint64_t first_sector, std::uint64_t count_sectors, std::uint8_t value) override {
    overlay_.fill(first_sector, count_sectors, value);
  }

  /// Snapshot: what was written.
  template <class Archive>
  void fields(Archive& archive) {
    archive(overlay_);
  }

 private:
  Overlay overlay_;
};

}  // namespace coincide
