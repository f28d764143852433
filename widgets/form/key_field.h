// SPDX-License-Identifier: GPL-3.0-or-later
// The widgets that a value is typed into, one for each type of key, behind one face.
#pragma once

#include <QAbstractSpinBox>
#include <QWidget>
#include <cstdint>
#include <optional>

#include "core/experiment/schema.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace limbeck {

/// A check box, a combo box, a box with arrows or a line of text, by the key's type. Whatever is typed stays as it was
/// typed: nothing is rounded, clamped or corrected.
class MapEdit;

class KeyField final : public QWidget {
  Q_OBJECT

 public:
  explicit KeyField(const KeySchema& schema, QWidget* parent = nullptr);

  /// What stands in the field, read as the key's type would be and not checked: text that is no number stays text, so
  /// that `checkValue` finds the parser's words for it.
  KeyValue content() const;
  /// Whether it is a text of several lines, which wants the whole width.
  bool isMap() const { return map_ != nullptr; }
  /// Whether a line is empty that must not be.
  bool isEmpty() const;
  /// Does not emit `edited`.
  void setContent(const KeyValue& value);

 Q_SIGNALS:
  void edited();

 private:
  void makeChoice(const KeySchema& schema);
  void makeLine(QLineEdit* line);
  QString text() const;

  KeyType type_;
  QCheckBox* check_ = nullptr;
  QComboBox* combo_ = nullptr;
  QLineEdit* line_ = nullptr;
  MapEdit* map_ = nullptr;
};

/// A line for an integer with arrows that step within the key's limits. Unlike QSpinBox it holds 64 bits and lets the
/// user type a wrong value, so that the form can say what is wrong with it.
class IntegerBox final : public QAbstractSpinBox {
  Q_OBJECT

 public:
  explicit IntegerBox(const KeySchema& schema, QWidget* parent = nullptr);

  QLineEdit* line() const { return lineEdit(); }
  void stepBy(int steps) override;

 protected:
  StepEnabled stepEnabled() const override;

 private:
  std::optional<std::int64_t> number() const;

  std::int64_t lowest_;
  std::int64_t highest_;
};

}  // namespace limbeck
