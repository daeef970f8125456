// Seeds of a fuzz target: inputs for a fuzzer to begin with; and, where there is no fuzzer, a fixed number of mutations
// of them, the same each time. seed_run.cpp has the main function of such a program:
//   PROGRAM DIR             writes the seeds as files
//   PROGRAM -N              runs them and N mutations; the last line counts what ran
//   PROGRAM --script FILE   prints the stimuli of an input as a script, for `coincide record` and `replay`
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

/// Of the target that the program is linked with.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace coincide::fuzz {

using Bytes = std::vector<std::uint8_t>;

inline Bytes join(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

/// The target's own.
std::vector<Bytes> seeds();
std::string script_of(std::span<const std::uint8_t> input);

}  // namespace coincide::fuzz
