// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/experiment_form.h"

#include <QAction>
#include <QApplication>
#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QToolButton>
#include <algorithm>

#include "core/experiment/experiment_file.h"
#include "core/experiment/schema.h"
#include "widgets/base/empty_state.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/base/theme.h"
#include "widgets/form/form_section.h"
#include "widgets/form/key_editor.h"

namespace limbeck {
namespace {

constexpr int kTypingPauseMs = 150;
constexpr std::string_view kEnvironmentName = "environment.name";

/// What `check` says about the keys together; it shuffles every task of the environment, which may be many millions.
QString problemOf(const ExperimentForm::Check& check, const ExperimentConfig& config) {
  try {
    check(config);
  } catch (const std::exception& error) {
    return QString::fromUtf8(error.what());
  }
  return {};
}

/// "environment grid_map: map line 2, column 3: ...": the environments name their own keys without the section.
const KeySchema* environmentKeyNamedIn(const QString& message) {
  static const QRegularExpression kForm(QStringLiteral("environment \\w+: (\\w+) "));
  const QRegularExpressionMatch match = kForm.match(message);
  return match.hasMatch() ? findKey("environment." + match.captured(1).toStdString()) : nullptr;
}

/// The key that a message of `validate` is about: the first one it names in full, else one of the section in brackets
/// that it begins with, else one of the environment's. Null when it names none.
const KeySchema* keyNamedIn(const QString& message) {
  const KeySchema* named = nullptr;
  qsizetype first = message.size();
  for (const KeySchema& schema : experimentSchema()) {
    const qsizetype place = message.indexOf(toQString(schema.key));
    if (place < 0 || place >= first) continue;
    first = place;
    named = &schema;
  }
  if (named) return named;
  if (!message.startsWith(QLatin1Char('['))) return environmentKeyNamedIn(message);
  for (const KeySchema& schema : experimentSchema()) {
    if (!message.startsWith(QStringLiteral("[%1]").arg(toQString(schema.section())))) continue;
    if (!named || message.contains(toQString(schema.name()))) named = &schema;
  }
  return named;
}

}  // namespace

ExperimentForm::ExperimentForm(QWidget* parent) : QWidget(parent), background_(this) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins({});
  buildToolbar();
  buildSections();
  check_timer_.setSingleShot(true);
  connect(&check_timer_, &QTimer::timeout, this, &ExperimentForm::startCheck);
  check_ = [](const ExperimentConfig& config) { validate(config); };
  setConfig(config_);
}

void ExperimentForm::buildToolbar() {
  search_ = new QLineEdit(this);
  search_->setPlaceholderText(tr("Search keys and help"));
  search_->setClearButtonEnabled(true);
  search_->setAccessibleName(tr("Search keys and help"));
  search_->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  connect(search_, &QLineEdit::textChanged, this, &ExperimentForm::showVisibleKeys);

  auto* bar = new QHBoxLayout;
  bar->setSpacing(6);
  bar->addWidget(search_, 1);
  views_ = new QButtonGroup(this);
  const QString names[] = {tr("Simple"), tr("All keys"), tr("What differs")};
  for (int view = 0; view < 3; ++view) {
    auto* button = new QToolButton(this);
    button->setText(names[view]);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::StrongFocus);
    views_->addButton(button, view);
    bar->addWidget(button);
  }
  views_->button(0)->setToolTip(tr("The dozen keys that matter most"));
  views_->button(1)->setToolTip(tr("Every key of the experiment file"));
  views_->button(0)->setChecked(true);
  paintViewButtons();
  views_->button(2)->setVisible(false);
  connect(views_, &QButtonGroup::idClicked, this, [this](int view) {
    search_->clear();
    setView(static_cast<FormView>(view));
  });
  static_cast<QVBoxLayout*>(layout())->addLayout(bar);
}

void ExperimentForm::buildSections() {
  auto* content = new QWidget;
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(2, 0, 8, 0);
  column->setSpacing(0);
  scroll_ = new QScrollArea(this);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setWidget(content);  // while it is empty: it is measured now, and again when it is shown
  section_list_ = new QListWidget(this);
  section_list_->setAccessibleName(tr("Sections"));
  section_list_->setSpacing(2);
  section_list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  for (const FormGroup& group : formGroups()) {
    auto* section = new FormSection(group, content);
    sections_.push_back(section);
    column->addWidget(section);
    section_list_->addItem(group.title);
    for (KeyEditor* editor : section->editors()) {
      editors_.push_back(editor);
      connect(editor, &KeyEditor::changed, this, [this, editor] { onEdited(*editor); });
    }
  }
  column->addStretch(1);
  section_list_->setFixedWidth(section_list_->sizeHintForColumn(0) + 4 * fontMetrics().averageCharWidth());

  connect(section_list_, &QListWidget::currentRowChanged, this, &ExperimentForm::scrollTo);
  connect(scroll_->verticalScrollBar(), &QScrollBar::valueChanged, this, &ExperimentForm::followScroll);

  empty_ = new EmptyState(this);
  auto* show_simple = new QAction(tr("Show the keys that matter"), this);
  auto* show_all = new QAction(tr("Show all keys"), this);
  connect(show_simple, &QAction::triggered, views_->button(0), &QAbstractButton::click);
  connect(show_all, &QAction::triggered, views_->button(1), &QAbstractButton::click);
  empty_->setActions({show_simple, show_all});

  pages_ = new QStackedWidget(this);
  pages_->addWidget(scroll_);
  pages_->addWidget(empty_);
  auto* row = new QHBoxLayout;
  row->addWidget(section_list_);
  row->addWidget(pages_, 1);
  static_cast<QVBoxLayout*>(layout())->addLayout(row, 1);
}

