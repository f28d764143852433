// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/attention_strip.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/data/recorded_stream.h"
#include "widgets/base/icons.h"
#include "widgets/watch/attention_plot.h"
#include "widgets/watch/fitting_label.h"

namespace limbeck {
namespace {

constexpr std::size_t kStrongest = 5;

/// "all layers (mean)" and one entry each; the choice that was made stays if it still exists.
void fillPicker(QComboBox& picker, int count, const QString& all, const QString& one) {
  if (picker.count() == count + 1) return;
  const QSignalBlocker blocker(picker);
  const int chosen = std::max(0, picker.currentIndex());
  picker.clear();
  picker.addItem(all);
  for (int i = 1; i <= count; ++i) picker.addItem(one.arg(i));
  picker.setCurrentIndex(chosen <= count ? chosen : 0);
}

std::optional<int> chosen(const QComboBox& picker) {
  return picker.currentIndex() > 0 ? std::optional(picker.currentIndex() - 1) : std::nullopt;
}

}  // namespace

AttentionStrip::AttentionStrip(QWidget* parent)
    : QWidget(parent),
      caption_(new FittingLabel(this)),
      layer_(new QComboBox(this)),
      head_(new QComboBox(this)),
      by_episode_(new QToolButton(this)),
      plot_(new AttentionPlot(this)) {
  makePickers();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  auto* row = new QHBoxLayout;
  row->addWidget(caption_, 1);
  row->addWidget(layer_);
  row->addWidget(head_);
  row->addWidget(by_episode_);
  layout->addLayout(row);
  layout->addWidget(plot_);

  auto* copy = new QAction(icon(QStringLiteral("copy")), tr("Copy as table"), this);
  copy->setObjectName(QStringLiteral("attention_copy"));
  copy->setToolTip(tr("Copy the weights as a table"));
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(copy, &QAction::triggered, this, &AttentionStrip::copyTable);
  addAction(copy);
  setContextMenuPolicy(Qt::ActionsContextMenu);

  connect(plot_, &AttentionPlot::rowHovered, this, &AttentionStrip::transitionHovered);
  connect(plot_, &AttentionPlot::rowClicked, this, &AttentionStrip::transitionClicked);
  plot_->setAccessibleName(tr("Attention over the context"));
  fillPickers();
  showBars();
}

void AttentionStrip::setAttention(std::shared_ptr<const AttentionView> view,
                                  std::shared_ptr<const RecordedStream> stream) {
  view_ = std::move(view);
  stream_ = std::move(stream);
  fillPickers();
  showBars();
}

void AttentionStrip::setBusy(bool is_busy) {
  is_busy_ = is_busy;
  plot_->setDimmed(is_busy);
  showCaption();
}

void AttentionStrip::setWords(const QString& words) {
  words_ = words;
  plot_->setWords(words);
  describe();
}

void AttentionStrip::setActionNames(const QStringList& names) {
  action_names_ = names;
  describe();
  plot_->update();
}

void AttentionStrip::setPlaceWords(PlaceWords words) {
  place_words_ = std::move(words);
  describe();
}

AttentionChoice AttentionStrip::choice() const {
  return {.layer = chosen(*layer_), .head = chosen(*head_), .is_folded = by_episode_->isChecked()};
}

QString AttentionStrip::table() const {
  if (!stream_ || plot_->bars().empty()) return {};
  const bool is_folded = choice().is_folded;
  QStringList lines{is_folded ? QStringLiteral("episode\ttransitions\tattention")
                              : QStringLiteral("episode\tstep\tobservation\taction\treward\tattention")};
  const TransitionColumns& columns = stream_->columns();
  for (const AttentionBar& bar : plot_->bars()) {
    QStringList cells{QString::number(bar.episode + 1)};
    const auto row = static_cast<std::size_t>(bar.first_row);
    if (is_folded) {
      cells << QString::number(bar.count);
    } else if (bar.first_row < columns.rows()) {
      cells << QString::number(bar.first_row - stream_->begin(bar.episode) + 1)
            << observationText(*stream_, bar.first_row, place_words_) << actionText(columns.actions[row], action_names_)
            << rewardText(static_cast<double>(columns.rewards[row]));
    } else {
      cells << QStringLiteral("now") << QString() << QString() << QString();
    }
    cells << QString::number(bar.weight, 'g', 6);
    lines << cells.join(QLatin1Char('\t'));
  }
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void AttentionStrip::copyTable() const {
  const QString text = table();
  if (!text.isEmpty()) QGuiApplication::clipboard()->setText(text);
}

void AttentionStrip::makePickers() {
  layer_->setAccessibleName(tr("Layer"));
  layer_->setToolTip(tr("Which layer's attention is shown"));
  head_->setAccessibleName(tr("Head"));
  head_->setToolTip(tr("Which head's attention is shown"));
  by_episode_->setText(tr("by episode"));
  by_episode_->setCheckable(true);
  by_episode_->setToolTip(tr("One bar an episode: the sum over its transitions"));
  for (QComboBox* picker : {layer_, head_}) {
    picker->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    picker->setFocusPolicy(Qt::TabFocus);
    connect(picker, &QComboBox::currentIndexChanged, this, &AttentionStrip::showBars);
  }
  by_episode_->setFocusPolicy(Qt::TabFocus);
  connect(by_episode_, &QToolButton::toggled, this, &AttentionStrip::showBars);
}

void AttentionStrip::fillPickers() {
  const bool has_view = view_ != nullptr;
  // Without a view the choice stays as it was, for the next one.
  if (has_view || layer_->count() == 0) {
    fillPicker(*layer_, has_view ? view_->layers : 0, tr("all layers (mean)"), tr("layer %1"));
    fillPicker(*head_, has_view ? view_->heads : 0, tr("all heads (mean)"), tr("head %1"));
  }
  for (QWidget* control :
       {static_cast<QWidget*>(layer_), static_cast<QWidget*>(head_), static_cast<QWidget*>(by_episode_)}) {
    control->setEnabled(has_view);
  }
}

void AttentionStrip::showBars() {
  std::vector<AttentionBar> bars;
  if (view_ && stream_) bars = attentionBars(*view_, *stream_, choice());
  plot_->setBars(std::move(bars), {.of_bar = [this](const AttentionBar& bar) { return barText(bar); },
                                   .of_episode = [this](int episode) { return episodeText(episode); }});
  showCaption();
  describe();
}

void AttentionStrip::showCaption() {
  const QString busy = is_busy_ ? tr(" · computing…") : QString();
  const QString shortest = is_busy_ ? tr("computing…") : tr("Attention");
  const QString what = tr("Attention over the context");
  if (view_ && stream_) {
    caption_->setTexts({tr("%1: %2 transitions%3").arg(what).arg(view_->length).arg(busy), what + busy, shortest});
  } else {
    caption_->setTexts({what + busy, shortest});
  }
}

void AttentionStrip::describe() {
  if (plot_->bars().empty()) {
    plot_->setAccessibleDescription(words_);
    return;
  }
  std::vector<AttentionBar> strongest = plot_->bars();
  const std::size_t count = std::min(kStrongest, strongest.size());
  std::ranges::partial_sort(strongest, strongest.begin() + static_cast<std::ptrdiff_t>(count), std::ranges::greater(),
                            &AttentionBar::weight);
  QStringList lines;
  for (std::size_t i = 0; i < count; ++i) lines << barText(strongest[i]);
  plot_->setAccessibleDescription(tr("Strongest: ") + lines.join(QStringLiteral("; ")));
}

QString AttentionStrip::barText(const AttentionBar& bar) const {
  const QString share = percentText(bar.weight);
  if (choice().is_folded) {
    return tr("episode %1, %2 transitions: %3 of attention").arg(bar.episode + 1).arg(bar.count).arg(share);
  }
  return tr("%1: %2 of attention").arg(transitionText(*stream_, bar.first_row, action_names_, place_words_), share);
}

QString AttentionStrip::episodeText(int episode) const {
  // Of an episode that goes on at the present moment, the return would tell what is yet to come.
  const bool is_over = episode < stream_->episodes() && stream_->begin(episode + 1) < view_->first_row + view_->length;
  return is_over ? rewardText(static_cast<double>(stream_->returnOf(episode))) : QString();
}

}  // namespace limbeck
