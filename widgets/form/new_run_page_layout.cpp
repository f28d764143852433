// SPDX-License-Identifier: GPL-3.0-or-later
// How the new-run page is put together; what it does stands in new_run_page.cpp.
#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStyleOptionComboBox>
#include <QStylePainter>
#include <QToolButton>

#include "widgets/base/icons.h"
#include "widgets/form/experiment_form.h"
#include "widgets/form/new_run_page.h"
#include "widgets/form/notice.h"
#include "widgets/form/stage_cards.h"
#include "widgets/form/start_bar.h"
#include "widgets/form/sweep_box.h"

namespace limbeck {
namespace {

constexpr const char* kSeedKey = "experiment.seed";

/// A combo box that says with an ellipsis that there is more, and shows all of it in its list.
class ElidingComboBox final : public QComboBox {
 public:
  using QComboBox::QComboBox;

  void showPopup() override {
    view()->setMinimumWidth(view()->sizeHintForColumn(0));
    QComboBox::showPopup();
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QStyleOptionComboBox option;
    initStyleOption(&option);
    if (currentIndex() < 0) option.currentText = placeholderText();
    const int width = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width();
    const int icon_width = option.currentIcon.isNull() ? 0 : option.iconSize.width() + 4;
    option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, width - icon_width - 4);
    QStylePainter painter(this);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
  }
};

/// A button that triggers an action and takes its text, icon and state, but in the size of a form's buttons.
QPushButton* actionButton(QAction* action, QWidget* parent) {
  auto* button = new QPushButton(parent);
  button->setAutoDefault(true);
  const auto takeOver = [button, action] {
    button->setText(action->text());
    button->setIcon(action->icon());
    button->setToolTip(action->toolTip());
    button->setEnabled(action->isEnabled());
  };
  takeOver();
  QObject::connect(action, &QAction::changed, button, takeOver);
  QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
  return button;
}

}  // namespace

NewRunPage::NewRunPage(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("New run"));
  buildActions();
  auto* left = new QVBoxLayout;
  left->addWidget(buildHeader());
  left->addWidget(buildBody(), 1);
  auto* columns = new QHBoxLayout;
  columns->setSpacing(12);
  columns->addLayout(left, 1);
  columns->addWidget(buildSide());
  bar_ = new StartBar(this);
  auto* line = new QFrame(this);
  line->setFrameShape(QFrame::HLine);
  line->setForegroundRole(QPalette::Mid);
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(columns, 1);
  layout->addWidget(line);
  layout->addWidget(bar_);

  connect(form_, &ExperimentForm::changed, this, &NewRunPage::onChanged);
  connect(form_, &ExperimentForm::problemChanged, this, [this] {
    showState();
    if (is_start_wanted_ && !form_->isChecking()) start();
  });
  connect(bar_, &StartBar::started, this, &NewRunPage::startWhenChecked);
  connect(bar_, &StartBar::problemWanted, this, &NewRunPage::showProblemField);
  setFocusProxy(bar_->startButton());
  showOrigin({}, {});
}

QAction* NewRunPage::addPageAction(const char* name, const char* icon_name, const QString& text,
                                   const QKeySequence& shortcut) {
  auto* action = new QAction(icon(QLatin1String(icon_name)), text, this);
  action->setObjectName(QLatin1String(name));
  action->setShortcut(shortcut);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  action->setToolTip(QStringLiteral("%1 (%2)").arg(text, shortcut.toString(QKeySequence::NativeText)));
  addAction(action);
  return action;
}

void NewRunPage::buildActions() {
  start_action_ = addPageAction("form_start", "play", tr("Start the run"), Qt::CTRL | Qt::Key_Return);
  fold_action_ = addPageAction("form_unfold", "settings", tr("Change something …"), Qt::CTRL | Qt::SHIFT | Qt::Key_K);
  fold_action_->setCheckable(true);
  search_action_ = addPageAction("form_search", "search", tr("Search for a key"), Qt::CTRL | Qt::SHIFT | Qt::Key_F);
  open_action_ = addPageAction("form_open", "folder", tr("Open file …"), Qt::CTRL | Qt::SHIFT | Qt::Key_O);
  copy_action_ = addPageAction("form_copy", "copy", tr("Copy as command line"), Qt::CTRL | Qt::SHIFT | Qt::Key_C);
  save_action_ = addPageAction("form_save", "save", tr("Save as experiment file …"), Qt::CTRL | Qt::SHIFT | Qt::Key_S);
  connect(start_action_, &QAction::triggered, this, &NewRunPage::startWhenChecked);
  connect(open_action_, &QAction::triggered, this, &NewRunPage::askForFileToOpen);
  connect(copy_action_, &QAction::triggered, this, &NewRunPage::copyCommandLine);
  connect(save_action_, &QAction::triggered, this, &NewRunPage::askForFileToSave);
  connect(search_action_, &QAction::triggered, this, [this] {
    fold_action_->setChecked(true);
    form_->focusSearch();
  });
}

