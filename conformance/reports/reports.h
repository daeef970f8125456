// A conformance result in the forms that others' tools read.
#pragma once

#include <string>

#include "conformance/runner.h"

namespace coincide {

/// JUnit XML: one suite for the target, one testcase a case; its class is the folder, its name the rest.
std::string junit_xml(const ConformResult& result);
/// Test Anything Protocol, version 13.
std::string tap(const ConformResult& result);

}  // namespace coincide
