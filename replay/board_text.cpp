#include "replay/board_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "emu/media/pattern.h"
#include "replay/board_fields.h"
#include "replay/script_data.h"
#include "replay/script_expression.h"

namespace coincide {
namespace {

constexpr std::uint64_t kMaxSectors = std::uint64_t{1} << 48;
constexpr std::size_t kMaxMedia = 255;
constexpr std::uint64_t kMaxRamBytes = std::uint64_t{4} << 30;
constexpr DiskOp kFaultOps[] = {DiskOp::read, DiskOp::write,    DiskOp::verify, DiskOp::flush,
                                DiskOp::seek, DiskOp::diagnose, DiskOp::spin,   DiskOp::transfer};
constexpr DiskOutcome kFaultOutcomes[] = {DiskOutcome::uncorrectable,  DiskOutcome::write_fault,
                                          DiskOutcome::aborted,        DiskOutcome::no_medium,
                                          DiskOutcome::not_found,      DiskOutcome::crc,
                                          DiskOutcome::media_changed,  DiskOutcome::media_change_request,
                                          DiskOutcome::write_protected};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

std::string unit_text(unsigned unit) { return fmt::format("{}:{}", unit / 2, unit % 2); }

std::optional<unsigned> parse_unit(std::string_view text) {
  for (unsigned unit = 0; unit < 4; ++unit) {
    if (unit_text(unit) == text) return unit;
  }
  return std::nullopt;
}

Board default_board() {
  Board board;
  DeviceConfig& disk = board.devices[0];
  disk.kind = DeviceKind::disk;
  disk.medium = make_pattern_medium(16384, {'H', 'D', '0'});
  disk.medium_name = "pattern:HD0";
  return board;
}

Error BoardBuilder::at_word(const Word& word, std::string what) const {
  return {script_place(script_, word.line, word.column), std::move(what)};
}

Result<void> BoardBuilder::add(const ScriptLine& line) {
  const std::span<const Word> words(line.words);
  if (words.size() < 2)
    return at_word(words[0], "board chip, pci_device, ram, disk, cdrom, medium, fault, completion, int13 or none");
  any_ = true;
  const std::string& what = words[1].text;
  if (what == "chip") return add_chip(words);
  if (what == "pci_device") return add_pci(words);
  if (what == "ram") return add_ram(words);
  if (what == "disk") return add_device(words, DeviceKind::disk);
  if (what == "cdrom") return add_device(words, DeviceKind::packet);
  if (what == "medium") return add_further_medium(words);
  if (what == "fault") return add_fault(words);
  if (what == "completion") return add_completion(words);
  if (what == "int13" && words.size() == 2) {
    board_.int13 = true;
    return {};
  }
  if (what == "none" && words.size() == 2) return {};
  return at_word(words[1],
                 "board " + quote_for_message(what) +
                     " is unknown: chip, pci_device, ram, disk, cdrom, medium, fault, completion, int13 or none");
}

Result<void> BoardBuilder::add_chip(std::span<const Word> words) {
  if (words.size() != 3 || (words[2].text != "piix4" && words[2].text != "piix3")) {
    return at_word(words[words.size() > 2 ? 2 : 1], "board chip piix4 or piix3");
  }
  if (chip_given_) return at_word(words[1], "the chip is given twice");
  chip_given_ = true;
  board_.chip = words[2].text == "piix4" ? Chip::piix4 : Chip::piix3;
  return {};
}

Result<void> BoardBuilder::add_pci(std::span<const Word> words) {
  const auto device = words.size() == 3 ? parse_number(words[2].text) : std::nullopt;
  if (!device || *device > 31) return at_word(words[words.size() > 2 ? 2 : 1], "board pci_device N, 0 to 31");
  if (pci_given_) return at_word(words[1], "the PCI device number is given twice");
  pci_given_ = true;
  board_.pci_device = static_cast<std::uint8_t>(*device);
  return {};
}

Result<void> BoardBuilder::add_ram(std::span<const Word> words) {
  if (!ram_given_) board_.ram.clear();
  ram_given_ = true;
  if (words.size() == 3 && words[2].text == "none") return {};
  if (words.size() != 4) return at_word(words[1], "board ram ADDR SIZE, or board ram none");
  const auto address = parse_size(words[2].text);
  const auto bytes = parse_size(words[3].text);
  if (!address) return at_word(words[2], quote_for_message(words[2].text) + " is no address");
  if (!bytes || *bytes == 0) return at_word(words[3], quote_for_message(words[3].text) + " is no size");
  if (*address + (*bytes - 1) < *address) return at_word(words[3], "the range passes the end of the address space");
  std::uint64_t total = *bytes;
  for (const RamRange& range : board_.ram) {
    total += range.bytes;
    if (*address <= range.address + (range.bytes - 1) && range.address <= *address + (*bytes - 1)) {
      return at_word(words[2], fmt::format("the range overlaps RAM at {:#x}", range.address));
    }
  }
  if (*bytes > kMaxRamBytes || total > kMaxRamBytes) return at_word(words[3], "more than 4G of RAM");
  board_.ram.push_back({*address, *bytes});
  std::sort(board_.ram.begin(), board_.ram.end(),
            [](const RamRange& a, const RamRange& b) { return a.address < b.address; });
  return {};
}

/// How a medium that lies in a file is named, and who opens it.
struct FileForm {
  std::string_view prefix;
  Result<NamedMedium> (*open)(const std::string& path, std::string_view wanted_hash, const MediaSearch& search);
  bool disc;  ///< of optical drives alone
};
constexpr FileForm kFileForms[] = {
    {"image:", open_image, false}, {"recipe:", open_recipe, false}, {"cue:", open_cue, true}};

Result<MediumConfig> BoardBuilder::open_file(const Word& word, std::string_view hash, DeviceKind kind) const {
  for (const FileForm& form : kFileForms) {
    if (!word.text.starts_with(form.prefix)) continue;
    if (form.disc && kind != DeviceKind::packet) return at_word(word, "a CUE sheet is for a cdrom");
    auto medium = form.open(word.text.substr(form.prefix.size()), hash, search_);
    if (!medium) return at_word(word, medium.error().line());
    return MediumConfig{medium->medium, medium->name, medium->hash, false, std::move(medium->tracks)};
  }
  return at_word(word,
                 quote_for_message(word.text) + " is no medium: pattern:TAG, zero, image:PATH, recipe:PATH, cue:PATH");
}

Result<MediumConfig> BoardBuilder::open_medium(const Word& word, std::span<const Word> fields, DeviceKind kind) const {
  MediumConfig device;
  std::optional<std::uint64_t> sectors;
  std::string hash;
  for (const Word& field : fields) {
    if (field.text.starts_with("sectors=")) {
      sectors = parse_size(std::string_view(field.text).substr(8));
      const bool blank_disc = sectors == 0u && word.text == "zero" && kind == DeviceKind::packet;
      if (!sectors || (*sectors == 0 && !blank_disc) || *sectors > kMaxSectors)
        return at_word(field, "sectors= takes 1 to 2^48");
    }
    if (field.text.starts_with("hash=")) hash = field.text.substr(5);
  }
  if (word.text.starts_with("pattern:") || word.text == "zero") {
    const auto tag = word.text == "zero" ? std::array<char, 3>{} : parse_tag(std::string_view(word.text).substr(8));
    if (!tag) return at_word(word, "pattern:TAG takes three printable characters");
    if (!sectors) return at_word(word, "this medium needs sectors=N");
    if (!hash.empty()) return at_word(word, "hash= is for images and recipes");
    device.name = word.text;
    device.medium = word.text == "zero" ? std::make_shared<ExtentMedium>(*sectors, std::vector<Extent>{})
                                        : make_pattern_medium(*sectors, *tag);
    return device;
  }
  auto file = open_file(word, hash, kind);
  if (file && sectors) return at_word(word, "an image, recipe or CUE sheet knows its own sectors");
  return file;
}

/// `board medium UNIT N MEDIUM [sectors=N] [hash=HASH] [read_only]`: medium N that can be put into a drive.
Result<void> BoardBuilder::add_further_medium(std::span<const Word> words) {
  if (words.size() < 5) return at_word(words[1], "board medium UNIT N MEDIUM [sectors=N] [hash=HASH] [read_only]");
  const auto unit = parse_unit(words[2].text);
  if (!unit) return at_word(words[2], "a unit is 0:0, 0:1, 1:0 or 1:1");
  DeviceConfig& device = board_.devices[*unit];
  if (device.kind == DeviceKind::none) return at_word(words[2], "no line for this unit yet");
  if (device.media.size() == kMaxMedia) return at_word(words[1], fmt::format("more than {} media", kMaxMedia));
  if (parse_number(words[3].text) != device.media.size() + 1) {
    return at_word(words[3], fmt::format("the next medium of this unit is {}", device.media.size() + 1));
  }
  auto medium = open_medium(words[4], words.subspan(5), device.kind);
  if (!medium) return medium.error();
  for (const Word& word : words.subspan(5)) {
    if (word.text == "read_only") {
      medium->read_only = true;
    } else if (!word.text.starts_with("sectors=") && !word.text.starts_with("hash=")) {
      return at_word(word, "unknown field " + quote_for_message(word.text));
    }
  }
  device.media.push_back(std::move(*medium));
  return {};
}

Result<void> BoardBuilder::add_device(std::span<const Word> words, DeviceKind kind) {
  if (words.size() < 4) return at_word(words[1], "board " + words[1].text + " UNIT MEDIUM [field...]");
  const auto unit = parse_unit(words[2].text);
  if (!unit) return at_word(words[2], "a unit is 0:0, 0:1, 1:0 or 1:1");
  DeviceConfig& device = board_.devices[*unit];
  if (device.kind != DeviceKind::none) return at_word(words[2], "unit " + words[2].text + " is given twice");
  device = DeviceConfig::standard(kind);
  if (kind == DeviceKind::disk || words[3].text != "none") {
    auto medium = open_medium(words[3], words.subspan(4), kind);
    if (!medium) return medium.error();
    device.medium = std::move(medium->medium);
    device.medium_name = std::move(medium->name);
    device.medium_hash = std::move(medium->hash);
    device.medium_tracks = std::move(medium->tracks);
  } else if (words.size() > 4 && (words[4].text.starts_with("sectors=") || words[4].text.starts_with("hash="))) {
    return at_word(words[4], "none is no medium: it has no sectors and no hash");
  }

  std::vector<std::string> seen;
  for (const Word& word : words.subspan(4)) {
    const std::string name = word.text.substr(0, word.text.find('='));
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return at_word(word, name + " is given twice");
    seen.push_back(name);
    if (name == "sectors" || name == "hash") continue;  // add_medium took them
    auto set = set_field(device, word);
    if (!set) return set;
  }
  for (const Word& word : words.subspan(4)) {
    if (word.text.starts_with("scsi_") && !device.accelerator)
      return at_word(word, word.text.substr(0, word.text.find('=')) + " needs accelerator=on");
  }
  if (device.multiple_default > device.multiple_limit) return at_word(words[2], "multiple_default is above multiple");
  return {};
}

/// The fields that a `board cdrom` line alone has.
Result<void> BoardBuilder::set_packet_field(DeviceConfig& device, const Word& word, std::string_view name) const {
  const std::string_view value = std::string_view(word.text).substr(name.size() + 1);
  const auto number = parse_number(value);
  if (name == "packet") {
    if (!number || (*number != 12 && *number != 16)) return at_word(word, "packet takes 12 or 16");
    device.packet_bytes = static_cast<std::uint8_t>(*number);
    return {};
  }
  if (name == "byte_count") {
    if (!number || *number > 0xfffe || *number % 2 != 0)
      return at_word(word, "byte_count takes an even number to 0xfffe");
    device.byte_count_default = static_cast<std::uint16_t>(*number);
    return {};
  }
  for (std::size_t i = 0; i < std::size(kPacketDrqNames); ++i) {
    if (value != kPacketDrqNames[i]) continue;
    device.packet_drq = static_cast<PacketDrq>(i);
    return {};
  }
  return at_word(word, "drq takes microprocessor, interrupt or accelerated");
}

Result<void> BoardBuilder::set_field(DeviceConfig& device, const Word& word) const {
  if (word.text == "read_only" && device.kind == DeviceKind::disk) {
    device.read_only = true;
    return {};
  }
  const std::size_t equals = word.text.find('=');
  const std::string name = word.text.substr(0, equals);
  if (equals == std::string::npos) return at_word(word, "unknown field " + quote_for_message(name));
  const std::string value = word.text.substr(equals + 1);
  const auto number = parse_number(value);
  if (device.kind == DeviceKind::packet) {
    if (name == "packet" || name == "byte_count" || name == "drq") return set_packet_field(device, word, name);
    constexpr std::string_view kShared[] = {"model",    "serial",      "firmware",    "power_management", "features",
                                            "max_udma", "queue_depth", "accelerator", "accelerator_depth"};
    if (std::find(std::begin(kShared), std::end(kShared), name) == std::end(kShared))
      return at_word(word, "unknown field " + quote_for_message(name));
  }

  for (const TextField& field : kTextFields) {
    if (field.name != name) continue;
    if (value.size() > field.most)
      return at_word(word, fmt::format("{} takes at most {} characters", name, field.most));
    if (!is_printable(value)) return at_word(word, fmt::format("{} takes printable ASCII only", name));
    device.*field.member = value;
    return {};
  }
  const auto set_number = [&](const auto& field) -> Result<void> {
    if (!number || *number < field.least || *number > field.most ||
        (field.power_of_two && (*number & (*number - 1)) != 0)) {
      return at_word(word, fmt::format("{} takes {} to {}{}", name, field.least, field.most,
                                       field.power_of_two ? ", a power of two" : ""));
    }
    device.*field.member = static_cast<std::remove_reference_t<decltype(device.*field.member)>>(*number);
    return {};
  };
  for (const auto& field : kSizeFields) {
    if (field.name == name) return set_number(field);
  }
  for (const auto& field : kWordFields) {
    if (field.name == name) return set_number(field);
  }
  for (const auto& field : kByteFields) {
    if (field.name == name) return set_number(field);
  }
  for (const SwitchField& field : kSwitchFields) {
    if (field.name != name) continue;
    if (value != "on" && value != "off") return at_word(word, name + " takes on or off");
    device.*field.member = value == "on";
    return {};
  }
  if (name == "features") return set_features(device, word, value);
  if (name == "max_udma") {
    if (value != "none" && (!number || *number > 6)) return at_word(word, "max_udma takes 0 to 6 or none");
    device.max_udma = value == "none" ? kNoUdma : static_cast<std::uint8_t>(*number);
    return {};
  }
  return at_word(word, "unknown field " + quote_for_message(name));
}

/// `features=+overlap,-smart`: differences from what a disk has anyway. `-all` takes everything away first.
Result<void> BoardBuilder::set_features(DeviceConfig& device, const Word& word, std::string_view list) const {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    const std::string_view name = item.empty() ? item : item.substr(1);
    const auto feature = find_feature(name);
    if (item.empty() || (item[0] != '+' && item[0] != '-') || (!feature && item != "-all")) {
      std::string known;
      for (const FeatureRow& row : feature_table()) known += fmt::format("{}{}", known.empty() ? "" : " ", row.name);
      return at_word(word, "features takes +NAME and -NAME, separated by commas: " + known);
    }
    const bool packet = device.kind == DeviceKind::packet;
    if (packet && feature && *feature != Feature::overlap && *feature != Feature::media_status)
      return at_word(word, "a packet device has no features but overlap and media_status");
    if (feature) {
      device.features.set(*feature, item[0] == '+');
    } else {
      device.features = FeatureList();
    }
  }
  return {};
}

Result<void> BoardBuilder::add_fault(std::span<const Word> words) {
  if (words.size() < 6) return at_word(words[1], "board fault UNIT OP FIRST..LAST OUTCOME [times=N]");
  const auto unit = parse_unit(words[2].text);
  if (!unit) return at_word(words[2], "a unit is 0:0, 0:1, 1:0 or 1:1");
  if (board_.devices[*unit].kind == DeviceKind::none)
    return at_word(words[2], "no disk or cdrom line for this unit yet");
  Fault fault;
  bool known = words[3].text == "any";
  for (const DiskOp op : kFaultOps) {
    if (disk_op_name(op) != words[3].text) continue;
    fault.op = op;
    known = true;
  }
  if (!known)
    return at_word(words[3], "an operation is any, read, write, verify, flush, seek, diagnose, spin or transfer");
  if (fault.op == DiskOp::transfer && board_.devices[*unit].kind != DeviceKind::packet)
    return at_word(words[3], "transfer is an operation of packet devices; a disk has crc faults of read and write");
  const std::string_view range = words[4].text;
  const std::size_t dots = range.find("..");
  const auto first = parse_number(range.substr(0, dots));
  auto last = first;
  if (dots != std::string_view::npos)
    last = dots + 2 == range.size() ? ~std::uint64_t{0} : parse_number(range.substr(dots + 2));
  if (!first || !last || *last < *first) return at_word(words[4], "an LBA range is FIRST..LAST, FIRST.. or FIRST");
  fault.first_lba = *first;
  fault.last_lba = *last;
  known = false;
  for (const DiskOutcome outcome : kFaultOutcomes) {
    if (disk_outcome_name(outcome) != words[5].text) continue;
    fault.outcome = outcome;
    known = true;
  }
  if (!known)
    return at_word(words[5],
                   "an outcome is uncorrectable, not_found, write_fault, aborted, no_medium, crc, media_changed, "
                   "media_change_request or write_protected");
  if (words.size() > 6) {
    const auto times =
        words[6].text.starts_with("times=") ? parse_number(std::string_view(words[6].text).substr(6)) : std::nullopt;
    if (!times || *times > 0xffffffff || words.size() > 7) return at_word(words[6], "times=N is all that may follow");
    fault.times = static_cast<std::uint32_t>(*times);
  }
  if (board_.devices[*unit].faults.size() == 65536) return at_word(words[1], "more than 65536 faults");
  board_.devices[*unit].faults.push_back(fault);
  return {};
}

Result<void> BoardBuilder::add_completion(std::span<const Word> words) {
  if (completion_given_) return at_word(words[1], "the completion policy is given twice");
  completion_given_ = true;
  if (words.size() == 3 && words[2].text == "immediate") {
    board_.completion = {CompletionPolicy::Kind::immediate, 0};
    return {};
  }
  if (words.size() == 3 && words[2].text == "scripted") {
    board_.completion = {CompletionPolicy::Kind::scripted, 0};
    return {};
  }
  const auto latency = words.size() == 4 && words[2].text == "latency" ? parse_number(words[3].text) : std::nullopt;
  if (!latency) return at_word(words[words.size() > 2 ? 2 : 1], "board completion immediate, scripted or latency NS");
  board_.completion = {CompletionPolicy::Kind::latency, *latency};
  return {};
}

Board BoardBuilder::finish() const { return any_ ? board_ : default_board(); }

Result<Board> parse_board(std::string_view text, std::string_view name, const MediaSearch& search) {
  ScriptLexer lexer(text, name);
  BoardBuilder builder(name, search);
  ScriptLine line;
  for (;;) {
    const auto more = lexer.next(line);
    if (!more) return more.error();
    if (!*more) return builder.finish();
    if (line.words.empty()) continue;
    if (line.words[0].text != "board" || line.words[0].quoted) {
      return Error{script_place(name, line.words[0].line, line.words[0].column), "only board lines stand here"};
    }
    const auto added = builder.add(line);
    if (!added) return added.error();
  }
}

}  // namespace coincide
