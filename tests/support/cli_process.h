// SPDX-License-Identifier: GPL-3.0-or-later
// limbeck-cli as a user meets it: a process with arguments, an exit code, two streams of text, and a workspace of
// files. LIMBECK_CLI is the program's path.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QMap>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace limbeck::test {

constexpr int kPatienceMs = 60000;

struct CliResult {
  int exit_code = -1;
  QByteArray out;
  QByteArray err;
};

inline QString tinyExperiment() {
  return QStringLiteral(LIMBECK_SOURCE_DIR "/tests/support/experiments/tiny.toml");
}

inline CliResult runProgram(const QString& program, const QStringList& arguments, const QString& folder = {}) {
  QProcess process;
  if (!folder.isEmpty()) process.setWorkingDirectory(folder);
  process.start(program, arguments);
  if (!process.waitForFinished(kPatienceMs)) return {};
  const int code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
  return {code, process.readAllStandardOutput(), process.readAllStandardError()};
}

inline CliResult runCli(const QStringList& arguments, const QString& folder = {}) {
  return runProgram(QStringLiteral(LIMBECK_CLI), arguments, folder);
}

/// Starts bash with the program first on its PATH, for what only a shell can do: limits, a pasted command line.
inline CliResult runInShell(const QString& command, const QString& folder = {}) {
  const QString path = QFileInfo(QStringLiteral(LIMBECK_CLI)).absolutePath();
  return runProgram("bash", {"-c", QString("PATH='%1':$PATH; %2").arg(path, command)}, folder);
}

/// "a=1 b=2" as --set a=1 --set b=2.
inline QStringList sets(const QString& assignments) {
  QStringList arguments;
  for (const QString& assignment : assignments.split(' ', Qt::SkipEmptyParts)) arguments << "--set" << assignment;
  return arguments;
}

inline QByteArray contentOf(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void writeContent(const QString& path, const QByteArray& content) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) qFatal("%s", qPrintable(path));
}

/// Relative path -> content of every file below, hidden ones too.
inline QMap<QString, QByteArray> filesUnder(const QString& folder) {
  QMap<QString, QByteArray> files;
  QDirIterator walk(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (walk.hasNext()) {
    const QString path = walk.next();
    files[QDir(folder).relativeFilePath(path)] = contentOf(path);
  }
  return files;
}

/// What a run of one experiment leaves that must be the same bytes each time: histories, the last and the best
/// checkpoint, rollouts. (Which older checkpoints stand there is a matter of time.)
inline QMap<QString, QByteArray> outcomeOf(const QString& workspace) {
  QMap<QString, QByteArray> outcome;
  QString last_checkpoint;
  const QMap<QString, QByteArray> files = filesUnder(workspace);
  for (auto file = files.begin(); file != files.end(); ++file) {
    if (file.key().startsWith("checkpoints/") && file.key().contains("/step_")) last_checkpoint = file.key();
    const bool is_kept = file.key().startsWith("histories/") || file.key().startsWith("rollouts/") ||
                         file.key().endsWith("best.safetensors");
    if (is_kept) outcome[file.key()] = file.value();
  }
  if (!last_checkpoint.isEmpty()) outcome[last_checkpoint] = files[last_checkpoint];
  return outcome;
}

/// The single file or folder below `workspace` that matches, say "histories/*/shard_00001"; fatal when there is none.
inline QString only(const QString& workspace, const QString& pattern) {
  QString path = workspace;
  for (const QString& part : pattern.split('/')) {
    const QStringList found = QDir(path).entryList({part}, QDir::AllEntries | QDir::NoDotAndDotDot);
    if (found.size() != 1) qFatal("%s: %d of %s", qPrintable(path), int(found.size()), qPrintable(part));
    path += "/" + found.front();
  }
  return path;
}

inline bool copyFolder(const QString& from, const QString& to) {
  return QProcess::execute("cp", {"-r", from, to}) == 0;
}

}  // namespace limbeck::test
