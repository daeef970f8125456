// Inside of run_script: one method a statement. Only script_run.cpp and script_judge.cpp include this.
#pragma once

#include "replay/script_guest.h"
#include "replay/script_run.h"

namespace coincide {

class ScriptRunner {
 public:
  ScriptRunner(const Script& script, ScriptTarget& target, const RunLimits& limits);
  RunOutcome run();

 private:
  bool run_block(std::span<const Statement> block);
  bool step();  ///< counts one statement; false if there were too many
  bool fail(std::string what);
  bool take_bytes(std::uint64_t bytes);

  bool run(const ReadStatement& s);
  bool run(const WriteStatement& s);
  bool run(const MemoryReadStatement& s);
  bool run(const MemoryWriteStatement& s);
  bool run(const BlockReadStatement& s);
  bool run(const BlockWriteStatement& s);
  bool run(const PioStatement& s);
  bool run(const ClockStatement& s);
  bool run(const MemoryMapStatement& s);
  bool run(const DiskCompleteStatement& s);
  bool run(const MediaStatement& s);
  bool run(const ResetStatement& s);
  bool run(const NoteStatement& s);
  bool run(const LetStatement& s);
  bool run(const KeepStatement& s);
  bool run(const ClearCountsStatement& s);
  bool run(const RepeatStatement& s);
  // script_guest_run.cpp
  bool run(const GuestStatement& s);
  bool run(const ExpectMessageStatement& s);
  bool send_scsi(const GuestStatement& s, std::span<const std::uint8_t> cdb);
  // script_judge.cpp
  bool run(const ExpectStatement& s);
  bool run(const ExpectDataStatement& s);
  bool run(const ExpectStringStatement& s);
  bool run(const ExpectRequestStatement& s);
  bool run(const WaitStatement& s);
  bool run(const WaitIrqStatement& s);

  std::uint64_t value(const Expression& expression) const { return expression.value(variables_); }
  bool make(const ScriptData& data, std::uint64_t wanted, std::vector<std::uint8_t>& out);
  bool checked_port(const Expression& expression, std::uint32_t& port);
  bool access(Space space, std::uint8_t width, const Expression& address, Event& answer);
  bool read_block(std::uint32_t port, std::uint8_t width, std::uint64_t count, std::vector<std::uint8_t>& out);
  bool write_block(std::uint32_t port, std::uint8_t width, std::span<const std::uint8_t> bytes);
  bool read_memory(std::uint64_t address, std::uint64_t size, std::vector<std::uint8_t>* out);
  bool write_memory(std::uint64_t address, std::span<const std::uint8_t> bytes);
  void advance(std::uint64_t nanoseconds);
  bool wait_for_data(const PioStatement& s);
  bool run_packet_data(const PioStatement& s);

  /// A look at a subject: its value and open bits, or nothing if the target cannot see it.
  struct Look {
    std::optional<std::uint64_t> value;
    std::uint64_t open = 0;
    std::string missing;  ///< why there is no value although the target sees everything: the expectation fails
  };
  bool look(const Subject& subject, Look& look);
  void look_at_reply(const ReplyField& field, Look& look) const;
  bool matches(const Match& match, std::uint64_t actual) const;
  std::string match_text(const Match& match, unsigned width) const;
  std::string bits_of(const Subject& subject, std::uint64_t found) const;
  void judge(std::uint32_t expectation, bool passed, std::string expected, std::string actual, std::uint64_t open = 0);
  void judge_match(std::uint32_t expectation, const Subject& subject, const Match& match, const Look& look,
                   std::string_view when = {});
  void judge_bytes(std::uint32_t expectation, std::span<const std::uint8_t> wanted,
                   std::span<const std::uint8_t> found);
  void cannot_judge(std::uint32_t expectation) { ++outcome_.expectations[expectation].not_judged; }

  const Script& script_;
  ScriptTarget& target_;
  RunLimits limits_;
  RunOutcome outcome_;
  std::vector<std::uint64_t> variables_;
  std::vector<std::uint8_t> buffer_;
  ScriptGuest guest_;
  std::uint64_t bytes_ = 0;
  const Statement* current_ = nullptr;
};

}  // namespace coincide
