#include "trace/import/qtest_request.h"

#include <algorithm>
#include <iterator>

namespace coincide {

namespace {

using V = QtestVerb;

constexpr QtestCommand kCommands[] = {
    {"inb", V::in, 1},
    {"inw", V::in, 2},
    {"inl", V::in, 4},
    {"outb", V::out, 1},
    {"outw", V::out, 2},
    {"outl", V::out, 4},
    {"readb", V::read_word, 1},
    {"readw", V::read_word, 2},
    {"readl", V::read_word, 4},
    {"readq", V::read_word, 8},
    {"writeb", V::write_word, 1},
    {"writew", V::write_word, 2},
    {"writel", V::write_word, 4},
    {"writeq", V::write_word, 8},
    {"read", V::read, 0},
    {"write", V::write, 0},
    {"b64read", V::b64read, 0},
    {"b64write", V::b64write, 0},
    {"memset", V::memset, 0},
    {"clock_step", V::clock, 0},
    {"clock_set", V::clock, 0},
    {"irq_intercept_in", V::silent, 0},
    {"irq_intercept_out", V::silent, 0},
    {"set_irq_in", V::silent, 0},
    {"endianness", V::silent, 0},
    {"module_load", V::silent, 0},
};

/// Longest memory access that is taken: a reproducer's size field is no promise that the bytes are there.
constexpr std::uint64_t kMaxMemoryAccess = 64u << 20;
}  // namespace

std::optional<std::string> base64_bytes(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    unsigned digit = 0;
    if (c >= 'A' && c <= 'Z')
      digit = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      digit = static_cast<unsigned>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      digit = static_cast<unsigned>(c - '0' + 52);
    else if (c == '+')
      digit = 62;
    else if (c == '/')
      digit = 63;
    else if (c == '=')
      break;
    else
      return std::nullopt;
    group = group << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<char>(group >> bits));
    }
  }
  return bytes;
}

const QtestCommand* find_qtest_command(std::string_view name) {
  const auto* found = std::find_if(std::begin(kCommands), std::end(kCommands),
                                   [&](const QtestCommand& command) { return command.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

bool scan_qtest_number(LineScanner& scan, std::uint64_t& value) {
  scan.skip_blanks();
  return scan.number(value) && (scan.at_end() || scan.rest().front() == ' ');
}

std::optional<std::string> scan_qtest_request(LineScanner scan, QtestRequest& request) {
  std::string_view name;
  if (!scan.word(name)) return "an empty request";
  request.command = find_qtest_command(name);
  if (request.command == nullptr) return "unknown qtest command '" + std::string(name) + "'";
  const auto wrong = [&] { return "not a valid " + std::string(name) + " command"; };
  std::string_view data;
  switch (request.command->verb) {
    case V::silent:
      return std::nullopt;
    case V::clock:
      request.has_value = scan_qtest_number(scan, request.value);
      return std::nullopt;
    case V::in:
    case V::out:
      if (!scan_qtest_number(scan, request.address) || request.address > 0xffff) return wrong();
      if (request.command->verb == V::out && !scan_qtest_number(scan, request.value)) return wrong();
      return std::nullopt;
    case V::read_word:
    case V::write_word:
      request.size = request.command->width;
      if (!scan_qtest_number(scan, request.address)) return wrong();
      if (request.command->verb == V::write_word) {
        if (!scan_qtest_number(scan, request.value)) return wrong();
        request.bytes = little_endian_bytes(request.value, request.command->width);
      }
      return std::nullopt;
    default:
      break;
  }
  if (!scan_qtest_number(scan, request.address) || !scan_qtest_number(scan, request.size)) return wrong();
  if (request.size > kMaxMemoryAccess) return "a memory access of more than 64 MiB";
  if (request.command->verb == V::memset) {
    if (!scan_qtest_number(scan, request.value)) return wrong();
    request.bytes.assign(request.size, static_cast<char>(request.value));
  } else if (request.command->verb == V::write) {
    if (!scan.word(data) || !data.starts_with("0x")) return wrong();
    data.remove_prefix(2);
    // An odd digit at the end is half a byte that QEMU does not use.
    if (!append_hex_bytes(data.substr(0, data.size() & ~std::size_t{1}), request.bytes)) return wrong();
    request.bytes.resize(request.size, '\0');
  } else if (request.command->verb == V::b64write) {
    if (!scan.word(data)) return wrong();
    std::optional<std::string> bytes = base64_bytes(data);
    if (!bytes) return wrong();
    request.bytes = std::move(*bytes);
    request.bytes.resize(request.size, '\0');
  }
  return std::nullopt;
}

}  // namespace coincide
