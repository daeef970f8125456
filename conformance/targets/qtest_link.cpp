#include "conformance/targets/qtest_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>

namespace coincide {
namespace {

constexpr std::chrono::milliseconds kLongest{5000};
constexpr std::size_t kPiece = 4096;  ///< bytes of one write or read request

std::uint64_t number(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

// "IRQ raise N" and "IRQ lower N": both words are as long.
constexpr std::string_view kIrqRaise = "IRQ raise ";

}  // namespace

std::string_view qtest_in(unsigned width) { return width == 1 ? "inb" : width == 2 ? "inw" : "inl"; }
std::string_view qtest_out(unsigned width) { return width == 1 ? "outb" : width == 2 ? "outw" : "outl"; }

std::string QtestLink::answer() {
  refused_ = false;
  while (!dead_) {
    const std::optional<std::string> line = process_.read_line(kLongest);
    if (!line) break;
    const std::string_view text = *line;
    if (text.starts_with("IRQ ")) {
      if (text.size() <= kIrqRaise.size()) continue;
      const bool raise = text.starts_with(kIrqRaise);
      const std::uint64_t n = std::strtoull(text.substr(kIrqRaise.size()).data(), nullptr, 10);
      if (n >= levels_.size()) continue;
      if (raise && !levels_[n]) ++rises_[n];
      levels_[n] = raise;
      continue;
    }
    if (text.starts_with("OK")) return std::string(text.size() > 3 ? text.substr(3) : "");
    if (text.starts_with("FAIL") || text.starts_with("ERR")) {
      refused_ = true;
      return {};
    }
    // Anything else is chatter of the machine.
  }
  dead_ = true;
  return {};
}

std::string QtestLink::ask(std::string_view request) {
  if (dead_ || !process_.write(std::string(request) + "\n")) {
    dead_ = true;
    return {};
  }
  return answer();
}

std::vector<std::string> QtestLink::ask_all(const std::vector<std::string>& requests) {
  std::vector<std::string> out;
  out.reserve(requests.size());
  // Not more at a time than both pipes hold: else the two sides could wait for each other.
  constexpr std::size_t kAtOnce = 256;
  for (std::size_t first = 0; first < requests.size(); first += kAtOnce) {
    std::string text;
    const std::size_t last = std::min(requests.size(), first + kAtOnce);
    for (std::size_t i = first; i < last; ++i) text += requests[i] + "\n";
    if (dead_ || !process_.write(text)) dead_ = true;
    for (std::size_t i = first; i < last; ++i) out.push_back(dead_ ? std::string() : answer());
  }
  return out;
}

bool QtestLink::knows(std::string_view request) {
  ask(request);
  return !dead_ && !refused_;
}

std::uint32_t QtestLink::read_port(std::uint32_t port, unsigned width) {
  return static_cast<std::uint32_t>(number(ask(fmt::format("{} {:#x}", qtest_in(width), port))));
}

void QtestLink::write_port(std::uint32_t port, unsigned width, std::uint32_t value) {
  ask(fmt::format("{} {:#x} {:#x}", qtest_out(width), port, value));
}

std::vector<std::uint8_t> QtestLink::read_memory(std::uint64_t address, std::size_t bytes) {
  std::vector<std::uint8_t> out;
  while (out.size() < bytes && !dead_) {
    const std::size_t piece = std::min(kPiece, bytes - out.size());
    const std::string text = ask(fmt::format("read {:#x} {}", address + out.size(), piece));
    if (text.size() != 2 + 2 * piece) break;
    for (std::size_t i = 0; i < piece; ++i) {
      out.push_back(static_cast<std::uint8_t>(number(std::string_view(text).substr(2 + 2 * i, 2))));
    }
  }
  out.resize(bytes);
  return out;
}

void QtestLink::write_memory(std::uint64_t address, std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    const auto piece = bytes.subspan(at, std::min(kPiece, bytes.size() - at));
    std::string text = fmt::format("write {:#x} {} 0x", address + at, piece.size());
    for (const std::uint8_t byte : piece) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    ask(text);
  }
}

}  // namespace coincide
