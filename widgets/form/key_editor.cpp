// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/key_editor.h"

#include <QGridLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

#include "widgets/base/icons.h"
#include "widgets/base/text.h"
#include "widgets/form/key_field.h"
#include "widgets/form/notice.h"

namespace limbeck {
namespace {

constexpr int kFieldChars = 18;  // "darkroom_hard" and the arrow of its combo box

/// "Attention heads; they must divide the width. At least 1."
QString helpText(const KeySchema& schema) {
  QString limits = toQString(describeLimits(schema));
  if (limits.isEmpty()) return toQString(schema.help);
  limits[0] = limits[0].toUpper();
  return QStringLiteral("%1 %2.").arg(toQString(schema.help), limits);
}

/// Lets a narrow form break a long name behind an underscore.
QString breakable(QString name) {
  return name.replace(QLatin1Char('_'), QStringLiteral("_\u200B"));
}

/// A value within a sentence; one of many lines has no room there.
QString shortValue(const KeyValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  const bool is_long = text != nullptr && text->find('\n') != std::string::npos;
  return is_long ? KeyEditor::tr("another one") : toQString(formatValue(value));
}

/// Every row leaves the same room for its unit, so that the fields stand in one column.
int unitWidth(const QFontMetrics& metrics) {
  int width = 0;
  for (const KeySchema& schema : experimentSchema()) {
    width = std::max(width, metrics.horizontalAdvance(toQString(schema.unit)));
  }
  return width + 2;  // a label asks for a little more than its letters
}

QLabel* plainLabel(QWidget* parent, const QString& text, QPalette::ColorRole role) {
  auto* label = new QLabel(text, parent);
  label->setTextFormat(Qt::PlainText);
  label->setForegroundRole(role);
  return label;
}

}  // namespace

KeyEditor::KeyEditor(const KeySchema& schema, const QString& label, QWidget* parent)
    : QWidget(parent),
      schema_(schema),
      field_(new KeyField(schema, this)),
      label_(plainLabel(this, breakable(label), QPalette::WindowText)),
      difference_(plainLabel(this, {}, QPalette::Link)),
      help_(plainLabel(this, helpText(schema), QPalette::PlaceholderText)),
      problem_(new Notice(this)),
      reset_(new QToolButton(this)),
      default_value_(schema.default_value) {
  setObjectName(toQString(schema.key));
  label_->setToolTip(toQString(schema.key));
  label_->setBuddy(field_);
  reset_->setAutoRaise(true);
  reset_->setIcon(icon(QStringLiteral("undo")));
  reset_->setAccessibleName(tr("Default of %1").arg(toQString(schema.key)));
  buildLayout();
  connect(field_, &KeyField::edited, this, [this] {
    takeField();
    showState();
    Q_EMIT changed();
  });
  connect(reset_, &QToolButton::clicked, this, [this] {
    focusField();  // before the button goes, which would hand the focus to whatever comes next
    setValue(default_value_);
    Q_EMIT changed();
  });
  setValue(schema.default_value);
}

void KeyEditor::buildLayout() {
  QSizePolicy policy = reset_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset_->setSizePolicy(policy);
  auto* words = new QVBoxLayout;
  words->setSpacing(1);
  for (QLabel* line : {label_, difference_, help_}) {
    line->setWordWrap(true);
    words->addWidget(line);
  }
  words->addWidget(problem_);
  words->addStretch(1);

  auto* unit = plainLabel(this, toQString(schema_.unit), QPalette::PlaceholderText);
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(0, 3, 0, 3);
  layout->setHorizontalSpacing(6);
  layout->setVerticalSpacing(2);
  layout->setColumnStretch(0, 1);
  layout->addLayout(words, 0, 0);
  // Free text wants the whole width; whatever else there is has one column for the fields of all rows.
  const bool is_wide = schema_.type == KeyType::Text;
  if (is_wide) {
    layout->addWidget(field_, 1, 0, 1, 3);
  } else {
    field_->setFixedWidth(kFieldChars * fontMetrics().averageCharWidth());
    unit->setFixedWidth(unitWidth(fontMetrics()));
    layout->addWidget(field_, 0, 1, Qt::AlignTop);
    layout->addWidget(unit, 0, 2, Qt::AlignTop);
    unit->setMinimumHeight(field_->sizeHint().height());
  }
  layout->addWidget(reset_, is_wide ? 1 : 0, 3, Qt::AlignTop);
  setTabOrder(field_, reset_);
}

void KeyEditor::setValue(const KeyValue& value) {
  field_->setContent(value);
  takeField();
  showState();
}

void KeyEditor::takeField() {
  KeyValue content = field_->content();
  field_problem_ = toQString(checkValue(schema_, content));
  if (!field_problem_.isEmpty() && field_->isEmpty()) {
    field_problem_ = tr("is empty but must be %1").arg(toQString(describeType(schema_)));
  }
  value_ = field_problem_.isEmpty() ? std::optional(std::move(content)) : std::nullopt;
}

QString KeyEditor::problem() const {
  return field_problem_.isEmpty() ? QString() : QStringLiteral("%1 %2").arg(toQString(schema_.key), field_problem_);
}

void KeyEditor::setDefaultValue(const KeyValue& value) {
  default_value_ = value;
  showState();
}

void KeyEditor::setReference(const std::optional<KeyValue>& value, const QString& name) {
  reference_ = value;
  reference_name_ = name;
  showState();
}

bool KeyEditor::isDifferent() const {
  return reference_ && value_ != reference_;
}

void KeyEditor::setOutsideProblem(const QString& problem) {
  if (problem == outside_problem_) return;
  outside_problem_ = problem;
  showState();
}

void KeyEditor::showState() {
  const QString problem = field_problem_.isEmpty() ? outside_problem_ : this->problem();
  problem_->say(Notice::Kind::Problem, problem);
  help_->setVisible(problem.isEmpty());

  const QString default_text = shortValue(default_value_);
  reset_->setToolTip(tr("Back to the default, %1").arg(default_text));
  reset_->setVisible(value_ != default_value_);

  QFont font = label_->font();
  font.setBold(isDifferent());
  label_->setFont(font);
  difference_->setVisible(isDifferent());
  if (isDifferent()) difference_->setText(tr("%1: %2").arg(reference_name_, shortValue(*reference_)));
}

void KeyEditor::focusField() {
  field_->setFocus(Qt::OtherFocusReason);
}

bool KeyEditor::matches(const QStringList& words) const {
  const QString text = toQString(schema_.key) + QLatin1Char(' ') + toQString(schema_.help);
  return std::ranges::all_of(words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace limbeck
