// A live machine behind the qtest protocol as a conformance target: QEMU, or anything that serves the protocol.
//
// The user gives the command that launches it ("qemu-system-x86_64 -M pc"); drives, media and the qtest link are added.
// A machine is kept for all scenarios of a board, reset between them, and its media put back as they were. One in which
// something may be left that a reset does not take away is thrown away.
#pragma once

#include <list>
#include <memory>
#include <string>

#include "conformance/runner.h"
#include "conformance/targets/applies.h"
#include "conformance/targets/media_images.h"
#include "conformance/targets/qtest_session.h"

namespace coincide {

class QtestTarget final : public ConformTarget {
 public:
  /// Launches it once to see what it is. Error: it cannot be started, does not speak qtest or has no such function.
  static Result<std::unique_ptr<ConformTarget>> launch(const std::string& command);

  std::string name() const override { return "qtest:" + command_; }
  std::string cannot(const Script& script) const override { return cannot_run(script, plain_); }
  Result<RunOutcome> run(const Script& script) override;

 private:
  struct Machine {
    std::string board;
    std::unique_ptr<QtestLink> link;
  };

  QtestTarget(std::string command, std::vector<std::string> words, MediaImages images)
      : command_(std::move(command)), words_(std::move(words)), images_(std::move(images)) {}
  Result<std::unique_ptr<QtestLink>> start(const Board& board, const std::string& owner);
  /// The machine for a board, reset; the one asked for last comes first in the list.
  Result<Machine*> machine(const Board& board);
  std::string bus(unsigned channel) const;

  std::string command_;
  std::vector<std::string> words_;
  MediaImages images_;
  QtestPeer peer_;
  PlainMachine plain_;
  std::list<Machine> machines_;
};

}  // namespace coincide
