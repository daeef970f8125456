#include "trace/sink.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace coincide {
namespace {

Error system_error(const std::string& path, const std::string& doing, int number) {
  return {path, doing + ": " + std::strerror(number)};
}

constexpr std::size_t kFirstMemory = 4096;

/// Page by page, the first touch of fresh memory costs more than the copy into it.
void prefer_huge_pages(std::uint8_t* data, std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::size_t kWorthIt = std::size_t{4} << 20;
  constexpr std::uintptr_t kPage = 4096;
  if (bytes < kWorthIt) return;
  const auto from = (reinterpret_cast<std::uintptr_t>(data) + kPage - 1) / kPage * kPage;
  const auto to = (reinterpret_cast<std::uintptr_t>(data) + bytes) / kPage * kPage;
  ::madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);  // a hint: what it answers does not matter
#else
  static_cast<void>(data);
  static_cast<void>(bytes);
#endif
}

}  // namespace

MemorySink::~MemorySink() { std::free(data_); }

Result<void> MemorySink::write(std::span<const ByteSpan> pieces) {
  std::size_t size = size_;
  for (const ByteSpan piece : pieces) size += piece.size();
  if (size > capacity_) {
    const std::size_t capacity = std::max({size, 2 * capacity_, kFirstMemory});
    void* const moved = std::realloc(data_, capacity);
    if (moved == nullptr) return Error{"memory", "cannot be had for " + std::to_string(capacity) + " bytes"};
    data_ = static_cast<std::uint8_t*>(moved);
    capacity_ = capacity;
    prefer_huge_pages(data_, capacity);
  }
  for (const ByteSpan piece : pieces) {
    if (piece.empty()) continue;
    std::memcpy(data_ + size_, piece.data(), piece.size());
    size_ += piece.size();
  }
  return {};
}

Result<std::unique_ptr<FileSink>> FileSink::create(const std::string& path) {
  if (path.empty()) return system_error(path, "cannot be written", ENOENT);
  // Renaming onto a symbolic link would replace the link, not the file that it names.
  std::error_code ignored;
  std::string target = path;
  if (std::filesystem::is_symlink(path, ignored)) {
    const auto real = std::filesystem::canonical(path, ignored);
    if (!ignored) target = real.string();
  }
  struct stat status {};
  const bool exists = ::stat(target.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return Error{path, "is a directory"};
  if (exists && !S_ISREG(status.st_mode)) {
    const int fd = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return system_error(path, "cannot be written", errno);
    return std::unique_ptr<FileSink>(new FileSink(path, "", fd));
  }
  if (exists && ::access(target.c_str(), W_OK) != 0) return system_error(path, "cannot be written", errno);
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    const std::string temporary = target + ".part" + std::to_string(::getpid()) + "-" + std::to_string(i);
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0) return std::unique_ptr<FileSink>(new FileSink(target, temporary, fd));
    if (errno != EEXIST) return system_error(path, "cannot be written", errno);
  }
  return Error{path, "cannot be written: too many unfinished .part files beside it"};
}

FileSink::~FileSink() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> FileSink::failed(const char* doing) const { return system_error(path_, doing, errno); }

Result<void> FileSink::write(std::span<const ByteSpan> pieces) {
  constexpr std::size_t kAtOnce = 64;
  std::array<iovec, kAtOnce> vectors;
  while (!pieces.empty()) {
    const std::size_t count = std::min(pieces.size(), kAtOnce);
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {const_cast<std::uint8_t*>(pieces[i].data()), pieces[i].size()};
    }
    pieces = pieces.subspan(count);
    std::span<iovec> left(vectors.data(), count);
    while (!left.empty()) {
      const ssize_t written = ::writev(fd_, left.data(), static_cast<int>(left.size()));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("cannot be written");
      auto done = static_cast<std::size_t>(written);
      while (!left.empty() && done >= left.front().iov_len) {
        done -= left.front().iov_len;
        left = left.subspan(1);
      }
      if (!left.empty()) {
        left.front().iov_base = static_cast<std::uint8_t*>(left.front().iov_base) + done;
        left.front().iov_len -= done;
      }
    }
  }
  return {};
}

Result<void> FileSink::finish() {
  check(fd_ >= 0, "a sink is finished once");
  const int fd = fd_;
  fd_ = -1;
  bool good = ::close(fd) == 0;
  if (good && !temporary_.empty()) good = ::rename(temporary_.c_str(), path_.c_str()) == 0;
  if (good) return {};
  const auto error = failed("cannot be written");
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  return error;
}

}  // namespace coincide