KeyEditor* ExperimentForm::editor(std::string_view key) const {
  const auto found =
      std::ranges::find_if(editors_, [&](const KeyEditor* editor) { return editor->schema().key == key; });
  return found == editors_.end() ? nullptr : *found;
}

void ExperimentForm::setConfig(const ExperimentConfig& config) {
  config_ = config;
  setEnvironmentDefaults(config.environment.name);
  for (KeyEditor* editor : editors_) editor->setValue(editor->schema().read(config));
  showReferences();
  showVisibleKeys();
  askForCheck(0);
}

void ExperimentForm::setCheck(Check check) {
  check_ = check ? std::move(check) : Check([](const ExperimentConfig& config) { validate(config); });
  askForCheck(0);
}

std::optional<ExperimentConfig> ExperimentForm::config() const {
  const bool is_wrong = std::ranges::any_of(editors_, [](const KeyEditor* editor) { return !editor->value(); });
  return is_wrong ? std::nullopt : std::optional(config_);
}

QString ExperimentForm::problem() const {
  for (const KeyEditor* editor : editors_) {
    if (const QString problem = editor->problem(); !problem.isEmpty()) return problem;
  }
  return together_problem_;
}

std::string ExperimentForm::toml() const {
  return toToml(config_);
}

void ExperimentForm::onEdited(KeyEditor& editor) {
  if (const std::optional<KeyValue>& value = editor.value()) {
    if (editor.schema().key == kEnvironmentName) {
      takeEnvironmentDefaults(std::get<std::string>(*value));
    } else {
      editor.schema().write(config_, *value);
    }
  }
  showDifferenceCount();
  askForCheck(kTypingPauseMs);
  Q_EMIT changed();
}

void ExperimentForm::takeEnvironmentDefaults(const std::string& name) {
  config_.environment = defaultOptions(name);
  setEnvironmentDefaults(name);
  for (KeyEditor* other : editors_) {
    const KeySchema& schema = other->schema();
    if (schema.section() == "environment" && schema.key != kEnvironmentName) other->setValue(schema.read(config_));
  }
  showVisibleKeys();
}

void ExperimentForm::setEnvironmentDefaults(const std::string& name) {
  ExperimentConfig defaults;
  defaults.environment = defaultOptions(name);
  for (KeyEditor* editor : editors_) {
    const KeySchema& schema = editor->schema();
    if (schema.section() == "environment" && schema.key != kEnvironmentName) {
      editor->setDefaultValue(schema.read(defaults));
    }
  }
}

void ExperimentForm::askForCheck(int delay_ms) {
  generation_.next();  // what is being checked is out of date
  is_checking_ = true;
  together_problem_.clear();
  for (KeyEditor* editor : editors_) editor->setOutsideProblem({});
  check_timer_.start(delay_ms);
  Q_EMIT problemChanged();
}

void ExperimentForm::checkNow() {
  if (is_checking_ && check_timer_.isActive()) {
    check_timer_.stop();
    startCheck();
  }
}

void ExperimentForm::startCheck() {
  const std::optional<ExperimentConfig> config = this->config();
  if (!config) {
    takeAnswer({});
    return;
  }
  const int generation = generation_.next();
  background_.run(
      this, [check = check_, config = *config] { return problemOf(check, config); },
      [this, generation](const QString& problem) {
        if (generation_.isCurrent(generation)) takeAnswer(problem);
      });
}

void ExperimentForm::takeAnswer(const QString& problem) {
  is_checking_ = false;
  together_problem_ = problem;
  if (const KeySchema* schema = keyNamedIn(problem)) editor(schema->key)->setOutsideProblem(problem);
  Q_EMIT problemChanged();
}

void ExperimentForm::setParentConfig(const std::optional<ExperimentConfig>& parent, const QString& name) {
  parent_ = parent;
  parent_name_ = name;
  views_->button(2)->setVisible(parent.has_value());
  views_->button(2)->setToolTip(tr("Only the keys whose value is another than that of %1").arg(name));
  if (!parent && view_ == FormView::Differing) setView(FormView::Simple);
  showReferences();
  showVisibleKeys();
}

void ExperimentForm::showReferences() {
  for (KeyEditor* editor : editors_) {
    editor->setReference(parent_ ? std::optional(editor->schema().read(*parent_)) : std::nullopt, parent_name_);
  }
}

int ExperimentForm::differenceCount() const {
  return static_cast<int>(std::ranges::count_if(editors_, &KeyEditor::isDifferent));
}

