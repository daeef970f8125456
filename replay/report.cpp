#include "replay/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "replay/json.h"

namespace coincide {
namespace {

constexpr unsigned kLabelColumns = 11;  // "registers" and two blanks

constexpr std::string_view kRed = "\x1b[31;1m";
constexpr std::string_view kGreen = "\x1b[32;1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

/// Columns that the text takes: code points, which is right for all that we print.
std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) columns += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return columns;
}

/// One labelled line. Pieces are joined by three blanks; where the next one no longer fits, the line goes on
/// below, in the column behind the label. A piece that is too long by itself is broken between words.
class Line {
 public:
  Line(const ReportStyle& style, std::string_view label, std::string_view label_color) : style_(style) {
    const std::string padding(width_of(label) < kLabelColumns ? kLabelColumns - width_of(label) : 1, ' ');
    text_ = style.color ? fmt::format("{}{}{}{}", label_color, label, kPlain, padding)
                        : fmt::format("{}{}", label, padding);
    at_ = kLabelColumns;
  }

  Line& add(std::string_view piece, unsigned gap = 3) {
    if (piece.empty()) return *this;
    if (!first_) {
      if (fits(gap + width_of(piece))) {
        text_.append(gap, ' ');
        at_ += gap;
      } else {
        wrap();
      }
    }
    first_ = false;
    if (fits(width_of(piece))) {
      put(piece);
      return *this;
    }
    bool first_word = true;
    while (!piece.empty()) {
      const std::size_t end = std::min(piece.find(' '), piece.size());
      const std::string_view word = piece.substr(0, end);
      piece.remove_prefix(std::min(end + 1, piece.size()));
      if (!first_word) {
        if (fits(1 + width_of(word))) {
          put(" ");
        } else {
          wrap();
        }
      }
      first_word = false;
      put(word);
    }
    return *this;
  }

  std::string end() && { return text_ + '\n'; }

 private:
  bool fits(std::size_t columns) const { return style_.columns == 0 || at_ + columns <= style_.columns; }
  void put(std::string_view piece) {
    text_ += piece;
    at_ += width_of(piece);
  }
  void wrap() {
    while (text_.ends_with(' ')) text_.pop_back();
    text_ += '\n';
    text_.append(kLabelColumns, ' ');
    at_ = kLabelColumns;
  }

  const ReportStyle& style_;
  std::string text_;
  std::size_t at_ = 0;
  bool first_ = true;
};

/// The two values, their bits under each other.
std::string value_lines(const ReportStyle& style, const Divergence& d) {
  const std::size_t column = std::max(width_of(d.expected.value), width_of(d.actual.value)) + 2;
  const auto line = [&](std::string_view label, const ValueText& value) {
    std::string text = value.value;
    if (!value.bits.empty()) text += std::string(column - width_of(text), ' ') + value.bits;
    return std::move(Line(style, label, kDim).add(text)).end();
  };
  return line("expected", d.expected) + line("actual", d.actual);
}

std::string counts_text(const Report& report) {
  std::string text = fmt::format("{} compared", grouped(report.compared));
  if (report.not_compared != 0) text += fmt::format(", {} not", grouped(report.not_compared));
  return text;
}

std::string divergence_text(const Report& report, const ReportStyle& style) {
  const Divergence& d = *report.divergence;
  Line head(style, "DIVERGED", kRed);
  head.add(report.input).add(fmt::format("event {} of {}", grouped(d.event), grouped(report.events)));
  std::string text = std::move(head.add(d.unit).add(d.command)).end();
  for (const RuleNote& rule : d.rules) {
    text += std::move(Line(style, "rule", kDim).add(rule.id).add(rule.text)).end();
  }
  Line stimulus(style, "stimulus", kDim);
  stimulus.add(d.stimulus);
  if (!d.stimulus_note.empty()) stimulus.add(fmt::format("({})", d.stimulus_note));
  text += std::move(stimulus).end();
  text += value_lines(style, d);
  if (!d.registers.empty()) {
    Line registers(style, "registers", kDim);
    for (const auto& [name, value] : d.registers) registers.add(fmt::format("{} {}", name, value), 2);
    text += std::move(registers).end();
  }
  return text;
}

