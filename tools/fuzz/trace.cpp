// A hostile trace costs an error, never a crash or memory beyond its limits (trace/FORMAT.md, section 2).
#include "trace/event_list.h"
#include "trace/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  const auto reader = TraceReader::recover(SharedBytes::borrow({data, size}), "input");
  if (!reader) return 0;
  (void)reader->verify().ok();
  EventCursor at(*reader);
  while (at.next()) {
  }
  return 0;
}
