#include "trace/file_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace coincide {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// What is no file is taken into memory, so it has an end.
constexpr std::size_t kMaxPipeBytes = std::size_t{1} << 30;

Error system_error(const std::string& path) { return {path, std::strerror(errno)}; }

Result<SharedBytes> read_all(int fd, const std::string& path) {
  std::vector<std::uint8_t> bytes;
  std::uint8_t buffer[65536];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path);
    if (got == 0) return SharedBytes::own(std::move(bytes));
    bytes.insert(bytes.end(), buffer, buffer + got);
    if (bytes.size() > kMaxPipeBytes) return Error{path, "is no regular file, and longer than 1 GiB"};
  }
}

}  // namespace

SharedBytes SharedBytes::own(std::vector<std::uint8_t> bytes) {
  auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  check(reinterpret_cast<std::uintptr_t>(owner->data()) % 8 == 0, "operator new aligns");
  return {*owner, owner};
}

SharedBytes SharedBytes::borrow(ByteSpan bytes) {
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0) return {bytes, nullptr};
  return own({bytes.begin(), bytes.end()});
}

Result<SharedBytes> read_file(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return system_error(path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_error(path);
  if (S_ISDIR(status.st_mode)) return Error{path, "Is a directory"};
  if (!S_ISREG(status.st_mode) || status.st_size == 0) return read_all(fd.get(), path);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (at == MAP_FAILED) return system_error(path);
  std::shared_ptr<const void> owner(at, [size](const void* p) { ::munmap(const_cast<void*>(p), size); });
  return SharedBytes{{static_cast<const std::uint8_t*>(at), size}, std::move(owner)};
}

}  // namespace coincide
