// SPDX-License-Identifier: GPL-3.0-or-later
// Only limbeck::build_info holds this, apart from limbeck::base, so that a commit relinks few programs.
#pragma once

#include <string_view>

namespace limbeck {

/// What this program was built from, for `--version` and the run record.
struct BuildInfo {
  std::string_view version;     ///< "0.1.0"
  std::string_view commit;      ///< 40 hex digits, or "unknown" when built outside of a git checkout
  std::string_view compiler;    ///< "GNU 12.2.0"
  std::string_view build_type;  ///< "Release"
};

const BuildInfo& buildInfo();

}  // namespace limbeck
