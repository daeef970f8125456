// Media as image files for another program, and their content back after it has written to them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "emu/board.h"
#include "trace/error.h"

namespace coincide {

/// A directory of its own for as long as it lives.
class MediaImages {
 public:
  static Result<MediaImages> create();
  MediaImages(MediaImages&& other) noexcept
      : directory_(std::move(other.directory_)), images_(std::move(other.images_)) {
    other.directory_.clear();
  }
  MediaImages& operator=(MediaImages&&) = delete;
  ~MediaImages();

  /// An image file with the medium's content, for one drive of one machine. `owner` keeps them apart.
  Result<std::string> file(const Medium& medium, const std::string& owner);
  /// Forgets the owner's files: its machine is gone.
  void drop(const std::string& owner);
  /// Undoes what was written to the owner's files. Error: a file cannot be written.
  Result<void> restore(const std::string& owner);

 private:
  explicit MediaImages(std::string directory) : directory_(std::move(directory)) {}
  struct Image {
    std::string path;
    std::vector<std::uint8_t> content;
  };
  std::string directory_;
  std::uint64_t made_ = 0;
  std::multimap<std::string, Image> images_;
};

}  // namespace coincide
