#include "emu/profile.h"

namespace coincide {
namespace {

using Q = Quirk;

// One row a quirk. Evidence names the capture of the corpus and what it shows.
// clang-format off
constexpr QuirkRow kQuirks[] = {
    {Q::qemu_config, "qemu-config", "PIIX4-CFG-37",
     "configuration bytes are plain storage: PCICMD mask 0507h, RID 00h, BMIBA 32 bits wide, subsystem ID 1AF4:1100, 3Ch and 40h-FEh writable",
     "10-ovmf-shell reads back what it wrote to 04h, 20h, 3Ch; every capture reads 2Ch", "qemu"},
    {Q::qemu_ports_always_decoded, "qemu-ports-always-decoded", "PIIX4-IO-01",
     "the legacy ports answer whatever IOSE and IDETIM bit 15 are",
     "hw/ide/piix.c registers them unconditionally (PIIX4 fact sheet 6.2)", "qemu"},
    {Q::qemu_identify, "qemu-identify", "ATA6-ID-5",
     "IDENTIFY DEVICE: words 4, 5, 20-22, 48, 62, 69, 106, 169 not 0, word 2 and 50 are 0, versions 00F0h/0016h, no integrity word, SMART announced",
     "01-seabios-tcg, first ECh of the primary master", "qemu"},
    {Q::qemu_no_power_modes, "qemu-no-power-modes", "ATA6-PM-2",
     "no power modes: CHECK POWER MODE says FFh always, and SLEEP does not put the device to sleep",
     "12-linux-power-smart, E5h after E0h; Status after E6h", "qemu"},
    {Q::qemu_one_transfer_mode, "qemu-one-transfer-mode", "ATA6-SF-5",
     "selecting a PIO mode deselects the DMA mode; Ultra DMA 5 is selected at power-on",
     "04-linux-ata_piix-pio, IDENTIFY after SET FEATURES 03h/0Ch", "qemu"},
    {Q::qemu_set_features_ignored, "qemu-set-features-ignored", "ATA6-SF-1",
     "SET FEATURES 05h, 85h, 55h, AAh succeed and do nothing",
     "12-linux-power-smart, hdparm -B and -A", "qemu"},
    {Q::qemu_smart, "qemu-smart", "ATA6-CMD-1",
     "the SMART feature set is there and on",
     "12-linux-power-smart, B0h; 09-grub-pata, B0h DAh", "qemu"},
    {Q::qemu_read_native_max, "qemu-read-native-max", "ATA6-CMD-1",
     "READ NATIVE MAX ADDRESS (EXT) answers although word 82 announces no Host Protected Area",
     "12-linux-power-smart, 27h", "qemu"},
    {Q::qemu_srst_ends_by_itself, "qemu-srst-ends-by-itself", "ATA6-SRST-1",
     "a software reset ends while SRST is still 1",
     "13-qtest, Alternate Status 50h before SRST is cleared", "qemu"},
    {Q::qemu_srst_interrupts, "qemu-srst-interrupts", "ATA6-INT-20",
     "a software reset raises INTRQ",
     "13-qtest, IRQ raise 14 after outb 3F6h 0Ch", "qemu"},
    {Q::qemu_absent_ignores_90, "qemu-absent-ignores-90", "ATA6-DIAG-6",
     "EXECUTE DEVICE DIAGNOSTIC written with an absent Device 1 selected is ignored",
     "10-ovmf-shell, second 90h", "qemu"},
    {Q::qemu_absent_own_registers, "qemu-absent-own-registers", "ATA6-ABS-4",
     "an absent Device 1 has registers of its own: Error reads 00h, and a reset puts FFh into LBA Mid and LBA High",
     "03-linux-ata_piix-dma line 6663: 1F1h 00h, 1F4h FFh, 1F5h FFh after SRST with Device 1 selected", "qemu"},
    {Q::qemu_hob_error_reads_features, "qemu-hob-error-reads-features", "ATA6-FIFO-8",
     "with HOB=1 the Error address reads the previous content of Features",
     "03-linux-ata_piix-dma line 11018: 1F1h 00h with HOB=1 after READ LOG EXT ended with ABRT", "qemu"},
};
// clang-format on
static_assert(std::size(kQuirks) == static_cast<std::size_t>(Quirk::count));

constexpr std::string_view kNames[] = {"spec", "qemu"};

bool names_profile(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t space = list.find(' ');
    if (list.substr(0, space) == name) return true;
    if (space == std::string_view::npos) break;
    list.remove_prefix(space + 1);
  }
  return false;
}

}  // namespace

std::span<const QuirkRow> quirk_table() { return kQuirks; }

std::vector<std::string_view> Profile::names() { return {std::begin(kNames), std::end(kNames)}; }

std::optional<Profile> Profile::find(std::string_view name) {
  for (const std::string_view known : kNames) {
    if (known != name) continue;
    Profile profile;
    profile.name_ = known;
    for (const QuirkRow& row : kQuirks) profile.set(row.quirk, names_profile(row.profiles, name));
    return profile;
  }
  return std::nullopt;
}

}  // namespace coincide
