// The captures of the corpus: every one replays, and the comparison is not empty.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "emu/controller.h"
#include "replay/recorded_run.h"
#include "replay/replayer.h"
#include "replay/settle.h"
#include "replay/unit_survey.h"
#include "trace/digest.h"

using namespace coincide;

namespace {

struct CaptureRow {
  const char* name;
  std::uint64_t compared;  ///< at least; may only grow
  std::uint64_t unseen;    ///< reads whose outcome the source does not show, or shows of a medium that nobody has
  const char* medium;      ///< XXH3-128 of the primary master's 16384 sectors afterwards; empty: unknown size
};

/// One packet device, the secondary master, is on the board of each. The media are those that the capture's own machine
/// ended with, but for 13-qtest-trace, which does not show the bytes of a WRITE DMA.
constexpr CaptureRow kCaptures[] = {
    {"01-seabios-tcg", 885, 0, "c4273ecb834bd2ef11503c4d20ac1df2"},
    {"02-seabios-kvm", 795, 0, "c4273ecb834bd2ef11503c4d20ac1df2"},
    {"02-seabios-kvm-ftrace", 593, 176, ""},
    {"03-linux-ata_piix-dma", 2739, 0, "3f82c7cb5aa1294a6c7c2f0902fcdf04"},
    {"04-linux-ata_piix-pio", 2356, 0, "acd386a9b8ef3037ca3cc862559f1fb4"},
    {"05-linux-two-channels", 2419, 0, "f299372ea0643ce3109a624583b691fc"},
    {"06-linux-media-change", 4495, 0, "9d44f4cfc4148808102b5fb4e3b2ea65"},
    {"07-linux-piix4-udma", 2747, 0, "4d1f94ece5051353db070601551e4c31"},
    {"08-linux-malta-piix4", 2197, 0, "27ab935378454f1f0bd4d425f829c45f"},
    {"09-grub-pata", 3684, 0, "9d44f4cfc4148808102b5fb4e3b2ea65"},
    {"10-ovmf-shell", 12875, 0, "1ef5d85cd2afcd157d71a34633c022d0"},
    {"11-uboot-x86", 877, 0, "21d80977d77ea5d7e3197b65afe3745b"},
    {"12-linux-power-smart", 2360, 0, "0d09983065421ad7efc413e7666fd221"},
    {"13-qtest", 122, 1, "07382c06eaeb7f4164ed9540c3c3ca95"},
    {"13-qtest-trace", 117, 2, "772885263fe8f6491f302711cccfa94e"},
};

std::string path_of(const CaptureRow& row) {
  return std::string(COINCIDE_SOURCE_DIR) + "/corpus/captures/" + row.name + ".trace";
}

RecordedRun load(const CaptureRow& row, const std::string& profile) {
  LoadOptions options;
  options.profile = profile;
  Result<RecordedRun> run = load_run(path_of(row), options);
  REQUIRE_MESSAGE(run.ok(), run.error().line());
  return std::move(*run);
}

ReplayResult replay_under(const RecordedRun& run, const Profile& profile, bool strict) {
  ReplayOptions options;
  options.profile = profile;
  options.strict = strict;
  return replay(run, options);
}

/// Reads whose outcome the source does not show, or shows of a medium that nobody has.
std::uint64_t answers_unseen(const ReplayResult& result) {
  std::uint64_t count = 0;
  for (const char* reason : {"data that no source tells (unknown medium)", "not seen by the source: data",
                             "not seen by the source: read values"}) {
    const auto found = result.tally.not_compared.find(reason);
    if (found != result.tally.not_compared.end()) count += found->second;
  }
  return count;
}

std::string medium_after(const RecordedRun& run) {
  Controller controller(run.board, run.profile, nullptr);
  for (std::size_t i = 0; i < run.events.size(); ++i) {
    const Event event = run.events[i];
    if (is_stimulus(event.kind)) controller.apply(event);
  }
  std::vector<std::uint8_t> bytes(run.board.devices[0].medium->sectors() * kSectorBytes);
  controller.read_medium(0, 0, bytes);
  return hash128(bytes).hex();
}

}  // namespace

TEST_CASE("the corpus has every capture, and the list above names every one") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(COINCIDE_SOURCE_DIR) + "/corpus/captures")) {
    files += entry.path().extension() == ".trace" ? 1 : 0;
  }
  CHECK(files == std::size(kCaptures));
}

TEST_CASE("every capture coincides under qemu without a known quirk, and leaves the medium that its machine left") {
  for (const CaptureRow& row : kCaptures) {
    CAPTURE(row.name);
    const RecordedRun run = load(row, "qemu");
    const ReplayResult result = replay_under(run, run.profile, true);
    CHECK(result.coincide());
    CHECK(result.replayed == result.events);
    CHECK(result.tally.compared >= row.compared);
    if (*row.medium != '\0') CHECK(medium_after(run) == row.medium);
  }
}

TEST_CASE("no unit of any capture is left out: what answered is on the board, with all that it answered") {
  for (const CaptureRow& row : kCaptures) {
    CAPTURE(row.name);
    const RecordedRun run = load(row, "qemu");
    const std::array<UnitEvidence, 4> units = survey_units(run.events);
    std::size_t packet_devices = 0;
    for (unsigned unit = 0; unit < 4; ++unit) {
      CAPTURE(unit);
      const DeviceKind kind = run.board.devices[unit].kind;
      if (units[unit].packet) CHECK(kind == DeviceKind::packet);
      if (units[unit].disk()) CHECK(kind == DeviceKind::disk);
      packet_devices += kind == DeviceKind::packet ? 1 : 0;
    }
    CHECK(packet_devices == 1);
    CHECK(run.board.devices[2].kind == DeviceKind::packet);
    CHECK(answers_unseen(replay_under(run, run.profile, true)) == row.unseen);
    // S9 is for other profiles: QEMU's drive has what its guests took, no more
    CHECK(settle_again(run.events, {}, run.board, run.profile).drained == 0);
  }
}

