// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <string>
#include <string_view>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace limbeck {

class KeyEditor;

/// A titled part of the form that holds one or more sections of the experiment file.
struct FormGroup {
  QString title;
  std::vector<std::string> sections;  ///< "training", "optimizer", "validation"
};

/// In the order of a run. A section of the schema that is in none of the known groups gets its own at the end.
std::vector<FormGroup> formGroups();

/// The dozen keys that matter to somebody who has never seen the others.
bool isSimpleKey(std::string_view key);

/// A heading and the editors below it.
class FormSection final : public QWidget {
  Q_OBJECT

 public:
  FormSection(const FormGroup& group, QWidget* parent);

  const FormGroup& group() const { return group_; }
  const std::vector<KeyEditor*>& editors() const { return editors_; }

 private:
  FormGroup group_;
  std::vector<KeyEditor*> editors_;
};

}  // namespace limbeck
