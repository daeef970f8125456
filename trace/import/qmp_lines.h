// What the operator of a QEMU machine did to its drives: the QMP lines that a log may carry, "# qmp: > REQUEST" and
// "# qmp: < REPLY OR EVENT". They stand in the log where their time stamps put them, among the guest's accesses.
//
//  Q1  A medium goes in where DEVICE_TRAY_MOVED first tells of the tray while blockdev-change-medium is under way: QEMU
//      opens the tray, changes the medium and closes the tray in one go. An interrupt that it raises for it is logged
//      before that line, so a change of an interrupt line that nothing else has claimed yet follows the change.
//  Q2  A medium is taken out by force where `eject` is answered well.
//  Q3  The eject button is pressed where a request is refused because the drive is locked: QEMU lets the guest know
//      that somebody wants the medium.
//  Q4  A tray that moves while no request is under way is the guest's own doing (START STOP UNIT). Nothing is put in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "trace/import/capture_builder.h"

namespace coincide {

class QmpLines {
 public:
  /// `text` is what follows "# qmp: ". Lines about anything else change nothing.
  void line(std::string_view text, std::uint32_t number, CaptureBuilder& builder);

 private:
  enum class Request : std::uint8_t { none, change, eject };
  Request request_ = Request::none;
  bool changed_ = false;  ///< the medium of the request under way has gone in
  std::string drive_;
  std::string file_;
};

}  // namespace coincide
