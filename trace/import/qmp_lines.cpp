#include "trace/import/qmp_lines.h"

namespace coincide {

namespace {

/// The value of the first member of that name, at any depth; text without its quotes. QEMU writes `"name": value`.
std::string_view member(std::string_view json, std::string_view name) {
  const std::string key = '"' + std::string(name) + "\": ";
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + key.size());
  if (!json.starts_with('"')) return json.substr(0, json.find_first_of(",}"));
  json.remove_prefix(1);
  return json.substr(0, json.find('"'));
}

}  // namespace

void QmpLines::line(std::string_view text, std::uint32_t number, CaptureBuilder& builder) {
  if (text.starts_with("> ")) {
    const std::string_view what = member(text, "execute");
    request_ = what == "blockdev-change-medium" ? Request::change : what == "eject" ? Request::eject : Request::none;
    changed_ = false;
    const std::string_view id = member(text, "id");
    drive_ = id.empty() ? member(text, "device") : id;
    file_ = member(text, "filename");
    return;
  }
  if (!text.starts_with("< ") || request_ == Request::none) return;
  if (member(text, "event") == "DEVICE_TRAY_MOVED") {
    if (request_ != Request::change || changed_) return;
    changed_ = true;
    return builder.media_insert(drive_, file_, number);  // Q1
  }
  const bool refused = text.starts_with("< {\"error\":");
  if (!refused && !text.starts_with("< {\"return\":")) return;  // another event
  const Request request = std::exchange(request_, Request::none);
  if (refused) {
    if (text.find("is locked") != std::string_view::npos) builder.media_eject(drive_, false, number);  // Q3
  } else if (request == Request::eject) {
    builder.media_eject(drive_, true, number);  // Q2
  }
}

}  // namespace coincide
