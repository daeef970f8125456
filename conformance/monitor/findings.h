// What the monitor finds, and how its checkers tell it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace coincide::monitor {

/// One breach of a rule.
struct Finding {
  std::string_view rule;
  std::size_t event = 0;  ///< number of the event that broke it
  std::string unit;       ///< "primary master"; "primary" where no drive is meant; empty for the function
  std::string command;    ///< the command that it belongs to; empty outside commands
  std::string what;       ///< what was done
};

/// Collects findings, and how often each rule had something to say.
class Findings {
 public:
  /// The rule was held against something. Call once for every place, broken or not.
  void looked(std::string_view rule) { ++looked_[rule]; }
  void broken(Finding finding) { list_.push_back(std::move(finding)); }

  std::uint64_t times_looked(std::string_view rule) const {
    const auto at = looked_.find(rule);
    return at == looked_.end() ? 0 : at->second;
  }
  /// In the order of the events.
  const std::vector<Finding>& list() const { return list_; }
  std::vector<Finding> take() { return std::move(list_); }

 private:
  std::map<std::string_view, std::uint64_t> looked_;
  std::vector<Finding> list_;
};

}  // namespace coincide::monitor
