#include "emu/media/cue_sheet.h"

#include <algorithm>
#include <array>
#include <optional>

namespace coincide {
namespace {

/// Takes the next word of a line; quotes keep blanks together.
std::string_view next_word(std::string_view& line) {
  const std::size_t from = std::min(line.find_first_not_of(" \t\r"), line.size());
  line.remove_prefix(from);
  const bool quoted = !line.empty() && line.front() == '"';
  if (quoted) line.remove_prefix(1);
  const std::size_t end = std::min(line.find_first_of(quoted ? "\"" : " \t\r"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + (quoted ? 1 : 0), line.size()));
  return word;
}

std::optional<std::uint32_t> number(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value;
}

/// "MM:SS:FF" as frames.
std::optional<std::uint32_t> frames(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto minute = number(text.substr(0, 2));
  const auto second = number(text.substr(3, 2));
  const auto frame = number(text.substr(6, 2));
  if (!minute || !second || !frame || *second >= 60 || *frame >= kFramesPerSecond) return std::nullopt;
  return *minute * kFramesPerMinute + *second * kFramesPerSecond + *frame;
}

struct Mode {
  std::string_view name;
  TrackForm form;
  std::uint8_t control;
};
constexpr std::array kModes{Mode{"MODE1/2048", TrackForm::data_2048, 4}, Mode{"MODE1/2352", TrackForm::data_2352, 4},
                            Mode{"MODE2/2352", TrackForm::data_2352, 4}, Mode{"AUDIO", TrackForm::audio, 0}};

/// Lines that do not say where data lie.
constexpr std::string_view kPassedOver[] = {"TITLE",      "PERFORMER", "SONGWRITER", "CATALOG",
                                            "CDTEXTFILE", "ISRC",      "REM",        ""};

/// FLAGS: bits of CTL (MMC-TOC-4).
struct Flag {
  std::string_view name;
  std::uint8_t control;
};
constexpr Flag kFlags[] = {{"PRE", 1}, {"DCP", 2}, {"4CH", 8}, {"SCMS", 0}};

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

class Parser {
 public:
  explicit Parser(std::uint64_t image_bytes) : image_bytes_(image_bytes) {}

  /// What is wrong with a line; empty if nothing is.
  std::string_view line(std::string_view rest) {
    const std::string_view what = next_word(rest);
    if (what == "FILE") return file(rest);
    if (what == "TRACK") return track(rest);
    if (what == "INDEX") return index(rest);
    if (what == "PREGAP") return pregap(rest);
    if (what == "FLAGS") return flags(rest);
    if (what == "REM" && next_word(rest) == "SESSION") {
      const auto session = number(next_word(rest));
      if (!session || *session < session_ || *session > 99) return "sessions count up to 99";
      session_ = static_cast<std::uint8_t>(*session);
    }
    if (std::find(std::begin(kPassedOver), std::end(kPassedOver), what) == std::end(kPassedOver))
      return "FILE, TRACK, INDEX, PREGAP, FLAGS, or a line without a place";
    return {};
  }
  std::string_view end() {
    if (tracks_.empty()) return "no track";
    if (std::string_view wrong = close(image_bytes_); !wrong.empty()) return wrong;
    sheet.tracks = tracks_;
    return {};
  }
  CueSheet sheet;

