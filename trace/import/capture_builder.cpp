#include "trace/import/capture_builder.h"

#include <algorithm>

#include "trace/import/config_width.h"
#include "trace/import/text_source.h"

namespace coincide {

namespace {

constexpr std::size_t kRunBytes = 512;

std::uint32_t ones(unsigned width) { return width >= 4 ? 0xffffffffu : (1u << (8 * width)) - 1; }

bool is_data_port(std::uint16_t port) {
  ChannelPort where;
  return channel_port(port, where) && where.reg == 0;
}

}  // namespace

void CaptureBuilder::add(const Event& event, std::string_view payload, std::uint32_t line) {
  end_run();
  if (payload.size() > kMaxCaptureBytes - payloads_.size()) {
    too_large_ = true;
    payload = {};
  }
  Row row{event, line, payloads_.size(), payload.size()};
  payloads_.append(payload);
  rows_.push_back(row);
}

void CaptureBuilder::end_run() {
  if (!run_.open) return;
  run_.open = false;  // first: add() comes back here
  const auto width = static_cast<std::uint8_t>(run_.width);
  if (run_.bytes.size() == run_.width) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < run_.width; ++i)
      value |= std::uint32_t{static_cast<std::uint8_t>(run_.bytes[i])} << (8 * i);
    add({run_.write ? EventKind::port_write : EventKind::port_read, width, 0, run_.port, 0, value, {}}, {}, run_.line);
  } else {
    add({run_.write ? EventKind::port_write_block : EventKind::port_read_block,
         width,
         0,
         run_.port,
         0,
         run_.bytes.size() / run_.width,
         {}},
        run_.bytes, run_.line);
  }
  run_.bytes.clear();
}

void CaptureBuilder::access(bool write, std::uint16_t port, unsigned width, std::uint32_t value, std::uint32_t line) {
  ++accesses_;
  if (!is_data_port(port)) {
    add({write ? EventKind::port_write : EventKind::port_read, static_cast<std::uint8_t>(width), 0, port, 0, value, {}},
        {}, line);
    return;
  }
  if (!run_.open || run_.write != write || run_.port != port || run_.width != width) {
    end_run();
    run_ = {true, write, port, width, line, {}};
  }
  run_.bytes += little_endian_bytes(value, width);
  if (run_.bytes.size() >= kRunBytes) end_run();
}

void CaptureBuilder::port_read(std::uint16_t port, unsigned width, std::uint32_t value, std::uint32_t line) {
  access(false, port, width, value, line);
}

void CaptureBuilder::port_write(std::uint16_t port, unsigned width, std::uint32_t value, std::uint32_t line) {
  access(true, port, width, value, line);
}

void CaptureBuilder::port_read_string(std::uint16_t port, unsigned width, std::uint32_t count, std::uint32_t first,
                                      std::uint32_t line) {
  ++accesses_;
  std::string bytes = little_endian_bytes(first, width);
  bytes.resize(std::size_t{count} * width, '\0');
  const std::uint64_t open = bytes.size() - width;
  add({EventKind::port_read_block, static_cast<std::uint8_t>(width), 0, port, open, count, {}}, bytes, line);
}

void CaptureBuilder::port_write_string(std::uint16_t port, unsigned width, std::uint32_t count, std::uint32_t first,
                                       std::uint32_t line) {
  ++accesses_;
  std::string bytes = little_endian_bytes(first, width);
  bytes.resize(std::size_t{count} * width, '\0');
  end_run();
  capture_.unknown_output.push_back(rows_.size());
  add({EventKind::port_write_block, static_cast<std::uint8_t>(width), 0, port, 0, count, {}}, bytes, line);
}

void CaptureBuilder::port_read_unseen(std::uint16_t port, unsigned width, std::uint32_t line) {
  ++accesses_;
  add({EventKind::port_read, static_cast<std::uint8_t>(width), 0, port, ones(width), 0, {}}, {}, line);
}

void CaptureBuilder::device_id(std::uint32_t did) {
  if (did == 0x7010 || did == 0x7111) capture_.device_id = static_cast<std::uint16_t>(did);
}

void CaptureBuilder::config_read(std::uint8_t offset, unsigned width, std::uint32_t value, std::uint32_t line) {
  ++accesses_;
  if (offset == 0x02) device_id(value);
  if (offset == 0x00) device_id(value >> 16);
  add({EventKind::config_read, static_cast<std::uint8_t>(width), 0, offset, 0, value, {}}, {}, line);
}

void CaptureBuilder::config_write(std::uint8_t offset, unsigned width, std::uint32_t value, std::uint32_t line) {
  ++accesses_;
  add({EventKind::config_write, static_cast<std::uint8_t>(width), 0, offset, 0, value, {}}, {}, line);
}