QWidget* NewRunPage::buildHeader() {
  auto* header = new QWidget(this);
  preset_box_ = new ElidingComboBox(header);
  preset_box_->setAccessibleName(tr("Experiment"));
  preset_box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  preset_box_->setMinimumContentsLength(8);
  connect(preset_box_, &QComboBox::activated, this, &NewRunPage::choosePreset);
  description_ = new Notice(header);
  seeds_line_ = new QLineEdit(header);
  seeds_line_->setAccessibleName(tr("Seeds"));
  seeds_line_->setToolTip(tr("One run for each: 1, or 0-4, or 0,1,2"));
  seeds_line_->setFixedWidth(10 * fontMetrics().averageCharWidth());
  connect(seeds_line_, &QLineEdit::textChanged, this, &NewRunPage::onSeedsEdited);
  repetitions_ = new QSpinBox(header);
  repetitions_->setAccessibleName(tr("Repetitions"));
  repetitions_->setToolTip(tr("How many seeds, from the first on: each is a run of its own"));
  repetitions_->setRange(1, 1000);
  repetitions_->setKeyboardTracking(false);
  connect(repetitions_, &QSpinBox::valueChanged, this, &NewRunPage::onRepetitionsEdited);
  sweep_box_ = new SweepBox(header);
  seeds_count_ = new QLabel(header);
  seeds_count_->setForegroundRole(QPalette::PlaceholderText);
  seeds_problem_ = new Notice(header);

  auto* layout = new QGridLayout(header);
  layout->setContentsMargins({});
  auto* experiment_label = new QLabel(tr("Experiment"), header);
  auto* seeds_label = new QLabel(tr("Seeds"), header);
  seeds_label->setBuddy(seeds_line_);
  auto* first = new QHBoxLayout;
  first->addWidget(preset_box_, 1);
  first->addWidget(actionButton(open_action_, header));
  auto* fold_button = new QToolButton(header);
  fold_button->setDefaultAction(fold_action_);
  fold_button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  fold_button->setFocusPolicy(Qt::StrongFocus);
  auto* seeds_row = new QHBoxLayout;
  seeds_row->addWidget(seeds_line_);
  seeds_row->addStretch(1);
  seeds_row->addWidget(fold_button);
  layout->addWidget(experiment_label, 0, 0);
  layout->addLayout(first, 0, 1);
  layout->addWidget(description_, 1, 1);
  layout->addWidget(seeds_label, 2, 0);
  layout->addLayout(seeds_row, 2, 1);
  layout->addWidget(seeds_problem_, 3, 1);
  auto* repetitions_label = new QLabel(tr("Repetitions"), header);
  repetitions_label->setBuddy(repetitions_);
  auto* repetitions_row = new QHBoxLayout;
  repetitions_row->addWidget(repetitions_);
  repetitions_row->addWidget(seeds_count_);
  repetitions_row->addStretch(1);
  layout->addWidget(repetitions_label, 4, 0);
  layout->addLayout(repetitions_row, 4, 1);
  layout->addWidget(sweep_box_, 5, 1);
  layout->setColumnStretch(1, 1);
  return header;
}

QWidget* NewRunPage::buildBody() {
  body_ = new QStackedWidget(this);
  cards_ = new StageCards;
  auto* cards_scroll = new QScrollArea(body_);
  cards_scroll->setWidgetResizable(true);
  cards_scroll->setFrameShape(QFrame::NoFrame);
  cards_scroll->setFocusPolicy(Qt::NoFocus);
  cards_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  cards_scroll->setWidget(cards_);
  form_ = new ExperimentForm(body_);
  form_->setKeyHidden(kSeedKey);  // the line of seeds says it
  body_->addWidget(cards_scroll);
  body_->addWidget(form_);
  connect(fold_action_, &QAction::toggled, this, [this](bool is_unfolded) {
    body_->setCurrentIndex(is_unfolded ? 1 : 0);
    fold_action_->setText(is_unfolded ? tr("Hide the keys") : tr("Change something …"));
    description_->setVisible(!is_unfolded && !description_->words().isEmpty());  // the keys need the room
    sweep_box_->setVisible(!is_unfolded && !points_.empty());
  });
  return body_;
}

QWidget* NewRunPage::buildSide() {
  auto* side = new QWidget(this);
  preview_place_ = new QVBoxLayout;
  estimate_box_ = new EstimateBox(side);
  outcome_ = new Notice(side);
  auto* layout = new QVBoxLayout(side);
  layout->setContentsMargins({});
  layout->addLayout(preview_place_, 1);
  layout->addWidget(estimate_box_);
  QPushButton* save_button = actionButton(save_action_, side);
  layout->addWidget(actionButton(copy_action_, side));
  layout->addWidget(save_button);
  layout->addWidget(outcome_);
  side->setFixedWidth(save_button->sizeHint().width() + fontMetrics().averageCharWidth());
  return side;
}

}  // namespace limbeck
