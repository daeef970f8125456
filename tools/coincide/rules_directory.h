// Where the rule files lie, for verbs that cite rules.
#pragma once

#include <string>

#include "trace/error.h"

namespace coincide {

/// The folder of the rule files: `wanted` if it names one, else that of the checkout.
Result<std::string> rules_directory(const std::string& wanted);

}  // namespace coincide
