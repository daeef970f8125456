// Where chunks close (FORMAT.md, section 6): a pure function of the events, so that two writers given one stream cut it
// alike, and of their content, so that two runs that come together again cut alike again.
#pragma once

#include <cstdint>

#include "emu/event.h"

namespace coincide {

/// Weights are counted in rows; so many payload bytes weigh as much as a row.
inline constexpr std::uint64_t kPayloadBytesPerRow = 64;
inline constexpr std::uint64_t kMinWeight = 8192;    ///< no command closes a chunk below this
inline constexpr std::uint64_t kMaxWeight = 16384;   ///< any stimulus closes it here
inline constexpr std::uint64_t kHardWeight = 32768;  ///< any event closes it here, unless a read is unanswered
/// What a chunk that waits for a read's answer may grow to.
inline constexpr std::uint64_t kMaxRows = 131072;
inline constexpr std::uint64_t kMaxBlob = std::uint64_t{8} << 20;

/// Watches port writes and says where a command closes a chunk.
class CommandCut {
 public:
  /// To be asked before each port_write row is added to a chunk of `weight`. True = close the chunk first.
  bool before_port_write(std::uint32_t port, std::uint64_t value, std::uint64_t weight) {
    const std::uint32_t reg = (port & ~kChannelBit) - kFirstRegister;
    if (reg > kCommandRegister) return false;
    if (reg < kCommandRegister) {
      recent_ = recent_ << 8 | (value & 0xFF);
      return false;
    }
    const std::uint64_t since = weight - mark_;
    mark_ = weight;
    return weight >= kMinWeight && draw() < since;
  }
  /// A chunk was closed, for whatever reason. If a command did it, that command is in the new chunk at weight 0.
  void closed() { mark_ = 0; }

 private:
  static constexpr std::uint32_t kChannelBit = 0x80;      ///< tells 1F1h-1F7h from 171h-177h
  static constexpr std::uint32_t kFirstRegister = 0x171;  ///< Features
  static constexpr std::uint32_t kCommandRegister = 6;    ///< 1F7h, counted from Features

  /// 12 bits that the last eight task-file bytes decide.
  std::uint64_t draw() const { return ((recent_ ^ recent_ >> 32) * 0x9E3779B97F4A7C15u) >> 52; }

  std::uint64_t recent_ = 0;
  std::uint64_t mark_ = 0;
};

}  // namespace coincide
