// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <filesystem>

#include "core/base/file.h"
#include "tests/structure/structure_rules.h"

using limbeck::test::structureViolations;

namespace {

constexpr const char* kLicence = "// SPDX-License-Identifier: GPL-3.0-or-later\n";

/// Source, build and script files of the project below one of its folders, as paths from the root.
std::vector<std::string> projectFiles(const std::filesystem::path& root, const std::string& folder) {
  std::vector<std::string> paths;
  if (!std::filesystem::exists(root / folder)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    const std::string extension = entry.path().extension().string();
    const bool is_ours = extension == ".cpp" || extension == ".h" || extension == ".cmake" ||
                         entry.path().filename() == "CMakeLists.txt" || folder == "packaging" || folder == ".ci" ||
                         (folder == "experiments" && extension == ".toml");
    if (entry.is_regular_file() && is_ours) paths.push_back(entry.path().lexically_relative(root).generic_string());
  }
  return paths;
}

}  // namespace

class StructureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void treeKeepsItsRules_data() {
    QTest::addColumn<QString>("folder");
    for (const char* folder : {"core", "app", "widgets", "tests", "cmake", "packaging", ".ci", "experiments"}) {
      QTest::newRow(folder) << folder;
    }
  }
  void treeKeepsItsRules() {
    QFETCH(QString, folder);
    const std::filesystem::path root = LIMBECK_SOURCE_DIR;
    const std::vector<std::string> paths = projectFiles(root, folder.toStdString());
    QVERIFY2(!paths.empty() || folder == "widgets", "no file found: is the source tree where it was?");
    QStringList found;
    for (const std::string& path : paths) {
      for (const std::string& violation : structureViolations(path, limbeck::readTextFile(root / path))) {
        found.append(QString::fromStdString(violation));
      }
    }
    QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
  }

  void forbiddenIncludeIsFound_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("include");
    QTest::addColumn<bool>("is_allowed");
    const auto row = [](const char* path, const char* include, bool is_allowed) {
      QTest::addRow("%s %s", path, include) << path << include << is_allowed;
    };
    row("core/env/a.cpp", "\"core/rl/policy.h\"", true);
    row("core/env/a.cpp", "\"core/base/rng.h\"", true);  // by way of rl
    row("core/env/a.cpp", "\"core/data/shard.h\"", false);
    row("core/rl/a.h", "\"core/env/environment.h\"", false);
    row("core/base/a.cpp", "\"core/jobs/thread_team.h\"", false);
    row("core/eval/a.cpp", "\"core/model/sequence_model.h\"", false);
    row("core/data/a.cpp", "\"core/env/environment.h\"", false);
    row("core/model/fused/a.cpp", "\"core/data/context_batch.h\"", true);
    row("core/model/fused/a.cpp", "\"core/jobs/thread_team.h\"", false);
    row("core/train/a.cpp", "\"core/eval/scores.h\"", false);
    row("core/meta/a.cpp", "\"core/train/training_loop.h\"", true);
    row("core/meta/a.cpp", "\"core/source/source_algorithm.h\"", false);
    row("core/train/a.cpp", "\"core/meta/rl2_learner.h\"", false);
    row("core/plot/a.cpp", "\"core/base/file.h\"", true);
    row("core/plot/a.cpp", "\"core/eval/scores.h\"", false);
    row("core/experiment/a.cpp", "\"core/plot/figure.h\"", true);
    row("core/experiment/a.cpp", "\"app/cli/exit_code.h\"", false);
    row("core/novel/a.cpp", "\"core/base/file.h\"", false);
    row("widgets/a.cpp", "\"core/train/trainer.h\"", false);
    row("widgets/a.cpp", "\"core/experiment/schema.h\"", true);
    row("widgets/a.cpp", "\"core/experiment/training_stage.h\"", false);
    row("widgets/board/a.cpp", "\"widgets/base/theme.h\"", true);
    row("widgets/board/a.cpp", "\"widgets/board/board_view.h\"", true);
    row("widgets/board/a.cpp", "\"widgets/plot/plot_view.h\"", false);
    row("app/gui/a.cpp", "\"widgets/plot/plot_view.h\"", true);
    row("app/gui/a.cpp", "\"app/cli/exit_code.h\"", false);
    row("app/cli/a.cpp", "\"core/experiment/schema.h\"", true);
    row("core/env/a.cpp", "<QString>", false);
    row("core/env/a.cpp", "<QtCore/qglobal.h>", false);
    row("widgets/a.cpp", "<QString>", true);
    row("core/model/torch/a.h", "<torch/torch.h>", true);
    row("core/model/a.h", "<torch/torch.h>", false);
    row("tests/core/model/a.cpp", "<ATen/ATen.h>", true);
    row("core/store/a.cpp", "<SQLiteCpp/Database.h>", true);
    row("app/cli/a.cpp", "<sqlite3.h>", false);
    row("core/jobs/a.cpp", "<boost/asio/thread_pool.hpp>", true);
    row("core/jobs/a.h", "<boost/asio/thread_pool.hpp>", false);
    row("core/store/a.cpp", "<boost/asio/post.hpp>", false);
    row("core/base/a.cpp", "<queue>", true);  // begins with a q, and is none of Qt's
  }
  void forbiddenIncludeIsFound() {
    QFETCH(QString, path);
    QFETCH(QString, include);
    QFETCH(bool, is_allowed);
    const std::string text = kLicence + ("\n  #  include " + include.toStdString() + "  // why\n");
    const auto violations = structureViolations(path.toStdString(), text);
    QCOMPARE(violations.empty(), is_allowed);
    if (!is_allowed) QVERIFY(QString::fromStdString(violations.front()).startsWith(path + ":3: includes "));
  }

  void missingLicenceLineIsFound() {
    QCOMPARE(structureViolations("core/base/a.h", "#pragma once\n").size(), std::size_t{1});
    QCOMPARE(structureViolations("core/base/a.h", "").size(), std::size_t{1});
    QVERIFY(structureViolations("packaging/run", "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n").empty());
    QCOMPARE(structureViolations("packaging/run", "#!/bin/sh\n").size(), std::size_t{1});
    const std::string gpl_xml = "<?xml version=\"1.0\"?>\n<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n";
    QVERIFY(structureViolations("packaging/a.mime.xml", gpl_xml).empty());
    QCOMPARE(structureViolations("packaging/a.metainfo.xml", gpl_xml).size(), std::size_t{1});
  }

  void fileAboveItsCapIsFound() {
    const auto linesBelowLicence = [](int count) {
      std::string text = kLicence;
      for (int i = 1; i < count; ++i) text += "\n";
      return text;
    };
    QVERIFY(structureViolations("core/base/a.h", linesBelowLicence(200)).empty());
    QCOMPARE(structureViolations("core/base/a.h", linesBelowLicence(201)).size(), std::size_t{1});
    QVERIFY(structureViolations("core/base/a.cpp", linesBelowLicence(500)).empty());
    QCOMPARE(structureViolations("core/base/a.cpp", linesBelowLicence(501)).size(), std::size_t{1});
    QVERIFY(structureViolations("core/model/fused/a.inc.h", linesBelowLicence(500)).empty());
    QCOMPARE(structureViolations("core/model/fused/a.inc.h", linesBelowLicence(501)).size(), std::size_t{1});
    QVERIFY(structureViolations("tests/core/base/a.cpp", linesBelowLicence(600)).empty());
  }
};

QTEST_APPLESS_MAIN(StructureTest)
#include "structure_test.moc"
