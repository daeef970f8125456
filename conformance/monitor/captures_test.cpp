// The monitor over the captures of the corpus: which rules each driver breaks, and how often. captures.tsv is the
// golden; each row was looked at and says why it is right.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "conformance/monitor/monitor.h"

namespace coincide {
namespace {

const std::string kRoot = COINCIDE_SOURCE_DIR;

/// "capture<TAB>rule<TAB>count" of each row.
std::set<std::string> golden() {
  std::ifstream in(kRoot + "/conformance/monitor/captures.tsv");
  std::set<std::string> out;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) out.insert(line.substr(0, line.rfind('\t')));
  return out;
}

TEST_CASE("each finding in a capture is known, and each known one is found") {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot + "/corpus/captures")) {
    if (entry.path().extension() != ".trace") continue;
    const auto run = load_run(entry.path().string(), {});
    REQUIRE_MESSAGE(run.ok(), run.error().line());
    for (const monitor::Judgement& one : monitor::monitor(*run).rules) {
      if (one.broken != 0)
        found.insert(fmt::format("{}\t{}\t{}", entry.path().stem().string(), one.rule->id, one.broken));
    }
  }
  const std::set<std::string> known = golden();
  REQUIRE_FALSE(known.empty());
  for (const std::string& row : found) CHECK_MESSAGE(known.contains(row), "new: " << row);
  for (const std::string& row : known) CHECK_MESSAGE(found.contains(row), "gone: " << row);
}

}  // namespace
}  // namespace coincide
