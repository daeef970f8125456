#include "trace/import/port_capture.h"

namespace coincide {

namespace {

constexpr std::uint16_t kDebugTextPort = 0xe9;
constexpr std::uint8_t kBmiba = 0x20;
constexpr std::uint8_t kVid = 0x00;
constexpr std::uint8_t kDid = 0x02;

void feed(CaptureBuilder& builder, const PortAccess& a) {
  if (a.count > 1 && a.write) return builder.port_write_string(a.port, a.width, a.count, a.value, a.line);
  if (a.count > 1) return builder.port_read_string(a.port, a.width, a.count, a.value, a.line);
  if (a.write) return builder.port_write(a.port, a.width, a.value, a.line);
  if (!a.seen) return builder.port_read_unseen(a.port, a.width, a.line);
  builder.port_read(a.port, a.width, a.value, a.line);
}

}  // namespace

bool PortCapture::is_own_port(std::uint16_t port) const {
  ChannelPort where;
  return channel_port(port, where) || (bmiba_ != 0 && port >= bmiba_ && port < bmiba_ + 16);
}

bool PortCapture::config(const PortAccess& access) {
  if (access.port == kConfigAddressPort && access.width == 4 && access.write) {
    mechanism_.address(access.value);
    address_ = access;
    address_waits_ = true;
    return true;
  }
  if (!is_config_data_port(access.port)) return false;
  if (mechanism_.function() != function_) {
    builder_.left_out("configuration accesses to other functions");
    return true;
  }
  if (address_waits_) {
    // CF8h is fed only when it chooses the IDE function: the rest of the machine is not there to answer.
    feed(builder_, address_);
    address_waits_ = false;
  }
  feed(builder_, access);
  const std::uint8_t offset = mechanism_.offset(access.port);
  if (access.write && offset == kBmiba && access.width >= 2) bmiba_ = access.value & 0xfff0;
  if (!access.write && offset == kDid && access.width == 2) builder_.device_id(access.value);
  if (!access.write && offset == kVid && access.width == 4) builder_.device_id(access.value >> 16);
  return true;
}

void PortCapture::access(const PortAccess& access) {
  if (is_own_port(access.port)) return feed(builder_, access);
  if (config(access)) return;
  if (access.port == kDebugTextPort && access.write) {
    const char c = static_cast<char>(access.value);
    if (c != '\n') {
      text_.push_back(c);
    } else {
      finish(access.line);
    }
    return;
  }
  builder_.left_out("accesses to ports of other devices");
}

void PortCapture::finish(std::uint32_t line) {
  if (!text_.empty()) builder_.note("con: " + text_, line);
  text_.clear();
}

}  // namespace coincide
