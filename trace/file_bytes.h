// The bytes of a file, mapped if it can be.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trace/bytes.h"
#include "trace/error.h"

namespace coincide {

/// Bytes and what keeps them alive. Cheap to copy. Always aligned to 8 bytes.
struct SharedBytes {
  ByteSpan bytes;
  std::shared_ptr<const void> owner;

  /// Takes the bytes over.
  static SharedBytes own(std::vector<std::uint8_t> bytes);
  /// Borrows them if they are aligned, copies them if not.
  static SharedBytes borrow(ByteSpan bytes);
};

/// Opens a file for reading. A regular file is mapped, anything else (a pipe) read to its end. An empty file is good
/// and has no bytes. One clear error for a missing file, a directory, or no permission; its place is `path`. A mapped
/// file must not be made shorter by others while it is in use.
Result<SharedBytes> read_file(const std::string& path);

}  // namespace coincide
