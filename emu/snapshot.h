// Snapshots: the whole state of a unit as bytes. Each unit lists its fields once, in
//
//   template <class Archive> void fields(Archive& archive) { archive(a_, b_, c_); }
//
// and the same list serves saving and restoring, so that a field cannot be saved and forgotten when it is read back.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace coincide {

template <class T, class Archive>
concept HasFields = requires(T& object, Archive& archive) {
  object.fields(archive);
};

/// Appends fields to a byte string, integers little endian (DESIGN determinism contract 1).
class SnapshotWriter {
 public:
  static constexpr bool kSaving = true;

  template <class... Fields>
  void operator()(Fields&... fields) {
    (write(fields), ...);
  }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  template <class T>
  requires std::integral<T> || std::is_enum_v<T>
  void write(const T& value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(T); ++i, rest >>= 8) bytes_.push_back(static_cast<std::uint8_t>(rest));
  }
  template <class T, std::size_t N>
  void write(std::array<T, N>& values) {
    for (T& value : values) write(value);
  }
  template <class T>
  void write(std::vector<T>& values) {
    std::uint64_t size = values.size();
    write(size);
    if constexpr (std::same_as<T, std::uint8_t>) {
      bytes_.insert(bytes_.end(), values.begin(), values.end());
    } else {
      for (T& value : values) write(value);
    }
  }
  template <class Key, class T>
  void write(std::map<Key, T>& values) {
    std::uint64_t size = values.size();
    write(size);
    for (auto& [key, value] : values) {
      write(key);
      write(value);
    }
  }
  template <class T>
  void write(std::optional<T>& value) {
    bool there = value.has_value();
    write(there);
    if (there) write(*value);
  }
  template <class T>
  requires HasFields<T, SnapshotWriter>
  void write(T& object) { object.fields(*this); }

  std::vector<std::uint8_t> bytes_;
};

/// Reads what SnapshotWriter wrote. A string that is too short, or that asks for more than it holds, makes the reader
/// fail: fields read from then on are 0, and `ok()` says so.
class SnapshotReader {
 public:
  static constexpr bool kSaving = false;

  explicit SnapshotReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (read(fields), ...);
  }
  /// True as long as every field was there.
  bool ok() const { return ok_; }
  /// True if every field was there and nothing is left over.
  bool done() const { return ok_ && at_ == bytes_.size(); }
  void fail() { ok_ = false; }

 private:
  bool has(std::uint64_t size) {
    if (size > bytes_.size() - at_) ok_ = false;
    return ok_;
  }
  template <class T>
  requires std::integral<T> || std::is_enum_v<T>
  void read(T& value) {
    value = T{};
    if (!has(sizeof(T))) return;
    std::uint64_t whole = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) whole |= std::uint64_t{bytes_[at_++]} << (8 * i);
    value = static_cast<T>(whole);
  }
  template <class T, std::size_t N>
  void read(std::array<T, N>& values) {
    for (T& value : values) read(value);
  }
  template <class T>
  void read(std::vector<T>& values) {
    values.clear();
    std::uint64_t size = 0;
    read(size);
    if (!has(size)) return;  // every element takes one byte at least
    if constexpr (std::same_as<T, std::uint8_t>) {
      const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
      values.assign(from, from + static_cast<std::ptrdiff_t>(size));
      at_ += static_cast<std::size_t>(size);
    } else {
      for (std::uint64_t i = 0; i < size && ok_; ++i) {
        T value{};
        read(value);
        values.push_back(std::move(value));
      }
    }
  }
  template <class Key, class T>
  void read(std::map<Key, T>& values) {
    values.clear();
    std::uint64_t size = 0;
    read(size);
    for (std::uint64_t i = 0; i < size && ok_; ++i) {
      Key key{};
      read(key);
      read(values[key]);
    }
  }
  template <class T>
  void read(std::optional<T>& value) {
    bool there = false;
    read(there);
    value.reset();
    if (there && ok_) read(value.emplace());
  }
  template <class T>
  requires HasFields<T, SnapshotReader>
  void read(T& object) { object.fields(*this); }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace coincide
