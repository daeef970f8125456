#include "tools/fuzz/int13_bytes.h"

#include <array>
#include <vector>

#include "emu/media/pattern.h"

namespace coincide::fuzz {
namespace {

constexpr std::size_t kMaxOperations = 512;
constexpr std::uint64_t kRamBytes = 1u << 20;
constexpr std::uint64_t kSectors = 4096;
constexpr std::uint64_t kLatencyNs = 10'000;
constexpr std::uint32_t kBmiba = 0xc000, kTable = 0x1000, kPackets = 0x10000, kPage = 0x1000;
constexpr unsigned kOutcomes = 10;  ///< of DiskOutcome
constexpr std::uint8_t kOpcodes[] = {0xc8, 0xc9, 0xca, 0xcb, 0x25, 0x35, 0x3d, 0x20, 0xec};

class Guest {
 public:
  Guest(ByteSpan input, const std::function<Event(const Event&)>& apply) : input_(input), apply_(apply) {}

  void run() {
    at_ = 1;
    enable();
    for (std::size_t n = 0; n < kMaxOperations && at_ < input_.size(); ++n) operation();
    settle();
  }

 private:
  std::uint32_t number(unsigned bytes) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= (at_ < input_.size() ? std::uint32_t{input_[at_++]} : 0) << (8 * i);
    return value;
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }

