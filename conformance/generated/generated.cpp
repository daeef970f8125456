#include "conformance/generated/generated.h"

namespace coincide {

std::vector<GeneratedCase> generated_cases() {
  using namespace generated;
  Cases out;
  for (void (*add)(Cases&) :
       {add_config, add_ports, add_commands, add_opcodes, add_prd_tables, add_packets, add_resets})
    add(out);
  for (GeneratedCase& one : out) one.name.insert(0, "generated/");
  return out;
}

Result<std::vector<Scenario>> generated_scenarios() {
  std::vector<Scenario> out;
  for (GeneratedCase& one : generated_cases()) {
    auto script = parse_script(one.text, one.name, {});
    if (!script) return script.error();
    out.push_back({one.name, one.name, *std::move(script)});
  }
  return out;
}

}  // namespace coincide
