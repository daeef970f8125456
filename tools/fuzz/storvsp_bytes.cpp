#include <algorithm>
#include <array>
#include <set>

#include "emu/hyperv/little_endian.h"
#include "tools/fuzz/vmbus_bytes.h"

namespace coincide::fuzz {
namespace {

using hyperv::GuestDriver;
using hyperv::kPageBytes;
using hyperv::store_le;
using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMaxOperations = 96;
constexpr std::uint64_t kRings[] = {0x4000, 0x10000};
constexpr std::uint64_t kBuffers = 0x20000;
constexpr std::uint8_t kOutcomes = 10;
constexpr unsigned kUnits[] = {0, 3};
constexpr std::uint8_t kTransfers[] = {0x08, 0x0a, 0x28, 0x2a, 0xa8, 0xaa, 0x88, 0x8a, 0x2e, 0x2f};
constexpr std::uint8_t kOthers[] = {0x00, 0x03, 0x12, 0x15, 0x55, 0x1a, 0x5a, 0x1b, 0x1d, 0x1e, 0x25, 0x35,
                                    0x91, 0x41, 0x93, 0x42, 0x5e, 0x5f, 0x9e, 0xa0, 0x16, 0x17, 0x04, 0xff};

class Guest {
 public:
  Guest(ByteSpan input, const VmbusGuest& guest)
      : operands_(input), guest_(guest), driver_(guest.apply, guest.messages), version_(stor_version(input)) {
    for (unsigned i = 0; i < 2; ++i) {
      rings_[i].address = kRings[i];
      rings_[i].up_bytes = rings_[i].down_bytes = ring_bytes(input);
    }
  }

  void run() {
    connect();
    for (channel_ = 0; channel_ < 2; ++channel_) ready();
    for (std::size_t n = 0; n < kMaxOperations && operands_.more(); ++n) operation();
    settle();
  }

 private:
  hyperv::GuestRings& rings() { return rings_[channel_]; }
  void stimulus(EventKind kind, std::uint8_t width, std::uint32_t where, std::uint64_t detail, std::uint64_t value) {
    guest_.apply({kind, width, 0, where, detail, value, {}});
  }
  void out(std::uint32_t port, unsigned width, std::uint32_t value) {
    stimulus(EventKind::port_write, static_cast<std::uint8_t>(width), port, 0, value);
  }
  void complete(DiskOutcome outcome) {
    stimulus(EventKind::disk_complete, static_cast<std::uint8_t>(outcome), 0, 0, 0);
  }
  void connect() {
    driver_.contact(0x50003);
    driver_.request_offers();
  }
  void ready() {
    asked_[channel_].clear();
    if (driver_.offers().size() <= channel_) return;
    driver_.open(rings(), driver_.offers()[channel_]);
    for (const unsigned step : {7u, 9u, 10u, 8u}) {
      Bytes payload(2);
      store_le(payload, 0, version_);
      send(GuestDriver::in_band(ask(), GuestDriver::stor_packet(static_cast<hyperv::StorOperation>(step), payload)));
      receive();
    }
  }
  std::uint64_t ask() {
    asked_[channel_].insert(++last_id_);
    return last_id_;
  }
  /// A driver that keeps its house: nothing goes into a ring that has no room.
  void send(const Bytes& packet) {
    const auto up = rings();
    const Event look = guest_.apply({EventKind::mem_read, 0, 0, 0, up.up() + 4, 4, {}});
    const auto out_index = hyperv::load_le<std::uint32_t>(look.payload, 0);
    if (out_index >= up.up_bytes || hyperv::ring_free(up.up_bytes, up.in, out_index) < packet.size() + 8) {
      asked_[channel_].erase(last_id_);
      return;
    }
    driver_.send(rings(), packet);
  }
  bool receive() {
    const auto packet = driver_.receive(rings());
    if (packet && packet->type == 11 && asked_[channel_].erase(packet->transaction_id) == 0)
      guest_.broken("STORVSP-26: a completion that nobody waits for");
    return packet.has_value();
  }
  void scsi(const hyperv::GuestCommand& command, std::uint32_t range_bytes) {
    const auto payload = GuestDriver::srb_packet(command);
    const std::uint64_t id = ask();
    send(range_bytes == 0 ? GuestDriver::in_band(id, payload)
                          : GuestDriver::gpa_direct(id, payload, command.buffer, range_bytes));
  }