  void out(std::uint32_t port, unsigned width, std::uint32_t value) {
    apply_({EventKind::port_write, static_cast<std::uint8_t>(width), 0, port, 0, value, {}});
  }
  void in(std::uint32_t port) { apply_({EventKind::port_read, 1, 0, port, 0, 0, {}}); }
  void config(std::uint32_t offset, unsigned width, std::uint32_t value) {
    apply_({EventKind::config_write, static_cast<std::uint8_t>(width), 0, offset, 0, value, {}});
  }
  void clock(std::uint64_t ns) { apply_({EventKind::clock_advance, 0, 0, 0, 0, ns, {}}); }
  void complete(DiskOutcome outcome) {
    apply_({EventKind::disk_complete, static_cast<std::uint8_t>(outcome), 0, 0, 0, 0, {}});
  }
  void reset(ResetKind kind) { apply_({EventKind::reset, static_cast<std::uint8_t>(kind), 0, 0, 0, 0, {}}); }
  void store(std::uint64_t address, const std::vector<std::uint8_t>& bytes) {
    apply_({EventKind::mem_write, 0, 0, 0, address, bytes.size(), bytes});
  }
  static void append(std::vector<std::uint8_t>& bytes, std::uint64_t value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  std::uint32_t base() const { return channel_ == 0 ? 0x1f0 : 0x170; }
  std::uint32_t bus_master() const { return kBmiba + 8 * channel_; }

  void enable() {
    config(0x20, 4, kBmiba);
    config(0x40, 4, 0x80008000);
    config(0x04, 2, 0x0005);
  }
  void software_reset() {
    out(base() + 0x206, 1, 0x04);
    clock(5'000);
    out(base() + 0x206, 1, 0x00);
  }

  void operation() {
    const std::uint8_t word = byte();
    channel_ = word >> 7;
    switch (word & 15) {
      case 6:
        return doorbell();
      case 7:
        return table();
      case 8:
        return write_register();
      case 9: {
        const unsigned n = byte() % 10u;
        return in(n == 9 ? bus_master() + 2 : n == 8 ? base() + 0x206 : base() + n);
      }
      case 10: {
        const unsigned n = byte() & 1u;
        return out(bus_master() + 2 * n, 1, byte());
      }
      case 11: {
        const std::uint8_t n = byte();
        return complete(n < kOutcomes ? static_cast<DiskOutcome>(n) : DiskOutcome::done);
      }
      case 12:
        return clock((byte() + 1u) * std::uint64_t{4'000});
      case 13:
        return medium(byte());
      case 14: {
        const std::uint8_t page = byte();
        const EventKind kind = page >= 0x80 ? EventKind::mem_map : EventKind::mem_unmap;
        apply_({kind, 0, 0, 0, (page & 0x7fu) * std::uint64_t{kPage}, kPage, {}});
        return;
      }
      case 15:
        return resets(byte());
      default:
        return packet();
    }
  }
  void packet() {
    const std::uint8_t row = byte();
    const std::uint32_t address = kPackets + (byte() & 0x1fu) * 64;
    std::vector<std::uint8_t> bytes = {row < std::size(kOpcodes) ? kOpcodes[row] : row};
    append(bytes, number(1), 1);  // device_head
    append(bytes, 0xee00, 2);     // flags, result_status
    append(bytes, number(2), 6);
    append(bytes, number(1), 2);
    const std::uint32_t buffer = byte();
    append(bytes, number(2), 4);
    append(bytes, channel_ == 1 ? buffer * kPage : kTable, 4);
    append(bytes, number(4), 4);
    store(address, bytes);
    out(base() - 0x10, 4, address);
  }
  void doorbell() {
    const unsigned width = 1u << byte() % 3;
    out(base() - 0x10, width, number(4));
  }
  void table() {
    const std::uint8_t n = byte();
    const unsigned regions = n % 8u + 1;
    std::vector<std::uint8_t> bytes;
    for (unsigned i = 0; i < regions; ++i) {
      append(bytes, byte() * std::uint64_t{kPage}, 4);
      append(bytes, number(2), 2);
      append(bytes, i + 1 == regions && n < 0x80 ? 0x8000 : 0, 2);
    }
    store(kTable, bytes);
  }
  void write_register() {
    const unsigned n = byte() % 9u;
    out(n == 8 ? base() + 0x206 : base() + n, 1, byte());
  }
  void medium(std::uint8_t n) {
    if (n % 3 == 2) {
      apply_({EventKind::media_insert, 0, 2, 0, 0, 0, {}});
    } else {
      apply_({EventKind::media_eject, 0, 2, 0, 0, n % 3u, {}});
    }
  }
  void resets(std::uint8_t n) {
    const std::uint8_t value = byte();
    switch (n % 8) {
      case 1:
        return enable();
      case 2:
        return reset(ResetKind::pci);
      case 3:
        return reset(ResetKind::power_cycle);
      case 4:
        return config(0x04, 2, value);
      default:
        return software_reset();
    }
  }

  /// The bus master may run, no drive is held in reset, and all that is asked of the media ends well.
  void settle() {
    enable();
    for (channel_ = 0; channel_ < 2; ++channel_) out(base() + 0x206, 1, 0x00);
    for (unsigned i = 0; i < 64; ++i) {
      complete(DiskOutcome::done);
      clock(kLatencyNs);
    }
  }

  ByteSpan input_;
  const std::function<Event(const Event&)>& apply_;
  std::size_t at_ = 0;
  unsigned channel_ = 0;
};

}  // namespace

Board int13_board(ByteSpan input) {
  const std::uint8_t first = input.empty() ? std::uint8_t{0} : input[0];
  Board board;
  board.ram = {{0, kRamBytes}};
  board.int13 = true;
  board.completion.kind = (first & 3) == 0   ? CompletionPolicy::Kind::immediate
                          : (first & 3) == 1 ? CompletionPolicy::Kind::latency
                                             : CompletionPolicy::Kind::scripted;
  board.completion.latency_ns = (first & 3) == 1 ? kLatencyNs : 0;
  for (unsigned unit = 0; unit < 4; ++unit) {
    DeviceConfig& device = board.devices[unit];
    device = DeviceConfig::standard(unit == 2 ? DeviceKind::packet : DeviceKind::disk);
    device.medium = make_pattern_medium(kSectors, {'H', 'D', static_cast<char>('0' + unit)});
    device.medium_name = std::string("pattern:HD") + static_cast<char>('0' + unit);
    device.fua = unit != 2;
  }
  return board;
}

Profile int13_profile(ByteSpan input) {
  const bool openvmm = !input.empty() && (input[0] & 4) != 0;
  return *Profile::find(openvmm ? "openvmm" : "spec");
}

void run_int13_bytes(ByteSpan input, const std::function<Event(const Event&)>& apply) { Guest(input, apply).run(); }

}  // namespace coincide::fuzz
