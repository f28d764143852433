// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/new_run_page.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyleHints>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/experiment/schema.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/form/experiment_form.h"
#include "widgets/form/notice.h"
#include "widgets/form/run_words.h"
#include "widgets/form/stage_cards.h"
#include "widgets/form/start_bar.h"

namespace limbeck {
namespace {

std::filesystem::path toPath(const QString& path) {
  return path.toStdString();
}

QString toQString(const std::filesystem::path& path) {
  return limbeck::toQString(path.string());
}

}  // namespace

void NewRunPage::setPreview(QWidget* preview) {
  while (QLayoutItem* item = preview_place_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  preview_place_->addWidget(preview);
}

void NewRunPage::setPresetFolder(const QString& folder) {
  presets_.clear();
  preset_box_->clear();
  for (Preset& preset : loadPresets(std::filesystem::absolute(toPath(folder)))) addPreset(std::move(preset));
  chooseFirstPreset();
}

void NewRunPage::chooseFirstPreset() {
  const auto readable = std::ranges::find_if(presets_, [](const Preset& preset) { return preset.config.has_value(); });
  if (readable != presets_.end()) choosePreset(static_cast<int>(readable - presets_.begin()));
}

void NewRunPage::addPreset(Preset preset) {
  const QString takes = preset.takes.isEmpty() ? QString() : QStringLiteral(" · ") + preset.takes;
  const QString text = QStringLiteral("%1: %2%3").arg(preset.name, preset.title, takes);
  preset_box_->addItem(preset.problem.isEmpty() ? QIcon() : icon(QStringLiteral("error")),
                       preset.problem.isEmpty() ? text : tr("%1: can't be read").arg(preset.name));
  preset_box_->setItemData(preset_box_->count() - 1, toQString(preset.path), Qt::ToolTipRole);
  presets_.push_back(std::move(preset));
}

void NewRunPage::choosePreset(int index) {
  const Preset& preset = presets_[static_cast<std::size_t>(index)];
  if (!preset.config) {
    outcome_->say(Notice::Kind::Problem, preset.problem);
    // The form stays as it is, so its origin is what the box must name.
    const auto origin = std::ranges::find(presets_, origin_.file.path, &Preset::path);
    preset_box_->setCurrentIndex(origin == presets_.end() ? -1 : static_cast<int>(origin - presets_.begin()));
    return;
  }
  preset_box_->setCurrentIndex(index);
  showOrigin({.file = preset, .overrides = {}, .config = *preset.config}, preset.name);
}

void NewRunPage::showOrigin(Origin origin, const QString& parent_name) {
  origin_ = std::move(origin);
  is_start_wanted_ = false;
  outcome_->clear();
  description_->say(Notice::Kind::Note, origin_.file.description);
  description_->setVisible(!fold_action_->isChecked() && !origin_.file.description.isEmpty());
  seeds_line_->setText(QString::number(origin_.config.seed.value));
  form_->setConfig(origin_.config);
  form_->setParentConfig(parent_name.isEmpty() ? std::nullopt : std::optional(origin_.config), parent_name);
  onChanged();
}

void NewRunPage::showPreset(const QString& name) {
  const auto named = std::ranges::find_if(presets_, [&](const Preset& preset) {
    return preset.config && (preset.name == name || toQString(preset.path.stem()) == name);
  });
  if (named != presets_.end()) {
    choosePreset(static_cast<int>(named - presets_.begin()));
  } else {
    chooseFirstPreset();
  }
  fold_action_->setChecked(false);
  form_->setView(FormView::Simple);
  bar_->startButton()->setFocus();
}

void NewRunPage::showDuplicate(const ExperimentConfig& config, const QString& run_name, const std::string& text,
                               const std::vector<std::string>& overrides) {
  Origin origin{.file = {.name = run_name, .description = limbeck::toQString(config.description), .text = text},
                .overrides = overrides,
                .config = config};
  try {
    // The seed of a run is none of its experiment's keys: it came from --seed, and goes to the line of seeds.
    const ExperimentConfig recorded = parseExperiment(text, run_name.toStdString(), overrides);
    origin.config.seed = recorded.seed;
    if (!isSameExperiment(recorded, origin.config)) origin.overrides = overridesFor(text, origin.config);
  } catch (const Error& error) {
    log::warning("{}: its experiment file is no longer readable ({}); its keys are taken one by one",
                 run_name.toStdString(), error.what());
    origin.file.text.clear();
  }
  preset_box_->setPlaceholderText(tr("Duplicate of %1").arg(run_name));
  preset_box_->setCurrentIndex(-1);
  showOrigin(std::move(origin), run_name);
  seeds_line_->setText(QString::number(config.seed.value));
  fold_action_->setChecked(true);
  form_->focusSearch();
  form_->setView(FormView::Differing);
}

void NewRunPage::openFile(const QString& path) {
  const std::filesystem::path file = std::filesystem::absolute(toPath(path));
  Preset preset = loadPreset(file);
  if (!preset.config) {
    outcome_->say(Notice::Kind::Problem, preset.problem);
    return;
  }
  const auto known = std::ranges::find(presets_, file, &Preset::path);
  if (known == presets_.end()) {
    addPreset(std::move(preset));
    choosePreset(static_cast<int>(presets_.size()) - 1);
  } else {
    *known = std::move(preset);
    choosePreset(static_cast<int>(known - presets_.begin()));
  }
}

void NewRunPage::saveFile(const QString& path, TomlStyle style) {
  std::optional<ExperimentConfig> config = this->config();
  if (!config || seeds_.seeds.empty()) return;
  const std::vector<std::uint64_t> seeds = seeds_.seeds;
  config->seed = Seed{seeds.front()};
  try {
    writeFileAtomically(toPath(path), toToml(*config, style));
  } catch (const std::exception& error) {
    outcome_->say(Notice::Kind::Problem, QString::fromUtf8(error.what()));
    return;
  }
  openFile(path);
  seeds_line_->setText(seedsText(seeds));
  outcome_->say(Notice::Kind::Good, tr("Saved as %1").arg(QFileInfo(path).fileName()));
}

std::optional<ExperimentConfig> NewRunPage::config() const {
  return form_->config();
}

QString NewRunPage::problem() const {
  return seeds_.problem.isEmpty() ? form_->problem() : tr("Seeds: %1").arg(seeds_.problem);
}

std::optional<NewRunRequest> NewRunPage::request() const {
  const std::optional<ExperimentConfig> config = this->config();
  if (!config || !problem().isEmpty()) return std::nullopt;
  NewRunRequest request{.config = *config, .text = origin_.file.text, .overrides = {}, .seeds = seeds_.seeds};
  if (request.text.empty()) {
    request.text = toToml(*config);
  } else if (isSameExperiment(*config, origin_.config)) {
    request.overrides = origin_.overrides;
  } else {
    request.overrides = overridesFor(request.text, *config);
  }
  return request;
}

QString NewRunPage::commandLineText() const {
  const std::optional<NewRunRequest> request = this->request();
  if (!request || origin_.file.path.empty()) return {};
  return commandLine(toQString(origin_.file.path), *request, workspace_);
}

void NewRunPage::onChanged() {
  is_start_wanted_ = false;
  if (const std::optional<ExperimentConfig> config = this->config()) cards_->setWords(stageWords(*config));
  showState();
  Q_EMIT configChanged();
}

void NewRunPage::onSeedsEdited() {
  seeds_ = parseSeeds(seeds_line_->text());
  seeds_problem_->say(Notice::Kind::Problem, seeds_.problem);
  const std::size_t count = seeds_.seeds.size();
  seeds_count_->setText(count == 1 ? tr("1 run") : tr("%1 runs").arg(count));
  seeds_count_->setVisible(count > 0);
  onChanged();
}

void NewRunPage::setEstimate(const EstimateText& estimate) {
  estimate_ = estimate;
  showState();
}

void NewRunPage::showState() {
  const QString problem = this->problem();
  const std::optional<ExperimentConfig> config = this->config();
  start_action_->setEnabled(problem.isEmpty());
  copy_action_->setEnabled(problem.isEmpty());
  save_action_->setEnabled(config && !seeds_.seeds.empty());
  if (!problem.isEmpty() || !config) {
    bar_->setProblem(problem, seeds_.problem.isEmpty());
    estimate_box_->setEstimate({.state = EstimateText::State::Impossible, .problem = problem});
    return;
  }
  QString words = runSentence(*config, static_cast<int>(seeds_.seeds.size()));
  const bool is_as_preset = !origin_.file.takes.isEmpty() && isSameExperiment(*config, origin_.config);
  if (estimate_.state == EstimateText::State::Ready && !estimate_.total_time.isEmpty()) {
    words += tr(" About %1 in all.").arg(estimate_.total_time);
  } else if (is_as_preset) {
    words += tr(" Takes %1.").arg(origin_.file.takes);
  }
  bar_->setReady(words, static_cast<int>(seeds_.seeds.size()));
  estimate_box_->setEstimate(estimate_);
}

void NewRunPage::showProblemField() {
  fold_action_->setChecked(true);
  form_->showProblem();
}

void NewRunPage::startWhenChecked() {
  is_start_wanted_ = true;
  if (form_->isChecking()) {
    form_->checkNow();  // `problemChanged` goes on from here
  } else {
    start();
  }
}

void NewRunPage::start() {
  is_start_wanted_ = false;
  // A double click on Start, or Enter held down, is one wish.
  const int double_click_ms = QGuiApplication::styleHints()->mouseDoubleClickInterval();
  if (since_start_.isValid() && !since_start_.hasExpired(double_click_ms)) return;
  const std::optional<NewRunRequest> request = this->request();
  if (!request) return;
  since_start_.start();
  Q_EMIT startRequested(*request);
}

void NewRunPage::copyCommandLine() {
  const QString command = commandLineText();
  if (command.isEmpty()) {
    outcome_->say(Notice::Kind::Problem, tr("A command needs an experiment file to name: save this one first."));
    return;
  }
  QGuiApplication::clipboard()->setText(command);
  outcome_->say(Notice::Kind::Good, tr("Copied. Paste it into a terminal."));
}

void NewRunPage::askForFileToOpen() {
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Open an experiment file"), toQString(origin_.file.path.parent_path()),
                                   tr("Experiments (*.toml);;All files (*)"));
  if (!path.isEmpty()) openFile(path);
}

void NewRunPage::askForFileToSave() {
  const QString explained = tr("Experiment with every key explained (*.toml)");
  const QString plain = tr("Experiment, keys and values only (*.toml)");
  QString chosen = explained;
  QString path = QFileDialog::getSaveFileName(this, tr("Save as experiment file"), QStringLiteral("experiment.toml"),
                                              explained + QStringLiteral(";;") + plain, &chosen);
  if (path.isEmpty()) return;
  saveFile(path, chosen == plain ? TomlStyle::Plain : TomlStyle::Explained);
}

}  // namespace limbeck
