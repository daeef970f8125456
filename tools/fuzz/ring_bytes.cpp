#include <array>

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
constexpr std::uint8_t kOutcomes = 10;

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
    for (unsigned i = 0; i < 2; ++i) open(i);
    for (std::size_t n = 0; n < kMaxOperations && operands_.more(); ++n) operation();
    for (unsigned i = 0; i < 8; ++i) complete(DiskOutcome::done);
  }

 private:
  void stimulus(EventKind kind, std::uint8_t width, std::uint64_t detail, std::uint64_t value) {
    guest_.apply({kind, width, 0, 0, detail, value, {}});
  }
  void complete(DiskOutcome outcome) {
    stimulus(EventKind::disk_complete, static_cast<std::uint8_t>(outcome), 0, 0);
    stimulus(EventKind::clock_advance, 0, 0, 20'000);
  }
  void store(std::uint64_t address, ByteSpan bytes) {
    if (!bytes.empty()) guest_.apply({EventKind::mem_write, 0, 0, 0, address, bytes.size(), bytes});
  }
  void message(std::uint32_t type, std::initializer_list<std::uint32_t> words, std::size_t bytes = 0) {
    Bytes out(std::max(bytes, 8 + 4 * words.size()));
    store_le(out, 0, type);
    std::size_t at = 8;
    for (const std::uint32_t word : words) store_le(out, at, word), at += 4;
    driver_.post(out);
  }
  void connect() {
    driver_.contact(0x50003);
    driver_.request_offers();
  }
  void open(unsigned i) {
    if (driver_.offers().size() > i) driver_.open(rings_[i], driver_.offers()[i]);
  }

  void operation() {
    const std::uint8_t word = operands_.byte();
    const unsigned i = word >> 7;
    hyperv::GuestRings& rings = rings_[i];
    switch (word & 15) {
      case 0:
        return gpadl(rings.channel);
      case 1: {
        const std::uint32_t id = operands_.byte();
        const std::uint32_t page = operands_.byte();
        return message(5, {rings.channel, 7, id, operands_.byte() == 0 ? 0u : ~0u, page}, 148);
      }
      case 2: {
        static constexpr std::uint32_t kTypes[] = {7, 11, 13, 22, 16};
        const std::uint8_t n = operands_.byte();
        return message(kTypes[n % 5], {rings.channel, operands_.byte()});
      }
      case 3: {
        const std::uint32_t type = operands_.byte();
        Bytes out(8 + operands_.byte() % 59u * 4);
        store_le(out, 0, type);
        for (std::size_t at = 8; at < out.size(); at += 4) out[at] = operands_.byte();
        driver_.post(out);
        return;
      }
      case 4: {
        const std::uint8_t n = operands_.byte();
        driver_.contact(hyperv::kVersions[n % std::size(hyperv::kVersions)] + (n >> 4 & 7));
        if (n < 0x80) driver_.request_offers();
        return;
      }
      case 8: {
        static constexpr std::uint32_t kWords[] = {0x00, 0x04, 0x08, 0x0c, 0x40};
        const std::uint8_t n = operands_.byte();
        std::array<std::uint8_t, 4> bytes{};
        const std::uint32_t value = operands_.number(4);
        store_le(bytes, 0, value);
        store((n < 0x80 ? rings.up() : rings.down()) + kWords[n % 5], bytes);
        // The guest goes on from where the word says, if that is in the ring.
        if (n % 5 == 0 && n < 0x80) rings.in = value % rings.up_bytes / 8 * 8;
        if (n % 5 == 1 && n >= 0x80) rings.out = value % rings.down_bytes / 8 * 8;
        return;
      }
      case 9: {
        const std::uint32_t offset = operands_.number(2);
        Bytes bytes(operands_.byte());
        for (std::uint8_t& byte : bytes) byte = operands_.byte();
        return store(rings.up() + kPageBytes + offset % (2 * rings.up_bytes), bytes);
      }
      case 10:
        return driver_.signal(rings.connection);
      case 11:
        for (unsigned n = 0; n < 64 && driver_.receive(rings); ++n) continue;
        return;
      case 12: {
        const std::uint8_t n = operands_.byte();
        return complete(n < kOutcomes ? static_cast<DiskOutcome>(n) : DiskOutcome::done);
      }
      case 13: {
        const std::uint8_t page = operands_.byte();
        const EventKind kind = page >= 0x80 ? EventKind::mem_map : EventKind::mem_unmap;
        return stimulus(kind, 0, rings.address + page % rings.pages() * kPageBytes, kPageBytes);
      }
      case 14: {
        for (const unsigned step : {7u, 9u, 10u, 8u}) {
          Bytes payload(2);
          store_le(payload, 0, version_);
          driver_.send(rings, GuestDriver::in_band(
                                  step, GuestDriver::stor_packet(static_cast<hyperv::StorOperation>(step), payload)));
        }
        return;
      }
      case 15: {
        const std::uint8_t n = operands_.byte();
        if (n % 8 == 1 || n % 8 == 2) {
          stimulus(EventKind::reset, n % 8 == 1 ? 1 : 0, 0, 0);
          connect();
        } else {
          driver_.close(rings);
        }
        return open(i);
      }
      default:
        return packet(rings);
    }
  }
  void gpadl(std::uint32_t channel) {
    const std::uint32_t id = operands_.byte();
    const std::uint32_t pages = operands_.byte() % 40u + 1;
    const std::uint64_t first = operands_.byte();
    const std::uint32_t more = operands_.byte();
    const std::uint32_t ranges = operands_.byte() + 1u;
    Bytes words(8 + 8 * pages);
    store_le(words, 0, pages * kPageBytes - (more >> 4) * 16);
    for (std::uint32_t page = 0; page < pages; ++page) store_le(words, 8 + 8 * page, first + page);
    const std::size_t in_header = std::min<std::size_t>(words.size(), 27 * 8);
    Bytes header(20);
    store_le(header, 0, 8u);
    store_le(header, 8, channel);
    store_le(header, 12, id);
    store_le(header, 16, static_cast<std::uint16_t>(words.size() + (more & 15) * 4));
    store_le(header, 18, static_cast<std::uint16_t>(ranges % 3));
    header.insert(header.end(), words.begin(), words.begin() + static_cast<std::ptrdiff_t>(in_header));
    driver_.post(header);
    for (std::size_t at = in_header; at < words.size(); at += 28 * 8) {
      Bytes body(16);
      store_le(body, 0, 9u);
      store_le(body, 12, id);
      const auto from = words.begin() + static_cast<std::ptrdiff_t>(at);
      body.insert(body.end(), from,
                  from + static_cast<std::ptrdiff_t>(std::min<std::size_t>(28 * 8, words.size() - at)));
      driver_.post(body);
    }
  }
  void packet(hyperv::GuestRings& rings) {
    std::array<std::uint8_t, 4> change{};
    for (std::uint8_t& byte : change) byte = operands_.byte();
    const std::uint8_t ranges = operands_.byte();
    Bytes payload(operands_.byte() % 80u);
    for (std::size_t at = 0; at < payload.size() && at < 32; ++at) payload[at] = operands_.byte();
    Bytes bytes = ranges % 4 == 0 ? GuestDriver::in_band(ranges, payload)
                                  : GuestDriver::gpa_direct(ranges, payload, 0x20000 + ranges * 64u, ranges * 32u + 1);
    bytes[0] ^= change[0];
    bytes[2] ^= change[1];
    bytes[4] ^= change[2];
    bytes[6] ^= change[3] & 0x83;
    if (ranges % 4 != 0 && (ranges & 0x40) != 0) bytes[20] = ranges & 0x0f;
    if ((change[3] & 0x7c) == 0) return driver_.send(rings, bytes);
    driver_.send_raw(rings, bytes, static_cast<std::uint32_t>(bytes.size()) + (change[3] & 0x7cu));
  }

  Operands operands_;
  const VmbusGuest& guest_;
  GuestDriver driver_;
  std::uint16_t version_;
  std::array<hyperv::GuestRings, 2> rings_;
};

}  // namespace

void run_ring_bytes(ByteSpan input, const VmbusGuest& guest) { Guest(input, guest).run(); }

}  // namespace coincide::fuzz
