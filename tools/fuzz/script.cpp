// Any text is a script or one clear error; a script that parses runs to its end or to its bounds.
#include <string_view>

#include "replay/script.h"
#include "replay/script_run.h"
#include "replay/session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace coincide;
  const auto script = parse_script(std::string_view(reinterpret_cast<const char*>(data), size), "input", {});
  if (!script) return 0;
  Session session(script->board, Profile(), nullptr);
  RunLimits limits;
  limits.statements = 10'000;
  limits.bytes = 1 << 24;
  (void)run_script(*script, session, limits).passed();
  return 0;
}
