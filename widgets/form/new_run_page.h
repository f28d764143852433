// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment_file.h"
#include "widgets/form/estimate_box.h"
#include "widgets/form/preset.h"
#include "widgets/form/run_request.h"
#include "widgets/form/seed_list.h"

class QAction;
class QComboBox;
class QKeySequence;
class QLabel;
class QLineEdit;
class QSpinBox;
class QStackedWidget;
class QVBoxLayout;

namespace limbeck {

class ExperimentForm;
class Notice;
class StageCards;
class StartBar;
class SweepBox;

/// The page where a run is set up: a preset with the points of its sweep, its seeds, the form of every key, what it
/// will cost, and Start. It starts nothing itself: `startRequested` says what to start. All its actions are in
/// `actions()`.
class NewRunPage final : public QWidget {
  Q_OBJECT

 public:
  explicit NewRunPage(QWidget* parent = nullptr);

  /// Offers the experiment files of a folder and shows the first that can be read. Without any, every key has its
  /// default.
  void setPresetFolder(const QString& folder);
  /// Takes a widget that draws the experiment, for the place at the right.
  void setPreview(QWidget* preview);
  /// For all seeds together. Call it after each `configChanged`, first with State::Measuring.
  void setEstimate(const EstimateText& estimate);
  /// The workspace that "Copy as command line" names; none when empty.
  void setWorkspace(const QString& folder) { workspace_ = folder; }

  /// Shows the preset whose experiment or file has this name, with the form folded and the focus on Start; the first
  /// one when there is none of that name.
  void showPreset(const QString& name);
  /// Shows a run's experiment, to change something and run it again. `text` and `overrides` are those of its record.
  void showDuplicate(const ExperimentConfig& config, const QString& run_name, const std::string& text,
                     const std::vector<std::string>& overrides);
  /// Shows any experiment file, or says why it can't be read.
  void openFile(const QString& path);
  /// Writes what the form says as an experiment file and goes on from it; or says what went wrong. The file's sweep,
  /// variants, claims and published numbers stay as they are, and so do seeds that follow each other; of others the
  /// first is kept.
  void saveFile(const QString& path, TomlStyle style);

  /// What the form says; nothing while one of its fields is wrong.
  std::optional<ExperimentConfig> config() const;
  /// Empty while there is something wrong with them.
  const std::vector<std::uint64_t>& seeds() const { return seeds_.seeds; }
  /// What the file's sweep comes to; empty without one, and while something is wrong.
  const std::vector<SweepPoint>& points() const { return points_; }
  /// Why Start can't be pressed, in words; empty when it can.
  QString problem() const;
  /// What Start would ask for; nothing while there is a problem.
  std::optional<NewRunRequest> request() const;
  /// "limbeck-cli run ...", empty while there is a problem or no file to name.
  QString commandLineText() const;

  ExperimentForm& form() const { return *form_; }

 Q_SIGNALS:
  void startRequested(const limbeck::NewRunRequest& request);
  /// Another experiment or other seeds: time for a new preview and estimate.
  void configChanged();

 private:
  /// What the form was filled from.
  struct Origin {
    Preset file;                         ///< without a path: a run
    std::vector<std::string> overrides;  ///< laid over the file's text
    ExperimentConfig config;             ///< what both give

    bool isSweep() const { return !file.points.empty(); }
  };

  QWidget* buildHeader();
  QWidget* buildBody();
  QWidget* buildSide();
  void buildActions();
  QAction* addPageAction(const char* name, const char* icon_name, const QString& text, const QKeySequence& shortcut);

  void showOrigin(Origin origin, const QString& parent_name);
  void choosePreset(int index);
  void chooseFirstPreset();
  void addPreset(Preset preset);
  void onChanged();
  void onSeedsEdited();
  void onRepetitionsEdited(int count);
  void expandPoints();
  std::vector<std::string> overridesOf(const ExperimentConfig& config) const;
  QString savedWords(const QString& path, const Origin& from) const;
  void showState();
  void showProblemField();
  void startWhenChecked();
  void start();
  void copyCommandLine();
  void askForFileToOpen();
  void askForFileToSave();

  std::vector<Preset> presets_;  ///< of the combo box, in its order
  Origin origin_;
  SeedList seeds_;
  std::vector<SweepPoint> points_;
  EstimateText estimate_;
  QString workspace_;
  bool is_start_wanted_ = false;  ///< Start was pressed while the keys were being checked
  QElapsedTimer since_start_;

  QComboBox* preset_box_ = nullptr;
  Notice* description_ = nullptr;
  QLineEdit* seeds_line_ = nullptr;
  QSpinBox* repetitions_ = nullptr;
  QLabel* seeds_count_ = nullptr;
  SweepBox* sweep_box_ = nullptr;
  Notice* seeds_problem_ = nullptr;
  QStackedWidget* body_ = nullptr;
  StageCards* cards_ = nullptr;
  ExperimentForm* form_ = nullptr;
  QVBoxLayout* preview_place_ = nullptr;
  EstimateBox* estimate_box_ = nullptr;
  Notice* outcome_ = nullptr;  ///< what became of copying, saving or opening
  StartBar* bar_ = nullptr;

  QAction* start_action_ = nullptr;
  QAction* open_action_ = nullptr;
  QAction* save_action_ = nullptr;
  QAction* copy_action_ = nullptr;
  QAction* fold_action_ = nullptr;
  QAction* search_action_ = nullptr;
};

}  // namespace limbeck