  void operation() {
    const std::uint8_t word = operands_.byte();
    channel_ = word >> 7;
    switch (word & 15) {
      case 5: {
        const std::uint8_t n = operands_.byte();
        Bytes cdb = {kOthers[n % std::size(kOthers)]};
        for (unsigned i = 0; i < 9; ++i) cdb.push_back(operands_.byte());
        return command(std::move(cdb), n < 0x80 ? 1 : 0);
      }
      case 6: {
        Bytes cdb;
        for (unsigned i = 0; i < 16; ++i) cdb.push_back(operands_.byte());
        const std::uint8_t data_in = operands_.byte();
        hyperv::GuestCommand c{std::move(cdb), {}, data_in, 0, kBuffers, 64};
        c.address.path = operands_.byte();
        c.address.target = operands_.byte();
        c.address.lun = operands_.byte();
        c.transfer_bytes = operands_.number(2);
        return scsi(c, c.transfer_bytes);
      }
      case 7: {
        const std::uint8_t n = operands_.byte();
        const std::uint32_t bytes = operands_.byte() % 80u;
        Bytes payload;
        for (unsigned i = 0; i < 4; ++i) payload.push_back(operands_.byte());
        return send(GuestDriver::in_band(
            ask(), GuestDriver::stor_packet(static_cast<hyperv::StorOperation>(n % 16), payload, bytes), n < 0x80));
      }
      case 8:
        return wrong_ranges(operands_.byte(), operands_.number(2));
      case 9:
        receive();
        return;
      case 10:
        for (unsigned n = 0; n < 64 && receive(); ++n) continue;
        return;
      case 11: {
        const std::uint8_t n = operands_.byte();
        return complete(n < kOutcomes ? static_cast<DiskOutcome>(n) : DiskOutcome::done);
      }
      case 12:
        return stimulus(EventKind::clock_advance, 0, 0, 0, (operands_.byte() + 1u) * std::uint64_t{4'000});
      case 13: {
        const std::uint8_t page = operands_.byte();
        const EventKind kind = page >= 0x80 ? EventKind::mem_map : EventKind::mem_unmap;
        return stimulus(kind, 0, 0, kBuffers + (page & 0x1fu) * std::uint64_t{kPageBytes}, kPageBytes);
      }
      case 14:
        return ports(operands_.byte());
      case 15:
        return again(operands_.byte());
      default:
        return transfer(operands_.byte());
    }
  }
  void command(Bytes cdb, std::uint8_t data_in) {
    hyperv::GuestCommand c{std::move(cdb), {}, data_in, 0, 0, 64};
    c.address.target = static_cast<std::uint8_t>(kUnits[channel_] % 2);
    c.buffer = kBuffers + operands_.byte() * std::uint64_t{512};
    c.transfer_bytes = operands_.number(2) & 0x3fff;
    scsi(c, c.transfer_bytes);
  }
  void transfer(std::uint8_t n) {
    const std::uint8_t opcode = kTransfers[n % std::size(kTransfers)];
    const std::uint32_t lba = operands_.number(2);
    const std::uint32_t count = operands_.byte();
    Bytes cdb(16);
    cdb[0] = opcode;
    const auto put = [&](std::size_t at, unsigned bytes, std::uint32_t value) {
      for (unsigned i = 0; i < bytes; ++i) cdb[at + i] = static_cast<std::uint8_t>(value >> 8 * (bytes - 1 - i));
    };
    if (opcode < 0x20) {
      put(2, 2, lba), put(4, 1, count);
    } else if (opcode < 0x80) {
      put(2, 4, lba), put(7, 2, count);
    } else if (opcode < 0xa0) {
      put(6, 4, lba), put(10, 4, count);
    } else {
      put(2, 4, lba), put(6, 4, count);
    }
    if (n >= 0x80 && opcode >= 0x20) cdb[1] = 0x08;  // FUA
    hyperv::GuestCommand c{
        std::move(cdb), {}, static_cast<std::uint8_t>(opcode % 2 == 0 && (opcode & 0x0f) == 8), 0, 0, 64};
    c.address.target = static_cast<std::uint8_t>(kUnits[channel_] % 2);
    c.buffer = kBuffers + operands_.byte() * std::uint64_t{512};
    c.transfer_bytes = count * 512 + operands_.byte();
    scsi(c, c.transfer_bytes);
  }
  void wrong_ranges(std::uint8_t n, std::uint32_t length) {
    hyperv::GuestCommand c{{0x28, 0, 0, 0, 0, 1, 0, 0, 1, 0}, {}, 1, length, kBuffers, 12u + n % 53u};
    c.address.target = static_cast<std::uint8_t>(kUnits[channel_] % 2);
    Bytes packet = GuestDriver::gpa_direct(ask(), GuestDriver::srb_packet(c), kBuffers + n, 600);
    switch (n % 6) {
      case 1:
        packet[0] = 7;  // transfer pages
        break;
      case 2:
        packet[20] = 2;  // a second range that is not there
        break;
      case 3:
        store_le(packet, 24, 0u);
        break;
      case 4:
        packet[29] |= 0x10;  // an offset beyond the page
        break;
      case 5:
        store_le(packet, 24, 0x2000u);
        break;
      default:
        break;
    }
    send(packet);
  }
  void ports(std::uint8_t n) {
    const std::uint32_t base = channel_ == 0 ? 0x1f0 : 0x170;
    const std::uint8_t lba = operands_.byte();
    const std::uint8_t data = operands_.byte();
    static constexpr std::uint8_t kCommands[] = {0x20, 0x30, 0xe7, 0xec};
    if (n % 6 == 4) {
      out(base + 0x206, 1, 0x04);
      stimulus(EventKind::clock_advance, 0, 0, 0, 5'000);
      return out(base + 0x206, 1, 0x00);
    }
    if (n % 6 == 5) return stimulus(EventKind::reset, 0, 0, 0, 0);
    stimulus(EventKind::config_write, 2, 0x04, 0, 0x0005);
    out(base + 6, 1, channel_ == 0 ? 0xe0 : 0xf0);
    out(base + 2, 1, 1);
    out(base + 3, 1, lba);
    out(base + 7, 1, kCommands[n % 6]);
    const Bytes sector(512, data);
    if (n % 6 == 1) guest_.apply({EventKind::port_write_block, 2, 0, base, 0, 256, sector});
  }
  void again(std::uint8_t n) {
    if (n % 8 == 1) {
      stimulus(EventKind::reset, 1, 0, 0, 0);
      asked_ = {};
      connect();
    } else {
      driver_.close(rings());
    }
    ready();
  }

  std::uint64_t value(unsigned channel, AcceleratorReg reg) {
    return guest_.reg(register_id(accelerator_scope(kUnits[channel]), static_cast<unsigned>(reg)));
  }
  /// All that is asked of the media ends; then whoever was asked has answered, unless his channel has failed.
  void settle() {
    bool busy = true;
    for (unsigned round = 0; busy && round < 4000; ++round) {
      complete(DiskOutcome::done);
      stimulus(EventKind::clock_advance, 0, 0, 0, 20'000);
      busy = false;
      for (channel_ = 0; channel_ < 2; ++channel_) {
        busy |= receive();
        busy |=
            value(channel_, AcceleratorReg::channel_state) == 2 && value(channel_, AcceleratorReg::outstanding) != 0;
      }
    }
    for (channel_ = 0; channel_ < 2; ++channel_) {
      if (value(channel_, AcceleratorReg::channel_state) == 2 && !asked_[channel_].empty())
        guest_.broken("STORVSP-26: a request was never answered");
    }
  }

  Operands operands_;
  const VmbusGuest& guest_;
  GuestDriver driver_;
  std::uint16_t version_;
  std::array<hyperv::GuestRings, 2> rings_;
  std::array<std::set<std::uint64_t>, 2> asked_;
  std::uint64_t last_id_ = 0;
  unsigned channel_ = 0;
};

}  // namespace

void run_storvsp_bytes(ByteSpan input, const VmbusGuest& guest) { Guest(input, guest).run(); }

}  // namespace coincide::fuzz
