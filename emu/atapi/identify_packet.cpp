// IDENTIFY PACKET DEVICE, every word that is not 0 (ATA6 r3a §8.16, table 29).
#include <algorithm>

#include "emu/ata/identify_words.h"
#include "emu/ata/transfer_mode.h"
#include "emu/atapi/packet_device.h"

namespace coincide {
namespace {

struct View {
  const PacketDevice& device;
  const DeviceConfig& config;
  const RegisterFile<DeviceReg>& regs;
  std::uint8_t device_type;
};

std::uint16_t word0(const View& v) {
  unsigned word = 0x8000 | 0x0080;  // ATA6-IDP-4: removable, disc or no disc
  word |= v.device_type * 0x100u;   // ATA6-IDP-3
  word |= static_cast<unsigned>(v.config.packet_drq) << 5;
  word |= v.config.packet_bytes == 16 ? 1u : 0u;
  return static_cast<std::uint16_t>(word);
}

/// Words 82 and 85: NOP, DEVICE RESET, PACKET (ATA6-IDP-1), Power Management; the release and SERVICE interrupt, which
/// word 85 shows as they are switched.
std::uint16_t sets(const View& v, bool release, bool service) {
  unsigned word = v.config.power_management ? 0x4218 : 0x4210;
  if (v.device.has(Feature::overlap)) word |= (release ? 0x0080u : 0u) | (service ? 0x0100u : 0u);
  return static_cast<std::uint16_t>(word);
}

/// Word 49: IORDY, may be disabled; DMA; overlap, and queuing on top of it.
std::uint16_t capabilities(const View& v) {
  if (!v.device.has(Feature::overlap)) return 0x0f00;
  return v.config.queue_depth > 1 ? 0x6f00 : 0x2f00;
}

using Row = IdentifyRow<View>;
constexpr Row kWords[] = {
    {0, 0, [](const View& v, unsigned) { return word0(v); }},
    {2, 2, [](const View&, unsigned) -> std::uint16_t { return 0xc837; }},
    {10, 19, [](const View& v, unsigned i) { return identify_text_word(v.config.serial, i); }},
    {23, 26, [](const View& v, unsigned i) { return identify_text_word(v.config.firmware, i); }},
    {27, 46, [](const View& v, unsigned i) { return identify_text_word(v.config.model, i); }},
    {49, 49, [](const View& v, unsigned) { return capabilities(v); }},
    {50, 50, [](const View&, unsigned) -> std::uint16_t { return 0x4000; }},
    {53, 53, [](const View&, unsigned) -> std::uint16_t { return 0x0006; }},
    {63, 63,
     [](const View& v, unsigned) -> std::uint16_t { return kMultiwordModes | selected_mode(v.regs, kMultiwordDma); }},
    {64, 64, [](const View&, unsigned) -> std::uint16_t { return 0x0003; }},
    {65, 68, [](const View&, unsigned) -> std::uint16_t { return 0x0078; }},
    {75, 75,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.device.has(Feature::overlap) ? static_cast<std::uint16_t>(v.config.queue_depth - 1) : 0;
     }},
    {80, 80, [](const View&, unsigned) -> std::uint16_t { return 0x0078; }},
    {81, 81, [](const View&, unsigned) -> std::uint16_t { return 0x0019; }},
    {82, 82, [](const View& v, unsigned) { return sets(v, true, true); }},
    {83, 83,
     [](const View& v, unsigned) -> std::uint16_t { return v.device.has(Feature::media_status) ? 0x4010 : 0x4000; }},
    {84, 84, [](const View&, unsigned) -> std::uint16_t { return 0x4000; }},  // ATA6-IDP-6
    {85, 85,
     [](const View& v, unsigned) {
       return sets(v, v.regs.get(DeviceReg::release_interrupt) != 0, v.regs.get(DeviceReg::service_interrupt) != 0);
     }},
    {86, 86,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.regs.get(DeviceReg::media_status_notification) != 0 ? 0x0010 : 0;
     }},
    {87, 87, [](const View&, unsigned) -> std::uint16_t { return 0x4000; }},
    {88, 88,
     [](const View& v, unsigned) -> std::uint16_t {
       return v.device.ultra_modes() | selected_mode(v.regs, kUltraDma);
     }},
    {93, 93, [](const View& v, unsigned) { return cable_word(v.device.unit() % 2 == 1, v.device.other_present()); }},
    {125, 125, [](const View& v, unsigned) { return v.config.byte_count_default; }},  // ATA6-IDP-2: it never changes
    {127, 127,
     [](const View& v, unsigned) -> std::uint16_t { return v.device.has(Feature::media_status) ? 0x0001 : 0; }},
};

