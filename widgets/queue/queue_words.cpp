// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/queue/queue_words.h"

#include <QStringList>
#include <algorithm>
#include <array>

#include "widgets/base/text.h"

namespace limbeck {
namespace {

struct StageWords {
  std::string_view what;  ///< Progress::what
  const char* name;
  const char* kept;
  const char* slow_reason;
};

constexpr std::array<StageWords, 3> kStages = {{
    {"histories", "Histories", "Finished shards of histories are kept.",
     "Still finishing a step of the source algorithm."},
    {"steps", "Training", "A checkpoint is written and kept.", "Still finishing a validation play or a checkpoint."},
    {"episodes", "Evaluation", "Histories and the trained model are kept.",
     "Still finishing a step of all evaluation episodes."},
}};

const StageWords* wordsOf(const Progress& progress) {
  const auto found = std::ranges::find(kStages, progress.what, &StageWords::what);
  return found == kStages.end() ? nullptr : &*found;
}

struct CodeAdvice {
  std::string_view code;
  const char* text;
  bool is_retry_useful;
};

constexpr std::array<CodeAdvice, 9> kAdvice = {{
    {"InvalidArgument", "Duplicate the run and correct the value that is named.", false},
    {"NotFound", "Put back what is missing, then try again.", true},
    {"IoFailure", "Free some space or check the folder's permissions, then try again: what was made so far is kept.",
     true},
    {"Corrupt", "Try again: files that still verify are used, the others are made anew.", true},
    {"UnsupportedVersion", "Use the version of Limbeck that wrote this, or make it anew with this one.", false},
    {"Locked", "Close the other program that has this workspace open, then try again.", true},
    {"DeviceFailure", "Close what else uses the device and try again, or duplicate the run for another backend.", true},
    {"Diverged", "Duplicate the run with a lower learning rate or a longer warm-up.", false},
    {"Bug", "This is a mistake in Limbeck. Copy the details and report them; other runs are not affected.", false},
}};

StateLook jobLook(const JobSnapshot& job) {
  switch (job.state) {
    case JobState::Waiting:
      return job.is_pause_requested ? StateLook{"pause", "on hold"} : StateLook{"waiting", "waiting"};
    case JobState::Running:
      return job.is_pause_requested ? StateLook{"running", "pausing"} : StateLook{"running", "running"};
    case JobState::Paused:
      return {"pause", "paused", Tone::Warning};
    case JobState::Stopping:
      return {"stop", "stopping", Tone::Warning};
    case JobState::Done:
      return {"ok", "done", Tone::Good};
    case JobState::Stopped:
      return {"stopped", "stopped"};
    case JobState::Failed:
      return {"failed", "failed", Tone::Bad};
  }
  return {};
}

}  // namespace

StateLook stateLook(const QueueEntry& entry) {
  if (!entry.is_recoverable) return jobLook(entry.job);
  if (entry.recover_text.startsWith(QLatin1String("paused"))) return {"pause", "paused", Tone::Warning};
  return {"interrupted", "interrupted", Tone::Warning};
}

QString stageName(const Progress& progress) {
  if (const StageWords* words = wordsOf(progress)) return QLatin1String(words->name);
  QString name = toQString(progress.what);
  if (!name.isEmpty()) name[0] = name[0].toUpper();
  return name;
}

QString progressText(const Progress& progress) {
  if (progress.what.empty()) return QStringLiteral("Starting");
  const QString total = progress.total > 0 ? QStringLiteral(" of ") + countText(progress.total) : QString();
  const QString stage = stageName(progress);
  const QString what = toQString(progress.what);
  QString count = countText(progress.done) + total;
  if (stage.compare(what, Qt::CaseInsensitive) != 0) count += QLatin1Char(' ') + what;
  QStringList parts = {stage, count};
  if (!progress.detail.empty()) parts << toQString(progress.detail);
  return parts.join(QStringLiteral(" · "));
}

QString rateText(double rate, std::string_view unit) {
  if (!(rate > 0.0)) return {};
  QString number;
  if (rate >= 999500.0) {
    number = QString::number(rate / 1e6, 'f', rate < 9.95e6 ? 1 : 0) + QStringLiteral(" M");
  } else if (rate >= 999.5) {
    number = QString::number(rate / 1e3, 'f', rate < 9950.0 ? 1 : 0) + QStringLiteral(" k");
  } else {
    number = QString::number(rate, 'f', rate < 9.95 ? 1 : 0);
  }
  return QStringLiteral("%1 %2/s").arg(number, toQString(unit));
}

QString timeText(const JobSnapshot& job) {
  QStringList parts;
  if (job.remaining_seconds) parts << durationText(*job.remaining_seconds) + QStringLiteral(" left");
  if (job.state == JobState::Running) {
    const QString rate = rateText(job.progress.rate, job.progress.rate_unit);
    if (!rate.isEmpty()) parts << rate;
  }
  parts << durationText(job.elapsed_seconds) + QStringLiteral(" so far");
  return parts.join(QStringLiteral(" · "));
}

QString failureCause(std::string_view message) {
  QString cause = toQString(message.substr(0, message.find_first_of(";\n"))).trimmed();
  if (cause.isEmpty()) return QStringLiteral("No cause was given.");
  // A path or a key keeps its spelling.
  const QString first_word = cause.section(QLatin1Char(' '), 0, 0);
  if (std::ranges::all_of(first_word, [](QChar letter) { return letter.isLetter(); })) cause[0] = cause[0].toUpper();
  return cause.endsWith(QLatin1Char('.')) ? cause : cause + QLatin1Char('.');
}

FailureAdvice failureAdvice(std::string_view code) {
  const auto found = std::ranges::find(kAdvice, code, &CodeAdvice::code);
  if (found != kAdvice.end()) return {QLatin1String(found->text), found->is_retry_useful};
  return {QStringLiteral("Try again; if it fails once more, copy the details and report them."), true};
}

QString stoppingText(const Progress& progress, bool is_discarding) {
  if (is_discarding) return QStringLiteral("What this run made is removed once it has stopped.");
  const StageWords* words = wordsOf(progress);
  return words != nullptr ? QLatin1String(words->kept) : QStringLiteral("What is finished is kept.");
}

QString slowStopText(const Progress& progress) {
  const StageWords* words = wordsOf(progress);
  return words != nullptr ? QLatin1String(words->slow_reason) : QStringLiteral("Still finishing what it is at.");
}

}  // namespace limbeck
