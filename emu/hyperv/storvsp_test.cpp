// StorVSP: the upstream tests of 7.1 by their names, and what no script can bring about (subchannels, LUNs that come
// and go, full rings, quirks).
#include "emu/hyperv/storvsp.h"

#include <doctest/doctest.h>

#include "emu/hyperv/test_controller.h"
#include "emu/scsi/optical_unit.h"

namespace coincide::hyperv {
namespace {

using namespace testing;
using Op = StorOperation;

constexpr std::uint32_t kSuccess = 0;
constexpr std::uint32_t kInvalidDeviceState = 0xc0000184;
constexpr std::uint32_t kInvalidParameter = 0xc000000d;
constexpr std::uint32_t kDoesNotExist = 0xc00000c0;

TEST_CASE("test_channel_working, test_async_disk: negotiate, write 4 KiB, read them back") {
  TestController at(TestController::scsi());
  const MemoryStore& store = at.add_disk({}, 4);
  for (const Op operation :
       {Op::begin_initialization, Op::query_protocol_version, Op::query_properties, Op::end_initialization}) {
    const Answer answer = at.ask(operation, {0x00, 0x06});
    CHECK(answer.operation() == 1);
    CHECK(answer.word(4) == 0);
    CHECK(answer.status() == kSuccess);
    CHECK(answer.packet.type == 11);
  }
  at.bus.poke(0x1000, Bytes(4096, 7));
  CHECK(at.run(transfer10(0x2a, 1, 4096, 0x1000)).status() == kSuccess);
  const Answer read = at.run(transfer10(0x28, 1, 4096, 0x2000));
  CHECK(read.status() == kSuccess);
  CHECK(read.moved() == 4096);
  CHECK(read.packet.transaction_id == 5);
  CHECK(at.bus.peek(0x2000, 4096) == Bytes(4096, 7));
  CHECK(Bytes(store.bytes.begin() + 512, store.bytes.begin() + 512 + 4096) == Bytes(4096, 7));
  CHECK(at.error() == ChannelError::none);
}

TEST_CASE("test_packet_sizes: the completion is as long as the request, up to 64 bytes") {
  TestController at(TestController::scsi());
  at.ask(Op::begin_initialization);
  const std::uint32_t expected[] = {48, 56, 56, 64, 64};
  const std::uint32_t sizes[] = {48, 50, 56, 64, 72};
  for (std::size_t i = 0; i < 5; ++i) {
    const Answer answer = at.ask(Op::query_protocol_version, {0xff, 0xff}, sizes[i]);
    CHECK(answer.packet.payload.size() == expected[i]);
    CHECK(answer.status() == 0xc0000059);
    CHECK(answer.word(12) == 0xffff);
  }
}

TEST_CASE("test_wrong_first_packet, test_unrecognized_operation, test_begin_init_on_ready") {
  TestController at(TestController::scsi());
  CHECK(at.ask(Op::end_initialization).status() == kInvalidDeviceState);
  at.negotiate();
  CHECK(at.vsp.state() == StorState::ready);
  const Answer again = at.ask(Op::begin_initialization);
  CHECK(again.status() == kInvalidDeviceState);
  CHECK(again.word(4) == 0);
  CHECK_FALSE(at.ask(Op::remove_device).there);
  CHECK(at.error() == ChannelError::unknown_operation);
  CHECK_FALSE(at.ask(Op::reset_bus).there);
  // Closed and opened again, it begins anew.
  at.bus.guest.close(at.rings);
  at.bus.guest.open(at.rings, at.bus.guest.offers()[0]);
  CHECK(at.error() == ChannelError::none);
  CHECK(at.ask(Op::begin_initialization).status() == kSuccess);
}

TEST_CASE("test_too_many_subchannels, and the one time that CREATE_SUB_CHANNELS may be asked before the end") {
  TestController none(TestController::scsi());
  none.ask(Op::begin_initialization);
  none.ask(Op::query_protocol_version, {0x00, 0x06});
  none.ask(Op::query_properties);
  CHECK(none.ask(Op::create_sub_channels, {1, 0}).status() == kInvalidParameter);
  TestController at(TestController::scsi(4));
  at.ask(Op::begin_initialization);
  at.ask(Op::query_protocol_version, {0x00, 0x06});
  const Answer properties = at.ask(Op::query_properties);
  CHECK(properties.word(16) == 4);  // asserts STORVSP-41
  CHECK(properties.word(20) == 1);
  CHECK(properties.word(24) == 0x40000);
  CHECK(at.ask(Op::create_sub_channels, {5, 0}).status() == kInvalidParameter);  // asserts STORVSP-33
  CHECK(at.ask(Op::create_sub_channels, {2, 0}).status() == kSuccess);
  CHECK(at.ask(Op::create_sub_channels, {1, 0}).status() == kInvalidDeviceState);  // asserts STORVSP-34
  CHECK(at.ask(Op::end_initialization).status() == kSuccess);
  CHECK(at.bus.guest.offers().size() == 3);
  CHECK(at.ask(Op::create_sub_channels, {1, 0}).status() == kSuccess);  // asserts STORVSP-38
  CHECK(at.bus.guest.offers().size() == 3);                             // asserts STORVSP-42
  CHECK(at.ask(Op::create_sub_channels, {3, 0}).status() == kSuccess);
  CHECK(at.ask(Op::create_sub_channels, {5, 0}).status() == kInvalidParameter);
  REQUIRE(at.bus.guest.offers().size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(at.bus.guest.offers()[i].subchannel == i);
    CHECK(at.bus.guest.offers()[i].instance_id == at.bus.guest.offers()[0].instance_id);
  }
  // Before Windows 8 the initialisation has no such step.
  TestController old(TestController::scsi(4));
  old.ask(Op::begin_initialization);
  old.ask(Op::query_protocol_version, {0x02, 0x04});
  CHECK(old.ask(Op::query_properties).word(20) == 0);
  CHECK(old.ask(Op::create_sub_channels, {1, 0}).status() == kInvalidDeviceState);
  old.ask(Op::end_initialization);
  CHECK(old.ask(Op::create_sub_channels, {1, 0}).status() == kSuccess);
}

TEST_CASE("what a subchannel holds stays there until the primary channel is ready; it cannot be initialised itself") {
  TestController at(TestController::scsi(1));
  at.add_disk({}, 4);
  at.ask(Op::begin_initialization);
  at.ask(Op::query_protocol_version, {0x00, 0x06});
  at.ask(Op::query_properties);
  at.ask(Op::create_sub_channels, {1, 0});
  GuestRings sub;
  sub.address = kSubRings;
  sub.up_bytes = sub.down_bytes = 4 * kPageBytes;
  at.bus.guest.open(sub, at.bus.guest.offers()[1]);
  at.bus.guest.send_command(sub, {{0x00}, {}, 2, 0, 0, 64}, 5);
  at.bus.guest.signal(sub.connection);
  CHECK_FALSE(at.take(sub).there);  // asserts STORVSP-43
  CHECK(at.bus.peek_word(sub.up() + ring_control::out) == 0);
  at.ask(Op::end_initialization);
  CHECK(at.take(sub).status() == kSuccess);  // asserts STORVSP-35
  for (const Op operation : {Op::begin_initialization, Op::query_protocol_version, Op::query_properties,
                             Op::create_sub_channels, Op::end_initialization}) {
    const Answer answer = at.ask(sub, GuestDriver::in_band(9, GuestDriver::stor_packet(operation)));
    CHECK(answer.status() == kInvalidDeviceState);  // asserts STORVSP-37 STORVSP-39
  }
  CHECK(at.ask(sub, GuestDriver::in_band(9, GuestDriver::stor_packet(Op::reset_lun))).status() == kSuccess);
  // The primary one closes: the subchannel goes with it.
  at.bus.guest.close(at.rings);
  CHECK(at.bus.vmbus.channel(at.vsp, 1)->state() == ChannelState::rescinded);
}

TEST_CASE("test_hot_add_remove: each LUN that comes or goes is told with ENUMERATE_BUS, and listed") {
  TestController at(TestController::scsi());
  at.vsp.rescan();
  CHECK_FALSE(at.take().there);  // asserts STORVSP-44
  at.negotiate();
  const auto luns = [&] { return at.run(data_in({0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 256)); };
  CHECK(luns().moved() == 8);
  CHECK(at.bus.peek(kBuffer, 4) == Bytes{0, 0, 0, 0});
  for (std::uint8_t lun = 0; lun < 4; ++lun) {
    CHECK(at.run(transfer10(0x2a, 0, 512, kBuffer, {0, 0, lun})).srb_status() == 0x20);
    at.add_disk({0, 0, lun}, static_cast<std::uint8_t>(4 + lun));
    at.vsp.rescan();
    const Answer told = at.take();
    CHECK(told.operation() == 11);
    CHECK(told.packet.type == 6);  // asserts STORVSP-28
    CHECK(told.packet.flags == 0);
    CHECK(told.packet.transaction_id == 0);
    CHECK(told.packet.payload.size() == 64);
    CHECK(told.status() == kSuccess);
    CHECK(luns().moved() == (lun + 2u) * 8);
    CHECK(at.bus.peek(kBuffer, 4) == Bytes{0, 0, 0, static_cast<std::uint8_t>(8 * (lun + 1))});
    CHECK(at.bus.peek(kBuffer + 8u * (lun + 1), 2) == Bytes{0, lun});
    CHECK(at.run(transfer10(0x2a, 0, 512, kBuffer, {0, 0, lun})).status() == kSuccess);
  }
  at.vsp.remove_lun({0, 0, 2});
  at.vsp.rescan();
  CHECK(at.take().operation() == 11);
  CHECK(luns().moved() == 32);
  CHECK(at.run(transfer10(0x2a, 0, 512, kBuffer, {0, 0, 2})).status() == kDoesNotExist);
  // Windows 7 gets shorter packets, Windows Server 2008 none.
  for (const std::uint16_t version : {0x0402, 0x0200}) {
    TestController old(TestController::scsi());
    old.negotiate(version);
    old.vsp.rescan();
    CHECK(old.take().packet.payload.size() == (version == 0x0402 ? 48 : 0));
  }
}

TEST_CASE("an unsolicited packet for which there is no room stops the channel") {
  TestController::Options options = TestController::scsi();
  options.ring_bytes = kPageBytes;
  TestController at(options);
  at.negotiate();
  while (at.error() == ChannelError::none) at.vsp.rescan();
  CHECK(at.error() == ChannelError::no_room);  // asserts STORVSP-25
}

TEST_CASE("without room for the largest completion no request is read; the guest that makes room is heard") {
  TestController::Options options = TestController::scsi();
  options.ring_bytes = kPageBytes;
  TestController at(options);
  at.negotiate();
  // 46 completions of 88 bytes fill a ring of 4096 less 8.
  for (int i = 0; i < 50; ++i)
    at.bus.guest.send(at.rings, GuestDriver::in_band(100 + i, GuestDriver::stor_packet(Op::reset_bus)));
  at.bus.guest.signal(at.rings.connection);
  const std::uint32_t read = at.bus.peek_word(at.rings.up() + ring_control::out);
  CHECK(read != at.rings.in);  // asserts STORVSP-45
  CHECK(at.bus.peek_word(at.rings.down() + ring_control::pending_send_size) == 1024);
  std::uint64_t next = 100;
  for (Answer answer = at.take(); answer.there; answer = at.take()) CHECK(answer.packet.transaction_id == next++);
  CHECK(next == 150);
  CHECK(at.error() == ChannelError::none);
}

TEST_CASE("the queue depth is what is read and not answered; the rest stays in the ring") {
  TestController::Options options = TestController::scsi();
  options.config.queue_depth = 2;
  options.completion = CompletionPolicy::Kind::scripted;
  TestController at(options);
  at.add_disk({}, 4);
  at.negotiate();
  for (int i = 0; i < 3; ++i) at.send(transfer10(0x28, 0, 512, kBuffer));
  at.bus.guest.signal(at.rings.connection);
  CHECK(at.vsp.registers().get(AcceleratorReg::outstanding) == 2);
  CHECK(at.bus.peek_word(at.rings.up() + ring_control::out) != at.rings.in);  // asserts STORVSP-61
  at.end_request();
  CHECK(at.bus.peek_word(at.rings.up() + ring_control::out) == at.rings.in);
  CHECK(at.take().packet.transaction_id == 4);
  at.end_request();
  at.end_request();
  CHECK(at.take().packet.transaction_id == 5);
  CHECK(at.take().packet.transaction_id == 6);
}

TEST_CASE("commands for different units run at the same time, and are answered in the order in which they end") {
  TestController::Options options = TestController::scsi();
  options.completion = CompletionPolicy::Kind::scripted;
  TestController at(options);
  at.add_disk({0, 0, 0}, 4);
  at.add_disk({0, 0, 1}, 5);
  at.negotiate();
  at.send(transfer10(0x28, 0, 512, kBuffer));
  at.send(transfer10(0x28, 0, 512, kBuffer, {0, 0, 1}));
  at.send(data_in({0xa0}, 64));
  CHECK(at.take().packet.transaction_id == 6);
  CHECK_FALSE(at.take().there);
  at.end_request(DiskOutcome::done, 2);
  CHECK(at.take().packet.transaction_id == 5);  // asserts STORVSP-62
  at.end_request(DiskOutcome::done, 1);
  CHECK(at.take().packet.transaction_id == 4);
}

TEST_CASE("openvmm-storvsp-reset-no-effect: a reset succeeds and aborts nothing; else what is outstanding is flushed") {
  for (const bool quirk : {true, false}) {
    TestController::Options options =
        quirk ? TestController::scsi(0, {Quirk::openvmm_storvsp_reset_no_effect}) : TestController::scsi();
    options.completion = CompletionPolicy::Kind::scripted;
    for (const Op operation : {Op::reset_lun, Op::reset_adapter, Op::reset_bus}) {
      TestController at(options);
      at.add_disk({}, 4);
      at.negotiate();
      for (int i = 0; i < 2; ++i) at.send(transfer10(0x28, 0, 512, kBuffer));
      CHECK(at.ask(operation).status() == kSuccess);
      CHECK(at.queue.pending().size() == (quirk ? 1 : 0));  // asserts STORVSP-59
      if (quirk) at.end_request();
      if (quirk) at.end_request();
      for (std::uint64_t id = 4; id < 6; ++id) {
        const Answer answer = at.take();
        CHECK(answer.packet.transaction_id == id);
        CHECK(answer.srb_status() == (quirk ? 0x01 : 0x16));
        CHECK(answer.status() == (quirk ? kSuccess : 0xc0000001));
      }
    }
  }
}

TEST_CASE("openvmm-storvsp-no-threshold: 6.2 is refused, and may be asked for something else") {
  for (const bool quirk : {true, false}) {
    TestController at(quirk ? TestController::scsi(0, {Quirk::openvmm_storvsp_no_threshold}) : TestController::scsi());
    at.ask(Op::begin_initialization);
    CHECK(at.ask(Op::query_protocol_version, {0x02, 0x06}).status() == (quirk ? 0xc0000059 : kSuccess));
    if (quirk) CHECK(at.ask(Op::query_protocol_version, {0x00, 0x06}).status() == kSuccess);
  }
}

TEST_CASE("openvmm-storvsp-recycled-requests: a short SRB takes the rest from the one before; else it is zeros") {
  for (const bool quirk : {true, false}) {
    TestController at(quirk ? TestController::scsi(0, {Quirk::openvmm_storvsp_recycled_requests})
                            : TestController::scsi());
    at.add_disk({}, 4);
    at.negotiate();
    GuestCommand inquiry = data_in({0x12, 0, 0, 0, 36, 0}, 36);
    CHECK(at.run(inquiry).moved() == 36);
    // Only the address and the buffer: the CDB is that of the one before, or TEST UNIT READY.
    inquiry.packet_bytes = 24;
    inquiry.data_in = 1;
    const Answer answer = at.run(inquiry);
    CHECK(answer.packet.payload.size() == (quirk ? 64 : 24));
    CHECK(at.bus.peek(kBuffer + 8, 4) == Bytes{'M', 's', 'f', 't'});
    CHECK(answer.status() == kSuccess);
  }
}

TEST_CASE("openvmm-storvsp-poll-mode: while a command is outstanding the ring stays masked") {
  for (const bool quirk : {true, false}) {
    TestController::Options options =
        quirk ? TestController::scsi(0, {Quirk::openvmm_storvsp_poll_mode}) : TestController::scsi();
    options.completion = CompletionPolicy::Kind::scripted;
    TestController at(options);
    at.add_disk({}, 4);
    at.negotiate();
    CHECK(at.bus.peek_word(at.rings.up() + ring_control::interrupt_mask) == 0);  // asserts VMBUS-25
    at.send(transfer10(0x28, 0, 512, kBuffer));
    CHECK(at.bus.peek_word(at.rings.up() + ring_control::interrupt_mask) == (quirk ? 1 : 0));
    at.send(data_in({0xa0}, 64));
    CHECK(at.take().there == !quirk);
    at.end_request();
    CHECK(at.take().there);
    CHECK(at.bus.peek_word(at.rings.up() + ring_control::interrupt_mask) == 0);
  }
}

TEST_CASE("openvmm-vmbus-trailer-uncounted: a request whose trailer is not there yet is taken") {
  for (const bool quirk : {true, false}) {
    TestController at(quirk ? TestController::scsi(0, {Quirk::openvmm_vmbus_trailer_uncounted})
                            : TestController::scsi());
    const Bytes packet = GuestDriver::in_band(1, GuestDriver::stor_packet(Op::begin_initialization));
    at.bus.guest.send_raw(at.rings, packet, static_cast<std::uint32_t>(packet.size()));
    CHECK(at.take().there == quirk);
    CHECK((at.error() == ChannelError::packet_trailer) == !quirk);
  }
}

TEST_CASE("an optical drive behind a SCSI controller is the unit that ATAPI serves") {
  TestController at(TestController::scsi());
  Lun& lun = at.vsp.add_lun({0, 1, 0});
  scsi::OpticalConfig config;
  config.discs = {std::make_shared<const OpticalDisc>(make_pattern_medium(4000, {'C', 'D', '0'}))};
  config.disc_inside = 0;
  auto drive = std::make_unique<scsi::OpticalUnit>(lun.initiator(), at.queue, 6, config);
  FaultPlan faults;
  at.queue.attach(6, *drive, faults);
  lun.attach(std::move(drive));
  at.negotiate();
  const Answer attention = at.run({{0x00}, {0, 1, 0}, 2, 0, 0, 64});
  CHECK(attention.srb_status() == 0x84);  // asserts STORVSP-54
  CHECK(attention.sense() == 0x062900);
  CHECK(attention.srb(srb_at::sense) == 0x70);
  const Answer read = at.run(data_in({0x28, 0, 0, 0, 0, 2, 0, 0, 1, 0}, 2048, {0, 1, 0}));
  CHECK(read.moved() == 2048);
  CHECK(at.bus.peek(kBuffer, 3) == Bytes{'C', 'D', '0'});
}

TEST_CASE("SRB statuses have their packet statuses") {
  const std::pair<unsigned, std::uint32_t> rows[] = {
      {0x01, 0},          {0x05, 0x80000011}, {0x08, 0xc00000c0}, {0x11, 0xc00000c0}, {0x20, 0xc00000c0},
      {0x21, 0xc00000c0}, {0x09, 0xc00000b5}, {0x0b, 0xc00000b5}, {0x0a, 0xc000009d}, {0x22, 0xc0000010},
      {0x15, 0xc0000010}, {0x12, 0x80000005}, {0x16, 0xc0000001}, {0x02, 0xc0000120}, {0x04, 0xc0000185},
      {0x06, 0xc0000185}, {0x0e, 0xc0000185}, {0x25, 0xc0000185}};
  for (const auto& row : rows) {
    const unsigned srb = row.first;
    const std::uint32_t status = row.second;
    CAPTURE(srb);
    CHECK(static_cast<std::uint32_t>(packet_status(static_cast<std::uint8_t>(srb))) == status);  // asserts STORVSP-60
    CHECK(static_cast<std::uint32_t>(packet_status(static_cast<std::uint8_t>(srb | 0x80))) == status);
  }
}

TEST_CASE(
    "a channel that is closed with commands under way says nothing of them, and no request is left when it opens "
    "again") {
  TestController::Options options = TestController::scsi();
  options.completion = CompletionPolicy::Kind::scripted;
  TestController at(options);
  at.add_disk({}, 4);
  at.negotiate();
  for (int i = 0; i < 3; ++i) at.send(transfer10(0x28, 0, 512, kBuffer));
  at.bus.guest.close(at.rings);
  CHECK(at.vsp.registers().get(AcceleratorReg::outstanding) == 0);
  at.bus.guest.open(at.rings, at.bus.guest.offers()[0]);
  at.negotiate();
  CHECK(at.queue.pending().size() == 1);
  at.end_request();
  CHECK(at.queue.pending().empty());
  CHECK_FALSE(at.take().there);
  at.send(transfer10(0x28, 0, 512, kBuffer));
  at.end_request();
  CHECK(at.take().status() == kSuccess);
}

}  // namespace
}  // namespace coincide::hyperv
