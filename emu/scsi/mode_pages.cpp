#include "emu/scsi/mode_pages.h"

#include <algorithm>

namespace coincide::scsi {
namespace {

// Bytes from byte 2 of each page on.
using Short = std::array<std::uint8_t, 0x0a>;

// 01h: TB, DCR and the retry count may be changed; TB has an effect (a block in error is transferred).
constexpr Short kErrorRecovery{0x00, 0x05};
constexpr Short kErrorRecoveryMask{0x21, 0xff};
// 08h: there is no write cache; nothing may be changed.
constexpr Short kCaching{};
constexpr Short kNoMask{};
// 0Dh: inactivity timer multiplier; 60 S in an M and 75 F in an S.
constexpr std::array<std::uint8_t, 0x06> kCdDevice{0x00, 0x0d, 0x00, 60, 0x00, 75};
constexpr std::array<std::uint8_t, 0x06> kCdDeviceMask{0x00, 0x0f};
// 0Eh: Immed is 1; ports 0 and 1 carry the left and right channel at full volume.
constexpr std::array<std::uint8_t, 0x0e> kAudio{0x04, 0, 0, 0, 0, 0, 0x01, 0xff, 0x02, 0xff};
constexpr std::array<std::uint8_t, 0x0e> kAudioMask{0x02, 0,    0,    0,    0,    0,    0x0f,
                                                    0xff, 0x0f, 0xff, 0x0f, 0xff, 0x0f, 0xff};
// 1Ah: both timers off.
constexpr Short kPower{};
constexpr Short kPowerMask{0x00, 0x03, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
// 1Dh: timeouts of group 1 and 2 in seconds.
constexpr std::array<std::uint8_t, 0x08> kTimeout{0, 0, 0x00, 0, 0x00, 0x05, 0x00, 0x14};
constexpr std::array<std::uint8_t, 0x08> kTimeoutMask{0, 0, 0x04, 0, 0xff, 0xff, 0xff, 0xff};
// 2Ah: reads CD-R, CD-RW, method 2 packets, DVD-ROM, DVD-R and DVD-RAM; writes nothing; Mode 2 Form 1 and 2,
// multi-session; CD-DA with accurate stream, C2; locks, ejects, has a tray. What depends on the drive and its state
// stands at 0.
constexpr std::array<std::uint8_t, 0x14> kCapabilities{0x3f, 0x00, 0x70, 0x13, 0x29};
constexpr std::array<std::uint8_t, 0x14> kCapabilitiesMask{};

template <std::size_t N>
constexpr ModePage page(std::uint8_t code, const std::array<std::uint8_t, N>& defaults,
                        const std::array<std::uint8_t, N>& changeable) {
  static_assert(N <= ModePages::kMaxLength);
  return {code, static_cast<std::uint8_t>(N), defaults, changeable};
}

constexpr std::array kTable{
    page(kErrorRecoveryPage, kErrorRecovery, kErrorRecoveryMask),
    page(0x08, kCaching, kNoMask),
    page(0x0d, kCdDevice, kCdDeviceMask),
    page(0x0e, kAudio, kAudioMask),
    page(0x1a, kPower, kPowerMask),
    page(0x1d, kTimeout, kTimeoutMask),
    page(kCapabilitiesPage, kCapabilities, kCapabilitiesMask),
};
static_assert(kTable.size() == ModePages::kCount);

std::size_t index_of(const ModePage& page) { return static_cast<std::size_t>(&page - kTable.data()); }

}  // namespace

std::span<const ModePage> mode_page_table() { return kTable; }

const ModePage* find_mode_page(std::uint8_t code) {
  const auto row = std::find_if(kTable.begin(), kTable.end(), [code](const ModePage& p) { return p.code == code; });
  return row == kTable.end() ? nullptr : &*row;
}

void ModePages::set_defaults() {
  for (const ModePage& page : kTable)
    std::copy(page.defaults.begin(), page.defaults.end(), current_[index_of(page)].begin());
}

std::span<const std::uint8_t> ModePages::bytes(const ModePage& page, PageControl control) const {
  if (control == PageControl::changeable) return page.changeable;
  if (control == PageControl::defaults) return page.defaults;
  return std::span(current_[index_of(page)]).first(page.length);
}

void ModePages::select(const ModePage& page, std::span<const std::uint8_t> in) {
  std::copy_n(in.begin(), page.length, current_[index_of(page)].begin());
}

}  // namespace coincide::scsi
