// GPADLs: the guest names pages of its memory once, in a GpadlHeader message and as many GpadlBody messages as it
// takes, and channels refer to them by number.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "emu/hyperv/page_range.h"

namespace coincide::hyperv {

/// One sub-range that a transfer page packet names: bytes of a GPADL's first range.
struct TransferRange {
  std::uint32_t count_bytes = 0;
  std::uint32_t offset_bytes = 0;
};

/// The pages of sub-ranges of a GPADL. nullopt: one of them leaves it, or is empty.
std::optional<std::vector<PageRange>> resolve_transfer(const PageRange& gpadl, std::span<const TransferRange> ranges);

/// The GPADLs of all channels. A guest can ask for no more than fits: others are refused as malformed ones are.
class GpadlTable {
 public:
  /// Most GPADLs at a time; each has at most 65535 bytes of ranges.
  static constexpr std::size_t kMaxGpadls = 64;

  struct Gpadl {
    std::uint32_t channel = 0;
    std::uint32_t count_ranges = 0;
    std::uint32_t missing_bytes = 0;  ///< of the words, still to come in bodies
    std::vector<std::uint8_t> words;  ///< while it is not whole
    std::vector<PageRange> ranges;    ///< when it is

    template <class Archive>
    void fields(Archive& archive) {
      archive(channel, count_ranges, missing_bytes, words, ranges);
    }
  };

  enum class Step : std::uint8_t { created, more, refused, unknown };
  /// A header: `announced_bytes` of words in all, the first of them in `data`.
  Step header(std::uint32_t id, std::uint32_t channel, std::uint16_t announced_bytes, std::uint16_t count_ranges,
              std::span<const std::uint8_t> data);
  Step body(std::uint32_t id, std::span<const std::uint8_t> data);
  /// One that is whole, or nullptr.
  const Gpadl* find(std::uint32_t id) const;
  std::optional<std::uint32_t> channel_of(std::uint32_t id) const;
  bool remove(std::uint32_t id) { return gpadls_.erase(id) != 0; }
  void remove_channel(std::uint32_t channel);
  void clear() { gpadls_.clear(); }
  std::size_t count() const { return gpadls_.size(); }

  template <class Archive>
  void fields(Archive& archive) {
    archive(gpadls_);
  }

 private:
  Step take(std::uint32_t id, std::span<const std::uint8_t> data);

  std::map<std::uint32_t, Gpadl> gpadls_;
};

}  // namespace coincide::hyperv
