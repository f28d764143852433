// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/demo_workspace.h"

#include <fmt/format.h>

#include <QCoreApplication>
#include <QStandardPaths>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"

namespace limbeck {

std::filesystem::path sharedFile(const QString& name) {
  const std::filesystem::path program = QCoreApplication::applicationDirPath().toStdString();
  const std::filesystem::path installed = program / LIMBECK_DATA_FROM_BIN / name.toStdString();
  if (std::filesystem::exists(installed)) return installed.lexically_normal();
  const std::filesystem::path source = std::filesystem::path(LIMBECK_SOURCE_DIR);
  const std::filesystem::path in_tree = name == "demo" ? source / "resources" / "demo" : source / name.toStdString();
  if (std::filesystem::exists(in_tree)) return in_tree;
  throw Error(ErrorCode::NotFound,
              fmt::format("{} comes with Limbeck, but is neither at {} nor at {}; install it again", name.toStdString(),
                          installed.lexically_normal().string(), in_tree.string()));
}

std::filesystem::path defaultWorkspace() {
  const QString chosen = qEnvironmentVariable("LIMBECK_WORKSPACE");
  if (!chosen.isEmpty()) return chosen.toStdString();
  return std::filesystem::path(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString()) /
         "limbeck" / "workspace";
}

bool placeDemo(const std::filesystem::path& workspace) {
  if (std::filesystem::exists(workspace)) return false;
  const std::filesystem::path demo = sharedFile(QStringLiteral("demo"));
  createDirectories(workspace.parent_path());
  // Under another name first, so that a full disk leaves no half of a workspace behind.
  const std::filesystem::path temporary = workspace.parent_path() / fmt::format(".{}.{}", workspace.filename().string(),
                                                                                QCoreApplication::applicationPid());
  std::error_code error;
  std::filesystem::copy(demo, temporary, std::filesystem::copy_options::recursive, error);
  if (!error) {
    // What was installed may be read-only, and the user is to go on in the copy.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(temporary)) {
      std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_write,
                                   std::filesystem::perm_options::add, error);
    }
    std::filesystem::permissions(temporary, std::filesystem::perms::owner_write, std::filesystem::perm_options::add,
                                 error);
    std::filesystem::rename(temporary, workspace, error);
  }
  if (error) {
    std::error_code ignored;  // the first failure is the one to tell of
    std::filesystem::remove_all(temporary, ignored);
    throw Error(ErrorCode::IoFailure,
                fmt::format("the demo could not be put at {}: {}; give another folder: limbeck FOLDER",
                            workspace.string(), error.message()));
  }
  return true;
}

}  // namespace limbeck
