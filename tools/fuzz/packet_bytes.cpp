#include "tools/fuzz/packet_bytes.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "emu/media/pattern.h"
#include "emu/scsi/command_table.h"
#include "emu/scsi/mode_pages.h"

namespace coincide::fuzz {
namespace {

constexpr unsigned kUnit = 2;
constexpr std::uint64_t kRamBytes = 1u << 20;
constexpr std::uint64_t kSectorsOfBlock = 4;
constexpr std::uint64_t kLatencyNs = 10'000;
constexpr std::uint32_t kBmiba = 0xc000;
constexpr std::uint32_t kBase = 0x170, kControl = 0x376, kBusMaster = kBmiba + 8;
constexpr std::uint32_t kTable = 0x1000;
constexpr std::uint32_t kBuffers = 0x20000;
constexpr std::uint32_t kPage = 0x1000;
constexpr unsigned kOutcomes = 10;  ///< of DiskOutcome
constexpr unsigned kPhasesToTheEnd = 64;
constexpr unsigned kIdentifyBytes = 512;
constexpr std::uint8_t kBusy = 0x80, kDrq = 0x08, kCheck = 0x01;
constexpr std::uint8_t kCommandOrStatus = 1, kToHost = 2;
constexpr std::uint8_t kPacket = 0xa0, kIdentifyPacketDevice = 0xa1, kDeviceReset = 0x08;
constexpr std::uint8_t kReadCd = 0xbe, kReadCdMsf = 0xb9, kModeSelect = 0x55;
enum Register : std::uint8_t { data, error_features, reason, low, mid, high, device, status_command };

MediumPtr pattern(std::string_view tag, std::uint64_t blocks) {
  return make_pattern_medium(blocks * kSectorsOfBlock, {tag[0], tag[1], tag[2]});
}

class Driver {
 public:
  Driver(ByteSpan input, const std::function<Event(const Event&)>& apply,
         const std::function<void(std::string_view)>& broken)
      : input_(input), apply_(apply), broken_(broken) {
    if (!input.empty() && (input[0] & 0x10) != 0) packet_bytes_ = 16;
    if (!input.empty() && (input[0] & 0x20) != 0) limit_default_ = 0x400;
  }
  std::size_t run();

 private:
  /// Direction and size of the accesses that a phase is moved by, next to what the device asks for.
  struct Manner {
    std::int32_t words_more = 0;
    bool half = false;
    unsigned width = 2;
    bool other_way = false;
  };
  using Row = void (Driver::*)();
  static const std::array<Row, 32> kOperations;

  std::uint8_t byte() { return at_ < input_.size() ? input_[at_++] : std::uint8_t{0}; }
  std::uint32_t u16() {
    const std::uint32_t first = byte();
    return first | std::uint32_t{byte()} << 8;
  }
  static std::uint8_t u8(std::uint64_t value) { return static_cast<std::uint8_t>(value); }

  // Stimuli.
  std::uint32_t in(std::uint32_t port) {
    return static_cast<std::uint32_t>(apply_({EventKind::port_read, 1, 0, port, 0, 0, {}}).value);
  }
  void out(std::uint32_t port, std::uint32_t value, unsigned width = 1) {
    apply_({EventKind::port_write, u8(width), 0, port, 0, value, {}});
  }
  void config(std::uint32_t offset, unsigned width, std::uint32_t value) {
    apply_({EventKind::config_write, u8(width), 0, offset, 0, value, {}});
  }
  void clock(std::uint64_t ns) { apply_({EventKind::clock_advance, 0, 0, 0, 0, ns, {}}); }
  void words_in(std::uint32_t bytes, unsigned width);
  void words_out(std::span<const std::uint8_t> bytes, unsigned width);
  void enable();

