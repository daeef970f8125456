// The rule catalogue: every statement of the fact sheets that has an ID, loaded from conformance/rules/*.tsv. What a
// row means, and which statements may be asserted, stands in rules/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/error.h"

namespace coincide {

/// One row. The fields are those of the file, in its words.
struct Rule {
  std::string id;        ///< "PIIX4-CFG-04"
  std::string clause;    ///< where it comes from
  std::string side;      ///< who must obey
  std::string strength;  ///< must, should, may, indeterminate
  std::string applies;   ///< what it speaks about
  bool testable = false;
  std::string reason;  ///< why it is not testable; empty if it is
  std::string text;    ///< the rule in one line

  /// The ID up to its first hyphen: PIIX4, BMIDE, ATA6, MMC ...
  std::string_view family() const { return rule_family(id); }
  static std::string_view rule_family(std::string_view id) { return id.substr(0, id.find('-')); }
};

class Catalogue {
 public:
  /// Reads every *.tsv of a directory. Errors name file and line: a missing or malformed header, a row with other than
  /// seven fields, an empty field, an unknown word, an ID that is malformed or stands twice, or no file at all.
  static Result<Catalogue> load(const std::string& directory);
  /// The same for the text of one file, for tests.
  static Result<Catalogue> parse(std::string_view text, std::string_view name);

  /// All rules, file by file in alphabetical order, in the order of the rows.
  const std::vector<Rule>& rules() const { return rules_; }
  /// nullptr if the catalogue has no such ID.
  const Rule* find(std::string_view id) const;
  /// Every prefix that an ID of the catalogue begins with, sorted.
  std::vector<std::string> families() const;

 private:
  Result<void> add_file(std::string_view text, std::string_view name);
  Result<void> index();

  std::vector<Rule> rules_;
  std::vector<std::string> places_;   ///< file:line of each rule
  std::vector<std::uint32_t> by_id_;  ///< indices into rules_, sorted by ID
};

/// True for a well-formed ID: words of capitals and digits joined by hyphens, the first beginning with a letter, the
/// last all digits.
bool is_rule_id(std::string_view word);

/// True if `pattern` names `id`: the ID itself, a prefix of whole words ("PIIX4", "ATA6-PIO-IN"), or a pattern in which
/// `*` stands for any run of characters ("PIIX4-*", "*-IO-*").
bool rule_matches(std::string_view pattern, std::string_view id);

}  // namespace coincide
