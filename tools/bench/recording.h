// Recording as the benchmarks do it: the trace writer with everything it does (columns, hashes, frames), its bytes
// given to a sink that drops them, so that no disk is measured.
#pragma once

#include "trace/writer.h"

namespace coincide::bench {

class DroppingSink final : public Sink {
 public:
  Result<void> write(std::span<const ByteSpan> pieces) override {
    for (const ByteSpan piece : pieces) bytes_ += piece.size();
    return {};
  }
  Result<void> finish() override { return {}; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
};

inline TraceHeader bench_header() { return {"the board of the benchmarks\n", "spec", sees::everything}; }

}  // namespace coincide::bench
