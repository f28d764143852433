// SPDX-License-Identifier: GPL-3.0-or-later
// The rules of the tree that no compiler checks: which folder may include which, where a library may be seen, the
// licence line, the size of a file. Each is a function of a path and a text, so that the test can show that it finds
// what it looks for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace limbeck::test {

/// The rules that the file at `path` (from the root, "core/env/darkroom.cpp") breaks, each as "path:line: what and
/// why".
std::vector<std::string> structureViolations(const std::string& path, std::string_view text);

}  // namespace limbeck::test
