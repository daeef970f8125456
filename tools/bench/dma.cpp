// READ DMA EXT from a disk of bytes in memory to guest RAM, a whole command an iteration, against memcpy of the same
// bytes from and to memory of the same size in the same order.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "tools/bench/bench_machine.h"
#include "tools/bench/recording.h"

namespace coincide::bench {
namespace {

/// Where transfer number `n` reads and writes: both walk through more memory than any cache holds.
struct Walk {
  std::uint64_t bytes;
  std::uint64_t from(std::uint64_t n) const { return n * bytes % kMediumBytes; }
  std::uint64_t to(std::uint64_t n) const { return n * bytes % kBufferBytes; }
};

void copy(benchmark::State& state) {
  const Walk walk{static_cast<std::uint64_t>(state.range(0)) * kSectorBytes};
  const std::vector<std::uint8_t>& from = medium_bytes();
  std::vector<std::uint8_t> to(kBufferBytes, 1);
  std::uint64_t n = 0;
  for (auto _ : state) {
    std::memcpy(to.data() + walk.to(n), from.data() + walk.from(n), walk.bytes);
    benchmark::ClobberMemory();
    ++n;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(n * walk.bytes));
}
BENCHMARK(copy)->Arg(256)->Arg(2048);

void run_dma(benchmark::State& state, Machine& machine) {
  const auto sectors = static_cast<std::uint32_t>(state.range(0));
  const Walk walk{std::uint64_t{sectors} * kSectorBytes};
  std::uint64_t n = 0;
  for (std::uint64_t at = 0; at < kBufferBytes; at += walk.bytes) {  // guest pages come into being on first use
    machine.read_dma(walk.from(n) / kSectorBytes, sectors, kBuffers + walk.to(n)), ++n;
  }
  n = 0;
  for (auto _ : state) {
    if (!machine.read_dma(walk.from(n) / kSectorBytes, sectors, kBuffers + walk.to(n))) {
      return state.SkipWithError("the transfer did not end well");
    }
    ++n;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(n * walk.bytes));
}

void dma_off(benchmark::State& state) {
  Machine machine(nullptr);
  run_dma(state, machine);
}
BENCHMARK(dma_off)->Arg(256)->Arg(2048);

void dma_on(benchmark::State& state) {
  DroppingSink sink;
  TraceWriter writer(sink, bench_header());
  Machine machine(&writer);
  run_dma(state, machine);
  if (!writer.finish().ok()) state.SkipWithError("recording failed");
}
BENCHMARK(dma_on)->Arg(256)->Arg(2048);

}  // namespace
}  // namespace coincide::bench
