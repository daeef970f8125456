#include "emu/scsi/sense.h"

#include <bit>

namespace coincide::scsi {
namespace {

// In step with Attention: precedence is the order.
constexpr std::array kAttention{sense::reset_occurred, sense::medium_changed, sense::removal_request,
                                sense::capacity_changed};
static_assert(kAttention.size() == static_cast<std::size_t>(Attention::count));

}  // namespace

SenseData& SenseData::with_information(std::uint32_t value) {
  information_valid = true;
  information = value;
  return *this;
}

SenseData& SenseData::with_field(const FieldPointer& field) {
  const bool bit = field.bit != FieldPointer::kNoBit;
  key_specific = {static_cast<std::uint8_t>(0x80 | (field.in_cdb ? 0x40 : 0) | (bit ? 0x08 | (field.bit & 7) : 0)),
                  static_cast<std::uint8_t>(field.byte >> 8), static_cast<std::uint8_t>(field.byte)};
  return *this;
}

std::array<std::uint8_t, SenseData::kBytes> SenseData::bytes() const {
  std::array<std::uint8_t, kBytes> out{};
  out[0] = static_cast<std::uint8_t>((information_valid ? 0x80 : 0) | (deferred ? 0x71 : 0x70));
  out[2] = static_cast<std::uint8_t>((ili ? 0x20 : 0) | static_cast<std::uint8_t>(key));
  for (unsigned i = 0; i < 4; ++i) out[3 + i] = static_cast<std::uint8_t>(information >> (24 - 8 * i));
  out[7] = kBytes - 8;
  out[12] = asc;
  out[13] = ascq;
  for (unsigned i = 0; i < 3; ++i) out[15 + i] = key_specific[i];
  return out;
}

void AttentionQueue::raise(Attention attention) {
  // A reset is news enough: what the host knew of the unit before is void (MMC-UA-1).
  if (attention == Attention::reset) pending_ = 0;
  pending_ = static_cast<std::uint8_t>(pending_ | 1u << static_cast<unsigned>(attention));
}

std::optional<SenseCode> AttentionQueue::take() {
  if (pending_ == 0) return std::nullopt;
  const int first = std::countr_zero(pending_);
  pending_ = static_cast<std::uint8_t>(pending_ & (pending_ - 1));
  return kAttention[static_cast<std::size_t>(first)];
}

}  // namespace coincide::scsi
