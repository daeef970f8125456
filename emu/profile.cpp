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
     "an absent Device 1 has registers of its own, beside a packet device too: Error reads 00h, a reset puts FFh into LBA Mid and LBA High, Device reads as written",
     "03-linux-ata_piix-dma line 6663: 1F1h 00h, 1F4h FFh, 1F5h FFh after SRST with Device 1 selected", "qemu"},
    {Q::qemu_hob_error_reads_features, "qemu-hob-error-reads-features", "ATA6-FIFO-8",
     "with HOB=1 the Error address reads the previous content of Features",
     "03-linux-ata_piix-dma line 11018: 1F1h 00h with HOB=1 after READ LOG EXT ended with ABRT", "qemu"},
    {Q::qemu_identify_packet, "qemu-identify-packet", "ATA6-IDP-1",
     "IDENTIFY PACKET DEVICE: words 20-22, 48, 62, 71, 72 not 0, cycle times 180 and 300 ns, version 001Eh, word 2, 50, 82-87 and 93 are 0, no integrity word",
     "01-seabios-tcg, first A1h of the secondary master", "qemu"},
    {Q::qemu_packet_power_on, "qemu-packet-power-on", "ATA6-STAT-9",
     "a packet device that was powered on or hard reset shows Status 50h and Error 00h",
     "01-seabios-tcg line 138: 177h 50h; 13-qtest line 2556: 171h 00h", "qemu"},
    {Q::qemu_packet_diagnostic_silent, "qemu-packet-diagnostic-silent", "ATA6-DIAG-2",
     "EXECUTE DEVICE DIAGNOSTIC to a packet device ends without an interrupt",
     "10-ovmf-shell line 1305: no level 1 of line 15", "qemu"},
    {Q::qemu_packet_no_abrt, "qemu-packet-no-abrt", "ATAPI-ERR-3",
     "Error has the sense key alone: ABRT is 0 after an invalid packet command too",
     "01-seabios-tcg, READ (10) of block 65536: 171h 50h", "qemu"},
    {Q::qemu_packet_signature_device, "qemu-packet-signature-device", "ATA6-SIG-2",
     "the signature of a packet device leaves bits 7:4 of Device as they were",
     "09-grub-pata line 20353: 176h E0h after IDENTIFY DEVICE", "qemu"},
    {Q::qemu_packet_dma_inactive, "qemu-packet-dma-inactive", "BMIDE-63",
     "the end of a packet command's DMA data clears ACTIVE although the PRD table has more",
     "03-linux-ata_piix-dma line 9231: BMIS 04h after MODE SENSE filled 30 bytes of 16512", "qemu"},
    {Q::qemu_no_reset_attention, "qemu-no-reset-attention", "MMC-UA-1",
     "no unit attention after power-on or reset",
     "01-seabios-tcg, the first TEST UNIT READY is good", "qemu"},
    {Q::qemu_change_shows_empty, "qemu-change-shows-empty", "MMC-UA-5",
     "after a change of the medium the next command that reports unit attention fails with 2/3A, and the one after it with 6/28",
     "06-linux-media-change lines 15859 and 16043", "qemu"},
    {Q::qemu_change_interrupts, "qemu-change-interrupts", "ATA6-INT-1",
     "a medium that comes or goes, and an eject button that is pressed, raise INTRQ without a command",
     "06-linux-media-change lines 15710, 19908 and 20123", "qemu"},
    {Q::qemu_silent_tray, "qemu-silent-tray", "MMC-GESN-6",
     "a tray that START STOP UNIT moves raises no media event and no unit attention",
     "06-linux-media-change line 13920: 4Ah shows event 0 and an open tray; line 15037: TEST UNIT READY is good after the tray has closed", "qemu"},
    {Q::qemu_event_length, "qemu-event-length", "MMC-GESN-3",
     "GET EVENT STATUS NOTIFICATION: the length of a reply with one event is 0004h",
     "04-linux-ata_piix-pio line 12938", "qemu"},
    {Q::qemu_sense, "qemu-sense", "MMC-SENSE-2",
     "sense data: Valid is always 1, no qualifier and no field pointer; they stay until the next error, unless they are a unit attention",
     "06-linux-media-change lines 14083 (2/3A/00 with an open tray) and 24508 (5/20 again, 80 commands after it was told)", "qemu"},
    {Q::qemu_inquiry, "qemu-inquiry", "MMC-INQ-1",
     "INQUIRY: the product is the whole model, there is no page 80h, and page 83h with less room than its first entry fails with 5/4B",
     "03-linux-ata_piix-dma lines 8335, 8527, 8885", "qemu"},
    {Q::qemu_mode_page_2a, "qemu-mode-page-2a", "MMC-MS-3",
     "MODE SENSE: medium type is 70h with a disc in the drive; page 2Ah tells of a 4x drive with 2 volume levels",
     "03-linux-ata_piix-dma line 9215", "qemu"},
    {Q::qemu_one_feature, "qemu-one-feature", "MMC-GC-2",
     "GET CONFIGURATION has feature 0000h alone and fails with 5/24 when it is to start at another",
     "03-linux-ata_piix-dma line 9296", "qemu"},
    {Q::qemu_disc_information, "qemu-disc-information", "MMC-DI-1",
     "READ DISC INFORMATION: next lead-in and last lead-out are 0 on a complete disc",
     "03-linux-ata_piix-dma line 10201", "qemu"},
    {Q::qemu_no_track_information, "qemu-no-track-information", "MMC-TI-1",
     "READ TRACK INFORMATION is an unknown command",
     "03-linux-ata_piix-dma line 10305", "qemu"},
    {Q::qemu_toc, "qemu-toc", "MMC-TOC-6",
     "READ TOC: the lead-out has ADR/CTL 16h, and the session's descriptor is all zeros",
     "03-linux-ata_piix-dma lines 9747 and 10489", "qemu"},
    {Q::openvmm_int13_silent_drop, "openvmm-int13-silent-drop", "OVMM-INT13-08",
     "an enlightened command that is refused leaves its packet as it is",
     "sheet 8.2, OVMM-DEF-54", "openvmm"},
    {Q::openvmm_int13_error_gate, "openvmm-int13-error-gate", "OVMM-INT13-06",
     "after a command that ended with ERR every further one to that drive is dropped, until a normal command or a reset clears it",
     "sheet 8.2, OVMM-DEF-54", "openvmm"},
    {Q::openvmm_int13_start_over, "openvmm-int13-start-over", "OVMM-INT13-25",
     "the bus master is not stopped before its table is set: one left running never starts, and the write never ends",
     "sheet 8.3, OVMM-DEF-57", "openvmm"},
    {Q::openvmm_int13_fua, "openvmm-int13-fua", "OVMM-INT13-22",
     "WRITE DMA FUA EXT is given no high halves of address and count",
     "sheet 8.3, OVMM-DEF-53", "openvmm"},
    {Q::openvmm_int13_early_done, "openvmm-int13-early-done", "OVMM-INT13-11",
     "a drive that shows DRQ right after the command ends the write before the command has ended",
     "sheet 8.2, OVMM-DEF-59", "openvmm"},
    {Q::openvmm_int13_selected_status, "openvmm-int13-selected-status", "OVMM-INT13-20",
     "the end is seen in the status of whichever drive is selected then",
     "OVMM-DEF-58", "openvmm"},
    {Q::openvmm_int13_no_result, "openvmm-int13-no-result", "OVMM-INT13-21",
     "result_status is written on ERR alone: success, memory that is not there and a table that is too short leave it, or wait for ever",
     "sheet 8.3, OVMM-DEF-55", "openvmm"},
    {Q::openvmm_int13_tail_ignored, "openvmm-int13-tail-ignored", "OVMM-INT13-32",
     "skip_bytes_tail has no effect",
     "sheet 8.4, OVMM-DEF-60", "openvmm"},
    {Q::openvmm_int13_leftover, "openvmm-int13-leftover", "OVMM-INT13-35",
     "the interrupt of the last byte of a disc read is left pending",
     "sheet 8.4, OVMM-DEF-56", "openvmm"},
    {Q::openvmm_int13_survives_reset, "openvmm-int13-survives-reset", "OVMM-INT13-10",
     "a reset of the controller does not end the write that waits",
     "sheet 1.3, OVMM-IDE-007", "openvmm"},
    {Q::openvmm_scsi_lengths, "openvmm-scsi-lengths", "OVMM-SCSI-29",
     "an allocation length below a least or above the transport's buffer fails with 5/24/00 (READ CAPACITY: data overrun); REQUEST SENSE reads it from bytes 3 and 4",
     "sheet 4.3, 4.4, 4.5, 4.8", "openvmm"},
    {Q::openvmm_scsi_counts, "openvmm-scsi-counts", "OVMM-SCSI-42",
     "a read or write of no blocks, or of more than the buffer holds, fails with 5/21/00; 6-byte forms: 0 is not 256, and the LUN bits belong to the address",
     "scsidisk/src/lib.rs (sheet 4.6, STORVSP-DEF-07)", "openvmm"},
    {Q::openvmm_scsi_no_verify, "openvmm-scsi-no-verify", "OVMM-SCSI-16",
     "VERIFY and WRITE AND VERIFY check the range and touch nothing",
     "handle_control_cdb (sheet 4.3, STORVSP-DEF-04)", "openvmm"},
    {Q::openvmm_scsi_write_same, "openvmm-scsi-write-same", "OVMM-SCSI-18",
     "WRITE SAME: 0 blocks are none, not all to the end; too many are 5/21/00; flags are ignored, but UNMAP, which is FUA",
     "handle_write_same (sheet 4.3, STORVSP-DEF-08)", "openvmm"},
    {Q::openvmm_scsi_mode_select, "openvmm-scsi-mode-select", "OVMM-SCSI-08",
     "MODE SELECT: the list must fill the buffer, and page 08h must be 12 bytes long or more after its head",
     "handle_mode_select (sheet 4.3, STORVSP-DEF-05)", "openvmm"},
    {Q::openvmm_scsi_page_control, "openvmm-scsi-page-control", "OVMM-SCSI-41",
     "MODE SENSE of saved values fails with 5/24/00, not 5/39/00",
     "sheet 4.5", "openvmm"},
    {Q::openvmm_scsi_start_stop, "openvmm-scsi-start-stop", "OVMM-SCSI-11",
     "START STOP UNIT: Immed fails with 5/24/00; a unit that was stopped stays ready",
     "sheet 4.3", "openvmm"},
    {Q::openvmm_scsi_no_reset_attention, "openvmm-scsi-no-reset-attention", "OVMM-SCSI-27",
     "power-on and resets raise no unit attention",
     "sheet 4.3, STORVSP-DEF-11", "openvmm"},
    {Q::openvmm_scsi_size_limit, "openvmm-scsi-size-limit", "OVMM-SCSI-28",
     "the size limit lasts until the first command that is no INQUIRY",
     "get_and_update_sector_count (sheet 4.3, STORVSP-DEF-06)", "openvmm"},
    {Q::openvmm_scsi_fields_ignored, "openvmm-scsi-fields-ignored", "OVMM-SCSI-46",
     "protection fields are ignored, and the range of SYNCHRONIZE CACHE",
     "sheet 4.3, 4.6", "openvmm"},
    {Q::openvmm_scsi_unmap, "openvmm-scsi-unmap", "OVMM-SCSI-48",
     "UNMAP: its lengths must agree exactly, 0 blocks beyond the end fail, ANCHOR and failures of the medium are ignored; where there is none it fails with 5/24/00",
     "scsidisk/src/unmap.rs (sheet 4.7, STORVSP-DEF-16)", "openvmm"},
    {Q::openvmm_scsi_sense, "openvmm-scsi-sense", "OVMM-SCSI-02",
     "sense has no information and no field pointer; what the medium aborts ends with TASK ABORTED",
     "process_result (sheet 4.2)", "openvmm"},
    {Q::openvmm_vmbus_trailer_uncounted, "openvmm-vmbus-trailer-uncounted", "VMBUS-14",
     "a packet whose trailer in does not cover yet is taken; out then stands behind in",
     "vmbus_ring/src/lib.rs parse_packet (sheet 8, STORVSP-DEF-13)", "openvmm"},
    {Q::openvmm_storvsp_no_threshold, "openvmm-storvsp-no-threshold", "STORVSP-31",
     "protocol version 6.2 is not supported",
     "storvsp/src/lib.rs Version::parse (sheet 8, STORVSP-DEF-09)", "openvmm"},
    {Q::openvmm_storvsp_reset_no_effect, "openvmm-storvsp-reset-no-effect", "STORVSP-59",
     "RESET_LUN, RESET_ADAPTER and RESET_BUS succeed and do nothing",
     "storvsp/src/lib.rs handle_packet (sheet 8, STORVSP-DEF-11)", "openvmm"},
    {Q::openvmm_storvsp_recycled_requests, "openvmm-storvsp-recycled-requests", "STORVSP-48",
     "an SRB that is too short takes its missing bytes from an earlier one, and a reply has the size of the first",
     "storvsp/src/lib.rs parse_packet (sheet 8, STORVSP-DEF-02)", "openvmm"},
    {Q::openvmm_storvsp_poll_mode, "openvmm-storvsp-poll-mode", "STORVSP-63",
     "while an SRB is outstanding the ring stays masked, and its end is what the worker waits for",
     "storvsp/src/lib.rs poll_process_ready (sheet 8, STORVSP-DEF-14)", "openvmm"},
};
// clang-format on
static_assert(std::size(kQuirks) == static_cast<std::size_t>(Quirk::count));

constexpr std::string_view kNames[] = {"spec", "qemu", "openvmm"};

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
