// Register port access as drivers do it: six task-file writes and six status reads a round, the LBA counting up.
#include <benchmark/benchmark.h>

#include "tools/bench/allocations.h"
#include "tools/bench/bench_machine.h"
#include "tools/bench/recording.h"

namespace coincide::bench {
namespace {

void register_access_off(benchmark::State& state) {
  Machine machine(nullptr);
  std::uint32_t round = 0;
  const std::uint64_t before = allocations();
  for (auto _ : state) machine.register_round(round++);
  state.counters["allocations"] = static_cast<double>(allocations() - before);
  state.SetItemsProcessed(state.iterations() * Machine::kAccessesOfRound);
}
BENCHMARK(register_access_off);

void register_access_on(benchmark::State& state) {
  DroppingSink sink;
  TraceWriter writer(sink, bench_header());
  Machine machine(&writer);
  std::uint32_t round = 0;
  const std::uint64_t before = writer.events();
  for (auto _ : state) machine.register_round(round++);
  const std::uint64_t events = writer.events() - before;
  if (!writer.finish().ok()) return state.SkipWithError("recording failed");
  state.counters["events"] = benchmark::Counter(static_cast<double>(events), benchmark::Counter::kIsRate);
  state.SetItemsProcessed(state.iterations() * Machine::kAccessesOfRound);
}
BENCHMARK(register_access_on);

}  // namespace
}  // namespace coincide::bench
