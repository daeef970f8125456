// The qtest protocol: a -qtest-log with answers, or a bare list of commands (a fuzzer's reproducer) without.
//
// Log lines: `[R +0.01] inb 0x1f7` asks, `[S +0.01] OK 0x0050` answers the oldest question that waits, and
// `[S +0.01] IRQ raise 14` in between tells a line. A change told before the answer of a write, of a data-port read or
// of a fall stands after that access; a rise before the answer of any other read stood before it. Only ports of the IDE
// function are fed (trace/import/port_capture.h); of a bare list, all are: nothing that was answered is contradicted,
// and a fuzzer's stray access is a stimulus like any other.
#pragma once

#include <string_view>

#include "trace/import/capture.h"

namespace coincide {

Result<Capture> import_qtest_log(std::string_view text, const ImportOptions& options);
Result<Capture> import_qtest_commands(std::string_view text, const ImportOptions& options);

/// Whether a line begins with the name of a qtest command.
bool is_qtest_command(std::string_view line);

}  // namespace coincide
