#include "conformance/reports/reports.h"

#include <fmt/format.h>

namespace coincide {
namespace {

using Status = CaseResult::Status;

/// Text for XML. What XML 1.0 cannot hold becomes '?'.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '\n' || c == '\r' || c == '#') c = ' ';
  }
  return out;
}

}  // namespace

std::string junit_xml(const ConformResult& result) {
  std::uint64_t failed = 0, skipped = 0;
  double seconds = 0;
  std::string cases;
  for (const CaseResult& one : result.cases) {
    const std::size_t slash = one.name.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : one.name.substr(0, slash);
    const std::string name = slash == std::string::npos ? one.name : one.name.substr(slash + 1);
    cases += fmt::format(R"(  <testcase classname="{}" name="{}" time="{:.3f}")", xml(folder), xml(name), one.seconds);
    seconds += one.seconds;
    if (one.status == Status::failed) {
      ++failed;
      cases += fmt::format(">\n    <failure message=\"{}\"></failure>\n  </testcase>\n", xml(one.reason));
    } else if (one.status == Status::skipped) {
      ++skipped;
      cases += fmt::format(">\n    <skipped message=\"{}\"></skipped>\n  </testcase>\n", xml(one.reason));
    } else {
      cases += "></testcase>\n";
    }
  }
  const std::string counts = fmt::format(R"(tests="{}" failures="{}" errors="0" skipped="{}" time="{:.3f}")",
                                         result.cases.size(), failed, skipped, seconds);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"{}\" {}>\n{}</testsuite>\n"
      "</testsuites>\n",
      xml(result.target), counts, cases);
}

std::string tap(const ConformResult& result) {
  std::string out = fmt::format("TAP version 13\n1..{}\n", result.cases.size());
  std::uint64_t number = 0;
  for (const CaseResult& one : result.cases) {
    out += fmt::format("{} {} - {}", one.status == Status::failed ? "not ok" : "ok", ++number, one_line(one.name));
    if (one.status == Status::skipped) out += " # SKIP " + one_line(one.reason);
    out += '\n';
    if (one.status == Status::failed) out += fmt::format("# {}\n", one_line(one.reason));
  }
  return out;
}

}  // namespace coincide
