// Register port access as drivers do it: six task-file writes and six status reads a round, the LBA counting up.
#include <benchmark/benchmark.h>

#include "tools/bench/allocations.h"
#include "tools/bench/bench_machine.h"

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

}  // namespace
}  // namespace coincide::bench
