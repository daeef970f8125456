#include "replay/listing.h"

#include <fmt/format.h>

#include <algorithm>

#include "emu/registers.h"
#include "replay/event_text.h"
#include "replay/json.h"

namespace coincide {
namespace {

constexpr std::size_t kShownBytes = 16;
constexpr char kDim[] = "\x1b[2m";
constexpr char kBold[] = "\x1b[1m";
constexpr char kPlain[] = "\x1b[0m";

std::string bytes_text(const ListedEvent& listed) {
  std::string out = fmt::format("{} bytes", listed.payload_bytes);
  const auto shown = listed.event.payload.first(std::min(listed.event.payload.size(), kShownBytes));
  if (!shown.empty()) out += ' ';
  for (const std::uint8_t byte : shown) out += fmt::format(" {:02X}", byte);
  return out + (shown.size() < listed.payload_bytes ? " ..." : "");
}

std::string request_text(const Event& e) {
  return fmt::format("{} lba={:#x} count={}", disk_op_name(static_cast<DiskOp>(e.width)), e.detail, e.value);
}

std::string channel_name(unsigned channel) { return channel == 0 ? "primary" : "secondary"; }

/// Note texts and the like come from outside: nothing of them may steer a terminal.
std::string printable(std::span<const std::uint8_t> text) {
  std::string out;
  for (const std::uint8_t c : text) out += c < 0x20 || c == 0x7f ? '?' : static_cast<char>(c);
  return out;
}

}  // namespace

std::string unit_name(unsigned unit) {
  return fmt::format("{} {}{}", channel_name(unit / 2 % 2), unit % 2 == 0 ? "master" : "slave",
                     unit < 4 ? "" : " VMBus");
}

void ListingDecoder::access(const ListedEvent& listed, ListingLine& line) {
  const Event& e = listed.event;
  const HostAccess access = ports_.decode(e);
  line.name = host_register_long_name(access);
  register_name_ = line.name;
  polled_ = e.kind == EventKind::port_read && is_polled(access);
  line.where = hex_text(e.where, e.kind == EventKind::config_read || e.kind == EventKind::config_write ? 1 : 2);
  if (e.kind == EventKind::port_read_block || e.kind == EventKind::port_write_block) {
    line.value = bytes_text(listed);
    return;
  }
  line.value = hex_text(e.value, e.width);
  if (e.width == 1) line.bits = bits_text(access, e.value);
  if (e.detail != 0 && is_read(e.kind)) line.note = fmt::format("open {}", hex_text(e.detail, e.width));
  if (access.write && access.reg == HostRegister::status_command) {
    const auto& command = commands_.command(access.channel);
    if (command && command->event == listed.number) {
      line.command = true;
      line.note = command->text();
      line.device = unit_name(command->unit);
    }
  }
}

ListingLine ListingDecoder::decode(const ListedEvent& listed) {
  const Event& e = listed.event;
  ListingLine line;
  line.number = listed.number;
  line.time_ns = listed.time_ns;
  line.observation = is_observation(e.kind);
  register_name_.clear();
  polled_ = false;
  if (is_stimulus(e.kind)) commands_.stimulus(e, listed.number);
  switch (e.kind) {
    case EventKind::port_read:
    case EventKind::port_read_block:
      line.what = e.kind == EventKind::port_read ? "in" : "ins";
      access(listed, line);
      break;
    case EventKind::port_write:
    case EventKind::port_write_block:
      line.what = e.kind == EventKind::port_write ? "out" : "outs";
      access(listed, line);
      break;
    case EventKind::config_read:
    case EventKind::config_write:
      line.what = e.kind == EventKind::config_read ? "cfgr" : "cfgw";
      access(listed, line);
      break;
    case EventKind::mem_read:
    case EventKind::mem_write:
      line.what = e.kind == EventKind::mem_read ? "memr" : "memw";
      line.where = hex_text(e.detail, 4);
      ring_access(listed, line);
      break;
    case EventKind::mem_map:
    case EventKind::mem_unmap:
      line.what = e.kind == EventKind::mem_map ? "map" : "unmap";
      line.where = hex_text(e.detail, 4);
      line.value = fmt::format("{} bytes", e.value);
      break;
    case EventKind::disk_complete:
      line.what = "done";
      line.where = fmt::format("#{}", e.where);
      line.value = disk_outcome_name(static_cast<DiskOutcome>(e.width));
      if (e.detail != 0) line.note = fmt::format("lba={:#x}", e.detail);
      break;
    case EventKind::media_insert:
      line.what = "insert";
      line.where = fmt::format("{}:{}", e.unit / 2, e.unit % 2);
      line.value = fmt::format("medium {}", e.value);
      break;
    case EventKind::media_eject:
      line.what = "eject";
      line.where = fmt::format("{}:{}", e.unit / 2, e.unit % 2);
      line.value = e.value != 0 ? "by force" : "button";
      break;
    case EventKind::clock_advance:
      line.what = "clock";
      line.value = fmt::format("+{} ns", e.value);
      break;
    case EventKind::reset:
      line.what = "reset";
      line.value = e.width == 0 ? "PCI RST#" : "power cycle";
      break;
    case EventKind::register_change:
      line.what = "reg";
      line.name = coincide::register_name(e.where);
      register_name_ = line.name;
      line.value = fmt::format("{} -> {}", hex_text(e.detail, e.width), hex_text(e.value, e.width));
      line.bits = bits_text(RegisterId{e.where}, e.value);
      break;
    case EventKind::irq:
      line.what = "irq";
      line.where = fmt::format("IRQ{}", e.where);
      line.value = e.value != 0 ? "raised" : "lowered";
      break;
    case EventKind::dma_read:
    case EventKind::dma_write:
      line.what = e.kind == EventKind::dma_read ? "dmar" : "dmaw";
      line.where = hex_text(e.detail, 4);
      line.name = channel_name(e.unit);
      if (e.where != kNoDescriptor) line.name += fmt::format(" PRD {}", e.where);
      line.value = bytes_text(listed);
      break;
    case EventKind::disk_request:
      line.what = "disk";
      line.where = fmt::format("#{}", e.where);
      line.name = unit_name(e.unit);
      line.value = request_text(e);
      break;
    case EventKind::disk_data:
      line.what = "data";
      line.where = fmt::format("#{}", e.where);
      line.name = unit_name(e.unit);
      line.value = fmt::format("lba={:#x} count={}", e.detail, e.value);
      line.note = bytes_text(listed);
      break;
    case EventKind::port_write_deferred:
    case EventKind::port_write_done:
      line.what = e.kind == EventKind::port_write_done ? "done" : "defer";
      line.where = hex_text(e.where, 2);
      line.name = channel_name(e.unit) + " INT13";
      line.value = "packet at " + hex_text(e.detail, 4);
      if (e.value != 0) line.value += ", result " + hex_text(e.value, 1);
      break;
    case EventKind::bus_fault:
      line.what = "fault";
      line.where = hex_text(e.detail, 4);
      line.name = e.unit == kCpuUnit ? "CPU" : e.unit == kVmbusUnit ? "VMBus" : channel_name(e.unit);
      line.value = fmt::format("{} bytes: no memory there", e.value);
      break;
    case EventKind::vmbus_open:
    case EventKind::vmbus_close:
    case EventKind::vmbus_signal:
    case EventKind::vmbus_interrupt:
      line.what = e.kind == EventKind::vmbus_interrupt ? "vmint" : "vmbus";
      line.name = event_text(e, {});
      line.value = plain_value(e, {}).value;
      if (!e.payload.empty()) line.value = vmbus_message_text(e.payload);
      break;
    case EventKind::vmbus_read:
    case EventKind::vmbus_write:
      line.what = e.kind == EventKind::vmbus_read ? "vmr" : "vmw";
      line.where = hex_text(e.detail, 4);
      line.name = fmt::format("channel {}", e.where);
      ring_access(listed, line);
      break;
    case EventKind::note:
      line.what = "note";
      line.value = printable(e.payload);
      break;
    default:
      // Kinds of later rooms have no names of their own yet.
      line.what = event_kind_name(e.kind);
      line.value = fmt::format("where={:#x} detail={:#x} value={:#x}", e.where, e.detail, e.value);
      break;
  }
  ports_.follow(e);
  vmbus_.follow(e);
  return line;
}

/// An access to guest memory: what it means if a ring is there, else its bytes.
void ListingDecoder::ring_access(const ListedEvent& listed, ListingLine& line) const {
  const VmbusMap::Text text = vmbus_.describe(listed.event);
  if (!text.name.empty()) line.name = text.name;
  line.value = text.value.empty() ? bytes_text(listed) : text.value;
}

bool PollFolder::same_look(const Event& event) const {
  return event.kind == look_event_.kind && event.width == look_event_.width && event.where == look_event_.where &&
         event.value == look_event_.value && event.detail == look_event_.detail;
}

void PollFolder::add(ListingLine line, const Event& event, bool polled) {
  if (look_ && polled && same_look(event)) {
    ++looks_;
    looks_clock_ns_ += clock_ns_;
    clock_.reset();
    clock_ns_ = 0;
    clock_steps_ = 0;
    return;
  }
  if (look_ && event.kind == EventKind::clock_advance) {
    if (!clock_) clock_ = std::move(line);
    clock_ns_ += event.value;
    ++clock_steps_;
    return;
  }
  finish();
  if (!polled) return out_(line);
  look_ = std::move(line);
  look_event_ = event;
  look_event_.payload = {};
  looks_ = 1;
  looks_clock_ns_ = 0;
}

void PollFolder::finish() {
  if (!look_) return;
  if (looks_ > 1) {
    look_->note += fmt::format("{}({} polls{})", look_->note.empty() ? "" : "  ", looks_,
                               looks_clock_ns_ != 0 ? fmt::format(" in {} ns", looks_clock_ns_) : "");
  }
  out_(*look_);
  look_.reset();
  if (!clock_) return;
  clock_->value = fmt::format("+{} ns", clock_ns_);
  if (clock_steps_ > 1) clock_->note = fmt::format("({} steps)", clock_steps_);
  out_(*clock_);
  clock_.reset();
  clock_ns_ = 0;
  clock_steps_ = 0;
}

std::string listing_text(const ListingLine& line, bool color) {
  std::string out = fmt::format("{:>8}  {}{:<5} {:<10} {:<28} {}", line.number, line.observation ? "  " : "", line.what,
                                line.where, line.name, line.value);
  if (!line.bits.empty()) out += "  " + line.bits;
  if (!line.note.empty()) out += "  " + line.note;
  if (!line.device.empty()) out += "  (" + line.device + ")";
  while (out.back() == ' ') out.pop_back();
  if (!color) return out;
  return (line.command ? kBold : line.observation ? kDim : "") + out + (line.command || line.observation ? kPlain : "");
}

std::string listing_json(const ListedEvent& listed, const ListingLine& line) {
  const Event& e = listed.event;
  std::string out = fmt::format(
      "{{\"event\":{},\"time_ns\":{},\"kind\":{},\"width\":{},\"unit\":{},\"where\":{},\"detail\":{},\"value\":{}",
      listed.number, listed.time_ns, json_string(event_kind_name(e.kind)), e.width, e.unit, e.where, e.detail, e.value);
  if (listed.payload_bytes != 0) out += fmt::format(",\"payload_bytes\":{}", listed.payload_bytes);
  if (!e.payload.empty()) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out += ",\"payload\":\"";
    for (const std::uint8_t byte : e.payload) {
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
    out += '"';
  }
  if (!line.name.empty()) out += ",\"name\":" + json_string(line.name);
  if (!line.bits.empty()) out += ",\"bits\":" + json_string(line.bits);
  if (line.command) {
    out += fmt::format(",\"command\":{},\"device\":{}", json_string(line.note), json_string(line.device));
  }
  if (e.kind == EventKind::note)
    out += ",\"text\":" + json_string({reinterpret_cast<const char*>(e.payload.data()), e.payload.size()});
  return out + "}";
}

}  // namespace coincide
