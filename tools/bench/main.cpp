// Runs the benchmarks and prints the speed budget: what was measured, against what, and whether it is met.
// Every ratio is of two rates of this one run on this one machine.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <string>

namespace {

/// Keeps the best rate of each benchmark over its repetitions (others' load only ever slows one down), and prints
/// one line for each: the median, if there are repetitions.
class RateReporter : public benchmark::ConsoleReporter {
 public:
  RateReporter() : ConsoleReporter(OO_None) {}
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> shown;
    for (const Run& run : runs) {
      if (run.repetitions <= 1 || run.error_occurred || run.aggregate_name == "median") shown.push_back(run);
    }
    ConsoleReporter::ReportRuns(shown);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      for (const auto& [name, counter] : run.counters) {
        double& kept =
            kept_[run.run_name.function_name + (run.run_name.args.empty() ? "" : "/" + run.run_name.args) + " " + name];
        kept = std::max(kept, counter.value);
      }
    }
  }
  std::optional<double> find(const std::string& name) const {
    const auto it = kept_.find(name);
    return it == kept_.end() ? std::nullopt : std::optional<double>(it->second);
  }

 private:
  std::map<std::string, double> kept_;
};

/// One row of the budget: `rate` divided by `against` is at least `budget`. Without `against` the budget is a rate.
struct Row {
  const char* work;
  const char* rate;
  const char* against;
  const char* against_name;
  double budget;
};

constexpr Row kRows[] = {
    {"register access, recording off", "register_access_off items_per_second", nullptr, "accesses/s", 60e6},
    {"register access, recording on", "register_access_on items_per_second", "register_access_off items_per_second",
     "of recording off", 0.4},
    {"DMA 256 sectors, recording off", "dma_off/256 bytes_per_second", "copy/256 bytes_per_second", "of memcpy", 0.7},
    {"DMA 256 sectors, recording on", "dma_on/256 bytes_per_second", "copy/256 bytes_per_second", "of memcpy", 0.4},
    {"DMA 2048 sectors, recording off", "dma_off/2048 bytes_per_second", "copy/2048 bytes_per_second", "of memcpy",
     0.7},
    {"DMA 2048 sectors, recording on", "dma_on/2048 bytes_per_second", "copy/2048 bytes_per_second", "of memcpy", 0.4},
    {"verify a trace of registers", "verify/0 bytes_per_second", "hash/0 bytes_per_second", "of XXH3", 0.8},
    {"verify a trace of DMA", "verify/1 bytes_per_second", "hash/1 bytes_per_second", "of XXH3", 0.8},
};

bool print_row(const RateReporter& rates, const Row& row) {
  const auto rate = rates.find(row.rate);
  const auto against = row.against != nullptr ? rates.find(row.against) : std::optional<double>(1.0);
  if (!rate || !against || *against <= 0) {
    std::printf("%-34s not measured\n", row.work);
    return false;
  }
  const double measured = *rate / *against;
  const bool met = measured >= row.budget;
  const bool items = std::string(row.rate).find("items") != std::string::npos;
  std::printf("%-34s %8.2f %s  ", row.work, *rate / (items ? 1e6 : 1e9), items ? "M/s " : "GB/s");
  if (row.against == nullptr) {
    std::printf("%8.1f M  budget %5.1f M  %-16s %s\n", measured / 1e6, row.budget / 1e6, row.against_name,
                met ? "met" : "MISSED");
  } else {
    std::printf("%8.2f    budget %5.2f    %-16s %s\n", measured, row.budget, row.against_name, met ? "met" : "MISSED");
  }
  return met;
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 125;
  RateReporter rates;
  benchmark::RunSpecifiedBenchmarks(&rates);
  std::printf("\n");
  bool all = true;
  for (const Row& row : kRows) all = print_row(rates, row) && all;
  if (const auto count = rates.find("register_access_off allocations")) {
    std::printf("%-34s %8.0f allocations\n", "register access, recording off", *count);
    all = all && *count == 0;
  }
  return all ? 0 : 1;
}
