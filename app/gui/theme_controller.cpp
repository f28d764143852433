// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme_controller.h"

#include <QApplication>
#include <QToolTip>

#include "app/gui/outline_style.h"
#include "widgets/base/theme.h"

namespace limbeck {

ThemeController::ThemeController(const QApplication&) : is_system_dark_(themeOf(QApplication::palette()).is_dark) {
  QApplication::setStyle(new OutlineStyle);  // the application owns it
}

bool ThemeController::isDark() const {
  return choice_ == ThemeChoice::Dark || (choice_ == ThemeChoice::System && is_system_dark_);
}

void ThemeController::apply(ThemeChoice choice) {
  choice_ = choice;
  const Theme& theme = isDark() ? darkTheme() : lightTheme();
  QApplication::setPalette(theme.palette());
  QToolTip::setPalette(theme.palette());
}

}  // namespace limbeck
