#include "tools/coincide/rules_directory.h"

#include <filesystem>
#include <vector>

#include "replay/places.h"

namespace coincide {

Result<std::string> rules_directory(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  const std::vector<std::string> found = directories_above("conformance/rules");
  if (found.empty())
    return Error{"conformance/rules", "not found above the current directory or the program; use --rules"};
  // A place below the current directory reads better without it.
  std::error_code error;
  const std::string near = std::filesystem::proximate(found.front(), error).string();
  return error || near.starts_with("..") ? found.front() : near;
}

}  // namespace coincide
