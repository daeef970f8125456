#include "tools/bench/allocations.h"

#include <cstdlib>
#include <new>

namespace coincide::bench {
namespace {
std::uint64_t count = 0;  // the benchmarks have one thread
}
std::uint64_t allocations() { return count; }
}  // namespace coincide::bench

// The array forms call these.
void* operator new(std::size_t bytes) {
  ++coincide::bench::count;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
