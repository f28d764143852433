// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/board/board_view.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QTimer>
#include <QToolTip>
#include <utility>
#include <variant>

namespace limbeck {
namespace {

constexpr int kSpeechMilliseconds = 500;  // a screen reader hears of two moments a second at most
constexpr std::int64_t kRowsCountedAtOnce =
    32768;  // well below a millisecond; longer streams are counted in the background

/// A board is a picture with one line of words, which are those of this moment even between two announcements.
class AccessibleBoard final : public QAccessibleWidget {
 public:
  explicit AccessibleBoard(BoardView* view) : QAccessibleWidget(view, QAccessible::Graphic), view_(view) {}
  QString text(QAccessible::Text kind) const override {
    return kind == QAccessible::Description ? view_->spokenDescription() : QAccessibleWidget::text(kind);
  }

 private:
  BoardView* view_;
};

QAccessibleInterface* makeAccessibleBoard(const QString&, QObject* object) {
  auto* view = qobject_cast<BoardView*>(object);
  return view != nullptr ? new AccessibleBoard(view) : nullptr;  // QAccessible owns it
}

void installAccessibleBoard() {
  static const bool kInstalled = [] {
    QAccessible::installFactory(makeAccessibleBoard);
    return true;
  }();
  Q_UNUSED(kInstalled)
}

}  // namespace

BoardView::BoardView(QWidget* parent)
    : QWidget(parent),
      fonts_(BoardCardFonts::from(font())),
      empty_words_(tr("Nothing to show yet")),
      speech_(new QTimer(this)) {
  installAccessibleBoard();
  speech_->setSingleShot(true);
  speech_->setInterval(kSpeechMilliseconds);
  connect(speech_, &QTimer::timeout, this, &BoardView::speak);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Board"));
}

BoardView::~BoardView() = default;

void BoardView::setTask(std::shared_ptr<const Environment> environment, TaskId task) {
  if (environment == environment_ && task == task_) return;
  environment_ = std::move(environment);
  task_ = task;
  rebuildTrack();
}

void BoardView::setTitle(const QString& title, PlotRole role) {
  caption_.title = title;
  caption_.role = role;
  look_.role = role;
  setAccessibleName(tr("Board: %1").arg(title));
  refresh();
}

void BoardView::setStream(std::shared_ptr<const RecordedStream> stream, std::vector<std::uint8_t> present) {
  if (stream == stream_ && present == present_) return;
  stream_ = std::move(stream);
  present_ = std::move(present);
  rebuildTrack();
}

void BoardView::setEmptyWords(const QString& words) {
  empty_words_ = words;
  refresh();
}

void BoardView::showMoment(int episode, double step) {
  if (episode == asked_episode_ && step == asked_step_) return;
  asked_episode_ = episode;
  asked_step_ = step;
  if (track_ != nullptr && track_->momentAt(episode, step) != moment_) refresh();
}

void BoardView::setHeat(Heat heat) {
  if (heat == look_.heat) return;
  look_.heat = heat;
  countVisits();
  refresh();
}

void BoardView::setTrailVisible(bool is_visible) {
  look_.has_trail = is_visible;
  refresh();
}

void BoardView::setGoalVisible(bool is_visible) {
  look_.has_goal = is_visible;
  refresh();
}

void BoardView::highlightRow(std::optional<std::int64_t> row) {
  if (row == highlighted_row_) return;
  highlighted_row_ = row;
  refresh();
}

void BoardView::setMessage(const QString& message) {
  message_ = message;
  refresh();
}

void BoardView::rebuildTrack() {
  const std::shared_ptr<const BoardTrack> before = std::exchange(track_, nullptr);
  counting_.next();
  const bool has_moments = environment_ != nullptr && stream_ != nullptr && stream_->episodes() > 0 &&
                           stream_->spec() == environment_->spec() && boardKindOf(*environment_) != BoardKind::None;
  if (has_moments) {
    track_ = std::make_shared<const BoardTrack>(environment_, task_, stream_, present_);
    form_ = fittingForm(*track_, fonts_.text, width());
  }
  // A stream that has grown keeps the counts of its shorter self until its own are there: its heat map would flicker.
  if (track_ == nullptr || before == nullptr || before->grid() != track_->grid() ||
      before->stream().label() != stream_->label() || before->stream().episodes() > stream_->episodes()) {
    counts_.reset();
  }
  countVisits();
  refresh();
}

/// Only when they are asked for: most boards show the visits of one episode.
void BoardView::countVisits() {
  if (track_ == nullptr || track_->kind() != BoardKind::Grid || look_.heat != Heat::Cumulative) return;
  if (counts_ != nullptr && counts_->track() == track_) return;
  if (stream_->columns().rows() <= kRowsCountedAtOnce) {
    counts_ = std::make_shared<const VisitCounts>(track_);
    return;
  }
  if (background_ == nullptr) background_ = std::make_unique<Background>();
  background_->run(
      this, [track = track_] { return std::shared_ptr<const VisitCounts>(std::make_shared<VisitCounts>(track)); },
      [this, generation = counting_.next()](std::shared_ptr<const VisitCounts> counts) {
        if (!counting_.isCurrent(generation)) return;
        counts_ = std::move(counts);
        refresh();
      });
}

void BoardView::refresh() {
  if (track_ != nullptr) {
    moment_ = track_->momentAt(asked_episode_, asked_step_);
    picture_ = makePicture(*track_, counts_.get(), moment_, look_);
    if (highlighted_row_) limbeck::highlightRow(picture_, *track_, *highlighted_row_);
    caption_.status = statusText(*track_, moment_, form_);
    caption_.event = eventText(*track_, moment_);
    caption_.foot = moment_.is_past_end ? endedText(*track_) : message_;
  } else {
    moment_ = {};
    picture_ = environment_ != nullptr ? makeStill(*environment_, task_, present_, look_) : BoardScene{};
    caption_.status.clear();
    caption_.event.clear();
    caption_.foot = message_;
  }
  if (isVisible() && !speech_->isActive()) speech_->start();
  update();
}

void BoardView::speak() {
  const QString words = spokenDescription();
  if (words != accessibleDescription()) setAccessibleDescription(words);  // announces it
}

QString BoardView::spokenDescription() const {
  if (track_ == nullptr) return empty_words_;
  QString words = spokenText(caption_.title, *track_, moment_);
  if (!caption_.foot.isEmpty()) words += QStringLiteral(", ") + caption_.foot;
  return words;
}

BoardView::Tip BoardView::tipAt(QPointF point) const {
  if (track_ == nullptr) return {};
  if (const auto* grid = std::get_if<BoardScene>(&picture_)) {
    const std::optional<QPoint> cell = geometry_.cells.cellAt(point);
    return cell ? Tip{cellTip(*grid, *cell), geometry_.cells.cellRect(*cell)} : Tip{};
  }
  if (const auto* arms = std::get_if<ArmsScene>(&picture_)) {
    const std::optional<int> arm = geometry_.arms.armAt(point);
    return arm ? Tip{armTip(*arms, *arm), geometry_.arms.columnRect(*arm)} : Tip{};
  }
  const QRectF& frame = geometry_.pool.frame;
  return frame.contains(point) ? Tip{tr("What the agent sees"), frame} : Tip{};
}

bool BoardView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const Tip tip = tipAt(help->pos());
  if (tip.words.isEmpty()) {
    QToolTip::hideText();
    event->ignore();
    return true;
  }
  QToolTip::showText(help->globalPos(), tip.words, this, tip.area.toAlignedRect());
  return true;
}

