#include "conformance/coverage.h"

#include <fmt/format.h>

#include <algorithm>

namespace coincide {
namespace {

class Builder {
 public:
  Builder(const Catalogue& catalogue, Coverage& out) : out_(out) {
    for (const Rule& rule : catalogue.rules()) {
      index_[rule.id] = out.rules.size();
      out.rules.push_back({&rule, {}, {}});
    }
  }

  void add_assertion(const std::string& id, const std::string& place, const std::string& by) {
    RuleCoverage* rule = find(id, place);
    if (rule == nullptr) return;
    if (!rule->rule->testable) {
      out_.problems.push_back({place, fmt::format("asserts {}, which is not testable: {}", id, rule->rule->reason)});
      return;
    }
    if (std::find(rule->asserted_by.begin(), rule->asserted_by.end(), by) == rule->asserted_by.end()) {
      rule->asserted_by.push_back(by);
    }
  }

  void add_mark(const Mark& mark) {
    if (mark.kind == MarkKind::unit_test) return add_assertion(mark.rule, mark.place(), mark.place());
    RuleCoverage* rule = find(mark.rule, mark.place());
    if (rule != nullptr && mark.kind == MarkKind::code) rule->code.push_back(mark.place());
  }

  void count() {
    for (const RuleCoverage& rule : out_.rules) {
      FamilyCoverage& family = out_.families[std::string(rule.rule->family())];
      ++family.catalogued;
      if (rule.rule->testable) ++family.testable;
      if (rule.rule->testable && rule.asserted()) ++family.asserted;
      if (rule.missing()) family.missing.push_back(rule.rule->id);
    }
  }

 private:
  RuleCoverage* find(const std::string& id, const std::string& place) {
    const auto at = index_.find(id);
    if (at != index_.end()) return &out_.rules[at->second];
    out_.problems.push_back({place, fmt::format("names {}, which the catalogue does not have", id)});
    return nullptr;
  }

  Coverage& out_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace

Coverage cover(const Catalogue& catalogue, const std::vector<Scenario>& scenarios, const std::vector<Mark>& marks) {
  Coverage out;
  Builder builder(catalogue, out);
  for (const Scenario& scenario : scenarios) {
    for (const Expectation& expectation : scenario.script.expectations) {
      for (const std::string& id : expectation.rules) {
        builder.add_assertion(id, fmt::format("{}:{}", scenario.path, expectation.line), scenario.name);
      }
    }
  }
  for (const Mark& mark : marks) builder.add_mark(mark);
  builder.count();
  return out;
}

}  // namespace coincide
