// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <optional>

#include "core/experiment/schema.h"

class QLabel;
class QToolButton;

namespace limbeck {

class KeyField;
class Notice;

/// One row of the form, made from one row of the schema: name and help at the left, field, unit and "back to the
/// default" at the right. What is wrong stands where the help stood, in the parser's words and while it is typed.
class KeyEditor final : public QWidget {
  Q_OBJECT

 public:
  /// `label`: how the key is called here ("heads", "validation.episodes"). `schema` must outlive the editor.
  KeyEditor(const KeySchema& schema, const QString& label, QWidget* parent = nullptr);

  const KeySchema& schema() const { return schema_; }
  /// Takes a value that passes `checkValue`. Does not emit `changed`.
  void setValue(const KeyValue& value);
  /// Nothing while what stands there is no value of this key.
  std::optional<KeyValue> value() const { return value_; }
  /// What is wrong, with the key's name: "model.heads is 0 but must be at least 1". Empty when nothing is.
  QString problem() const;

  /// What "default" brings back; at first that of the schema. The [environment] keys have others for each environment.
  void setDefaultValue(const KeyValue& value);
  /// Marks the row while its value differs from `value`, which is that of `name` (a run or a preset); nothing: no
  /// marks.
  void setReference(const std::optional<KeyValue>& value, const QString& name);
  /// Whether there is a reference and the value is another.
  bool isDifferent() const;
  /// What is wrong with this key and others together, found by somebody else; empty to take it away.
  void setOutsideProblem(const QString& problem);

  /// Puts the keyboard focus into the field.
  void focusField();
  /// Whether `words`, all of them, occur in the key's name or its help.
  bool matches(const QStringList& words) const;

 Q_SIGNALS:
  /// The user changed what stands in the field, to a value or to something that is none.
  void changed();

 private:
  void buildLayout();
  void takeField();
  void showState();

  const KeySchema& schema_;
  KeyField* field_;
  QLabel* label_;
  QLabel* difference_;
  QLabel* help_;
  Notice* problem_;
  QToolButton* reset_;

  std::optional<KeyValue> value_;
  QString field_problem_;
  QString outside_problem_;
  KeyValue default_value_;
  std::optional<KeyValue> reference_;
  QString reference_name_;
};

}  // namespace limbeck
