// Verifying every hash of a trace against XXH3 over the same bytes, both from a mapped file in the page cache. One
// trace is of register traffic (rows, no payloads), one of DMA (payloads, few rows).
#include <benchmark/benchmark.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "tools/bench/bench_machine.h"
#include "tools/bench/recording.h"
#include "trace/file_bytes.h"
#include "trace/reader.h"

namespace coincide::bench {
namespace {

enum Traffic : std::int64_t { registers = 0, dma = 1 };
constexpr std::uint64_t kRounds = 300'000;
constexpr std::uint64_t kTransfers = 128;

Result<void> record(const std::string& path, std::int64_t traffic) {
  auto sink = FileSink::create(path);
  if (!sink) return sink.error();
  TraceWriter writer(**sink, bench_header());
  Machine machine(&writer);
  if (traffic == registers) {
    for (std::uint32_t n = 0; n < kRounds; ++n) machine.register_round(n);
  } else {
    for (std::uint64_t n = 0; n < kTransfers; ++n) {
      if (!machine.read_dma(n * 2048 % (kMediumBytes / kSectorBytes), 2048, kBuffers))
        return Error{path, "bad transfer"};
    }
  }
  if (const auto end = writer.finish(); !end) return end.error();
  return {};
}

/// The bytes of a trace of that traffic, mapped; the file is gone when its last reader is.
SharedBytes recorded(std::int64_t traffic) {
  const std::string name = "coincide-bench-" + std::to_string(traffic) + ".trace";
  const std::string path = (std::filesystem::temp_directory_path() / name).string();
  const auto written = record(path, traffic);
  auto bytes = read_file(path);
  std::remove(path.c_str());
  return written.ok() && bytes.ok() ? *bytes : SharedBytes{};
}

const SharedBytes& trace_bytes(std::int64_t traffic) {
  static const SharedBytes kept[] = {recorded(registers), recorded(dma)};
  return kept[traffic];
}

void hash(benchmark::State& state) {
  const SharedBytes& trace = trace_bytes(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(hash128(trace.bytes));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(trace.bytes.size()));
}
BENCHMARK(hash)->Arg(registers)->Arg(dma);

void verify(benchmark::State& state) {
  const SharedBytes& trace = trace_bytes(state.range(0));
  for (auto _ : state) {
    const auto reader = TraceReader::open(trace, "benchmark");
    if (!reader || !reader->verify().ok()) return state.SkipWithError("the trace is not good");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(trace.bytes.size()));
}
BENCHMARK(verify)->Arg(registers)->Arg(dma);

}  // namespace
}  // namespace coincide::bench
