// Control messages: versions, offers, GPADLs, open and close (sheet 2).
#include "emu/hyperv/vmbus.h"

#include <doctest/doctest.h>

#include "emu/hyperv/test_bus.h"

namespace coincide::hyperv {
namespace {

using testing::Bytes;
using testing::TestBus;
using testing::word_at;
using Type = MessageType;

constexpr std::uint64_t kRings = 0x100000;

/// A device that keeps what it is told.
class Quiet final : public ChannelDevice {
 public:
  explicit Quiet(OfferInfo offer, std::uint16_t subchannels = 0) : offer_(offer), subchannels_(subchannels) {}
  const OfferInfo& offer() const override { return offer_; }
  std::uint16_t max_subchannels() const override { return subchannels_; }
  void channel_opened(unsigned index) override { opened.push_back(index); }
  void channel_closed(unsigned index) override { closed.push_back(index); }
  void channel_signalled(unsigned index) override { signalled.push_back(index); }
  std::vector<unsigned> opened, closed, signalled;

 private:
  OfferInfo offer_;
  std::uint16_t subchannels_;
};

std::uint32_t type_of(const Bytes& message) { return word_at(message, 0); }

GuestRings rings_at(std::uint64_t address, std::uint32_t bytes = 4 * kPageBytes) {
  GuestRings rings;
  rings.address = address;
  rings.up_bytes = rings.down_bytes = bytes;
  return rings;
}

struct Connected {
  explicit Connected(std::uint16_t subchannels = 0) : device(ide_offer(0, 1), subchannels) {
    bus.vmbus.add(device);
    bus.guest.contact(0x50003);
    bus.guest.request_offers();
  }
  TestBus bus;
  Quiet device;
};

TEST_CASE("the versions of the list are supported, each exactly, and no other") {
  for (const std::uint32_t version :
       {0x0000000du, 0x00010001u, 0x00020004u, 0x00030000u, 0x00040000u, 0x00040001u, 0x00050000u, 0x00050001u,
        0x00050002u, 0x00050003u, 0x00060000u, 0x0000000cu, 0x00010000u, 0x00050004u, 0x00060001u, 0xffffffffu, 0u}) {
    CAPTURE(version);
    TestBus bus;
    const auto replies = bus.guest.contact(version);
    REQUIRE(replies.size() == 1);
    CHECK(type_of(replies[0]) == 15);
    const bool listed = std::find(std::begin(kVersions), std::end(kVersions), version) != std::end(kVersions);
    CHECK(replies[0][8] == (listed ? 1 : 0));  // asserts VMBUS-32
    CHECK(replies[0].size() == (version == 0x60000 ? 20 : 16));
    CHECK(bus.guest.request_offers().size() == (listed ? 1 : 0));
  }
}

TEST_CASE(
    "offers come in the order of interface, configuration and instance, once, and then it is said that all are there") {
  TestBus bus;
  Quiet scsi_b(scsi_offer({2, 0, 0, {}}, 1)), scsi_a(scsi_offer({9, 0, 0, {}}, 0)),
      scsi_c(scsi_offer({1, 0, 0, {}}, 1));
  Quiet ide_1(ide_offer(1, 0)), ide_0(ide_offer(0, 1));
  for (Quiet* device : {&scsi_b, &scsi_a, &scsi_c, &ide_1, &ide_0}) bus.vmbus.add(*device);
  CHECK(bus.guest.request_offers().empty());  // nobody has settled the versions
  bus.guest.contact(0x50000);
  const auto replies = bus.guest.request_offers();
  REQUIRE(replies.size() == 6);
  CHECK(type_of(replies[5]) == 4);
  const std::uint32_t first[] = {0, 1, 9, 1, 2};  // asserts VMBUS-33
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(replies[i].size() == 196);
    CHECK(word_at(replies[i], 8) == (i < 2 ? 0x32412632u : 0xba6163d9u));
    CHECK(word_at(replies[i], 24) == first[i]);
    CHECK(word_at(replies[i], 184) == i + 1);
    CHECK(word_at(replies[i], 192) == 0x2000 + i + 1);  // asserts VMBUS-35
    CHECK(word_at(replies[i], 188) == 0x000100ff);
    CHECK((word_at(replies[i], 56) & 0xffff) == (i < 2 ? 1 : 0));  // asserts VMBUS-34
    CHECK(load_le<std::uint16_t>(replies[i], 58) == 0);            // asserts IDEACC-05
    bool user_data = false;
    for (std::size_t at = 60; at < 180; ++at) user_data |= replies[i][at] != 0;
    CHECK(user_data == (i < 2));
  }
  CHECK(bus.guest.request_offers().empty());
}

TEST_CASE("test_outgoing_message: the bytes of a close, an unload and a GPADL header") {
  Connected at;
  Bytes seen;
  GuestDriver probe(
      [&](const Event& event) {
        seen.assign(event.payload.begin(), event.payload.end());
        return event;
      },
      [] { return GuestDriver::Replies(); });
  GuestRings rings;
  rings.channel = 5;
  probe.close(rings);
  CHECK(type_of(seen) == 11);
  probe.create_gpadl(5, 1, 0x6000, 1);
  const Bytes header{8, 0, 0, 0,    0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 16, 0,
                     1, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0,  0};
  CHECK(seen == header);
  const auto unloaded = at.bus.post(Type::unload, {});
  REQUIRE(unloaded.size() == 1);
  CHECK(unloaded[0] == Bytes{17, 0, 0, 0, 0, 0, 0, 0});
  CHECK(at.bus.guest.request_offers().empty());
}

TEST_CASE(
    "a GPADL is created when all its words are there; what is malformed is refused, and a body of nothing unheard") {
  Connected at;
  TestBus& bus = at.bus;
  const auto status = [](const GuestDriver::Replies& replies) {
    return replies.empty() ? 1u : word_at(replies[0], 16);
  };
  CHECK(status(bus.guest.create_gpadl(1, 1, 0x1000, 100)) == 0);         // a header and three bodies
  CHECK(status(bus.guest.create_gpadl(1, 1, 0x1000, 1)) == 0x8000ffff);  // asserts VMBUS-36
  CHECK(status(bus.guest.create_gpadl(9, 2, 0x1000, 1)) == 0x8000ffff);
  // channel, id, bytes and ranges, then words
  CHECK(status(bus.post(Type::gpadl_header, {1, 3, 1u << 16 | 12, 4096, 0, 1, 0})) == 0x8000ffff);
  CHECK(status(bus.post(Type::gpadl_header, {1, 3, 0u << 16 | 16, 4096, 0, 1, 0})) == 0x8000ffff);
  CHECK(status(bus.post(Type::gpadl_header, {1, 3, 1u << 16 | 0, 4096, 0, 1, 0})) == 0x8000ffff);
  CHECK(status(bus.post(Type::gpadl_header, {1, 3, 1u << 16 | 16, 4096, 0x1000, 1, 0})) == 0x8000ffff);
  CHECK(status(bus.post(Type::gpadl_header, {1, 3, 1u << 16 | 16, 0, 0, 1, 0})) == 0x8000ffff);
  CHECK(bus.post(Type::gpadl_body, {0, 77, 1, 0}).empty());
  // Data beyond the announced length do not count.
  CHECK(status(bus.post(Type::gpadl_header, {1, 3, 1u << 16 | 16, 4096, 0, 1, 0, 0xffffffff, 0xffffffff})) == 0);
  // One in two parts, whose end is malformed.
  CHECK(bus.post(Type::gpadl_header, {1, 4, 2u << 16 | 32, 4096, 0, 1, 0}).empty());
  CHECK(status(bus.post(Type::gpadl_body, {0, 4, 4096, 0x2000, 1, 0})) == 0x8000ffff);
  CHECK(bus.vmbus.gpadl_count() == 2);
  const auto torn = bus.post(Type::gpadl_teardown, {1, 3});
  REQUIRE(torn.size() == 1);
  CHECK(type_of(torn[0]) == 12);
  CHECK(word_at(torn[0], 8) == 3);
  CHECK(bus.post(Type::gpadl_teardown, {1, 3}).empty());
}

TEST_CASE("a guest cannot make the host keep more than so many GPADLs") {
  Connected at;
  std::size_t refused = 0;
  for (std::uint32_t id = 1; id <= 100; ++id)
    refused += word_at(at.bus.guest.create_gpadl(1, id, 0x1000, 1)[0], 16) != 0 ? 1 : 0;
  CHECK(refused == 100 - GpadlTable::kMaxGpadls);
}

TEST_CASE(
    "a ring GPADL is one range of whole pages with two rings in it, or the open fails and the channel stays closed") {
  struct Case {
    std::uint32_t count, offset, downstream;
    bool good;
  };
  // asserts VMBUS-01 VMBUS-02 VMBUS-03
  for (const Case& c : {Case{0x8000, 0, 4, true}, Case{0x8000, 0, 0, false}, Case{0x8000, 0, 8, false},
                        Case{0x8000, 0, 9, false}, Case{0x8000, 0, 7, false}, Case{0x8000, 0, 1, false},
                        Case{0x7000, 8, 3, false}, Case{0x7008, 0, 3, false}, Case{0x8000, 0, 0xffffffff, false}}) {
    CAPTURE(c.downstream);
    CAPTURE(c.count);
    Connected at;
    Bytes words(8 + 64);
    Bytes header(20);
    store_le(words, 0, c.count);
    store_le(words, 4, c.offset);
    for (std::uint32_t i = 0; i < 8; ++i) store_le(words, 8 + 8 * i, std::uint64_t{kRings / kPageBytes + i});
    store_le(header, 0, std::uint32_t{8});
    store_le(header, 8, std::uint32_t{1});
    store_le(header, 12, std::uint32_t{5});
    store_le(header, 16, static_cast<std::uint16_t>(words.size()));
    store_le(header, 18, std::uint16_t{1});
    header.insert(header.end(), words.begin(), words.end());
    REQUIRE(word_at(at.bus.guest.post(header)[0], 16) == 0);
    const auto result = at.bus.post(Type::open_channel, {1, 99, 5, 0, c.downstream}, 148);
    REQUIRE(result.size() == 1);
    CHECK(type_of(result[0]) == 6);
    CHECK(word_at(result[0], 12) == 99);
    CHECK(word_at(result[0], 16) == (c.good ? 0 : 0x8000ffff));  // asserts VMBUS-37
    CHECK(at.device.opened.size() == (c.good ? 1 : 0));
    // What failed is closed, so a close is nothing and another open is heard.
    CHECK(at.bus.post(Type::open_channel, {1, 99, 5, 0, 4}, 148).empty() == c.good);
  }
}

TEST_CASE("a GPADL of two ranges, of another channel, or over a hole opens nothing") {
  Connected at;
  CHECK(word_at(at.bus.post(Type::gpadl_header, {1, 5, 2u << 16 | 32, 4096, 0, 0x100, 0, 4096, 0, 0x101, 0})[0], 16) ==
        0);
  CHECK(word_at(at.bus.post(Type::open_channel, {1, 1, 5, 0, 1}, 148)[0], 16) == 0x8000ffff);
  at.bus.memory.unmap(kRings + 0x3000, 0x1000);
  at.bus.guest.create_gpadl(1, 6, kRings, 8);
  CHECK(word_at(at.bus.post(Type::open_channel, {1, 1, 6, 0, 4}, 148)[0], 16) == 0x8000ffff);
  CHECK(word_at(at.bus.post(Type::open_channel, {1, 1, 1234, 0, 4}, 148)[0], 16) == 0x8000ffff);
  CHECK(at.device.opened.empty());
  CHECK(at.bus.post(Type::open_channel, {3, 1, 6, 0, 4}, 148).empty());
}

TEST_CASE("open and close are heard once; a signal reaches the channel whose connection it names") {
  Connected at;
  GuestRings rings = rings_at(kRings);
  CHECK(word_at(at.bus.guest.open(rings, at.bus.guest.offers()[0], 3)[0], 16) == 0);
  CHECK(at.bus.post(Type::open_channel, {1, 1, rings.gpadl, 0, 4}, 148).empty());
  at.bus.guest.signal(0x2001);  // asserts VMBUS-30
  at.bus.guest.signal(1);
  at.bus.guest.signal(0x2002);
  CHECK(at.device.signalled == std::vector<unsigned>{0});
  at.bus.vmbus.channel(at.device, 0)->interrupt();
  CHECK(at.bus.last_flag == 1);
  CHECK(at.bus.last_vp == 3);
  CHECK(word_at(at.bus.post(Type::modify_channel, {1, 2})[0], 12) == 0);
  at.bus.vmbus.channel(at.device, 0)->interrupt();
  CHECK(at.bus.last_vp == 2);
  at.bus.guest.close(rings);
  CHECK(at.device.closed == std::vector<unsigned>{0});
  at.bus.post(Type::close_channel, {1});
  CHECK(at.device.closed.size() == 1);
  at.bus.guest.signal(0x2001);
  CHECK(at.device.signalled.size() == 1);
  // With no target VP there are no interrupts.
  rings = rings_at(kRings);
  at.bus.guest.open(rings, at.bus.guest.offers()[0], kNoInterrupts);
  const unsigned before = at.bus.interrupts;
  at.bus.vmbus.channel(at.device, 0)->interrupt();
  CHECK(at.bus.interrupts == before);
}

TEST_CASE(
    "closing the primary channel takes the subchannels and their GPADLs back; a device that goes, subchannels first") {
  Connected at(2);
  GuestRings primary = rings_at(kRings);
  GuestRings sub = rings_at(kRings + 0x80000);
  at.bus.guest.open(primary, at.bus.guest.offers()[0]);
  at.bus.vmbus.offer_subchannels(at.device, 2);
  at.bus.guest.signal(0);  // takes the offers
  REQUIRE(at.bus.guest.offers().size() == 3);
  CHECK(at.bus.guest.offers()[2].subchannel == 2);
  at.bus.guest.open(sub, at.bus.guest.offers()[1]);
  CHECK(at.device.opened == std::vector<unsigned>{0, 1});
  CHECK(at.bus.vmbus.gpadl_count() == 2);
  const auto replies = at.bus.post(Type::close_channel, {1});
  REQUIRE(replies.size() == 2);  // asserts VMBUS-38
  CHECK(type_of(replies[0]) == 2);
  CHECK(word_at(replies[0], 8) == 2);
  CHECK(word_at(replies[1], 8) == 3);
  CHECK(at.device.closed == std::vector<unsigned>{0, 1});
  CHECK(at.bus.vmbus.gpadl_count() == 1);
  for (const std::uint32_t channel : {2u, 3u}) at.bus.post(Type::rel_id_released, {channel});
  at.bus.vmbus.offer_subchannels(at.device, 1);
  at.bus.messages.clear();
  at.bus.vmbus.remove(at.device);
  REQUIRE(at.bus.messages.size() == 2);  // asserts VMBUS-39
  CHECK(word_at(at.bus.messages[0], 8) == 4);
  CHECK(word_at(at.bus.messages[1], 8) == 1);
}

TEST_CASE("messages that are too short, too long or of no known type are dropped") {
  Connected at;
  for (const std::size_t bytes : {0, 4, 7, 8, 11, 241, 1000}) {
    for (std::uint32_t type = 0; type < 30; ++type) {
      if (type == 16 && bytes >= 8) continue;  // an unload, whatever follows
      Bytes message(bytes, 0xff);
      store_le(message, 0, type);
      const auto replies = at.bus.guest.post(message);
      CAPTURE(type);
      CAPTURE(bytes);
      CHECK(replies.empty());
    }
  }
}

}  // namespace
}  // namespace coincide::hyperv
