// Copies a trace without changing what it says: with payloads stripped, compressed or not, with another provenance. The
// copy names the same run.
#pragma once

#include <optional>

#include "trace/frame_writer.h"
#include "trace/reader.h"

namespace coincide {

struct RewriteOptions {
  bool strip_payloads = false;
  int zstd_level = 0;                      ///< 0 = uncompressed, whatever the source was
  std::optional<Provenance> provenance{};  ///< nullopt = as it was
};

/// Every chunk is checked while it is copied. A chunk whose payloads are already stripped stays so.
Result<TraceSummary> rewrite(const TraceReader& from, Sink& to, const RewriteOptions& options);

}  // namespace coincide
