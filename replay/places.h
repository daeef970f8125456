// Where things of the checkout lie: found upwards from the current directory and from the running program, so that
// every verb works from anywhere inside a checkout, and a built program finds the checkout it was built in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coincide {

/// The directories called `name` ("corpus/media") that lie in the current directory or the nearest one above it, and
/// the same from the program's directory. In this order, each once; empty if there is none.
std::vector<std::string> directories_above(std::string_view name);

}  // namespace coincide
