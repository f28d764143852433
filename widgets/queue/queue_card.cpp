// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/queue/queue_card.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/queue/elided_label.h"
#include "widgets/queue/flow_row.h"

namespace limbeck {
namespace {

constexpr int kGap = 4;
constexpr int kBarSteps = 1000;

void colour(QLabel* label, const QColor& text) {
  QPalette palette = label->palette();
  if (palette.color(QPalette::WindowText) == text) return;
  palette.setColor(QPalette::WindowText, text);
  label->setPalette(palette);
}

QColor colourOf(Tone tone, const Theme& theme) {
  switch (tone) {
    case Tone::Plain:
      return theme.quiet_text;
    case Tone::Good:
      return theme.good;
    case Tone::Warning:
      return theme.warning;
    case Tone::Bad:
      return theme.bad;
  }
  return theme.text;
}

QPushButton* makeButton(const QString& text, const char* icon_name, QWidget* parent) {
  auto* button = new QPushButton(text, parent);
  if (icon_name != nullptr) button->setIcon(icon(QLatin1String(icon_name)));
  return button;
}

QToolButton* makeIconButton(const char* icon_name, const QString& tip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(icon(QLatin1String(icon_name)));
  button->setAutoRaise(true);
  button->setFocusPolicy(Qt::StrongFocus);
  button->setToolTip(tip);
  return button;
}

QLabel* makeParagraph(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

}  // namespace

QueueCard::QueueCard(RunId run, QWidget* parent) : QWidget(parent) {
  entry_.run = run;
  progress_text_ = new ElidedLabel(this);
  bar_ = new QProgressBar(this);
  bar_->setFocusPolicy(Qt::NoFocus);
  time_text_ = new ElidedLabel(this);
  remark_ = makeParagraph(this);
  advice_ = makeParagraph(this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(2 * kGap, kGap + 2, 2 * kGap, 2 * kGap);
  layout->setSpacing(kGap);
  layout->addLayout(makeHeader());
  layout->addWidget(progress_text_);
  layout->addWidget(bar_);
  layout->addWidget(time_text_);
  layout->addWidget(remark_);
  layout->addWidget(advice_);
  actions_ = new QWidget(this);
  actions_->setLayout(makeActions());
  layout->addWidget(actions_);
  confirmation_ = makeConfirmation();
  layout->addWidget(confirmation_);
  confirmation_->hide();
  connectButtons();
}

QHBoxLayout* QueueCard::makeHeader() {
  state_icon_ = new QLabel(this);
  name_ = new ElidedLabel(this);
  QFont bold = name_->font();
  bold.setBold(true);
  name_->setFont(bold);
  state_word_ = new QLabel(this);
  show_ = makeIconButton("watch", tr("Show this run"), this);
  close_ = makeIconButton("close", tr("Remove from this list; the run itself stays"), this);
  auto* header = new QHBoxLayout;
  header->setSpacing(kGap);
  header->addWidget(state_icon_);
  header->addWidget(name_, 1);
  header->addWidget(state_word_);
  header->addWidget(show_);
  header->addWidget(close_);
  return header;
}

QLayout* QueueCard::makeActions() {
  pause_ = makeButton(tr("Pause"), "pause", actions_);
  stop_ = makeButton(tr("Stop"), "stop", actions_);
  auto* menu = new QMenu(stop_);
  stop_and_keep_ = menu->addAction(icon("save"), tr("Stop and keep"));
  stop_and_discard_ = menu->addAction(icon("trash"), tr("Stop and discard…"));
  stop_->setMenu(menu);
  up_ = makeIconButton("up", tr("Run it earlier"), actions_);
  down_ = makeIconButton("down", tr("Run it later"), actions_);
  open_ = makeButton(tr("Show"), "watch", actions_);
  copy_ = makeButton(tr("Copy details"), "copy", actions_);
  keep_ = makeButton(tr("Keep as it is"), nullptr, actions_);
  trash_ = makeButton(tr("Trash"), "trash", actions_);
  auto* row = new FlowRow(kGap);
  for (QWidget* button : std::initializer_list<QWidget*>{pause_, stop_, up_, down_, open_, copy_, keep_, trash_}) {
    row->addWidget(button);
  }
  return row;
}

QWidget* QueueCard::makeConfirmation() {
  auto* panel = new QWidget(this);
  auto* question = makeParagraph(panel);
  question->setText(tr("Stop it and remove what it made? This cannot be undone."));
  discard_ = makeButton(tr("Discard"), "trash", panel);
  go_back_ = makeButton(tr("Go back"), nullptr, panel);
  auto* row = new FlowRow(kGap);
  row->addWidget(discard_);
  row->addWidget(go_back_);
  auto* layout = new QVBoxLayout(panel);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(kGap);
  layout->addWidget(question);
  layout->addLayout(row);
  const auto* escape = new QShortcut(Qt::Key_Escape, panel, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
  connect(escape, &QShortcut::activated, this, [this] { confirmDiscard(false); });
  return panel;
}

void QueueCard::connectButtons() {
  connect(pause_, &QPushButton::clicked, this, [this] {
    const bool is_pause = !entry_.is_recoverable && !entry_.job.is_pause_requested &&
                          (entry_.job.state == JobState::Running || entry_.job.state == JobState::Waiting);
    if (!is_pause) return Q_EMIT resumeRequested();
    ask(Asked::Pause);
    Q_EMIT pauseRequested();
  });
  connect(stop_and_keep_, &QAction::triggered, this, [this] {
    ask(Asked::StopAndKeep);
    Q_EMIT stopAndKeepRequested();
  });
  connect(stop_and_discard_, &QAction::triggered, this, [this] { confirmDiscard(true); });
  connect(discard_, &QPushButton::clicked, this, [this] {
    confirmDiscard(false);
    ask(Asked::StopAndDiscard);
    Q_EMIT stopAndDiscardRequested();
  });
  connect(go_back_, &QPushButton::clicked, this, [this] { confirmDiscard(false); });
  connect(up_, &QToolButton::clicked, this, [this] { Q_EMIT moveRequested(place_.position - 1); });
  connect(down_, &QToolButton::clicked, this, [this] { Q_EMIT moveRequested(place_.position + 1); });
  connect(open_, &QPushButton::clicked, this, &QueueCard::activated);
  connect(show_, &QToolButton::clicked, this, &QueueCard::activated);
  connect(close_, &QToolButton::clicked, this, &QueueCard::keepRequested);
  connect(copy_, &QPushButton::clicked, this, &QueueCard::detailsRequested);
  connect(keep_, &QPushButton::clicked, this, &QueueCard::keepRequested);
  connect(trash_, &QPushButton::clicked, this, &QueueCard::trashRequested);
}

void QueueCard::ask(Asked what) {
  asked_ = what;
  refresh();
}

void QueueCard::confirmDiscard(bool is_open) {
  if (is_open == !confirmation_->isHidden()) return;
  const bool had_focus = confirmation_->isAncestorOf(focusWidget());
  actions_->setVisible(!is_open);
  confirmation_->setVisible(is_open);
  // Enter pressed twice must not discard: the focus is on the way back.
  if (is_open) go_back_->setFocus();
  if (!is_open && had_focus) stop_->setFocus();
}

void QueueCard::setEntry(const QueueEntry& entry, Place place) {
  const bool is_other_job = entry.job.id != entry_.job.id;
  entry_ = entry;
  place_ = place;
  if (is_other_job) asked_ = Asked::Nothing;
  forgetWhatIsAnswered();
  refresh();
}

void QueueCard::setReadOnly(const QString& reason) {
  read_only_reason_ = reason;
  if (!reason.isEmpty()) confirmDiscard(false);
  refresh();
}

void QueueCard::forgetWhatIsAnswered() {
  const JobSnapshot& job = entry_.job;
  if (isFinal(job.state)) confirmDiscard(false);
  if (asked_ == Asked::Pause && (job.is_pause_requested || job.state != JobState::Running)) asked_ = Asked::Nothing;
  // That it was discarded is worth knowing after the end too.
  if (asked_ == Asked::StopAndKeep && isFinal(job.state)) asked_ = Asked::Nothing;
}

bool QueueCard::isWorking() const {
  return !entry_.is_recoverable && !isFinal(entry_.job.state) && entry_.job.state != JobState::Waiting;
}

bool QueueCard::isStopping() const {
  if (entry_.is_recoverable || isFinal(entry_.job.state)) return false;
  return entry_.job.state == JobState::Stopping || asked_ == Asked::StopAndKeep || asked_ == Asked::StopAndDiscard;
}

bool QueueCard::isPausing() const {
  return isWorking() && !isStopping() && entry_.job.state == JobState::Running &&
         (entry_.job.is_pause_requested || asked_ == Asked::Pause);
}

void QueueCard::refresh() {
  if (!isStopping() && !isPausing()) {
    unanswered_since_.invalidate();
  } else if (!unanswered_since_.isValid()) {
    unanswered_since_.start();
  }
  StateLook look = stateLook(entry_);
  if (isPausing()) look = {"running", tr("pausing"), Tone::Plain};
  if (isStopping()) look = {"stop", tr("stopping"), Tone::Warning};
  if (look != look_) {
    look_ = look;
    state_word_->setText(look_.word);
    refreshColours();
  }
  refreshNumbers();
  refreshButtons();
  refreshNames();
}

void QueueCard::refreshNumbers() {
  const JobSnapshot& job = entry_.job;
  const bool is_waiting = !entry_.is_recoverable && job.state == JobState::Waiting;
  name_->setText(entry_.title.isEmpty() ? entry_.name : entry_.name + QStringLiteral("  ") + entry_.title);
  if (is_waiting) {
    const QString before = place_.position == 1 ? tr("1 run before it") : tr("%1 runs before it").arg(place_.position);
    progress_text_->setText(job.is_pause_requested ? tr("Others go first")
                            : place_.position == 0 ? tr("Starts next")
                                                   : before);
  } else {
    progress_text_->setText(progressText(job.progress));
  }
  progress_text_->setVisible(isWorking() || is_waiting);
  bar_->setVisible(isWorking());
  time_text_->setVisible(isWorking());
  if (isWorking()) {
    const std::int64_t total = job.progress.total;
    bar_->setRange(0, total > 0 ? kBarSteps : 0);
    if (total > 0)
      bar_->setValue(static_cast<int>(std::clamp<std::int64_t>(job.progress.done, 0, total) * kBarSteps / total));
    time_text_->setText(timeText(job));
  }
  remark_->setText(remark());
  remark_->setVisible(!remark_->text().isEmpty());
  advice_->setText(advice());
  advice_->setVisible(!advice_->text().isEmpty());
}

QString QueueCard::remark() const {
  const JobSnapshot& job = entry_.job;
  if (entry_.is_recoverable) return tr("This run was %1.").arg(entry_.recover_text);
  if (isStopping()) return stoppingText(job.progress, asked_ == Asked::StopAndDiscard);
  if (isPausing()) return tr("Pauses at the next safe point.");
  if (job.state == JobState::Failed) return failureCause(job.failure_message);
  if (job.state != JobState::Stopped) return {};
  if (asked_ == Asked::StopAndDiscard) return tr("What it made was removed.");
  return job.kept.empty() ? tr("What was finished is kept.") : tr("Kept: %1.").arg(toQString(job.kept));
}

QString QueueCard::advice() const {
  if (!entry_.is_recoverable && entry_.job.state == JobState::Failed)
    return failureAdvice(entry_.job.failure_code).text;
  const bool is_slow = unanswered_since_.isValid() && unanswered_since_.hasExpired(patience_.count());
  return is_slow ? slowStopText(entry_.job.progress) : QString();
}

void QueueCard::refreshButtons() {
  const JobState state = entry_.job.state;
  const bool has_job = !entry_.is_recoverable;
  const bool is_ended = has_job && isFinal(state);
  const bool is_waiting = has_job && state == JobState::Waiting;
  const bool may_change = read_only_reason_.isEmpty();
  refreshPauseButton();
  stop_->setVisible(has_job && !is_ended);
  stop_->setText(isStopping() ? tr("Stopping…") : tr("Stop"));
  // While it stops and keeps, the user may still come to want nothing of it.
  stop_->setEnabled(may_change && !(isStopping() && asked_ == Asked::StopAndDiscard));
  stop_and_keep_->setEnabled(!isStopping());
  for (QToolButton* button : {up_, down_}) button->setVisible(is_waiting);
  up_->setEnabled(may_change && place_.position > 0);
  down_->setEnabled(may_change && place_.position + 1 < place_.count);
  open_->setVisible(has_job && state == JobState::Done);
  show_->setVisible(open_->isHidden());
  close_->setVisible(is_ended);
  copy_->setVisible(has_job && state == JobState::Failed);
  for (QPushButton* button : {keep_, trash_}) {
    button->setVisible(entry_.is_recoverable);
    button->setEnabled(may_change);
  }
}

void QueueCard::refreshPauseButton() {
  const JobSnapshot& job = entry_.job;
  QString text = tr("Resume");
  QString icon_name = QStringLiteral("resume");
  bool is_shown = true;
  bool is_enabled = true;
  if (!entry_.is_recoverable) {
    const bool is_held = job.is_pause_requested || job.state == JobState::Paused;
    if (job.state == JobState::Failed) {
      text = tr("Try again");
      is_shown = failureAdvice(job.failure_code).is_retry_useful;
    } else if (isFinal(job.state)) {
      is_shown = job.state == JobState::Stopped && asked_ != Asked::StopAndDiscard;
    } else if (isPausing() || isStopping() || !is_held) {
      text = isPausing() ? tr("Pausing…") : job.state == JobState::Waiting ? tr("Hold") : tr("Pause");
      icon_name = QStringLiteral("pause");
      is_enabled = !isPausing() && !isStopping();
    }
  }
  if (text != pause_->text() || pause_->icon().isNull()) pause_->setIcon(icon(icon_name));
  pause_->setText(text);
  pause_->setVisible(is_shown);
  pause_->setEnabled(is_enabled && read_only_reason_.isEmpty());
}

void QueueCard::refreshNames() {
  for (QPushButton* button : {pause_, stop_, open_, copy_, keep_, trash_, discard_, go_back_}) {
    button->setAccessibleName(button->text() + QLatin1Char(' ') + entry_.name);
    button->setToolTip(button == open_ || button == copy_ || button == go_back_ ? QString() : read_only_reason_);
  }
  for (QToolButton* button : {show_, close_, up_, down_}) {
    button->setAccessibleName(entry_.name + QStringLiteral(": ") + button->toolTip());
  }
  setAccessibleName(entry_.name + QStringLiteral(", ") + look_.word);
  bar_->setAccessibleName(tr("Progress of %1").arg(entry_.name));
}

void QueueCard::refreshColours() {
  const Theme& theme = themeOf(*this);
  const int size = style()->pixelMetric(QStyle::PM_SmallIconSize);
  if (!look_.icon.isEmpty()) state_icon_->setPixmap(icon(look_.icon).pixmap(QSize(size, size), devicePixelRatioF()));
  colour(state_word_, colourOf(look_.tone, theme));
  for (QLabel* label : std::initializer_list<QLabel*>{progress_text_, remark_}) colour(label, theme.text);
  for (QLabel* label : std::initializer_list<QLabel*>{time_text_, advice_}) colour(label, theme.quiet_text);
}

void QueueCard::paintEvent(QPaintEvent*) {
  const Theme& theme = themeOf(*this);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(theme.border);
  painter.setBrush(theme.base);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kGap, kGap);
}

void QueueCard::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    refreshColours();
    update();
  }
}

}  // namespace limbeck
