#include "trace/difference.h"

#include <doctest/doctest.h>

#include "trace/rewrite.h"
#include "trace/test_run.h"

using namespace coincide;
using namespace coincide::test;

namespace {

constexpr std::uint64_t kSame = ~std::uint64_t{0};

std::uint64_t difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  const auto found = first_difference(opened(a), opened(b));
  REQUIRE(found.ok());
  return found->has_value() ? (*found)->event : kSame;
}

std::vector<std::uint8_t> stripped(const std::vector<std::uint8_t>& file) {
  MemorySink sink;
  RewriteOptions options;
  options.strip_payloads = true;
  REQUIRE(rewrite(opened(file), sink, options).ok());
  return {sink.bytes().begin(), sink.bytes().end()};
}

EventList with(const EventList& run, std::size_t at, auto change) {
  EventList out;
  for (std::size_t i = 0; i < run.size(); ++i) {
    Event e = run[i];
    std::vector<std::uint8_t> payload(e.payload.begin(), e.payload.end());
    if (i == at) change(e, payload);
    e.payload = payload;
    out.add(e, run.time_ns(i));
  }
  return out;
}

}  // namespace

TEST_CASE("the first difference is found wherever it is, under one header or two") {
  const EventList run = driver_run(61, 3500);
  const auto file = recorded(run);
  REQUIRE(opened(file).chunks() > 3);
  TraceHeader other = header();
  other.profile = "qemu";
  CHECK(difference(file, file) == kSame);
  CHECK(difference(file, recorded(run, {}, other)) == kSame);
  Numbers numbers(62);
  for (int i = 0; i < 12; ++i) {
    const std::size_t at = i == 0 ? 0 : i == 1 ? run.size() - 1 : numbers.below(run.size());
    const EventList changed = with(run, at, [](Event& e, auto&) { e.width ^= 0x40; });
    CHECK(difference(file, recorded(changed)) == at);
    CHECK(difference(recorded(changed, {}, other), file) == at);
  }
}

TEST_CASE("a trace that is the beginning of another differs at its end") {
  const EventList run = driver_run(63, 2500);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{9000}, run.size() - 1}) {
    EventList part;
    for (std::size_t i = 0; i < size; ++i) part.add(run[i], run.time_ns(i));
    CHECK(difference(recorded(part), recorded(run)) == size);
    CHECK(difference(recorded(run), recorded(part)) == size);
  }
}

TEST_CASE("chunks that are equal by hash are not read") {
  const EventList run = driver_run(66, 5000);
  auto file = recorded(run);
  const auto changed = recorded(with(run, run.size() - 1, [](Event& e, auto&) { e.width ^= 0x40; }));
  const std::size_t chunks = opened(file).chunks();
  REQUIRE(chunks > 4);
  for (std::size_t i = 0; i + 1 < chunks; ++i) file[opened(file).index().chunks[i].offset + 100] ^= 1;
  CHECK(difference(file, changed) == run.size() - 1);
}

TEST_CASE("one payload byte is a difference; stripped payloads differ by their chunk") {
  const EventList run = driver_run(64, 900);
  std::size_t last_payload = 0;
  std::size_t first_payload = run.size();
  for (std::size_t i = 0; i < run.size(); ++i) {
    if (run[i].payload.empty()) continue;
    last_payload = i;
    first_payload = std::min(first_payload, i);
  }
  const EventList changed = with(run, last_payload, [](Event&, auto& payload) { payload[3] ^= 1; });
  const auto a = recorded(run);
  const auto b = recorded(changed);
  CHECK(difference(a, b) == last_payload);

  CHECK(difference(a, stripped(a)) == kSame);
  const auto found = first_difference(opened(a), opened(stripped(b)));
  REQUIRE(found.ok());
  REQUIRE(found->has_value());
  const std::size_t chunk = opened(a).chunk_of(last_payload);
  CHECK(!(*found)->exact);
  CHECK(opened(a).chunk_of((*found)->event) == chunk);
  CHECK((*found)->event <= last_payload);
}

TEST_CASE(
    "stripping, compressing and new provenance keep the name; stripped traces say so when payloads are asked for") {
  const EventList run = driver_run(65, 900, 300);
  const auto file = recorded(run);
  const auto thin = stripped(file);
  CHECK(thin.size() < file.size() - 200000);
  CHECK(opened(thin).name() == opened(file).name());
  CHECK(opened(thin).verify().ok());
  const TraceReader reader = opened(thin);
  EventCursor at(reader);
  for (std::size_t i = 0; at.next(); ++i) {
    CHECK(at.event().payload.empty());
    CHECK(at.payload_length() == run[i].payload.size());
  }
  CHECK(!EventList::from(reader).ok());

  RewriteOptions options;
  options.zstd_level = 1;
  options.provenance = Provenance{"", "", "", "", "", "rule", ""};
  MemorySink sink;
  REQUIRE(rewrite(opened(file), sink, options).ok());
  CHECK(opened(sink.bytes()).name() == opened(file).name());
  CHECK(opened(sink.bytes()).provenance()->authority == "rule");
  CHECK(listed(sink.bytes()) == run);
  MemorySink back;
  REQUIRE(rewrite(opened(sink.bytes()), back, {}).ok());
  MemorySink without;
  REQUIRE(rewrite(opened(file), without, {}).ok());
  CHECK(std::equal(without.bytes().begin(), without.bytes().end(), file.begin(), file.end()));
}
