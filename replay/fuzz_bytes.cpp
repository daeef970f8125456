#include "replay/fuzz_bytes.h"

#include <array>
#include <string>
#include <vector>

#include "emu/ata/task_file.h"
#include "emu/media/pattern.h"

namespace coincide {
namespace {

constexpr std::uint64_t kRamBytes = 1u << 20;
constexpr std::uint64_t kSectors = 1024;
constexpr std::uint64_t kLatencyNs = 10'000;
constexpr std::uint32_t kBmiba = 0xc000;
constexpr std::uint32_t kTables = 0x1000;  ///< slots of PRD tables begin here
constexpr std::uint32_t kSlots = 4096;
constexpr std::uint32_t kBuffers = 0x20000;  ///< pages that plain PRDs point at
constexpr std::uint32_t kPage = 0x1000;
constexpr std::uint32_t kAddresses = 0x110000;  ///< of memory accesses: RAM, and 64 KiB of the hole above it
constexpr std::uint32_t kControlBlock = 0x206;
constexpr std::uint64_t kMicrosecond = 1000;
constexpr std::uint8_t kSmart = 0xb0;
constexpr unsigned kOutcomes = 10;       ///< of DiskOutcome
constexpr unsigned kMediaEvents = 0xf4;  ///< numbers of requests from here on are events of media

class Decoder {
 public:
  Decoder(ByteSpan input, const std::function<void(const Event&)>& put) : input_(input), put_(put) {}
  std::size_t run();

 private:
  // Operands: little endian, 0 where the input has ended.
  std::uint8_t byte() { return at_ < input_.size() ? input_[at_++] : 0; }
  std::uint32_t number(unsigned bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint32_t{byte()} << (8 * i);
    return value;
  }

  void port_read(std::uint32_t port, unsigned width) { put_({EventKind::port_read, u8(width), 0, port, 0, 0, {}}); }
  void port_write(std::uint32_t port, unsigned width, std::uint32_t value) {
    put_({EventKind::port_write, u8(width), 0, port, 0, value, {}});
  }
  void config_write(std::uint32_t offset, unsigned width, std::uint32_t value) {
    put_({EventKind::config_write, u8(width), 0, offset, 0, value, {}});
  }
  void mem_write(std::uint64_t address, ByteSpan bytes) {
    put_({EventKind::mem_write, 0, 0, 0, address, bytes.size(), bytes});
  }
  void clock(std::uint64_t ns) { put_({EventKind::clock_advance, 0, 0, 0, 0, ns, {}}); }
  void reset(ResetKind kind) { put_({EventKind::reset, u8(static_cast<unsigned>(kind)), 0, 0, 0, 0, {}}); }
  void enable();

  void operation();
  void access(unsigned operation);
  void table_pointer();
  void descriptor();
  void memory();
  void command();
  void string_io();
  void sign_sector();
  void config();
  void time();
  void medium(unsigned n);
  void resets();

  static std::uint8_t u8(unsigned value) { return static_cast<std::uint8_t>(value); }
  std::uint32_t command_block(unsigned reg) const { return (channel_ == 0 ? 0x1f0u : 0x170u) + reg; }
  std::uint32_t bus_master(unsigned offset) const { return kBmiba + 8 * channel_ + offset; }
  unsigned width(unsigned own) const { return variant_ == 0 ? own : 1u << (variant_ - 1); }

