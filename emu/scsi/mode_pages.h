// Mode pages of an optical drive: defaults, what the host may change, and what it has changed (MMC).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace coincide::scsi {

/// Page Control of MODE SENSE.
enum class PageControl : std::uint8_t { current = 0, changeable = 1, defaults = 2, saved = 3 };

struct ModePage {
  std::uint8_t code;
  std::uint8_t length;  ///< bytes after the two of the head
  std::span<const std::uint8_t> defaults;
  std::span<const std::uint8_t> changeable;
};

/// In ascending order of the code. Page 2Ah is here with what never changes in it; the unit adds its state.
std::span<const ModePage> mode_page_table();
const ModePage* find_mode_page(std::uint8_t code);

inline constexpr std::uint8_t kErrorRecoveryPage = 0x01;
inline constexpr std::uint8_t kCapabilitiesPage = 0x2a;
inline constexpr std::uint8_t kAllPages = 0x3f;

class ModePages {
 public:
  static constexpr std::size_t kMaxLength = 0x14;
  static constexpr std::size_t kCount = 7;

  ModePages() { set_defaults(); }
  void set_defaults();
  /// Bytes of the page after its head, as `control` asks (saved pages there are none).
  std::span<const std::uint8_t> bytes(const ModePage& page, PageControl control) const;
  /// `in` is as long as the page.
  void select(const ModePage& page, std::span<const std::uint8_t> in);
  /// TB of the error recovery page: a block in error is transferred.
  bool transfer_block() const { return (current_[0][0] & 0x20) != 0; }

  template <class Archive>
  void fields(Archive& archive) {
    archive(current_);
  }

 private:
  std::array<std::array<std::uint8_t, kMaxLength>, kCount> current_{};  ///< in step with the table
};

}  // namespace coincide::scsi
