// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/queue/queue_panel.h"

#include <QLabel>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>
#include <map>
#include <set>

#include "widgets/base/empty_state.h"
#include "widgets/queue/queue_card.h"

namespace limbeck {
namespace {

constexpr int kGap = 4;

bool isWaiting(const QueueEntry& entry) {
  return !entry.is_recoverable && entry.job.state == JobState::Waiting;
}

bool hasEnded(const QueueEntry& entry) {
  return !entry.is_recoverable && isFinal(entry.job.state);
}

QString summaryOf(const std::vector<QueueEntry>& entries) {
  const auto waiting = std::ranges::count_if(entries, isWaiting);
  const auto at_work = std::ranges::count_if(
      entries, [](const QueueEntry& entry) { return !entry.is_recoverable && !isWaiting(entry) && !hasEnded(entry); });
  return QueuePanel::tr("%1 at work, %2 waiting").arg(at_work).arg(waiting);
}

}  // namespace

struct QueuePanel::Impl {
  explicit Impl(QueuePanel& panel);

  /// Without those that ended and were forgotten, by the user or because another one started.
  std::vector<QueueEntry> remembered(const std::vector<QueueEntry>& entries);
  void forgetEndedIfAnotherStarted(const std::vector<QueueEntry>& entries);
  void dismiss(RunId run);
  void show(const std::vector<QueueEntry>& entries);
  QueueCard* makeCard(RunId run);
  void removeCardsBut(const std::vector<QueueEntry>& entries);