TEST_CASE("the medium of 06-linux-media-change goes out, in, and out again where the log says so") {
  const RecordedRun run = load(kCaptures[6], "qemu");
  std::string seen;
  for (std::size_t i = 0; i < run.events.size(); ++i) {
    const Event event = run.events[i];
    if (event.kind == EventKind::media_insert) seen += "insert " + std::to_string(event.value) + " ";
    if (event.kind == EventKind::media_eject) seen += event.value == 0 ? "button " : "force ";
    if (event.kind == EventKind::media_insert || event.kind == EventKind::media_eject) CHECK(event.unit == 2);
  }
  CHECK(seen == "insert 1 button insert 0 ");
  CHECK(run.board.devices[2].medium_name == "recipe:cd0.media");
  REQUIRE(run.board.devices[2].media.size() == 1);
  CHECK(run.board.devices[2].media[0].name == "recipe:cd1.media");
}

TEST_CASE("under spec every capture differs only where a quirk row says so, and somewhere it does") {
  for (const CaptureRow& row : kCaptures) {
    CAPTURE(row.name);
    const RecordedRun run = load(row, "spec");
    CHECK(replay_under(run, run.profile, false).coincide());
    CHECK_FALSE(replay_under(run, run.profile, true).coincide());
  }
}

TEST_CASE("a flipped bit in any compared answer of a capture is found") {
  // 13-qtest: the shortest that has configuration, PIO, DMA with its memory, and interrupts
  const RecordedRun run = load(kCaptures[13], "qemu");
  std::size_t flipped = 0;
  std::size_t looked_at = 0;
  for (std::size_t at = 0; at < run.events.size(); ++at) {
    const Event event = run.events[at];
    if (!is_read(event.kind) && event.kind != EventKind::irq) continue;
    ++looked_at;
    RecordedRun changed = run;
    changed.events.clear();
    std::vector<std::uint8_t> bytes(event.payload.begin(), event.payload.end());
    if (!bytes.empty()) bytes[bytes.size() / 2] ^= 0x10;
    for (std::size_t i = 0; i < run.events.size(); ++i) {
      Event copy = run.events[i];
      if (i == at && bytes.empty()) copy.value ^= event.kind == EventKind::irq ? 1 : 0x40;
      if (i == at) copy.payload = bytes;
      changed.events.add(copy);
    }
    const ReplayResult result = replay_under(changed, changed.profile, false);
    if (!result.coincide()) {
      ++flipped;
      CHECK(result.differences.at(0).difference.event == at);
    }
  }
  // All but 13 reads of a busy Status (ATA6-STAT-4), DRDY in two right after a reset (ATA6-IDLE-3) and in eight while a
  // packet or its data move (ATAPI-PKT-6), Error while ERR is 0 (ATA6-STAT-15), and one look at memory that was read
  // from a disc of which nothing tells what it was.
  CHECK(flipped + 25 == looked_at);
}

TEST_CASE("a quirk that the captures prove necessary is missed by at least one of them") {
  constexpr Quirk kProven[] = {
      Quirk::qemu_config,
      Quirk::qemu_ports_always_decoded,
      Quirk::qemu_identify,
      Quirk::qemu_no_power_modes,
      Quirk::qemu_one_transfer_mode,
      Quirk::qemu_set_features_ignored,
      Quirk::qemu_smart,
      Quirk::qemu_read_native_max,
      Quirk::qemu_srst_ends_by_itself,
      Quirk::qemu_srst_interrupts,
      Quirk::qemu_absent_ignores_90,
      Quirk::qemu_absent_own_registers,
      Quirk::qemu_hob_error_reads_features,
      Quirk::qemu_identify_packet,
      Quirk::qemu_packet_power_on,
      Quirk::qemu_packet_diagnostic_silent,
      Quirk::qemu_packet_no_abrt,
      Quirk::qemu_packet_signature_device,
      Quirk::qemu_packet_dma_inactive,
      Quirk::qemu_no_reset_attention,
      Quirk::qemu_change_shows_empty,
      Quirk::qemu_change_interrupts,
      Quirk::qemu_silent_tray,
      Quirk::qemu_event_length,
      Quirk::qemu_sense,
      Quirk::qemu_inquiry,
      Quirk::qemu_mode_page_2a,
      Quirk::qemu_one_feature,
      Quirk::qemu_disc_information,
      Quirk::qemu_no_track_information,
      Quirk::qemu_toc,
  };
  // Of other implementations there are no captures.
  const std::size_t of_qemu = std::count_if(quirk_table().begin(), quirk_table().end(),
                                            [](const QuirkRow& row) { return row.profiles == "qemu"; });
  CHECK(std::size(kProven) == of_qemu);
  std::vector<RecordedRun> runs;
  for (const CaptureRow& row : kCaptures) runs.push_back(load(row, "qemu"));
  for (const Quirk quirk : kProven) {
    CAPTURE(quirk_table()[static_cast<std::size_t>(quirk)].name);
    bool missed = false;
    for (RecordedRun& run : runs) {
      if (missed) break;
      Profile without = run.profile;
      without.set(quirk, false);
      RecordedRun again = run;
      again.events = settle_again(run.events, {}, run.board, without).events;
      missed = !replay_under(again, without, true).coincide();
    }
    CHECK(missed);
  }
}
