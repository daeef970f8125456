// Marks: where the sources name rules. A rule's life is held together by its ID alone: the catalogue states it, the
// line that implements it names it, an `expect` of a scenario or a unit test asserts it.
//
// | mark | is |
// |---|---|
// | code | an ID anywhere in a source file of emu/ that is no test: in the comment at the implementing line, or in a
// table | | unit test | an ID behind the word `asserts` in a comment of a *_test.cpp: `// asserts BMIDE-78 BMIDE-79` |
// | mention | an ID anywhere else in the sources, scripts and documents: it only has to exist |
//
// What scenarios assert is not scanned here: the script parser knows it (Expectation::rules).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue.h"
#include "trace/error.h"

namespace coincide {

enum class MarkKind : std::uint8_t { code, unit_test, mention };

struct Mark {
  std::string rule;
  std::string file;  ///< relative to the root of the checkout
  std::uint32_t line = 0;
  MarkKind kind = MarkKind::mention;

  std::string place() const;  ///< "file:line"
};

/// The marks of one text. `file` decides the kind, so it is relative to the root. IDs of families that the catalogue
/// does not have are no IDs; neither is a word of two parts in a family whose IDs have three ("MMC-6").
std::vector<Mark> marks_of(std::string_view text, std::string_view file, const Catalogue& catalogue);

/// The marks of every source, script and document of a checkout, in the order of file names. The rule files themselves
/// and captures of other programs are left out. Errors: a file that cannot be read.
Result<std::vector<Mark>> scan_marks(const std::string& root, const Catalogue& catalogue);

}  // namespace coincide