 private:
  std::string_view file(std::string_view rest) {
    if (!sheet.file.empty()) return "more than one FILE";
    sheet.file = next_word(rest);
    if (sheet.file.empty() || next_word(rest) != "BINARY") return "FILE of type BINARY";
    return {};
  }
  std::string_view track(std::string_view rest) {
    const auto count = number(next_word(rest));
    if (sheet.file.empty()) return "TRACK before FILE";
    if (!count || *count == 0 || *count > 99) return "track number 1 to 99";
    if (!tracks_.empty() && *count != tracks_.back().number + 1u) return "tracks in order";
    if (!tracks_.empty() && !has_index_1_) return "track without INDEX 01";
    const std::string_view name = next_word(rest);
    const auto mode = std::find_if(kModes.begin(), kModes.end(), [name](const Mode& m) { return m.name == name; });
    if (mode == kModes.end()) return "track mode";
    DiscTrack next;
    next.number = static_cast<std::uint8_t>(*count);
    next.session = session_;
    next.form = mode->form;
    next.control = mode->control;
    tracks_.push_back(next);
    has_start_ = has_index_1_ = false;
    return {};
  }
  /// Times of a sheet count sectors of the image, each of the size of its track.
  std::string_view index(std::string_view rest) {
    const auto which = number(next_word(rest));
    const auto at = frames(next_word(rest));
    if (tracks_.empty()) return "INDEX before TRACK";
    if (!which || !at) return "INDEX NN MM:SS:FF";
    if (*at < last_frame_) return "times in order";
    if (*which > 1) return {};
    DiscTrack& track = tracks_.back();
    if (!has_start_) {
      const bool first = tracks_.size() == 1;
      const DiscTrack& before = first ? track : tracks_[tracks_.size() - 2];
      offset_ += std::uint64_t{*at - last_frame_} * before.sector_bytes();
      if (!first) tracks_[tracks_.size() - 2].end_lba = *at + gap_before_;
      track.start_lba = *at + gap_before_ + gap_;
      track.offset = offset_;
      gap_before_ += gap_;
      gap_ = 0;
      has_start_ = true;
      last_frame_ = *at;
    }
    track.first_lba = *at + gap_before_;
    has_index_1_ = *which == 1;
    return {};
  }
  std::string_view pregap(std::string_view rest) {
    const auto length = frames(next_word(rest));
    if (tracks_.empty() || has_start_ || !length) return "PREGAP MM:SS:FF before INDEX";
    gap_ = *length;
    return {};
  }
  std::string_view flags(std::string_view rest) {
    if (tracks_.empty()) return "FLAGS before TRACK";
    for (std::string_view word = next_word(rest); !word.empty(); word = next_word(rest)) {
      const auto flag =
          std::find_if(std::begin(kFlags), std::end(kFlags), [&](const Flag& f) { return f.name == word; });
      if (flag == std::end(kFlags)) return "FLAGS PRE, DCP, 4CH or SCMS";
      tracks_.back().control |= flag->control;
    }
    return {};
  }
  std::string_view close(std::uint64_t image_bytes) {
    if (!has_index_1_) return "track without INDEX 01";
    DiscTrack& last = tracks_.back();
    const std::uint64_t sectors = image_bytes > last.offset ? (image_bytes - last.offset) / last.sector_bytes() : 0;
    if (last.start_lba + sectors <= last.first_lba) return "image ends before the last track";
    if (last.start_lba + sectors > 100 * kFramesPerMinute) return "longer than a CD";
    last.end_lba = static_cast<std::uint32_t>(last.start_lba + sectors);
    return {};
  }

  std::uint64_t image_bytes_;
  std::vector<DiscTrack> tracks_;
  std::uint8_t session_ = 1;
  std::uint32_t last_frame_ = 0;  ///< where the last track starts in the image
  std::uint64_t offset_ = 0;      ///< the same in bytes
  std::uint32_t gap_ = 0;         ///< PREGAP of the present track
  std::uint32_t gap_before_ = 0;  ///< of all before, which moves LBAs away from times of the image
  bool has_start_ = false;
  bool has_index_1_ = false;
};

}  // namespace

CueFile cue_sheet_file(std::string_view text) {
  std::uint32_t count = 0;
  for (text = without_mark(text); !text.empty();) {
    ++count;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (next_word(line) == "FILE") return {std::string(next_word(line)), count};
  }
  return {};
}

CueSheet parse_cue_sheet(std::string_view text, std::uint64_t image_bytes) {
  text = without_mark(text);
  Parser parser(image_bytes);
  std::uint32_t count = 0;
  std::string_view wrong;
  while (!text.empty() && wrong.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    ++count;
    wrong = parser.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (wrong.empty()) {
    ++count;
    wrong = parser.end();
  }
  CueSheet sheet = std::move(parser.sheet);
  if (!wrong.empty()) {
    sheet.tracks.clear();
    sheet.error_line = count;
    sheet.error = wrong;
  }
  return sheet;
}

}  // namespace coincide
