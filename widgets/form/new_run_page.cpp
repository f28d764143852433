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
#include <QSpinBox>
#include <QStyleHints>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/experiment/file_text.h"
#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/form/experiment_form.h"
#include "widgets/form/notice.h"
#include "widgets/form/run_words.h"
#include "widgets/form/stage_cards.h"
#include "widgets/form/start_bar.h"
#include "widgets/form/sweep_box.h"

namespace limbeck {
namespace {

std::filesystem::path toPath(const QString& path) {
  return path.toStdString();
}

QString toQString(const std::filesystem::path& path) {
  return limbeck::toQString(path.string());
}

/// Of a sweep the points must make sense; what they have in common need not.
ExperimentForm::Check checkOfPoints(const std::string& text, const QString& name) {
  return [text, name = name.toStdString()](const ExperimentConfig& config) {
    for (const SweepPoint& point : parseExperimentFile(text, name, overridesFor(text, config)).points) validate(point);
  };
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
  const QString name = preset.group.isEmpty() ? preset.name : preset.group + QLatin1Char('/') + preset.name;
  const QString text = QStringLiteral("%1: %2%3").arg(name, preset.title, takes);
  preset_box_->addItem(preset.problem.isEmpty() ? QIcon() : icon(QStringLiteral("error")),
                       preset.problem.isEmpty() ? text : tr("%1: can't be read").arg(name));
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
  seeds_line_->setText(rangeText(origin_.config.seed.value, origin_.file.seeds));
  form_->setCheck(origin_.isSweep() ? checkOfPoints(origin_.file.text, origin_.file.name) : ExperimentForm::Check());
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
    // A point that is run alone takes nothing of its sweep along.
    if (!parseExperimentFile(text, run_name.toStdString()).points.empty()) origin.file.text = toToml(recorded);
    origin.overrides = isSameExperiment(recorded, origin.config) && origin.file.text == text
                           ? overrides
                           : overridesFor(origin.file.text, origin.config);
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
  const Origin from = origin_;
  config->seed = Seed{seeds.front()};
  ExperimentFile file{.config = *config, .text = from.file.text, .path = toPath(path), .points = points_};
  if (isSeedRange(seeds)) file.seeds = static_cast<int>(seeds.size());
  try {
    if (from.isSweep() && points_.empty()) parseExperimentFile(from.file.text, from.file.path, overridesOf(*config));
    writeFileAtomically(toPath(path), rewrittenFile(file, style));
  } catch (const std::exception& error) {
    outcome_->say(Notice::Kind::Problem, QString::fromUtf8(error.what()));
    return;
  }
  openFile(path);
  if (!isSeedRange(seeds)) seeds_line_->setText(seedsText(seeds));
  outcome_->say(Notice::Kind::Good, savedWords(path, from));
}

QString NewRunPage::savedWords(const QString& path, const Origin& from) const {
  const QString saved = tr("Saved as %1").arg(QFileInfo(path).fileName());
  const bool is_elsewhere = std::filesystem::absolute(toPath(path)).parent_path() != from.file.path.parent_path();
  if (from.file.published == 0 || !is_elsewhere) return saved;
  return tr("%1. Its published numbers are looked for beside it: copy their files there too.").arg(saved);
}

std::optional<ExperimentConfig> NewRunPage::config() const {
  return form_->config();
}

QString NewRunPage::problem() const {
  return seeds_.problem.isEmpty() ? form_->problem() : tr("Seeds: %1").arg(seeds_.problem);
}

std::optional<NewRunRequest> NewRunPage::request() const {
  const std::optional<ExperimentConfig> config = this->config();
  const bool lacks_points = origin_.isSweep() && points_.empty();
  if (!config || lacks_points || !problem().isEmpty()) return std::nullopt;
  NewRunRequest request{.config = *config,
                        .text = origin_.file.text,
                        .overrides = overridesOf(*config),
                        .seeds = seeds_.seeds,
                        .points = points_,
                        .file_seeds = seedRange(config->seed.value, origin_.file.seeds)};
  if (request.text.empty()) request.text = toToml(*config);
  return request;
}

std::vector<std::string> NewRunPage::overridesOf(const ExperimentConfig& config) const {
  if (origin_.file.text.empty()) return {};
  return isSameExperiment(config, origin_.config) ? origin_.overrides : overridesFor(origin_.file.text, config);
}

void NewRunPage::expandPoints() {
  points_.clear();
  const std::optional<ExperimentConfig> config = origin_.isSweep() ? this->config() : std::nullopt;
  if (!config) return;
  try {
    points_ = parseExperimentFile(origin_.file.text, origin_.file.name.toStdString(), overridesOf(*config)).points;
  } catch (const Error&) {
    return;  // The form's check says what is wrong, at the key that it is about.
  }
}

QString NewRunPage::commandLineText() const {
  const std::optional<NewRunRequest> request = this->request();
  if (!request || origin_.file.path.empty()) return {};
  return commandLine(toQString(origin_.file.path), *request, workspace_);
}

void NewRunPage::onChanged() {
  is_start_wanted_ = false;
  expandPoints();
  if (const std::optional<ExperimentConfig> config = this->config()) cards_->setWords(stageWords(*config));
  showState();
  Q_EMIT configChanged();
}

void NewRunPage::onSeedsEdited() {
  seeds_ = parseSeeds(seeds_line_->text());
  seeds_problem_->say(Notice::Kind::Problem, seeds_.problem);
  if (!seeds_.seeds.empty()) {
    const QSignalBlocker blocker(repetitions_);
    repetitions_->setValue(static_cast<int>(seeds_.seeds.size()));
    repetitions_->setSuffix(seeds_.seeds.size() == 1 ? tr(" seed") : tr(" seeds"));
  }
  onChanged();
}

void NewRunPage::onRepetitionsEdited(int count) {
  const std::uint64_t first = seeds_.seeds.empty() ? origin_.config.seed.value : seeds_.seeds.front();
  seeds_line_->setText(rangeText(first, count));
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
  const std::size_t seeds = seeds_.seeds.size();
  const std::size_t runs = seeds * std::max<std::size_t>(1, points_.size());
  seeds_count_->setText(countedRuns(runs));
  seeds_count_->setVisible(seeds > 0 && !points_.empty());  // without points there is one run a seed
  sweep_box_->setSweep(points_, seeds, origin_.file.claims, origin_.file.published);
  sweep_box_->setVisible(!fold_action_->isChecked() && !points_.empty());
  if (!problem.isEmpty() || !config) {
    bar_->setProblem(problem, seeds_.problem.isEmpty());
    estimate_box_->setEstimate({.state = EstimateText::State::Impossible, .problem = problem});
    return;
  }
  QString words = runSentence(*config, points_.empty() ? static_cast<int>(seeds) : 1);
  if (!points_.empty()) words += tr(" So at %1, one after the other.").arg(sweepWords(points_.size(), seeds));
  const bool is_as_preset = !origin_.file.takes.isEmpty() && isSameExperiment(*config, origin_.config);
  if (estimate_.state == EstimateText::State::Ready && !estimate_.total_time.isEmpty()) {
    words += tr(" About %1 in all.").arg(estimate_.total_time);
  } else if (is_as_preset) {
    words += tr(" Takes %1.").arg(origin_.file.takes);
  }
  bar_->setReady(words, static_cast<int>(runs));
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
