#include "tools/fuzz/seed_run.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>

namespace {

using namespace coincide::fuzz;

std::uint32_t next(std::uint32_t& state) { return (state = state * 1664525u + 1013904223u) >> 8; }

/// One to four changes: a byte made another, a piece taken out, a piece of another seed put in.
Bytes mutate(Bytes input, const Bytes& other, std::uint32_t state) {
  for (unsigned n = next(state) % 4 + 1; n > 0 && !input.empty(); --n) {
    const auto at = static_cast<std::ptrdiff_t>(next(state) % input.size());
    const std::size_t length = next(state) % 12 + 1;
    switch (next(state) % 4) {
      case 0:
        input[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1u << next(state) % 8);
        break;
      case 1:
        input[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(next(state));
        break;
      case 2:
        input.erase(input.begin() + at,
                    input.begin() + at +
                        static_cast<std::ptrdiff_t>(std::min(length, input.size() - static_cast<std::size_t>(at))));
        break;
      default: {
        const std::size_t from = next(state) % other.size();
        const std::size_t bytes = std::min(length, other.size() - from);
        const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
        input.insert(input.begin() + at, first, first + static_cast<std::ptrdiff_t>(bytes));
      }
    }
  }
  return input;
}

Bytes current;

/// Leaves the input that ended the process where `coincide replay` can run it.
void keep_input(int) {
  if (std::FILE* file = std::fopen("fuzz-failure", "wb")) {
    std::fwrite(current.data(), 1, current.size(), file);
    std::fclose(file);
  }
  std::fputs("the input that failed is in the file fuzz-failure\n", stderr);
  std::_Exit(1);
}

int run(std::uint32_t mutations) {
  std::signal(SIGABRT, keep_input);
  const std::vector<Bytes> all = seeds();
  std::uint32_t state = 1;
  for (std::uint32_t i = 0; i < all.size() + mutations; ++i) {
    current = all[i % all.size()];
    if (i >= all.size()) current = mutate(current, all[next(state) % all.size()], i);
    LLVMFuzzerTestOneInput(current.data(), current.size());
  }
  std::printf("%zu passed, 0 failed\n", all.size() + mutations);
  return 0;
}

int write(const std::string& directory) {
  ::mkdir(directory.c_str(), 0777);
  unsigned number = 0;
  for (const Bytes& seed : seeds()) {
    std::ofstream file(directory + "/seed-" + std::to_string(number++), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
    if (!file.flush()) return 1;
  }
  return 0;
}

int print_script(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return 125;
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  const std::string text = script_of({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
  return std::fputs(text.c_str(), stdout) < 0 ? 125 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view word = argc == 2 ? argv[1] : "";
  std::uint32_t mutations = 0;
  if (word.size() > 1 && word[0] == '-' &&
      std::from_chars(word.data() + 1, word.data() + word.size(), mutations).ptr == word.data() + word.size()) {
    return run(mutations);
  }
  if (!word.empty() && word[0] != '-') return write(std::string(word));
  if (argc == 3 && std::string_view(argv[1]) == "--script") return print_script(argv[2]);
  std::fputs("usage: DIR | -COUNT | --script FILE\n", stderr);
  return 125;
}