void CaptureBuilder::mem_read(std::uint64_t address, std::string_view bytes, std::uint32_t line) {
  for (std::size_t at = 0; at < bytes.size(); at += kMaxPayload) {
    const std::string_view part = bytes.substr(at, kMaxPayload);
    add({EventKind::mem_read, 0, 0, 0, address + at, part.size(), {}}, part, line);
  }
}

void CaptureBuilder::mem_read_unseen(std::uint64_t address, std::uint64_t bytes, std::uint32_t line) {
  for (std::uint64_t at = 0; at < bytes; at += kMaxPayload) {
    const std::uint64_t part = std::min<std::uint64_t>(bytes - at, kMaxPayload);
    add({EventKind::mem_read, 0, 0, 0, address + at, part, {}}, {}, line);
  }
}

void CaptureBuilder::mem_write(std::uint64_t address, std::string_view bytes, std::uint32_t line) {
  for (std::size_t at = 0; at < bytes.size(); at += kMaxPayload) {
    const std::string_view part = bytes.substr(at, kMaxPayload);
    add({EventKind::mem_write, 0, 0, 0, address + at, part.size(), {}}, part, line);
  }
}

void CaptureBuilder::dma_result(unsigned channel, std::uint64_t address, std::string_view bytes, std::uint64_t offset,
                                std::uint64_t changed_end, std::uint32_t line) {
  end_run();
  if (!rows_.empty() && !capture_.dma_results.empty()) {
    const DmaResult& last = capture_.dma_results.back();
    Row& row = rows_.back();
    const bool joins = last.event + 1 == rows_.size() && last.channel == channel && offset != 0 &&
                       last.offset + row.bytes == offset && row.event.detail + row.bytes == address &&
                       row.bytes + bytes.size() <= kMaxPayload && bytes.size() <= kMaxCaptureBytes - payloads_.size();
    if (joins) {
      payloads_.append(bytes);
      row.bytes += bytes.size();
      row.event.value += bytes.size();
      return;
    }
  }
  capture_.dma_results.push_back({rows_.size(), static_cast<std::uint8_t>(channel), offset, changed_end});
  mem_read(address, bytes, line);
}

void CaptureBuilder::clock_advance(std::uint64_t nanoseconds, std::uint32_t line) {
  add({EventKind::clock_advance, 0, 0, 0, 0, nanoseconds, {}}, {}, line);
}

void CaptureBuilder::reset(ResetKind kind, std::uint32_t line) {
  add({EventKind::reset, static_cast<std::uint8_t>(kind), 0, 0, 0, 0, {}}, {}, line);
}

void CaptureBuilder::note(std::string_view text, std::uint32_t line) {
  add({EventKind::note, 0, 0, 0, 0, text.size(), {}}, text.substr(0, kMaxPayload), line);
}

void CaptureBuilder::media_change(const Event& event, std::string drive, std::string file, std::uint32_t line) {
  end_run();
  capture_.media_changes.push_back({rows_.size(), std::move(drive), std::move(file)});
  add(event, {}, line);
}

void CaptureBuilder::media_insert(std::string drive, std::string file, std::uint32_t line) {
  media_change({EventKind::media_insert, 0, 0, 0, 0, 0, {}}, std::move(drive), std::move(file), line);
}

void CaptureBuilder::media_eject(std::string drive, bool force, std::uint32_t line) {
  media_change({EventKind::media_eject, 0, 0, 0, 0, force ? 1u : 0u, {}}, std::move(drive), {}, line);
}

void CaptureBuilder::irq(unsigned line14_15, bool level, std::uint32_t line) {
  bool& now = levels_[line14_15 & 1];
  if (now == level) return;
  now = level;
  add({EventKind::irq, 0, 0, line14_15, 0, level ? 1u : 0u, {}}, {}, line);
}

Result<Capture> CaptureBuilder::finish(const std::string& name) {
  end_run();
  if (too_large_) return Error{name, "more than 1 GiB of data"};
  ConfigWidth widths;
  const auto config = [](const Event& e) {
    return ConfigAccess{e.kind == EventKind::config_write, static_cast<std::uint8_t>(e.where),
                        static_cast<std::uint32_t>(e.value)};
  };
  const auto needs_width = [](const Event& e) {
    return (e.kind == EventKind::config_read || e.kind == EventKind::config_write) && e.width == 0;
  };
  for (const Row& row : rows_) {
    if (needs_width(row.event)) widths.see(config(row.event));
  }
  for (const Row& row : rows_) {
    Event event = row.event;
    if (needs_width(event)) event.width = static_cast<std::uint8_t>(widths.width(config(event)));
    event.payload = {reinterpret_cast<const std::uint8_t*>(payloads_.data()) + row.offset, row.bytes};
    capture_.events.add(event);
    capture_.lines.push_back(row.line);
  }
  for (const auto& [what, count] : left_out_) capture_.left_out.push_back({what, count});
  return std::move(capture_);
}

}  // namespace coincide