void ExperimentForm::showDifferenceCount() {
  const int count = differenceCount();
  views_->button(2)->setText(count == 0 ? tr("What differs") : tr("What differs (%1)").arg(count));
}

void ExperimentForm::setView(FormView view) {
  view_ = view;
  views_->button(static_cast<int>(view))->setChecked(true);
  paintViewButtons();
  showVisibleKeys();
}

void ExperimentForm::paintViewButtons() {
  // Fusion draws a checked button a shade darker, which nobody sees on a dark window.
  const Theme& theme = themeOf(*this);
  QPalette checked;
  checked.setColor(QPalette::Button, theme.accent);
  checked.setColor(QPalette::ButtonText, theme.on_accent);
  for (QAbstractButton* button : views_->buttons()) button->setPalette(button->isChecked() ? checked : QPalette());
}

void ExperimentForm::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintViewButtons();
  QWidget::changeEvent(event);
}

void ExperimentForm::setKeyHidden(std::string_view key) {
  hidden_key_ = key;
  showVisibleKeys();
}

bool ExperimentForm::isWanted(const KeyEditor& editor) const {
  const std::string& key = editor.schema().key;
  if (key == hidden_key_) return false;
  // A search goes through every key: whoever looks for one does not care in which view it would be.
  const QStringList words = search_->text().split(QLatin1Char(' '), Qt::SkipEmptyParts);
  if (!words.isEmpty()) return editor.matches(words);
  switch (view_) {
    case FormView::Simple:
      // A room of one's own is a drawing and not a size.
      if (config_.environment.name == "grid_map" && key == "environment.size") return false;
      return isSimpleKey(key) || (config_.environment.name == "grid_map" && key == "environment.map");
    case FormView::All:
      return true;
    case FormView::Differing:
      return editor.isDifferent() ||
             editor.isAncestorOf(QApplication::focusWidget());  // it must not vanish under the user's hands
  }
  return true;
}

void ExperimentForm::showVisibleKeys() {
  scroll_->widget()->setUpdatesEnabled(false);
  bool is_anything_there = false;
  for (std::size_t index = 0; index < sections_.size(); ++index) {
    bool is_section_there = false;
    for (KeyEditor* editor : sections_[index]->editors()) {
      const bool is_wanted = isWanted(*editor);
      editor->setVisible(is_wanted);
      is_section_there = is_section_there || is_wanted;
    }
    sections_[index]->setVisible(is_section_there);
    section_list_->item(static_cast<int>(index))->setHidden(!is_section_there);
    is_anything_there = is_anything_there || is_section_there;
  }
  scroll_->widget()->setUpdatesEnabled(true);
  showDifferenceCount();
  showEmptyWords();
  pages_->setCurrentWidget(is_anything_there ? static_cast<QWidget*>(scroll_) : empty_);
  showSectionList();
}

void ExperimentForm::showEmptyWords() {
  if (!search_->text().isEmpty()) {
    empty_->setWords(tr("No key matches “%1”").arg(search_->text().trimmed()),
                     tr("Names of keys and their help were searched."));
  } else {
    empty_->setWords(tr("Nothing differs from %1 yet").arg(parent_name_),
                     tr("Search for the key that you want to change, or look through them."));
  }
}

void ExperimentForm::showSectionList() {
  // Beside a narrow form there is no room for it, and a dozen keys need none.
  const bool is_wide = width() > 80 * fontMetrics().averageCharWidth() + section_list_->width();
  section_list_->setVisible(is_wide && view_ == FormView::All && pages_->currentWidget() == scroll_);
  followScroll();
}

void ExperimentForm::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  showSectionList();
}

void ExperimentForm::scrollTo(int section) {
  if (section < 0) return;
  scroll_->verticalScrollBar()->setValue(sections_[static_cast<std::size_t>(section)]->y());
}

void ExperimentForm::followScroll() {
  const int at = scroll_->verticalScrollBar()->value();
  int current = -1;
  for (std::size_t index = 0; index < sections_.size(); ++index) {
    const bool is_reached = !sections_[index]->isHidden() && sections_[index]->y() <= at + fontMetrics().height();
    if (is_reached) current = static_cast<int>(index);
  }
  const QSignalBlocker blocker(section_list_);
  section_list_->setCurrentRow(current);
}

void ExperimentForm::showProblem() {
  const auto wrong =
      std::ranges::find_if(editors_, [](const KeyEditor* editor) { return !editor->problem().isEmpty(); });
  KeyEditor* target = wrong == editors_.end() ? nullptr : *wrong;
  if (!target) {
    const KeySchema* schema = keyNamedIn(together_problem_);
    if (!schema) return;
    target = editor(schema->key);
  }
  if (target->isHidden()) {
    search_->clear();
    if (target->isHidden()) setView(FormView::All);
  }
  target->focusField();
  // Its place is known once the layout has taken the shown keys in.
  QTimer::singleShot(0, target, [this, target] { scroll_->ensureWidgetVisible(target, 0, fontMetrics().height()); });
}

void ExperimentForm::focusSearch() {
  search_->setFocus(Qt::ShortcutFocusReason);
  search_->selectAll();
}

}  // namespace limbeck
