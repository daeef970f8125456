// The ring, both ends on one piece of memory (sheet 1, and the upstream tests of 7.2 by their names).
#include "emu/hyperv/ring.h"

#include <doctest/doctest.h>

#include "emu/hyperv/gpadl.h"
#include "emu/hyperv/guest_driver.h"
#include "emu/hyperv/test_bus.h"

namespace coincide::hyperv {
namespace {

using testing::Bytes;
using testing::page_run;
using testing::TestBus;
using Read = IncomingRing::Read;

constexpr std::uint64_t kBase = 0x10000;

/// A ring whose writer and reader are both ours.
struct Pair {
  explicit Pair(std::uint32_t data_pages, std::uint32_t first_index = 0)
      : writer(bus.vmbus.memory(), 7), reader(bus.vmbus.memory(), 7) {
    bus.poke_word(kBase + ring_control::in, first_index);
    bus.poke_word(kBase + ring_control::out, first_index);
    attached = writer.attach(page_run(kBase, 1 + data_pages)) && reader.attach(page_run(kBase, 1 + data_pages));
  }
  bool put(std::size_t bytes, std::uint8_t fill = 0x5a) {
    const auto room = writer.room(packet_bytes(static_cast<std::uint32_t>(bytes)));
    return room.value_or(false) && writer.write(PacketType::in_band, 1, Bytes(bytes, fill));
  }
  bool put_and_signal(std::size_t bytes) { return put(bytes) && writer.commit().value_or(false); }
  /// Puts a packet of the guest's making at the start, `available` bytes of it.
  Read read_raw(Bytes bytes, std::uint32_t available, bool trailer_counts = true) {
    bus.poke(kBase + kPageBytes, bytes);
    bus.poke_word(kBase + ring_control::in, available);
    return reader.read(packet, trailer_counts);
  }
  TestBus bus;
  OutgoingRing writer;
  IncomingRing reader;
  Packet packet;
  bool attached = false;
};

Bytes with_trailer(Bytes packet) {
  packet.resize(packet.size() + kTrailerBytes);
  return packet;
}

/// The reader's verdict on a packet of which everything is there.
ChannelError verdict(const Bytes& packet) {
  Pair ring(4);
  const Bytes whole = with_trailer(packet);
  const Read read = ring.read_raw(whole, static_cast<std::uint32_t>(whole.size()));
  CHECK((read == Read::failed) == (ring.reader.error() != ChannelError::none));
  return ring.reader.error();
}

Bytes descriptor(std::uint16_t type, std::uint16_t offset8, std::uint16_t length8, std::uint16_t flags = 1,
                 std::size_t bytes = 64) {
  Bytes out(std::max<std::size_t>(bytes, 16));
  store_le(out, 0, type);
  store_le(out, 2, offset8);
  store_le(out, 4, length8);
  store_le(out, 6, flags);
  store_le(out, 8, std::uint64_t{0x1122334455667788});
  return out;
}

TEST_CASE("test_ring: a packet on an unmasked empty ring signals, and reading it gives its bytes and no signal") {
  Pair ring(4);
  REQUIRE(ring.attached);
  ring.reader.set_mask(false);
  CHECK(ring.put_and_signal(8));  // asserts VMBUS-22
  REQUIRE(ring.reader.read(ring.packet, true) == Read::packet);
  CHECK(ring.packet.payload == Bytes(8, 0x5a));
  CHECK(ring.packet.type == PacketType::in_band);
  CHECK(ring.reader.commit() == std::optional(false));
  CHECK(ring.bus.peek_word(kBase + ring_control::out) == packet_bytes(8));  // asserts VMBUS-21
  CHECK(packet_bytes(8) == 32);
  CHECK(packet_bytes(1) == 32);
}

TEST_CASE("test_interrupt_mask: no signal when masked, none when the ring was not empty, one for a batch") {
  Pair ring(4);
  CHECK(ring.bus.peek_word(kBase + ring_control::interrupt_mask) == 1);  // asserts VMBUS-24
  CHECK(ring.bus.peek_word(kBase + ring_control::feature_bits) == 1);
  CHECK(ring.bus.peek_word(kBase + ring_control::pending_send_size) == 0);
  CHECK_FALSE(ring.put_and_signal(8));
  ring.reader.set_mask(false);
  CHECK_FALSE(ring.put_and_signal(8));  // asserts VMBUS-22
  while (ring.reader.read(ring.packet, true) == Read::packet) {
  }
  ring.reader.commit();
  CHECK(ring.put(8));
  CHECK(ring.put(8));
  CHECK(ring.writer.commit() == std::optional(true));
  CHECK(ring.writer.commit() == std::optional(false));
}

TEST_CASE("test_pending_send_size: the reader signals when what the writer waits for becomes free, and only then") {
  Pair ring(4);
  for (int i = 0; i < 4; ++i) CHECK(ring.put(4000));
  CHECK_FALSE(ring.put(4000));  // asserts VMBUS-05
  ring.writer.commit();
  CHECK(ring.reader.read(ring.packet, true) == Read::packet);
  CHECK(ring.reader.commit() == std::optional(false));
  CHECK(ring.put(4000));
  ring.writer.commit();
  ring.bus.poke_word(kBase + ring_control::pending_send_size, 8048 | 7);  // the low bits do not count
  const bool expected[] = {false, true, false};
  for (const bool signal : expected) {
    CHECK(ring.reader.read(ring.packet, true) == Read::packet);
    CHECK(ring.reader.commit() == std::optional(signal));  // asserts VMBUS-23
  }
}

TEST_CASE("test_ring_full: a second large packet does not fit, and the writer that waits finds room after a read") {
  Pair ring(1);
  CHECK(ring.put(4000));
  ring.writer.commit();
  CHECK_FALSE(ring.put(4000));
  CHECK(ring.writer.wait_for(packet_bytes(4000)) == std::optional(false));
  CHECK(ring.bus.peek_word(kBase + ring_control::pending_send_size) == 4024);  // asserts VMBUS-27
  REQUIRE(ring.reader.read(ring.packet, true) == Read::packet);
  CHECK(ring.reader.commit() == std::optional(true));
  CHECK(ring.writer.room(packet_bytes(4000)) == std::optional(true));
  CHECK(ring.put(4000));
  CHECK(ring.bus.peek_word(kBase + ring_control::pending_send_size) == 0);
  // A small packet waits for a quarter of the largest: 4080 / 4, rounded up to 8.
  CHECK(ring.writer.wait_for(32).has_value());
  CHECK(ring.bus.peek_word(kBase + ring_control::pending_send_size) == 1024);
}

TEST_CASE("packets wrap at the end of the data without padding, with descriptor, payload or trailer across it") {
  for (std::uint32_t first = 4096 - 48; first < 4096; first += 8) {
    CAPTURE(first);
    Pair ring(1, first);
    REQUIRE(ring.attached);
    const Bytes payload{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    REQUIRE(ring.writer.write(PacketType::completion, 0x123456789abcdef0, payload));
    CHECK(ring.writer.commit().has_value());
    CHECK(ring.bus.peek_word(kBase + ring_control::in) == (first + 40) % 4096);  // asserts VMBUS-04
    REQUIRE(ring.reader.read(ring.packet, true) == Read::packet);
    CHECK(ring.packet.payload == payload);
    CHECK(ring.packet.transaction_id == 0x123456789abcdef0);
    const std::uint32_t trailer = (first + 36) % 4096;
    CHECK(ring.bus.peek_word(kBase + kPageBytes + trailer) == first);
  }
}

TEST_CASE("what the host sends has no flag, and a completion has its request's transaction ID") {
  Pair ring(1);
  for (const PacketType type : {PacketType::in_band, PacketType::completion}) {
    REQUIRE(ring.writer.write(type, 77, Bytes(8)));
    ring.writer.commit();
    REQUIRE(ring.reader.read(ring.packet, true) == Read::packet);
    CHECK(ring.packet.type == type);
    CHECK_FALSE(ring.packet.completion_asked);  // asserts VMBUS-20
    // asserts VMBUS-17
    CHECK(ring.packet.has_transaction == (type == PacketType::completion));
    CHECK(ring.packet.transaction_id == (type == PacketType::completion ? 77 : 0));
  }
}

TEST_CASE("an index that is no multiple of 8, or is not in the ring, is corruption") {
  for (const std::uint32_t index : {1u, 4u, 7u, 12u, 4096u, 8192u, 0xfffffff8u, 0xffffffffu}) {
    CAPTURE(index);
    Pair ring(1);
    ring.bus.poke_word(kBase + ring_control::in, index);
    CHECK(ring.reader.read(ring.packet, true) == Read::failed);  // asserts VMBUS-03
    CHECK(ring.reader.error() == ChannelError::ring_index);
    ring.bus.poke_word(kBase + ring_control::out, index);
    CHECK_FALSE(ring.writer.room(8).has_value());
    CHECK(ring.writer.error() == ChannelError::ring_index);
    CHECK_FALSE(Pair(1, index).attached);
  }
  CHECK_FALSE(Pair(0).attached);  // a control page alone
}

TEST_CASE("each packet type has its header, and every other type is corruption") {
  for (std::uint16_t type = 0; type < 32; ++type) {
    CAPTURE(type);
    Bytes packet = descriptor(type, 5, 6, 1, 48);
    store_le(packet, 20, std::uint32_t{1});
    const bool known = type == 6 || type == 7 || type == 9 || type == 11;
    CHECK(verdict(packet) == (known ? ChannelError::none : ChannelError::packet_type));  // asserts VMBUS-12
  }
  CHECK(verdict(descriptor(0x106, 2, 3, 1, 24)) == ChannelError::packet_type);
  Pair ring(1);
  Bytes in_band = with_trailer(descriptor(6, 2, 4, 1, 32));
  in_band[16] = 0xaa;
  REQUIRE(ring.read_raw(in_band, 40) == Read::packet);
  CHECK(ring.packet.payload.size() == 16);  // asserts VMBUS-08 VMBUS-18
  CHECK(ring.packet.payload[0] == 0xaa);
  CHECK(ring.packet.transaction_id == 0x1122334455667788);
  Pair completion(1);
  REQUIRE(completion.read_raw(with_trailer(descriptor(11, 2, 3, 0, 24)), 32) == Read::packet);
  CHECK(completion.packet.has_transaction);  // asserts VMBUS-11 VMBUS-17
  CHECK(completion.packet.payload.size() == 8);
}

TEST_CASE("lengths that do not add up are corruption, and the trailer has to be there unless the quirk says no") {
  CHECK(verdict(descriptor(6, 1, 3)) == ChannelError::packet_length);  // asserts VMBUS-14
  CHECK(verdict(descriptor(6, 0, 3)) == ChannelError::packet_length);
  CHECK(verdict(descriptor(6, 4, 3)) == ChannelError::packet_length);
  CHECK(verdict(descriptor(6, 2, 10)) == ChannelError::packet_length);  // 72 bytes are there, 80 asked for
  CHECK(verdict(descriptor(6, 2, 0xffff)) == ChannelError::packet_length);
  Pair few(1);
  CHECK(few.read_raw(descriptor(6, 2, 2), 8) == Read::failed);
  CHECK(few.reader.error() == ChannelError::packet_length);
  for (const bool counts : {true, false}) {
    Pair ring(1);
    CHECK(ring.read_raw(descriptor(6, 2, 8), 64, counts) == (counts ? Read::failed : Read::packet));
    CHECK(ring.reader.error() == (counts ? ChannelError::packet_trailer : ChannelError::none));
  }
}

TEST_CASE("a flag other than bit 0 is corruption") {
  for (unsigned bit = 0; bit < 16; ++bit) {
    const Bytes packet = descriptor(6, 2, 3, static_cast<std::uint16_t>(1u << bit), 24);
    CHECK(verdict(packet) == (bit == 0 ? ChannelError::none : ChannelError::packet_flags));  // asserts VMBUS-15
  }
}

TEST_CASE("test_malformed_gpa_direct_packet, test_malformed_transfer_page_packet: no room for the range count") {
  CHECK(verdict(descriptor(9, 2, 4)) == ChannelError::packet_ranges);  // asserts VMBUS-16
  CHECK(verdict(descriptor(7, 2, 4)) == ChannelError::packet_ranges);
  CHECK(verdict(descriptor(9, 3, 4, 1, 32)) == ChannelError::packet_ranges);  // of no ranges
  CHECK(verdict(descriptor(7, 3, 4, 1, 32)) == ChannelError::none);
}

TEST_CASE("test_gpa_direct: two ranges and a payload of 24 bytes come through, whatever the reserved field holds") {
  Bytes packet = descriptor(9, 9, 12, 1, 96);
  store_le(packet, 16, std::uint32_t{0xdeadbeef});
  store_le(packet, 20, std::uint32_t{2});
  store_le(packet, 24, std::uint32_t{4096});
  store_le(packet, 28, std::uint32_t{20});
  store_le(packet, 32, std::uint64_t{1});
  store_le(packet, 40, std::uint64_t{2});
  store_le(packet, 48, std::uint32_t{200});
  store_le(packet, 56, std::uint64_t{5});
  packet[72] = 0x77;
  Pair ring(1);
  REQUIRE(ring.read_raw(with_trailer(packet), 104) == Read::packet);
  CHECK(ring.packet.payload.size() == 24);  // asserts VMBUS-10
  CHECK(ring.packet.payload[0] == 0x77);
  const auto ranges = parse_ranges(ring.packet.ranges, ring.packet.count_ranges);
  REQUIRE(ranges);
  REQUIRE(ranges->size() == 2);
  CHECK((*ranges)[0].offset_bytes == 20);
  CHECK((*ranges)[0].pages == std::vector<std::uint64_t>{1, 2});
  CHECK((*ranges)[1].count_bytes == 200);
  CHECK((*ranges)[1].pages == std::vector<std::uint64_t>{5});
}

Bytes range_words(std::uint32_t count, std::uint32_t offset, std::size_t pages) {
  Bytes words(8 + 8 * pages);
  store_le(words, 0, count);
  store_le(words, 4, offset);
  return words;
}

TEST_CASE(
    "large_offset, test_gpa_direct_empty_external_data: ranges that are none; words behind the last do not count") {
  CHECK(parse_ranges(range_words(4096, 0, 1), 1));
  CHECK(parse_ranges(range_words(4096, 0, 9), 1));  // asserts VMBUS-19
  CHECK_FALSE(parse_ranges(range_words(0, 0, 1), 1));
  CHECK_FALSE(parse_ranges(range_words(1, 0x1000, 1), 1));
  CHECK(parse_ranges(range_words(1, 0xfff, 1), 1));
  CHECK_FALSE(parse_ranges(range_words(2, 0xfff, 1), 1));
  CHECK(parse_ranges(range_words(2, 0xfff, 2), 1));
  CHECK_FALSE(parse_ranges(range_words(0xffffffff, 0xfff, 8), 1));
  CHECK_FALSE(parse_ranges(range_words(4096, 0, 1), 2));
  CHECK_FALSE(parse_ranges(range_words(4096, 0, 1), 0xffffffff));
  CHECK_FALSE(parse_ranges({}, 1));
}

TEST_CASE("test_transfer_pages: sub-ranges of a GPADL find their pages, across a line of pages too") {
  PageRange gpadl{4 * kPageBytes, 0, {10, 20, 30, 40}};
  const TransferRange parts[] = {{16, 0}, {2, 0xfff}, {4096, 0x2800}};
  const auto found = resolve_transfer(gpadl, parts);
  REQUIRE(found);
  CHECK((*found)[0].pages == std::vector<std::uint64_t>{10});
  CHECK((*found)[1].offset_bytes == 0xfff);
  CHECK((*found)[1].pages == std::vector<std::uint64_t>{10, 20});
  CHECK((*found)[2].offset_bytes == 0x800);
  CHECK((*found)[2].pages == std::vector<std::uint64_t>{30, 40});
  const TransferRange beyond[] = {{2, 4 * kPageBytes - 1}};
  CHECK_FALSE(resolve_transfer(gpadl, beyond));
  Bytes packet = descriptor(7, 5, 6, 1, 48);
  store_le(packet, 16, std::uint16_t{0x4321});
  store_le(packet, 18, std::uint16_t{0xffff});
  store_le(packet, 20, std::uint32_t{2});
  store_le(packet, 24, std::uint32_t{2});
  store_le(packet, 28, std::uint32_t{0xfff});
  Pair ring(1);
  REQUIRE(ring.read_raw(with_trailer(packet), 56) == Read::packet);
  CHECK(ring.packet.transfer_set == 0x4321);  // asserts VMBUS-09
  CHECK(ring.packet.count_ranges == 2);
  CHECK(load_le<std::uint32_t>(ring.packet.ranges, 4) == 0xfff);
}

TEST_CASE("a reader that asked for signals finds its mask as it left it, or gives up") {
  Pair ring(1);
  ring.reader.set_mask(false);
  CHECK(ring.reader.verify_unmasked());
  ring.bus.poke_word(kBase + ring_control::interrupt_mask, 1);
  CHECK_FALSE(ring.reader.verify_unmasked());  // asserts VMBUS-26
  CHECK(ring.reader.error() == ChannelError::interrupt_mask);
}

TEST_CASE("a ring whose memory goes away is of no use, and nothing is read or written elsewhere") {
  Pair ring(2);
  CHECK(ring.put(5000));
  ring.writer.commit();
  ring.bus.memory.unmap(kBase + 2 * kPageBytes, kPageBytes);
  CHECK(ring.reader.read(ring.packet, true) == Read::failed);
  CHECK(ring.reader.error() == ChannelError::ring_memory);
  CHECK_FALSE(ring.put(1000));
  CHECK(ring.writer.error() == ChannelError::ring_memory);
  CHECK(ring.bus.faults == 2);
}

}  // namespace
}  // namespace coincide::hyperv
