// The device's half of folding an episode (fold.h): observations sorted by what they were done to. Inside of fold.cpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "replay/fold.h"
#include "trace/bytes.h"
#include "trace/message.h"

namespace coincide {

/// At most seven numbers and some bytes as one: equal for equal things.
std::uint64_t fold_digest(std::initializer_list<std::uint64_t> numbers, ByteSpan bytes = {});

class EffectFolder {
 public:
  explicit EffectFolder(const FoldOptions& options) : options_(options) {}

  /// `cause` is the access that set it off, none if it was something else.
  void observe(const Event& event, std::uint32_t number, const HostAccess& cause);
  /// A disk_complete stimulus: where it stands is timing, how the request ended is not.
  void completion(const Event& event, std::uint32_t number);
  /// Items of the host so far.
  void items(std::size_t count) { items_ = static_cast<std::uint32_t>(count); }
  Effects finish();

 private:
  bool sees(std::uint64_t bit) const { return (options_.sees & bit) != 0; }
  void add(EffectKind kind, std::uint32_t of, std::uint64_t value, std::uint32_t number);
  void transfer(EffectKind kind, std::uint32_t of, std::uint64_t start, std::uint64_t length, ByteSpan bytes,
                std::uint32_t number);

  /// Bytes (sectors of a medium) that go on where the ones before ended.
  struct Transfer {
    EffectKind kind;
    std::uint32_t of;
    std::uint64_t start, end;
    std::vector<std::uint8_t> bytes;
    Effect effect;
  };

  const FoldOptions& options_;
  Effects effects_;
  std::vector<Transfer> transfers_;
  std::uint32_t items_ = 0;
};

}  // namespace coincide