std::string string_member(std::string_view name, std::string_view value) {
  return fmt::format("\"{}\":{}", name, json_string(value));
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ' ');
  return text;
}

std::string report_text(const Report& report, const ReportStyle& style) {
  std::string text;
  if (report.divergence) {
    text = divergence_text(report, style);
  } else {
    Line head(style, "COINCIDE", kGreen);
    head.add(report.input).add(fmt::format("{} events", grouped(report.events))).add(counts_text(report));
    text = std::move(head).end();
  }
  for (const auto& [label, note] : report.notes) text += std::move(Line(style, label, kDim).add(note)).end();
  if (report.divergence) {
    const std::string missed = report.not_compared == 0 ? "" : fmt::format(", {} not", grouped(report.not_compared));
    text += std::move(Line(style, "compared", kDim).add(grouped(report.compared) + missed)).end();
  }
  for (const auto& [why, count] : report.not_compared_why) {
    text += std::move(Line(style, "not", kDim).add(fmt::format("{} {}", grouped(count), why))).end();
  }
  if (report.divergence && !report.divergence->again.empty()) {
    // Never wrapped: it is there to be copied.
    const ReportStyle unwrapped{style.color, 0};
    text += std::move(Line(unwrapped, "again", kDim).add(report.divergence->again)).end();
  }
  return text;
}

std::string divergence_json(const std::optional<Divergence>& divergence) {
  if (!divergence) return "null";
  const Divergence& d = *divergence;
  std::string text = fmt::format("{{\"event\":{},", d.event);
  if (d.other_event) text += fmt::format("\"other_event\":{},", *d.other_event);
  text += string_member("unit", d.unit) + ',' + string_member("command", d.command) + ',';
  text += string_member("stimulus", d.stimulus) + ',';
  if (!d.stimulus_note.empty()) text += string_member("stimulus_note", d.stimulus_note) + ',';
  text += string_member("expected", d.expected.value) + ',' + string_member("actual", d.actual.value) + ',';
  if (!d.expected.bits.empty() || !d.actual.bits.empty()) {
    text += string_member("expected_bits", d.expected.bits) + ',' + string_member("actual_bits", d.actual.bits) + ',';
  }
  text += "\"rules\":[";
  for (std::size_t i = 0; i < d.rules.size(); ++i) text += (i == 0 ? "" : ",") + json_string(d.rules[i].id);
  text += "],\"registers\":{";
  for (std::size_t i = 0; i < d.registers.size(); ++i) {
    text += (i == 0 ? "" : ",") + string_member(d.registers[i].first, d.registers[i].second);
  }
  return text + "}," + string_member("again", d.again) + '}';
}

std::string report_json(const Report& report) {
  std::string text = '{' + string_member("input", report.input);
  text += fmt::format(",\"events\":{},\"compared\":{},\"not_compared\":{}", report.events, report.compared,
                      report.not_compared);
  text += ",\"not_compared_why\":{";
  for (std::size_t i = 0; i < report.not_compared_why.size(); ++i) {
    const auto& [why, count] = report.not_compared_why[i];
    text += fmt::format("{}{}:{}", i == 0 ? "" : ",", json_string(why), count);
  }
  text += fmt::format("}},\"coincide\":{},\"divergence\":{}", report.coincide(), divergence_json(report.divergence));
  text += ",\"notes\":[";
  for (std::size_t i = 0; i < report.notes.size(); ++i) {
    text += fmt::format("{}{{{},{}}}", i == 0 ? "" : ",", string_member("label", report.notes[i].first),
                        string_member("text", report.notes[i].second));
  }
  return text + "]}";
}

}  // namespace coincide
