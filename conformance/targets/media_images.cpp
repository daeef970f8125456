#include "conformance/targets/media_images.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace coincide {
namespace {

constexpr std::size_t kPiece = 65536;

/// A file mapped for as long as it lives; nullptr if it cannot be.
class Mapping {
 public:
  Mapping(const std::string& path, std::size_t bytes) : bytes_(bytes) {
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (at != MAP_FAILED) data_ = static_cast<std::uint8_t*>(at);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (data_ != nullptr) munmap(data_, bytes_);
  }
  std::uint8_t* data() { return data_; }

 private:
  std::size_t bytes_;
  std::uint8_t* data_ = nullptr;
};

}  // namespace

Result<MediaImages> MediaImages::create() {
  std::error_code error;
  // Files that are read and written all the time, and nobody keeps: in memory where that is to be had.
  const std::string place =
      access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path(error).string();
  std::string name = place + "/coincide-media-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) return Error{name, std::strerror(errno)};
  return MediaImages(name);
}

MediaImages::~MediaImages() {
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

Result<std::string> MediaImages::file(const Medium& medium, const std::string& owner) {
  Image image;
  image.path = fmt::format("{}/{}.img", directory_, made_++);
  image.content.resize(medium.sectors() * kSectorBytes);
  medium.read(0, image.content);
  std::FILE* out = std::fopen(image.path.c_str(), "wb");
  if (out == nullptr) return Error{image.path, std::strerror(errno)};
  const bool whole = std::fwrite(image.content.data(), 1, image.content.size(), out) == image.content.size();
  if (std::fclose(out) != 0 || !whole) return Error{image.path, std::strerror(errno)};
  return images_.emplace(owner, std::move(image))->second.path;
}

void MediaImages::drop(const std::string& owner) {
  const auto [first, last] = images_.equal_range(owner);
  for (auto at = first; at != last; ++at) unlink(at->second.path.c_str());
  images_.erase(first, last);
}

Result<void> MediaImages::restore(const std::string& owner) {
  const auto [first, last] = images_.equal_range(owner);
  for (auto at = first; at != last; ++at) {
    const std::vector<std::uint8_t>& content = at->second.content;
    if (content.empty()) continue;
    Mapping file(at->second.path, content.size());
    if (file.data() == nullptr) return Error{at->second.path, std::strerror(errno)};
    for (std::size_t from = 0; from < content.size(); from += kPiece) {
      const std::size_t bytes = std::min(kPiece, content.size() - from);
      if (std::memcmp(file.data() + from, content.data() + from, bytes) != 0)
        std::memcpy(file.data() + from, content.data() + from, bytes);
    }
  }
  return {};
}

}  // namespace coincide