  // A packet command and its phases.
  void packet(std::span<const std::uint8_t> cdb, std::uint32_t limit, bool dma, std::uint32_t bytes);
  void command(std::uint32_t bytes);
  bool phase(const Manner& manner);
  void phase_of_data(std::uint32_t bytes, bool to_host, const Manner& manner);
  void to_the_end();
  void look_at_end(std::uint32_t status);
  void disturbed() { undisturbed_ = false; }

  // Operations.
  void whole_command() {
    command(packet_bytes_);
    to_the_end();
  }
  void command_alone() { command(packet_bytes_); }
  void half_command() { command(packet_bytes_ / 2); }
  void any_packet();
  void one_phase();
  void request_sense();
  void mode_select();
  void string_in() { words_in(2 * (byte() + 1u), 2); }
  void string_out();
  void table();
  void bus_master();
  void end_request();
  void end_requests();
  void device_reset();
  void software_reset();
  void reset();
  void disc();
  void wait() { clock((byte() + 1ull) << (4 * variant_) << 10); }
  void select();
  void other_command();
  void write_register();
  void read_register() { in(kBase + variant_); }
  void alternate_status() { in(kControl); }
  void bus_master_status() { in(kBusMaster + 2); }
  void identify();
  void read_status() { in(kBase + status_command); }
  void memory();

