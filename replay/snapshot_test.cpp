// Snapshots: at every event of every golden, a machine that was put back from the bytes of another goes on as the other
// does. The board, the goldens and the captures are the corpus's.
#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "emu/controller.h"
#include "emu/media/pattern.h"
#include "replay/corpus.h"
#include "replay/recorded_run.h"

namespace coincide {
namespace {

const std::string kRoot = COINCIDE_SOURCE_DIR;
/// Captures are long, and hold megabytes of memory: there one event in so many is tried.
constexpr std::size_t kCaptureStride = 97;

/// What one stimulus brought about, as one string of bytes.
class Trail final : public Observer {
 public:
  void stimulus(const Event&) override {}
  void answer(std::uint64_t value, std::uint64_t open, std::span<const std::uint8_t> payload) override {
    add(value);
    add(open);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
  }
  void observe(const Event& event) override {
    for (const std::uint64_t field : {std::uint64_t{static_cast<std::uint8_t>(event.kind)}, std::uint64_t{event.width},
                                      std::uint64_t{event.unit}, std::uint64_t{event.where}, event.detail, event.value})
      add(field);
    bytes.insert(bytes.end(), event.payload.begin(), event.payload.end());
  }
  std::vector<std::uint8_t> bytes;

 private:
  void add(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
};

/// Number of the first event at which the identity does not hold.
std::optional<std::size_t> first_broken(const RecordedRun& run, std::size_t stride) {
  Trail straight, restored;
  Controller goes_on(run.board, run.profile, &straight);
  for (std::size_t at = 0; at < run.events.size(); ++at) {
    const Event event = run.events[at];
    if (!is_stimulus(event.kind)) continue;
    straight.bytes.clear();
    if (at % stride != 0) {
      goes_on.apply(event);
      continue;
    }
    const std::vector<std::uint8_t> state = goes_on.save();
    // A new one each time: one that has run this far itself would know what the bytes do not tell.
    Controller put_back(run.board, run.profile, &restored);
    if (!put_back.restore(state) || put_back.save() != state) return at;
    restored.bytes.clear();
    goes_on.apply(event);
    put_back.apply(event);
    if (straight.bytes != restored.bytes) return at;
  }
  return std::nullopt;
}

TEST_CASE("restore(save(s)) is the identity at every event of every golden") {
  const auto corpus = Corpus::open(kRoot + "/corpus");
  REQUIRE_MESSAGE(corpus.ok(), corpus.error().line());
  REQUIRE(corpus->goldens().size() > 100);
  for (const Golden& golden : corpus->goldens()) {
    CAPTURE(golden.path);
    LoadOptions options;
    options.profile = golden.profile;
    const auto run = load_run(kRoot + "/corpus/" + golden.path, options);
    REQUIRE_MESSAGE(run.ok(), run.error().line());
    const auto broken = first_broken(*run, golden.authority == "capture" ? kCaptureStride : 1);
    CHECK_MESSAGE(!broken, "event ", broken.value_or(0));
  }
}

TEST_CASE("a snapshot that is cut, or of another board, is refused") {
  Board board;
  board.devices[0].kind = DeviceKind::disk;
  board.devices[0].medium = make_pattern_medium(1024, {'H', 'D', '0'});
  Controller machine(board, {}, nullptr);
  machine.mem_write(0x1000, std::vector<std::uint8_t>(16, 0x5a));
  const std::vector<std::uint8_t> state = machine.save();
  for (std::size_t length = 0; length < state.size(); length += 1 + state.size() / 500) {
    Controller other(board, {}, nullptr);
    CHECK_FALSE(other.restore(std::span(state).first(length)));
  }
  Controller bare(Board{}, {}, nullptr);
  CHECK_FALSE(bare.restore(state));
  Controller same(board, {}, nullptr);
  CHECK(same.restore(state));
}

}  // namespace
}  // namespace coincide