/// Words where QEMU says something else: its drive announces no feature set and follows an older table.
constexpr Row kQemuWords[] = {
    {2, 2, [](const View&, unsigned) -> std::uint16_t { return 0; }},
    {20, 22,
     [](const View&, unsigned i) -> std::uint16_t {
       constexpr std::uint16_t kBuffer[] = {3, 512, 4};
       return kBuffer[i];
     }},
    {48, 48, [](const View&, unsigned) -> std::uint16_t { return 0x0001; }},
    {49, 49, [](const View&, unsigned) -> std::uint16_t { return 0x0300; }},
    {50, 50, [](const View&, unsigned) -> std::uint16_t { return 0; }},
    {53, 53, [](const View&, unsigned) -> std::uint16_t { return 0x0007; }},
    {62, 62, [](const View&, unsigned) -> std::uint16_t { return 0x0007; }},
    {65, 68, [](const View&, unsigned i) -> std::uint16_t { return i == 2 ? 300 : 180; }},
    {71, 72, [](const View&, unsigned) -> std::uint16_t { return 30; }},
    {80, 80, [](const View&, unsigned) -> std::uint16_t { return 0x001e; }},
    {81, 87, [](const View&, unsigned) -> std::uint16_t { return 0; }},
    {93, 93, [](const View&, unsigned) -> std::uint16_t { return 0; }},
};

constexpr std::string_view kOpenVmmModel = "Virtual CD";
/// All that OpenVMM says of its drive (OVMM-ATAPI-40).
constexpr Row kOpenVmmWords[] = {
    {0, 0, [](const View&, unsigned) -> std::uint16_t { return 0x85c0; }},
    {10, 19, [](const View&, unsigned i) { return identify_text_word({}, i); }},
    {21, 21, [](const View&, unsigned) -> std::uint16_t { return 0x0080; }},
    {23, 26, [](const View&, unsigned i) { return identify_text_word({}, i); }},
    {27, 46, [](const View&, unsigned i) { return identify_text_word(std::string(kOpenVmmModel), i); }},
    {49, 49, [](const View&, unsigned) -> std::uint16_t { return 0x0300; }},
    {51, 52, [](const View&, unsigned) -> std::uint16_t { return 0x0200; }},
    {53, 53, [](const View&, unsigned) -> std::uint16_t { return 0x0003; }},
    {59, 59, [](const View&, unsigned) -> std::uint16_t { return 0x0180; }},
    {62, 62, [](const View&, unsigned) -> std::uint16_t { return 0x0007; }},
    {63, 63, [](const View&, unsigned) -> std::uint16_t { return 0x0407; }},
    {64, 64, [](const View&, unsigned) -> std::uint16_t { return 0x0003; }},
    {65, 66, [](const View&, unsigned) -> std::uint16_t { return 0x0078; }},
    {67, 67, [](const View&, unsigned) -> std::uint16_t { return 0x01fc; }},
    {68, 68, [](const View&, unsigned) -> std::uint16_t { return 0x00b4; }},
};

}  // namespace

void PacketDevice::identify(std::span<std::uint8_t, kSectorBytes> out) const {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  const View view{*this, config_, regs_, device_type()};
  if (profile_.has(Quirk::openvmm_packet_identify)) return fill_identify<View>(kOpenVmmWords, view, out);
  fill_identify<View>(kWords, view, out);
  if (profile_.has(Quirk::qemu_identify_packet)) return fill_identify<View>(kQemuWords, view, out);
  seal_identify(out);
}

}  // namespace coincide
