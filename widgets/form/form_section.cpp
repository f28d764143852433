// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form/form_section.h"

#include <QCoreApplication>
#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "widgets/base/text.h"
#include "widgets/form/key_editor.h"

namespace limbeck {
namespace {

QString translated(const char* text) {
  return QCoreApplication::translate("FormSection", text);
}

}  // namespace

std::vector<FormGroup> formGroups() {
  std::vector<FormGroup> groups{
      {translated("Experiment"), {"experiment"}}, {translated("Environment and tasks"), {"environment", "tasks"}},
      {translated("Source"), {"source"}},         {translated("Histories and context"), {"histories", "context"}},
      {translated("Model"), {"model"}},           {translated("Training"), {"training", "optimizer", "validation"}},
      {translated("Evaluation"), {"evaluation"}}, {translated("Compute"), {"compute"}},
  };
  for (const KeySchema& schema : experimentSchema()) {
    const std::string section = schema.section();
    const bool is_known = std::ranges::any_of(
        groups, [&](const FormGroup& group) { return std::ranges::count(group.sections, section) > 0; });
    if (!is_known) groups.push_back({toQString(section), {section}});
  }
  return groups;
}

bool isSimpleKey(std::string_view key) {
  static constexpr std::array<std::string_view, 13> kKeys{
      "environment.name",       "environment.size",       "tasks.held_out",
      "source.algorithm",       "source.episodes",        "histories.histories_per_task",
      "context.context_length", "model.layers",           "model.width",
      "training.steps",         "training.learning_rate", "evaluation.episodes",
      "experiment.seed"};
  return std::ranges::find(kKeys, key) != kKeys.end();
}

FormSection::FormSection(const FormGroup& group, QWidget* parent) : QWidget(parent), group_(group) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 4, 0, 8);
  layout->setSpacing(2);
  auto* title = new QLabel(group.title, this);
  QFont font = title->font();
  font.setBold(true);
  font.setPointSizeF(font.pointSizeF() * 1.1);
  title->setFont(font);
  layout->addWidget(title);
  auto* line = new QFrame(this);
  line->setFrameShape(QFrame::HLine);
  line->setForegroundRole(QPalette::Mid);
  layout->addWidget(line);
  for (const std::string& section : group.sections) {
    for (const KeySchema& schema : experimentSchema()) {
      if (schema.section() != section) continue;
      // Two sections of a group may have a key of the same name: what is not of the first is called in full.
      const bool is_main = section == group.sections.front();
      editors_.push_back(new KeyEditor(schema, toQString(is_main ? schema.name() : schema.key), this));
      layout->addWidget(editors_.back());
    }
  }
}

}  // namespace limbeck