  QueuePanel& panel;
  QLabel* summary;
  EmptyState* empty;
  QScrollArea* scroll;
  QVBoxLayout* list;
  std::map<RunId, QueueCard*> cards;
  std::vector<QueueEntry> given;          ///< by the last setEntries
  std::map<JobId, JobState> seen_states;  ///< in the last setEntries
  std::set<JobId> forgotten;
  QString read_only_reason;
  std::chrono::milliseconds patience{2000};
};

QueuePanel::Impl::Impl(QueuePanel& owner)
    : panel(owner), summary(new QLabel(&owner)), empty(new EmptyState(&owner)), scroll(new QScrollArea(&owner)) {
  empty->setWords(tr("Nothing is running."), tr("Start one with New run."));
  auto* content = new QWidget(scroll);
  list = new QVBoxLayout(content);
  list->setContentsMargins(0, 0, 0, 0);
  list->setSpacing(kGap);
  list->addStretch(1);
  scroll->setWidget(content);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->viewport()->setBackgroundRole(QPalette::Window);
  auto* layout = new QVBoxLayout(&panel);
  layout->setContentsMargins(kGap, kGap, kGap, kGap);
  layout->setSpacing(kGap);
  layout->addWidget(summary);
  layout->addWidget(empty, 1);
  layout->addWidget(scroll, 1);
}

std::vector<QueueEntry> QueuePanel::Impl::remembered(const std::vector<QueueEntry>& entries) {
  std::vector<QueueEntry> result;
  std::ranges::copy_if(entries, std::back_inserter(result), [this](const QueueEntry& entry) {
    return !hasEnded(entry) || !forgotten.contains(entry.job.id);
  });
  return result;
}

void QueuePanel::Impl::forgetEndedIfAnotherStarted(const std::vector<QueueEntry>& entries) {
  const auto seenState = [this](const QueueEntry& entry) {
    const auto found = seen_states.find(entry.job.id);
    return found == seen_states.end() ? JobState::Waiting : found->second;
  };
  const bool has_started = std::ranges::any_of(entries, [&](const QueueEntry& entry) {
    return !entry.is_recoverable && !hasEnded(entry) && !isWaiting(entry) && seenState(entry) == JobState::Waiting;
  });
  if (!has_started) return;
  for (const QueueEntry& entry : entries) {
    // A failure stays until the user has taken note of it.
    const bool is_told = entry.job.state == JobState::Done || entry.job.state == JobState::Stopped;
    // What ended in this very moment was not shown yet.
    if (!entry.is_recoverable && is_told && isFinal(seenState(entry))) forgotten.insert(entry.job.id);
  }
}

void QueuePanel::Impl::dismiss(RunId run) {
  for (const QueueEntry& entry : given) {
    if (entry.run == run && hasEnded(entry)) forgotten.insert(entry.job.id);
  }
  show(remembered(given));
}

void QueuePanel::Impl::show(const std::vector<QueueEntry>& entries) {
  removeCardsBut(entries);
  const auto waiting = static_cast<int>(std::ranges::count_if(entries, isWaiting));
  int position = 0;
  int row = 0;
  for (const QueueEntry& entry : entries) {
    const bool is_new = !cards.contains(entry.run);
    QueueCard* card = is_new ? makeCard(entry.run) : cards.at(entry.run);
    card->setEntry(entry, {.position = position, .count = waiting});
    if (isWaiting(entry)) ++position;
    if (list->indexOf(card) != row) list->insertWidget(row, card);
    ++row;
    if (is_new) card->show();
  }
  empty->setVisible(entries.empty());
  scroll->setVisible(!entries.empty());
  summary->setVisible(!entries.empty());
  summary->setText(summaryOf(entries));
  // A scroll area does not ask for the width of what is in it.
  const int width =
      scroll->widget()->minimumSizeHint().width() + panel.style()->pixelMetric(QStyle::PM_ScrollBarExtent);
  scroll->setMinimumWidth(entries.empty() ? 0 : width);
}

QueueCard* QueuePanel::Impl::makeCard(RunId run) {
  auto* card = new QueueCard(run, scroll->widget());
  card->setReadOnly(read_only_reason);
  card->setPatience(patience);
  connect(card, &QueueCard::pauseRequested, &panel, [this, run] { Q_EMIT panel.pauseRequested(run); });
  connect(card, &QueueCard::resumeRequested, &panel, [this, run] { Q_EMIT panel.resumeRequested(run); });
  connect(card, &QueueCard::stopAndKeepRequested, &panel, [this, run] { Q_EMIT panel.stopAndKeepRequested(run); });
  connect(card, &QueueCard::stopAndDiscardRequested, &panel,
          [this, run] { Q_EMIT panel.stopAndDiscardRequested(run); });
  connect(card, &QueueCard::moveRequested, &panel, [this, run](int to) { Q_EMIT panel.moveRequested(run, to); });
  connect(card, &QueueCard::trashRequested, &panel, [this, run] { Q_EMIT panel.trashRequested(run); });
  connect(card, &QueueCard::keepRequested, &panel, [this, run] {
    dismiss(run);
    Q_EMIT panel.keepRequested(run);
  });
  connect(card, &QueueCard::activated, &panel, [this, run] { Q_EMIT panel.runActivated(run); });
  connect(card, &QueueCard::detailsRequested, &panel, [this, run] { Q_EMIT panel.detailsRequested(run); });
  cards.emplace(run, card);
  return card;
}

void QueuePanel::Impl::removeCardsBut(const std::vector<QueueEntry>& entries) {
  std::erase_if(cards, [&](const auto& item) {
    const auto& [run, card] = item;
    if (std::ranges::find(entries, run, &QueueEntry::run) != entries.end()) return false;
    list->removeWidget(card);
    card->hide();
    card->deleteLater();  // one of its own buttons may have led here
    return true;
  });
}

QueuePanel::QueuePanel(QWidget* parent) : QWidget(parent), impl_(std::make_unique<Impl>(*this)) {
  setAccessibleName(tr("Queue"));
  setEntries({});
}

QueuePanel::~QueuePanel() = default;

void QueuePanel::setEntries(const std::vector<QueueEntry>& entries) {
  impl_->forgetEndedIfAnotherStarted(entries);
  impl_->given = entries;
  std::set<JobId> present;
  impl_->seen_states.clear();
  for (const QueueEntry& entry : entries) {
    if (entry.is_recoverable) continue;
    impl_->seen_states[entry.job.id] = entry.job.state;
    present.insert(entry.job.id);
  }
  std::erase_if(impl_->forgotten, [&](JobId id) { return !present.contains(id); });
  impl_->show(impl_->remembered(entries));
}

void QueuePanel::setReadOnly(const QString& reason) {
  impl_->read_only_reason = reason;
  for (const auto& [run, card] : impl_->cards) card->setReadOnly(reason);
}

void QueuePanel::setPatience(std::chrono::milliseconds patience) {
  impl_->patience = patience;
  for (const auto& [run, card] : impl_->cards) card->setPatience(patience);
}

}  // namespace limbeck
