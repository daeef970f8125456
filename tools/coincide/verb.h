// What a verb of the command line is. Landing one: a file `verb_NAME.cpp` that defines `set_up_NAME`, its declaration
// below, and one row of the table in main.cpp.
//
// Exit status of every verb (the contract of `git bisect run`): 0 they coincide or pass, 1 they do not, 125 could not
// be judged: bad usage, unreadable or malformed input, missing peer. A 125 says why in one line on stderr.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <string_view>

namespace coincide {

inline constexpr int kExitCoincide = 0;
inline constexpr int kExitDiffer = 1;
inline constexpr int kExitNotJudged = 125;

/// Does the verb's work once its options are parsed; returns the exit status.
using VerbRun = std::function<int()>;

struct Verb {
  std::string_view name;
  std::string_view help;             ///< one line for `coincide --help`
  VerbRun (*set_up)(CLI::App& app);  ///< declares options on the verb's own sub-command
};

// Every verb, in the order of the table.
VerbRun set_up_record(CLI::App& app);
VerbRun set_up_show(CLI::App& app);
VerbRun set_up_import(CLI::App& app);
VerbRun set_up_replay(CLI::App& app);
VerbRun set_up_diff(CLI::App& app);
VerbRun set_up_bisect(CLI::App& app);
VerbRun set_up_corpus(CLI::App& app);
VerbRun set_up_conform(CLI::App& app);
VerbRun set_up_lint(CLI::App& app);

}  // namespace coincide