  ByteSpan input_;
  const std::function<Event(const Event&)>& apply_;
  const std::function<void(std::string_view)>& broken_;
  std::size_t at_ = 0;
  std::size_t moved_ = 0;
  unsigned variant_ = 0;
  std::uint32_t packet_bytes_ = 12;
  std::uint32_t limit_default_ = 0;
  // The command under way.
  bool undisturbed_ = false;  ///< a packet command was given, and nothing but its phases came since
  bool dma_ = false;
  bool odd_ = false;  ///< its last block had an odd count
  std::uint32_t limit_ = 0;
  std::vector<std::uint8_t> list_;  ///< what goes out in data-out phases; then zeros
};

void Driver::words_in(std::uint32_t bytes, unsigned width) {
  const std::uint32_t count = (bytes + width - 1) / width;
  if (count == 0 || moved_ + std::size_t{count} * width > kMaxPacketBytes) return;
  moved_ += std::size_t{count} * width;
  apply_({EventKind::port_read_block, u8(width), 0, kBase, 0, count, {}});
}

void Driver::words_out(std::span<const std::uint8_t> bytes, unsigned width) {
  std::vector<std::uint8_t> whole(bytes.begin(), bytes.end());
  whole.resize((whole.size() + width - 1) / width * width);
  if (whole.empty() || moved_ + whole.size() > kMaxPacketBytes) return;
  moved_ += whole.size();
  apply_({EventKind::port_write_block, u8(width), 0, kBase, 0, whole.size() / width, whole});
}

void Driver::enable() {
  config(0x20, 4, kBmiba);
  config(0x42, 2, 0x8000);
  config(0x04, 2, 0x0005);
}

void Driver::packet(std::span<const std::uint8_t> cdb, std::uint32_t limit, bool dma, std::uint32_t bytes) {
  // Whether the device takes it: a command that is open, or another device, leaves nothing to be said.
  const bool idle = (in(kControl) & (kBusy | kDrq)) == 0;
  out(kBase + error_features, dma ? 1 : 0);
  out(kBase + mid, limit & 0xff);
  out(kBase + high, limit >> 8);
  out(kBase + status_command, kPacket);
  undisturbed_ = idle && (in(kControl) & (kBusy | kDrq)) == kDrq;
  dma_ = dma;
  odd_ = false;
  limit_ = limit != 0 ? limit : limit_default_;
  list_.clear();
  std::vector<std::uint8_t> whole(cdb.begin(), cdb.end());
  whole.resize(packet_bytes_);
  words_out(std::span(whole).first(bytes), 2);
}

void Driver::command(std::uint32_t bytes) {
  const auto table = scsi::packet_commands();
  const std::uint8_t which = byte();
  const scsi::PacketCommand& row = table[(which & 0x7f) % table.size()];
  const std::uint8_t option = byte();
  const std::uint32_t address = u16();
  const std::uint32_t count = u16();
  std::array<std::uint8_t, 12> cdb{row.opcode, option};
  const std::uint32_t wide = (which & 0x80) != 0       ? address << 16
                             : (address & 0x8000) != 0 ? address | 0xffff0000u
                                                       : address;
  for (unsigned i = 0; i < 4; ++i) cdb[2 + i] = u8(wide >> (24 - 8 * i));
  const std::size_t at = row.cdb_bytes == 6 ? 3 : row.cdb_bytes == 10 ? 7 : 8;
  cdb[at] = row.cdb_bytes == 6 ? cdb[at] : u8(count >> 8);
  cdb[at + 1] = u8(count);
  if (row.opcode == kReadCd || row.opcode == kReadCdMsf) {
    cdb[8] = u8(count);
    cdb[9] = u8(count >> 8);
  }
  const std::array<std::uint32_t, 4> limits = {0xfffe, count, 0x800, 0};
  packet(cdb, limits[variant_ >> 1], (variant_ & 1) != 0, bytes);
}

void Driver::look_at_end(std::uint32_t status) {
  if (!undisturbed_) return;
  undisturbed_ = false;
  if ((in(kBase + reason) & 7) != (kCommandOrStatus | kToHost)) broken_("ATAPI-IR-2");
  const bool code = (in(kBase + error_features) & 0xf4) != 0;
  if ((status & kCheck) != 0 && !code) broken_("ATAPI-ERR-2");
}

void Driver::phase_of_data(std::uint32_t bytes, bool to_host, const Manner& manner) {
  if (manner.half) bytes /= 2;
  const auto more = std::int64_t{bytes} + 2 * std::int64_t{manner.words_more};
  const auto count = static_cast<std::uint32_t>(std::max<std::int64_t>(more, 0));
  if (manner.other_way || manner.half || manner.words_more != 0) disturbed();
  if (to_host != manner.other_way) return words_in(count, manner.width);
  std::vector<std::uint8_t> out(count);
  const std::size_t from_list = std::min<std::size_t>(count, list_.size());
  std::copy_n(list_.begin(), from_list, out.begin());
  list_.erase(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(from_list));
  words_out(out, manner.width);
}

/// Moves the phase that the device is in. False if there is none that moves through the Data register.
bool Driver::phase(const Manner& manner) {
  const std::uint32_t now = in(kControl);
  if ((now & kBusy) != 0) return false;
  if ((now & kDrq) == 0) {
    look_at_end(in(kBase + status_command));
    return false;
  }
  in(kBase + status_command);
  if (!undisturbed_) {
    phase_of_data(kIdentifyBytes, true, manner);
    return true;
  }
  const std::uint32_t why = in(kBase + reason) & 7;
  if (why == kCommandOrStatus) {  // the packet is not whole yet
    const std::vector<std::uint8_t> rest(2);
    words_out(rest, 2);
    return true;
  }
  if (why != 0 && why != kToHost) broken_("ATAPI-IR-1");
  if (dma_) return false;
  const std::uint32_t first = in(kBase + mid);
  const std::uint32_t count = first | in(kBase + high) << 8;
  if (count == 0 || count > 0xfffe || (limit_ != 0 && count > limit_)) broken_("ATAPI-BC-1");
  if (odd_) broken_("ATAPI-BC-2");
  odd_ = count % 2 != 0;
  phase_of_data(count, why == kToHost, manner);
  return true;
}

void Driver::to_the_end() {
  for (unsigned i = 0; i < kPhasesToTheEnd; ++i) {
    if (!phase({})) return;
  }
}

void Driver::any_packet() {
  std::array<std::uint8_t, 12> cdb{};
  for (std::uint8_t& b : cdb) b = byte();
  packet(cdb, 0xfffe, (variant_ & 1) != 0, packet_bytes_);
}

void Driver::one_phase() {
  constexpr Manner kManners[] = {{}, {-1}, {3}, {0, true}, {0, false, 4}, {0, false, 1}, {0, false, 2, true}, {}};
  phase(kManners[variant_]);
  if (variant_ == 7) phase({});
}

void Driver::request_sense() {
  const std::array<std::uint8_t, 6> cdb = {0x03, 0, 0, 0, 18};
  packet(cdb, 0xfffe, false, packet_bytes_);
  to_the_end();
}

void Driver::mode_select() {
  const auto table = scsi::mode_page_table();
  const scsi::ModePage& page = table[byte() % table.size()];
  std::vector<std::uint8_t> list(8);
  list.insert(list.end(), {page.code, page.length});
  list.insert(list.end(), page.defaults.begin(), page.defaults.end());
  const std::size_t at = byte() % list.size();
  list[at] ^= byte();
  list.resize(list.size() - variant_);
  const std::array<std::uint8_t, 10> cdb = {kModeSelect, 0x10, 0, 0, 0, 0, 0, 0, u8(list.size()), 0};
  packet(cdb, 0xfffe, false, packet_bytes_);
  list_ = std::move(list);
  to_the_end();
}

void Driver::string_out() {
  const std::size_t words = byte() + std::size_t{1};
  disturbed();
  words_out(std::vector<std::uint8_t>(2 * words, byte()), 2);
}

void Driver::table() {
  std::vector<std::uint8_t> table;
  for (unsigned i = 0; i <= variant_; ++i) {
    const std::uint32_t base = kBuffers + byte() * kPage;
    const std::uint32_t count = u16();
    for (unsigned b = 0; b < 4; ++b) table.push_back(u8(base >> (8 * b)));
    table.insert(table.end(), {u8(count), u8(count >> 8), 0, u8(i == variant_ ? 0x80 : 0)});
  }
  apply_({EventKind::mem_write, 0, 0, 0, kTable, table.size(), table});
  out(kBusMaster + 4, kTable, 4);
  out(kBusMaster + 2, 0x06);
}

void Driver::bus_master() {
  constexpr std::uint8_t kValues[] = {0x09, 0x01, 0x00};
  out(kBusMaster, variant_ < 3 ? kValues[variant_] : byte());
}

void Driver::end_request() {
  const auto outcome = u8(byte() % kOutcomes);
  const std::uint32_t lba = u16();
  apply_({EventKind::disk_complete, outcome, 0, 0, lba, 0, {}});
}

void Driver::end_requests() {
  for (unsigned i = 0; i <= variant_; ++i) apply_({EventKind::disk_complete, 0, 0, 0, 0, 0, {}});
}

void Driver::device_reset() {
  disturbed();
  out(kBase + status_command, kDeviceReset);
}

void Driver::software_reset() {
  disturbed();
  out(kControl, 0x04);
  clock(5'000);
  out(kControl, 0x00);
  clock(2'000'000);
}

void Driver::reset() {
  const unsigned kind = variant_ % 4;
  if (kind >= 2) return out(kControl, kind == 2 ? 0x02 : 0x00);
  disturbed();
  apply_({EventKind::reset, u8(kind), 0, 0, 0, 0, {}});
  enable();
}

void Driver::disc() {
  const unsigned kind = variant_ % 4;
  const unsigned n = byte();
  if (kind < 2) apply_({EventKind::media_eject, 0, kUnit, 0, 0, kind, {}});
  if (kind >= 2) apply_({EventKind::media_insert, 0, kUnit, 0, 0, n % 3, {}});
}

void Driver::select() {
  disturbed();
  out(kBase + device, variant_ % 2 != 0 ? 0xb0 : 0xa0);
}

void Driver::other_command() {
  disturbed();
  out(kBase + error_features, byte());
  out(kBase + reason, byte());
  out(kBase + status_command, byte());
}

void Driver::write_register() {
  disturbed();
  out(kBase + variant_, byte());
}

void Driver::identify() {
  disturbed();
  out(kBase + status_command, kIdentifyPacketDevice);
  to_the_end();
}

void Driver::memory() {
  const std::uint64_t address = kBuffers + std::uint64_t{byte()} * kPage;
  apply_({variant_ < 4 ? EventKind::mem_unmap : EventKind::mem_map, 0, 0, 0, address, kPage, {}});
}

using D = Driver;
constexpr std::array<D::Row, 32> D::kOperations = {
    &D::whole_command,
    &D::whole_command,
    &D::whole_command,
    &D::whole_command,  // 0
    &D::command_alone,
    &D::command_alone,
    &D::half_command,
    &D::any_packet,  // 4
    &D::one_phase,
    &D::to_the_end,
    &D::request_sense,
    &D::mode_select,  // 8
    &D::string_in,
    &D::string_out,
    &D::table,
    &D::bus_master,  // 12
    &D::end_request,
    &D::end_requests,
    &D::device_reset,
    &D::software_reset,  // 16
    &D::reset,
    &D::disc,
    &D::wait,
    &D::select,  // 20
    &D::other_command,
    &D::write_register,
    &D::read_register,
    &D::alternate_status,  // 24
    &D::bus_master_status,
    &D::identify,
    &D::read_status,
    &D::memory,  // 28
};

std::size_t Driver::run() {
  enable();
  at_ = 1;
  std::size_t operations = 0;
  while (at_ < input_.size() && operations < kMaxPacketOperations) {
    ++operations;
    const std::uint8_t operation = byte();
    variant_ = operation >> 5;
    (this->*kOperations[operation & 31])();
  }
  return operations;
}

}  // namespace

Board packet_board(ByteSpan input) {
  const unsigned first = input.empty() ? 0 : input[0];
  Board board;
  board.ram = {{0, kRamBytes}};
  DeviceConfig& drive = board.devices[kUnit];
  drive = DeviceConfig::standard(DeviceKind::packet);
  switch (first & 3) {
    case 0:
      break;
    case 1:
      drive.medium = pattern("CD0", 1024);
      drive.medium_name = "pattern:CD0";
      break;
    default:
      drive.medium = pattern("DV0", (first & 3) == 2 ? 500'000 : 3'000'000);
      drive.medium_name = "pattern:DV0";
  }
  drive.media = {{pattern("CD1", 64), "pattern:CD1", {}, false}, {pattern("DV2", 500'000), "pattern:DV2", {}, false}};
  if ((first & 0x10) != 0) drive.packet_bytes = 16;
  if ((first & 0x20) != 0) {
    drive.byte_count_default = 0x400;
    drive.packet_drq = PacketDrq::interrupt;
  }
  if ((first & 0x40) != 0) {
    drive.faults = {{DiskOp::read, 6, 6, DiskOutcome::uncorrectable, 0},
                    {DiskOp::read, 9, 9, DiskOutcome::crc, 0},
                    {DiskOp::read, 12, 12, DiskOutcome::not_found, 0}};
  }
  if ((first & 0x80) != 0) {
    DeviceConfig& other = board.devices[kUnit + 1];
    other = DeviceConfig::standard(DeviceKind::packet);
    other.packet_bytes = drive.packet_bytes;
    other.byte_count_default = drive.byte_count_default;
  }
  using Kind = CompletionPolicy::Kind;
  constexpr Kind kPolicies[] = {Kind::immediate, Kind::latency, Kind::scripted, Kind::scripted};
  board.completion.kind = kPolicies[first >> 2 & 3];
  if (board.completion.kind == Kind::latency) board.completion.latency_ns = kLatencyNs;
  return board;
}

std::size_t run_packet_bytes(ByteSpan input, const std::function<Event(const Event&)>& apply,
                             const std::function<void(std::string_view rule)>& broken) {
  return Driver(input, apply, broken).run();
}

}  // namespace coincide::fuzz
