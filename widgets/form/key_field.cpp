// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/key_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "widgets/base/text.h"
#include "widgets/form/map_edit.h"

namespace limbeck {
namespace {

constexpr std::string_view kMapKey = "environment.map";

/// The whole of `text` as a number of type T.
template <typename T>
std::optional<T> readNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Elements between commas or spaces, with or without brackets around them.
std::optional<std::vector<std::int64_t>> readList(QString text) {
  if (text.startsWith('[') && text.endsWith(']')) text = text.mid(1, text.size() - 2);
  text.replace(QLatin1Char(','), QLatin1Char(' '));
  std::vector<std::int64_t> list;
  for (const QString& element : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    const std::optional<std::int64_t> number = readNumber<std::int64_t>(element.toStdString());
    if (!number) return std::nullopt;
    list.push_back(*number);
  }
  return list;
}

/// As `limbeck-cli --set` reads it: an integer before a number before text.
KeyValue readContent(KeyType type, const QString& text) {
  const std::string trimmed = text.trimmed().toStdString();
  switch (type) {
    case KeyType::Text:
    case KeyType::Choice:
    case KeyType::Boolean:
      return text.toStdString();
    case KeyType::IntegerList:
      if (auto list = readList(text.trimmed())) return *std::move(list);
      return trimmed;
    case KeyType::Integer:
    case KeyType::Real:
      break;
  }
  if (const auto integer = readNumber<std::int64_t>(trimmed)) return *integer;
  // An integer of more than 64 bits is none in TOML, and no number either.
  const bool has_digits_only = trimmed.find_first_not_of("+-0123456789") == std::string::npos;
  if (const auto real = readNumber<double>(trimmed); real && !has_digits_only) return *real;
  return trimmed;
}

QString shownText(const KeyValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return toQString(*text);
  QString shown = toQString(formatValue(value));
  if (std::holds_alternative<std::vector<std::int64_t>>(value)) shown = shown.mid(1, shown.size() - 2);
  return shown;
}

std::int64_t integerLimit(const std::optional<double>& limit, std::int64_t none) {
  return limit ? static_cast<std::int64_t>(*limit) : none;
}

/// A wheel over a field on its way down the page would change values that nobody looks at.
class WheelGuard final : public QObject {
 public:
  using QObject::QObject;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() != QEvent::Wheel || static_cast<QWidget*>(watched)->hasFocus()) return false;
    event->ignore();
    return true;
  }
};

}  // namespace

IntegerBox::IntegerBox(const KeySchema& schema, QWidget* parent)
    : QAbstractSpinBox(parent),
      lowest_(integerLimit(schema.min, std::numeric_limits<std::int64_t>::min())),
      highest_(integerLimit(schema.max, std::numeric_limits<std::int64_t>::max())) {
  setFocusPolicy(Qt::StrongFocus);
}

std::optional<std::int64_t> IntegerBox::number() const {
  return readNumber<std::int64_t>(text().trimmed().toStdString());
}

void IntegerBox::stepBy(int steps) {
  const std::int64_t from = std::clamp(number().value_or(lowest_), lowest_, highest_);
  // The distance to a limit, not the sum, which could overflow.
  const std::int64_t to = steps > 0 ? (highest_ - from < steps ? highest_ : from + steps)
                                    : (from < lowest_ - steps ? lowest_ : from + steps);
  lineEdit()->setText(QString::number(to));
  lineEdit()->selectAll();
}

QAbstractSpinBox::StepEnabled IntegerBox::stepEnabled() const {
  const std::optional<std::int64_t> at = number();
  if (!at) return StepNone;
  StepEnabled enabled = StepNone;
  if (*at < highest_) enabled |= StepUpEnabled;
  if (*at > lowest_) enabled |= StepDownEnabled;
  return enabled;
}

KeyField::KeyField(const KeySchema& schema, QWidget* parent) : QWidget(parent), type_(schema.type) {
  switch (type_) {
    case KeyType::Boolean:
      check_ = new QCheckBox(this);
      connect(check_, &QCheckBox::toggled, this, [this](bool is_on) {
        check_->setText(is_on ? tr("yes") : tr("no"));
        Q_EMIT edited();
      });
      check_->setText(tr("no"));
      break;
    case KeyType::Choice:
      makeChoice(schema);
      break;
    case KeyType::Integer: {
      auto* box = new IntegerBox(schema, this);
      box->installEventFilter(new WheelGuard(box));
      makeLine(box->line());
      break;
    }
    case KeyType::Text:
      if (schema.key == kMapKey) {
        map_ = new MapEdit(this);
        connect(map_, &QPlainTextEdit::textChanged, this, &KeyField::edited);
        break;
      }
      [[fallthrough]];
    case KeyType::Real:
    case KeyType::IntegerList:
      makeLine(new QLineEdit(this));
      break;
  }
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins({});
  auto* widget = findChild<QWidget*>({}, Qt::FindDirectChildrenOnly);
  widget->setAccessibleName(toQString(schema.key));
  widget->setAccessibleDescription(toQString(schema.help));
  layout->addWidget(widget);
  setFocusProxy(widget);
}

void KeyField::makeChoice(const KeySchema& schema) {
  combo_ = new QComboBox(this);
  combo_->setFocusPolicy(Qt::StrongFocus);
  combo_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  combo_->installEventFilter(new WheelGuard(combo_));
  for (const std::string& choice : schema.choices) combo_->addItem(toQString(choice));
  connect(combo_, &QComboBox::currentIndexChanged, this, &KeyField::edited);
}

void KeyField::makeLine(QLineEdit* line) {
  line_ = line;
  connect(line_, &QLineEdit::textChanged, this, &KeyField::edited);
}

QString KeyField::text() const {
  if (map_) return map_->map();
  return combo_ ? combo_->currentText() : line_->text();
}

KeyValue KeyField::content() const {
  if (check_) return check_->isChecked();
  return readContent(type_, text());
}

bool KeyField::isEmpty() const {
  const bool may_be_empty = type_ == KeyType::Text || type_ == KeyType::IntegerList;
  return line_ && !may_be_empty && line_->text().trimmed().isEmpty();
}

void KeyField::setContent(const KeyValue& value) {
  const QSignalBlocker blocker(this);
  if (check_) {
    check_->setChecked(std::get<bool>(value));
  } else if (combo_) {
    combo_->setCurrentText(shownText(value));
  } else if (map_) {
    map_->setMap(shownText(value));
  } else {
    line_->setText(shownText(value));
    line_->setCursorPosition(0);
  }
}

}  // namespace limbeck
