// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <filesystem>

namespace limbeck {

/// A file or folder that comes with the program: "experiments", "demo". Looks where `cmake --install` puts it, then in
/// the source tree that the program was built from. Throws Error(NotFound) naming both places.
std::filesystem::path sharedFile(const QString& name);

/// The folder that a first start uses: in the user's data folder, or wherever LIMBECK_WORKSPACE says.
std::filesystem::path defaultWorkspace();

/// Puts a copy of the bundled demo workspace there unless something stands there already; returns whether it did. The
/// copy is an ordinary workspace that the user goes on in. Throws Error(IoFailure) with the path.
bool placeDemo(const std::filesystem::path& workspace);

}  // namespace limbeck
