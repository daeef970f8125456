// The qtest client against a peer that is a shell script: what it asks for, and what it makes of the answers.
#include "conformance/targets/qtest_session.h"

#include <doctest/doctest.h>

namespace coincide {
namespace {

/// A peer that answers each request in turn with these lines, and says what it was asked at the end of each: so that a
/// test sees both sides.
QtestLink peer(const std::string& script) {
  auto process = ChildProcess::start({"/bin/sh", "-c", script}, true);
  REQUIRE_MESSAGE(process.ok(), process.error().line());
  return QtestLink(*std::move(process));
}

TEST_CASE("an answer is taken, interrupts in between are counted, and chatter is passed over") {
  QtestLink link = peer(
      "read line; echo 'IRQ raise 14'; echo hello; echo 'IRQ raise 14'; echo 'IRQ lower 14'; "
      "echo 'IRQ raise 14'; echo \"OK 0x0058\"; cat >/dev/null");
  CHECK(link.read_port(0x1f7, 1) == 0x58);
  CHECK(link.level(14));
  CHECK(link.rises(14) == 2);
  CHECK_FALSE(link.level(15));
}

TEST_CASE("requests are written as the protocol has them") {
  QtestLink link = peer("while read line; do echo \"OK $line\"; done");
  CHECK(link.ask("inb 0x1f7") == "inb 0x1f7");
  CHECK(link.ask_all({"a", "b"}) == std::vector<std::string>{"a", "b"});
  QtestLink memory = peer(
      "read line; [ \"$line\" = 'write 0x1000 3 0x010203' ] && echo OK; read line; "
      "[ \"$line\" = 'read 0x1000 2' ] && echo 'OK 0x0a0b'; cat >/dev/null");
  const std::uint8_t bytes[] = {1, 2, 3};
  memory.write_memory(0x1000, bytes);
  CHECK(memory.read_memory(0x1000, 2) == std::vector<std::uint8_t>{0x0a, 0x0b});
}

TEST_CASE("a request that the peer does not know is refused, and a peer that ends is dead") {
  QtestLink link = peer("read line; echo 'FAIL Unknown command'; read line; echo OK");
  CHECK_FALSE(link.knows("clock_step 1"));
  CHECK(link.knows("inb 0"));
  CHECK_FALSE(link.dead());
  link.ask("inb 1");
  CHECK(link.dead());
}

TEST_CASE("a program without a function of the family, or that is no peer, is an error that names it") {
  QtestLink empty = peer("while read line; do echo 'OK 0xffffffff'; done");
  CHECK(probe_peer(empty, "prog").error().line() ==
        "prog: has no PIIX3 or PIIX4 IDE function (8086:7010, 8086:7111) on PCI bus 0");
  QtestLink none = peer("exit 0");
  CHECK(probe_peer(none, "prog").error().line() == "prog: ended before it answered: does it take -qtest stdio?");
}

}  // namespace
}  // namespace coincide
