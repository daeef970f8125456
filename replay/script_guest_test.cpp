// The statements of VMBus: what they become, what they look at, and that what they record replays.
#include "replay/script_guest.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "replay/listing.h"
#include "replay/script_text.h"
#include "replay/test_driver.h"

namespace coincide {
namespace {

constexpr std::string_view kBoard =
    "board disk 0:0 pattern:HD0 sectors=16384 accelerator=on accelerator_depth=2\n"
    "board disk 1:1 pattern:HD1 sectors=4096 accelerator=on\n"
    "board completion scripted\nprofile openvmm\n";

struct Ran {
  Script script;
  RunOutcome outcome;
  EventList events;
};

Ran ran(const std::string& text) {
  auto script = parse_script(std::string(kBoard) + text, "s", {});
  REQUIRE_MESSAGE(script.ok(), script.error().line());
  EventCollector collector;
  Session session(script->board, *Profile::find("openvmm"), &collector);
  RunOutcome outcome = run_script(*script, session);
  return {std::move(*script), std::move(outcome), std::move(collector.list)};
}

/// Lines of the expectations that failed, with what was found.
std::string failures(const std::string& text) {
  const Ran run = ran(text);
  std::string out = run.outcome.error ? run.outcome.error->line() : "";
  for (std::size_t i = 0; i < run.outcome.expectations.size(); ++i) {
    const ExpectationResult& result = run.outcome.expectations[i];
    if (result.failed != 0)
      out += fmt::format("{}: {} not {}\n", run.script.expectations[i].line - 4, result.actual, result.expected);
  }
  return out;
}

constexpr const char* kReady = "vmbus connect\nvmbus open 0:0 0x100000\nstor_ready 0:0\n";

TEST_CASE("script guest: connect, open, initialise, read and write, close") {
  CHECK(
      failures("vmbus connect\nexpect message VersionResponse\nexpect byte 8 == 1\nexpect messages 3\n"
               "expect message OfferChannel\nexpect buffer at 24 0x00000000000099880000000000000000\n"
               "expect message OfferChannel\nexpect buffer at 24 0x01000000010099880000000000000000\n"
               "expect message AllOffersDelivered\nexpect messages 0\n"
               "vmbus open 0:0 0x100000 vp=3\nexpect message GpadlCreated\nexpect message OpenResult\n"
               "vmbus open 1:1 0x200000 up=0x1000 down=0x2000\nexpect messages 2\n"
               "stor_ready 0:0\nexpect reply id == 4\nexpect reply status == nt.SUCCESS\n"
               "stor_ready 1:1 version=0x0501\nexpect reg 1:1.vmbus.protocol_version 0x0501\n"
               "expect reg 0:0.vmbus.protocol_state 4\n"
               "scsi 0:0 0x28000000000100000800 in 0x40000 4096\nexpect pending 1\ndisk_complete oldest done\n"
               "receive 0:0\nexpect reply moved 4096\nexpect reply bytes 64\nexpect mem 0x40000 pattern HD0 1 8\n"
               "mem_write 0x41000 fill 0x5a 512\nscsi 1:1 0x2a000000000000000100 out 0x41000 512\n"
               "disk_complete oldest done\nreceive 1:1\nexpect reply srb_status 1\nexpect medium 1:1 0 fill 0x5a 512\n"
               "scsi 0:0 0x00\nreceive 0:0\nexpect reply id 6\nexpect reply scsi_status 0\n"
               "vmbus close 0:0\nexpect message GpadlTorndown\nexpect reg 0:0.vmbus.channel_state 1\n") == "");
}

TEST_CASE("script guest: what does not hold is said, and goes on") {
  CHECK(failures("vmbus connect\nexpect message OpenResult\n") == "2: VersionResponse not OpenResult\n");
  CHECK(failures("expect message OpenResult\n") == "1: no message not OpenResult\n");
  CHECK(failures(std::string(kReady) + "receive 0:0\nexpect reply status 0\nstor 0:0 RESET_BUS bytes=16\nreceive 0:0\n"
                                       "expect reply sense 0x010203\nexpect reply operation 2\n") ==
        "4: the host has written none not a packet\n5: no packet not 0x00000000\n"
        "8: a packet of 32 bytes not 0x00010203\n9: 0x00000001 not 0x00000002\n");
}

TEST_CASE("script guest: counters, ids, signals and packets that are none") {
  CHECK(failures(std::string(kReady) + "clear_counts\nstor 0:0 RESET_BUS id=0xfffffffffffffffc\n"
                                       "expect waiting 0:0 88\nexpect count vmbus_signals 1\n"
                                       "expect count vmbus_interrupts 1\nreceive 0:0\n"
                                       "expect reply id 0xfffffffffffffffc\nexpect reply type 11\n"
                                       "expect waiting 0:0 0\n"
                                       "ring_send 0:0 (words 6 2 4 1) (dwords 9 0) (dwords 7 1 0 0)\nreceive 0:0\n"
                                       "expect reply status nt.INVALID_DEVICE_STATE\n"
                                       "ring_send 0:0 0x0000 advance=24\nexpect reg 0:0.vmbus.channel_error 3\n"
                                       "vmbus signal 0x2001\nvmbus post dwords 7 0 1\n"
                                       "expect reg 0:0.vmbus.channel_state 1\n") == "");
}

TEST_CASE("script guest: operands are checked") {
  const auto error = [](const std::string& text) {
    const auto script = parse_script(std::string(kBoard) + text, "s", {});
    if (!script.ok()) return script.error().line();
    return ran(text).outcome.error.value_or(Error{}).line();
  };
  CHECK(error("vmbus shout") == "s:5:7: vmbus post, signal, connect, open or close");
  CHECK(error("vmbus open 2:0 0x1000") == "s:5:12: a unit is 0:0, 0:1, 1:0 or 1:1");
  CHECK(error("stor 0:0 NOTHING") == "s:5:10: 'NOTHING' is no operation");
  CHECK(error("scsi 0:0 0x00 up 1 1") == "s:5:15: behind the CDB stands in ADDR BYTES or out ADDR BYTES");
  CHECK(error("scsi 0:0 0x00 advance=1") == "s:5:15: unknown option 'advance=1'");
  CHECK(error("expect message Nothing") == "s:5:16: 'Nothing' is no control message");
  CHECK(error("expect reply colour 1").starts_with("s:5:14: a field of a packet is one of: type flags id"));
  CHECK(error("receive 0:0") == "s:5:1: the channel of this unit has not been opened");
  CHECK(error("expect waiting 0:0 0") == "s:5:1: the channel of this unit has not been opened");
  CHECK(error("vmbus open 0:0 0x1000") == "s:5:1: no channel of this unit has been offered");
  CHECK(error("vmbus connect\nvmbus open 0:0 0x1004") == "s:6:1: rings begin at a page");
  CHECK(error("vmbus connect\nvmbus open 0:0 0 up=5") == "s:6:1: the data of a ring are 1 to 256 whole pages");
  CHECK(error("vmbus post 0x00") == "s:5:1: a control message has 8 to 240 bytes, not 1");
  CHECK(error(std::string(kReady) + "scsi 0:0 fill 0 17") == "s:8:1: a CDB has at most 16 bytes");
  CHECK(error(std::string(kReady) + "ring_send 0:0 fill 0 0x4001") == "s:8:1: the ring is not so large");
  CHECK(error(std::string(kReady) + "stor 0:0 RESET_BUS bytes=2000") == "s:8:1: a packet has at most 1024 bytes");
}

TEST_CASE("script guest: its stimuli as a script do the same, bit for bit") {
  const Ran run = ran(std::string(kReady) +
                      "scsi 0:0 0x2a000000000000000100 out 0x41000 512\nscsi 0:0 0x00\nscsi 0:0 0x00\n"
                      "disk_complete oldest done\nreceive 0:0\nreceive 0:0\nreset power\nvmbus connect\n"
                      "vmbus open 0:0 0x100000\nvmbus close 0:0\n");
  std::string text;
  for (std::size_t i = 0; i < run.events.size(); ++i) {
    const Event event = run.events[i];
    if (is_stimulus(event.kind)) text += statement_text(event).value_or("?") + "\n";
  }
  CHECK(text.find('?') == std::string::npos);
  const Ran again = ran(text);
  REQUIRE(again.events.size() == run.events.size());
  for (std::size_t i = 0; i < run.events.size(); ++i) {
    const Event a = run.events[i];
    const Event b = again.events[i];
    CAPTURE(i);
    CHECK(a.kind == b.kind);
    CHECK(a.value == b.value);
    CHECK(std::equal(a.payload.begin(), a.payload.end(), b.payload.begin(), b.payload.end()));
  }
}

TEST_CASE("listing: rings, packets and messages by what they are") {
  const Ran run = ran(std::string(kReady) + "scsi 0:0 0x2a000000000000000100 out 0x41000 512\n");
  ListingDecoder decoder;
  std::string text;
  for (std::size_t i = 0; i < run.events.size(); ++i) {
    const Event event = run.events[i];
    const ListedEvent one{i, 0, event, event.payload.size()};
    const ListingLine line = decoder.decode(one);
    text += line.what + "|" + line.name + "|" + line.value + "\n";
  }
  for (const char* wanted : {
           "vmbus|InitiateContact|version 5.3\nvmint|VersionResponse|supported\n",
           "vmint|OfferChannel|channel 1, connection 2001h, instance 00000000-0000\n",
           "vmbus|OpenChannel, channel 1|channel 1, GPADL 1, host's ring from page 5, VP 0\n",
           "vmw|channel 1 guest's ring|interrupt mask 1h\n",
           "vmint|OpenResult|channel 1, status 0h\n",
           "memw|channel 1 guest's ring|at 0h  in band id=1 BEGIN_INITIALIZATION\n",
           "vmw|channel 1 host's ring|at 0h  completion id=1 SUCCESS\nvmw|channel 1 host's ring|in 58h\n",
           "|channel 1 guest's ring|at 160h  GPA direct id=5 EXECUTE_SRB WRITE (10)\n",
           "memr|channel 1 host's ring|64 bytes",
       }) {
    CHECK_MESSAGE(text.find(wanted) != std::string::npos, wanted);
  }
}

}  // namespace
}  // namespace coincide