void BoardView::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  speak();
}

void BoardView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& theme = themeOf(*this);
  const bool is_empty = track_ == nullptr && present_.empty();
  if (is_empty) painter.setOpacity(0.55);
  geometry_ = paintBoardCard(painter, rect(), caption_, picture_, fonts_, theme);
  if (is_empty) {
    painter.setOpacity(1.0);
    paintEmpty(painter);
  }
}

void BoardView::paintEmpty(QPainter& painter) {
  const Theme& theme = themeOf(*this);
  QRectF place = QRectF(rect()).adjusted(0.0, boardHeadHeight(fonts_), 0.0, 0.0);
  if (environment_ != nullptr && boardKindOf(*environment_) != BoardKind::None) {
    place = geometry_.board;
  } else {
    const double side = std::min(place.width(), place.height());
    place = QRectF(place.center().x() - side / 2.0, place.top(), side, side);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border, 1.0, Qt::DashLine));
    painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 6.0, 6.0);
  }
  const double margin = fontMetrics().averageCharWidth();
  const QRectF room = place.adjusted(2.0 * margin, margin, -2.0 * margin, -margin);
  const int flags = Qt::AlignCenter | Qt::TextWordWrap;
  painter.setFont(font());
  const QRectF words =
      painter.boundingRect(room, flags, empty_words_).adjusted(-margin, -margin / 2.0, margin, margin / 2.0);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.window);
  painter.drawRoundedRect(words, 4.0, 4.0);
  painter.setPen(theme.quiet_text);
  painter.drawText(room, flags, empty_words_);
}

void BoardView::mouseReleaseEvent(QMouseEvent* event) {
  const std::optional<QPoint> cell = geometry_.cells.cellAt(event->position());
  const std::optional<int> arm = geometry_.arms.armAt(event->position());
  if (event->button() == Qt::LeftButton && cell) {
    Q_EMIT cellClicked(*cell);
  } else if (event->button() == Qt::LeftButton && arm) {
    Q_EMIT armClicked(*arm);
  } else {
    QWidget::mouseReleaseEvent(event);
  }
}

void BoardView::resizeEvent(QResizeEvent*) {
  if (track_ == nullptr) return;
  form_ = fittingForm(*track_, fonts_.text, width());
  caption_.status = statusText(*track_, moment_, form_);
}

void BoardView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) {
    fonts_ = BoardCardFonts::from(font());
    if (track_ != nullptr) form_ = fittingForm(*track_, fonts_.text, width());
    updateGeometry();
    refresh();
  }
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) update();
}

QSize BoardView::sizeHint() const {
  return {260, 260 + static_cast<int>(boardHeadHeight(fonts_))};
}

QSize BoardView::minimumSizeHint() const {
  return {140, 140 + static_cast<int>(boardHeadHeight(fonts_))};
}

}  // namespace limbeck
