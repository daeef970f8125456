#include "replay/compare.h"

#include <doctest/doctest.h>

using namespace coincide;

namespace {

constexpr std::uint64_t kCapture = sees::read_values | sees::block_data | sees::irq | sees::config | sees::memory;

Event read_of(std::uint64_t value, std::uint64_t open = 0, unsigned width = 1) {
  return {EventKind::port_read, static_cast<std::uint8_t>(width), 0, 0x1f7, open, value, {}};
}
Event irq(std::uint64_t level) { return {EventKind::irq, 0, 0, 14, 0, level, {}}; }

struct Outcome {
  std::vector<Difference> differences;
  Tally tally;
};

Outcome compare(std::uint64_t sees, const Event& recorded, const Event& answer, const std::vector<Event>& expected = {},
                const std::vector<Event>& actual = {}) {
  RecordedStep step;
  step.number = 7;
  step.stimulus = recorded;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    step.observations.push_back(expected[i]);
    step.numbers.push_back(8 + i);
  }
  std::vector<KeptEvent> observed;
  for (const Event& event : actual) observed.emplace_back(event);
  Comparer comparer(sees);
  Outcome outcome;
  comparer.step(step, answer, observed, outcome.differences);
  outcome.tally = comparer.tally();
  return outcome;
}

}  // namespace

TEST_CASE("a capture's answer is compared in the bits that the source saw and the standard fixes") {
  CHECK(compare(kCapture, read_of(0x50), read_of(0x50)).differences.empty());
  const Outcome differs = compare(kCapture, read_of(0x51), read_of(0x50));
  REQUIRE(differs.differences.size() == 1);
  CHECK(differs.differences[0].bits == 0x01);
  CHECK(differs.differences[0].event == 7);
  CHECK(differs.tally.compared == 1);
  CHECK(compare(kCapture, read_of(0x51), read_of(0x50, 0x01)).differences.empty());
  CHECK(compare(kCapture, read_of(0x51, 0x01), read_of(0x50)).differences.empty());
}

TEST_CASE("an answer without a bit to compare is counted by its reason") {
  CHECK(compare(kCapture, read_of(0x51), read_of(0x50, 0xff)).tally.not_compared ==
        std::map<std::string, std::uint64_t>{{"left open by the standard: register values", 1}});
  CHECK(compare(kCapture, read_of(0x51, 0xff), read_of(0x50)).tally.not_compared ==
        std::map<std::string, std::uint64_t>{{"not seen by the source: read values", 1}});
  CHECK(compare(sees::irq, read_of(0x51), read_of(0x50)).tally.not_compared ==
        std::map<std::string, std::uint64_t>{{"not seen by the source: read values", 1}});
}

TEST_CASE("two runs of the emulator agree on the open bits too") {
  CHECK(compare(sees::everything, read_of(0x50, 0x10), read_of(0x50, 0x10)).differences.empty());
  CHECK(compare(sees::everything, read_of(0x50, 0x10), read_of(0x50, 0x00)).differences.size() == 1);
  CHECK(compare(sees::everything, read_of(0x50, 0xff), read_of(0x51, 0xff)).differences.size() == 1);
}

TEST_CASE("block data are compared as far as both sides have some") {
  const std::uint8_t a[] = {1, 2, 3, 4};
  const std::uint8_t b[] = {1, 2, 3, 9};
  const auto block = [](std::span<const std::uint8_t> bytes, std::uint64_t open) {
    return Event{EventKind::port_read_block, 2, 0, 0x1f0, open, bytes.size() / 2, bytes};
  };
  CHECK(compare(kCapture, block(a, 0), block(b, 0)).differences.size() == 1);
  CHECK(compare(kCapture, block(a, 2), block(b, 0)).differences.empty());
  CHECK(compare(kCapture, block(a, 0), block(b, 1)).differences.empty());
  CHECK(compare(kCapture, block(a, 2), block(b, 0)).tally.compared == 1);
  CHECK(compare(kCapture, block(a, 4), block(b, 0)).tally.compared == 0);
  CHECK(compare(sees::everything, block(a, 1), block(a, 0)).differences.size() == 1);
}

TEST_CASE("a look at memory without its outcome is not compared") {
  const std::uint8_t found[] = {1, 2};
  const Event unseen{EventKind::mem_read, 0, 0, 0, 0x1000, 2, {}};
  const Event answer{EventKind::mem_read, 0, 0, 0, 0x1000, 2, found};
  CHECK(compare(kCapture, unseen, answer).tally.skipped() == 1);
  const std::uint8_t other[] = {1, 3};
  CHECK(compare(kCapture, {EventKind::mem_read, 0, 0, 0, 0x1000, 2, other}, answer).differences.size() == 1);
}

TEST_CASE(
    "observations: missing, unexpected and other ones are told apart, kinds that the source cannot see are counted") {
  const Event write{EventKind::port_write, 1, 0, 0x1f7, 0, 0xec, {}};
  const Event change{EventKind::register_change, 1, 0, 0x40000, 0x50, 0xd0, {}};
  CHECK(compare(kCapture, write, write, {irq(1)}, {change, irq(1)}).differences.empty());
  CHECK(compare(kCapture, write, write, {irq(1)}, {change, irq(1)})
            .tally.not_compared.count("not seen by the source: register_change") == 1);
  CHECK(compare(kCapture, write, write, {irq(1)}, {}).differences.at(0).kind == Difference::Kind::missing);
  CHECK(compare(kCapture, write, write, {irq(1)}, {}).differences.at(0).event == 8);
  CHECK(compare(kCapture, write, write, {}, {irq(1)}).differences.at(0).kind == Difference::Kind::unexpected);
  CHECK(compare(kCapture, write, write, {irq(1)}, {irq(0)}).differences.at(0).kind == Difference::Kind::different);
  CHECK(compare(sees::everything, write, write, {change, irq(1)}, {irq(1), change}).differences.size() == 2);
}