  ByteSpan input_;
  const std::function<void(const Event&)>& put_;
  std::size_t at_ = 0;
  unsigned channel_ = 0;
  unsigned variant_ = 0;
  std::uint32_t slot_ = 0;    ///< where the next plain PRD goes
  std::uint32_t table_ = 0;   ///< first slot of the table that BMIDTP is pointed at next
  bool table_begun_ = false;  ///< a plain PRD was written since BMIDTP was pointed
  std::vector<std::uint8_t> buffer_;
};

/// As the script statement of that name.
void Decoder::enable() {
  config_write(0x20, 4, kBmiba);
  config_write(0x40, 2, 0x8000);
  config_write(0x42, 2, 0x8000);
  config_write(0x04, 2, 0x0005);
}

void Decoder::access(unsigned operation) {
  struct Row {
    std::uint32_t port;
    unsigned own_width;
  };
  const std::array<Row, 12> rows = {{{command_block(0), 2},
                                     {command_block(1), 1},
                                     {command_block(2), 1},
                                     {command_block(3), 1},
                                     {command_block(4), 1},
                                     {command_block(5), 1},
                                     {command_block(6), 1},
                                     {command_block(7), 1},
                                     {command_block(kControlBlock), 1},
                                     {bus_master(0), 1},
                                     {bus_master(2), 1},
                                     {bus_master(4), 4}}};
  const Row& row = rows[operation & 15];
  const unsigned bytes = width(row.own_width);
  if (operation >= 16) return port_read(row.port, bytes);
  port_write(row.port, bytes, number(bytes));
}

void Decoder::table_pointer() {
  if (variant_ != 0) return access(11);
  port_write(bus_master(4), 4, kTables + 8 * table_);
  table_begun_ = false;
}

void Decoder::descriptor() {
  std::uint32_t slot = slot_;
  std::uint32_t base = 0;
  std::uint32_t count = 0;
  std::uint32_t top = 0;
  if (variant_ < 2) {
    base = kBuffers + byte() * kPage;
    count = number(2);
    top = variant_ == 1 ? 0x80 : 0;
    if (!table_begun_) table_ = slot;
    table_begun_ = true;
    slot_ = (slot_ + 1) % kSlots;
  } else {
    slot = byte();
    base = number(4);
    count = number(2);
    top = byte();
  }
  std::array<std::uint8_t, 8> entry{};
  store_little(entry.data(), base);
  store_little(entry.data() + 4, count | top << 24);
  mem_write(kTables + 8 * slot, entry);
}

void Decoder::memory() {
  if (variant_ < 2) {
    const std::uint32_t address = number(3) % kAddresses;
    put_({EventKind::mem_read, 0, 0, 0, address, byte() + std::uint64_t{1}, {}});
    return;
  }
  const std::uint64_t address = std::uint64_t{byte()} * kPage;
  const std::uint64_t bytes = (byte() % 16 + std::uint64_t{1}) * kPage;
  put_({variant_ == 2 ? EventKind::mem_unmap : EventKind::mem_map, 0, 0, 0, address, bytes, {}});
}

void Decoder::command() {
  if (variant_ == 3) {
    port_write(command_block(1), 1, byte());
    const std::uint8_t opcode = byte();
    if (opcode == kSmart) {
      port_write(command_block(4), 1, 0x4f);
      port_write(command_block(5), 1, 0xc2);
    }
    return port_write(command_block(7), 1, opcode);
  }
  const std::uint8_t dev = (byte() & 1) != 0 ? device_bits::DEV : 0;
  const std::uint8_t opcode = byte();
  const std::array<std::uint8_t, 4> low = {byte(), byte(), byte(), 0};  // Sector Count, LBA Low, Mid, High
  port_write(command_block(6), 1,
             (variant_ == 2 ? device_bits::obsolete : device_bits::obsolete | device_bits::LBA) | dev);
  for (unsigned i = 0; variant_ == 1 && i < low.size(); ++i) port_write(command_block(2 + i), 1, 0);
  for (unsigned i = 0; i < low.size(); ++i) port_write(command_block(2 + i), 1, low[i]);
  port_write(command_block(7), 1, opcode);
}

void Decoder::string_io() {
  const unsigned n = byte();
  if (variant_ == 2) {
    buffer_.assign((n + 1) * std::size_t{2}, byte());
    if (n == 255) sign_sector();
    put_({EventKind::port_write_block, 2, 0, command_block(0), 0, n + std::uint64_t{1}, buffer_});
    return;
  }
  const std::uint64_t elements = variant_ == 3 ? 256 * (n % 8 + std::uint64_t{1}) : n + std::uint64_t{1};
  put_({EventKind::port_read_block, u8(variant_ == 1 ? 4 : 2), 0, command_block(0), 0, elements, {}});
}

/// Makes the buffer what sectors with a checksum look like: word 0 a revision or an identifier, word 255 A5h and the
/// sum.
void Decoder::sign_sector() {
  buffer_[0] &= 1;
  buffer_[1] = 0;
  buffer_[510] = 0xa5;
  buffer_[511] = 0;
  unsigned sum = 0;
  for (const std::uint8_t b : buffer_) sum += b;
  buffer_[511] = u8(0x100 - (sum & 0xff));
}

void Decoder::config() {
  const std::uint8_t offset = byte();
  if (variant_ == 0) {
    put_({EventKind::config_read, 1, 0, offset, 0, 0, {}});
    return;
  }
  const unsigned bytes = 1u << (variant_ - 1);
  config_write(offset & ~(bytes - 1), bytes, number(bytes));
}

/// n mod 4 is the unit.
void Decoder::medium(unsigned n) {
  if (n >= kMediaEvents + 8) return put_({EventKind::media_insert, 0, u8(n & 3), 0, 0, 0, {}});
  put_({EventKind::media_eject, 0, u8(n & 3), 0, 0, n >= kMediaEvents + 4 ? 1u : 0u, {}});
}

void Decoder::time() {
  const unsigned n = byte();
  if (variant_ == 0) return clock((n + 1) * kMicrosecond);
  if (variant_ == 1) return clock((n + 1) * 10'000 * kMicrosecond);
  if (variant_ == 3 && n >= kMediaEvents) return medium(n);
  const unsigned outcome = variant_ == 2 ? n % kOutcomes : 0;
  std::uint64_t lba = variant_ == 2 ? number(2) : 0;
  const auto named = static_cast<DiskOutcome>(outcome);
  if (named != DiskOutcome::uncorrectable && named != DiskOutcome::not_found) lba = 0;  // only these name a sector
  put_({EventKind::disk_complete, u8(outcome), 0, variant_ == 2 ? 0 : n, lba, 0, {}});
}

void Decoder::resets() {
  switch (variant_) {
    case 0:
      port_write(command_block(kControlBlock), 1, device_control::SRST);
      clock(5 * kMicrosecond);
      port_write(command_block(kControlBlock), 1, 0);
      return clock(2000 * kMicrosecond);
    case 1:
      return enable();
    default:
      return reset(variant_ == 2 ? ResetKind::pci : ResetKind::power_cycle);
  }
}

void Decoder::operation() {
  const std::uint8_t op = byte();
  const unsigned number_of_op = op & 31;
  channel_ = op >> 5 & 1;
  variant_ = op >> 6;
  switch (number_of_op) {
    case 11:
      return table_pointer();
    case 12:
      return descriptor();
    case 13: {
      const std::uint32_t address = number(3) % kAddresses;
      buffer_.resize(byte() % 32 + std::size_t{1});
      for (std::uint8_t& b : buffer_) b = byte();
      return mem_write(address, buffer_);
    }
    case 14:
      return memory();
    case 15:
      return command();
    case 28:
      return string_io();
    case 29:
      return config();
    case 30:
      return time();
    case 31:
      return resets();
    default:
      return access(number_of_op);
  }
}

std::size_t Decoder::run() {
  if ((byte() & 0x10) == 0) enable();
  std::size_t count = 0;
  for (; at_ < input_.size() && count < kMaxFuzzOperations; ++count) operation();
  return count;
}

/// Bits 7:5 of the first byte give the disks what a disk of 2002 does not have unless it is asked for.
void add_features(DeviceConfig& device, unsigned first) {
  struct Row {
    unsigned bit;
    Feature feature;
  };
  constexpr Row kRows[] = {{5, Feature::puis},      {5, Feature::puis_spin_up}, {5, Feature::overlap},
                           {5, Feature::cfa},       {6, Feature::removable},    {6, Feature::media_status},
                           {7, Feature::media_card}};
  for (const Row& row : kRows) {
    if ((first >> row.bit & 1) != 0) device.features.set(row.feature, true);
  }
}

}  // namespace

Board fuzz_board(ByteSpan input) {
  const unsigned first = input.empty() ? 0 : input[0];
  constexpr unsigned kUnits[] = {0b0001, 0b0011, 0b0101, 0b1111};
  Board board;
  board.ram = {{0, kRamBytes}};
  for (unsigned unit = 0; unit < board.devices.size(); ++unit) {
    if ((kUnits[first & 3] >> unit & 1) == 0) continue;
    const std::array<char, 3> tag = {'H', 'D', static_cast<char>('0' + unit)};
    DeviceConfig& device = board.devices[unit];
    device.kind = DeviceKind::disk;
    device.medium = make_pattern_medium(kSectors, tag);
    device.medium_name = std::string("pattern:") + std::string(tag.data(), tag.size());
    add_features(device, first);
  }
  using Kind = CompletionPolicy::Kind;
  constexpr Kind kPolicies[] = {Kind::immediate, Kind::latency, Kind::scripted, Kind::scripted};
  board.completion.kind = kPolicies[first >> 2 & 3];
  if (board.completion.kind == Kind::latency) board.completion.latency_ns = kLatencyNs;
  return board;
}

std::size_t decode_fuzz_bytes(ByteSpan input, const std::function<void(const Event&)>& put) {
  return Decoder(input, put).run();
}

}  // namespace coincide
