// Where a writer's bytes go. A sink is given the file front to back, once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "trace/bytes.h"
#include "trace/error.h"

namespace coincide {

class Sink {
 public:
  virtual ~Sink() = default;
  /// Appends the pieces, in order. They live only during the call.
  virtual Result<void> write(std::span<const ByteSpan> pieces) = 0;
  /// Everything was written: makes it last. A sink that is destroyed without this leaves nothing behind.
  virtual Result<void> finish() = 0;
};

/// Keeps the bytes in memory, in one piece aligned for readers. Grows without copying where the system can move pages.
class MemorySink final : public Sink {
 public:
  MemorySink() = default;
  ~MemorySink() override;
  MemorySink(const MemorySink&) = delete;
  MemorySink& operator=(const MemorySink&) = delete;

  Result<void> write(std::span<const ByteSpan> pieces) override;
  Result<void> finish() override { return {}; }
  /// Lives until the sink is written to, cleared or destroyed.
  ByteSpan bytes() const { return {data_, size_}; }
  /// Forgets the bytes and keeps the memory, for the next run.
  void clear() { size_ = 0; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Writes beside `path` under a temporary name and renames on finish, so `path` holds its old content or the whole
/// new one, never half. A path that is no regular file (a pipe, /dev/null) is written to directly.
class FileSink final : public Sink {
 public:
  static Result<std::unique_ptr<FileSink>> create(const std::string& path);
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  Result<void> write(std::span<const ByteSpan> pieces) override;
  Result<void> finish() override;

 private:
  FileSink(std::string path, std::string temporary, int fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}
  Result<void> failed(const char* doing) const;

  std::string path_;
  std::string temporary_;  ///< empty: written to directly
  int fd_;
};

}  // namespace coincide
