// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/experiment/experiment_config.h"
#include "widgets/base/background.h"

class QAbstractButton;
class QButtonGroup;
class QLineEdit;
class QListWidget;
class QScrollArea;
class QStackedWidget;

namespace limbeck {

class EmptyState;
class FormSection;
class KeyEditor;

/// Which keys a form shows: the dozen that matter, every one, or those whose value is another than that of the parent.
enum class FormView { Simple, All, Differing };

/// An experiment as a form, one editor for each key of the schema, in sections. Values are checked one by one while
/// they are typed, and together (`validate`) a moment later on another thread.
class ExperimentForm final : public QWidget {
  Q_OBJECT

 public:
  explicit ExperimentForm(QWidget* parent = nullptr);

  /// Throws for keys that do not go together. Called on another thread.
  using Check = std::function<void(const ExperimentConfig&)>;
  /// What is checked instead of `validate` alone, of an experiment that stands for several; nothing: `validate`.
  void setCheck(Check check);

  /// Shows `config`; does not emit `changed`.
  void setConfig(const ExperimentConfig& config);
  /// What the fields say; nothing while one of them is wrong. Whether the keys go together is told by `problem`.
  std::optional<ExperimentConfig> config() const;
  /// The first problem in words: a key's, or what `validate` says about keys together. Empty when all is well, and also
  /// while `isChecking`: then it may still come.
  QString problem() const;
  /// Whether the keys were changed and `validate` has not answered yet.
  bool isChecking() const { return is_checking_; }
  /// Does not wait for the user to stop typing; `problemChanged` follows.
  void checkNow();
  /// As it would stand in an experiment file; the last good values while a field is wrong.
  std::string toml() const;

  /// What this experiment comes from, a run to duplicate or a preset: the keys that differ are marked with its value.
  void setParentConfig(const std::optional<ExperimentConfig>& parent, const QString& name);
  /// How many keys differ from the parent's.
  int differenceCount() const;
  void setView(FormView view);
  FormView view() const { return view_; }
  /// Takes a key out of the form, because somebody else asks for it (the seed). Its value stays in `config`.
  void setKeyHidden(std::string_view key);

  KeyEditor* editor(std::string_view key) const;
  /// Brings the field that `problem` is about into sight and puts the focus there.
  void showProblem();
  void focusSearch();

 Q_SIGNALS:
  /// The user changed something: `config` has other values, or none.
  void changed();
  /// `problem` or `isChecking` is another.
  void problemChanged();

 private:
  void buildToolbar();
  void buildSections();
  void onEdited(KeyEditor& editor);
  void takeEnvironmentDefaults(const std::string& name);
  void setEnvironmentDefaults(const std::string& name);
  void showReferences();
  void askForCheck(int delay_ms);
  void startCheck();
  void takeAnswer(const QString& problem);
  void showVisibleKeys();
  bool isWanted(const KeyEditor& editor) const;
  void showEmptyWords();
  void showDifferenceCount();
  void showSectionList();
  void paintViewButtons();
  void scrollTo(int section);
  void followScroll();
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

  ExperimentConfig config_;  ///< the last good value of every key
  std::optional<ExperimentConfig> parent_;
  QString parent_name_;
  FormView view_ = FormView::Simple;
  std::string hidden_key_;

  QLineEdit* search_ = nullptr;
  QButtonGroup* views_ = nullptr;
  QListWidget* section_list_ = nullptr;
  QScrollArea* scroll_ = nullptr;
  QStackedWidget* pages_ = nullptr;
  EmptyState* empty_ = nullptr;
  std::vector<FormSection*> sections_;
  std::vector<KeyEditor*> editors_;  ///< in schema order

  QTimer check_timer_;
  Generation generation_;
  Check check_;
  bool is_checking_ = false;
  QString together_problem_;
  Background background_;
};

}  // namespace limbeck
