// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>

class QApplication;

namespace limbeck {

enum class ThemeChoice { System, Light, Dark };

/// Dresses the application: Fusion, so that the colours are ours on every desktop, with our light or dark palette.
class ThemeController {
 public:
  /// Remembers what the system looked like before anything was changed.
  explicit ThemeController(const QApplication& application);

  void apply(ThemeChoice choice);
  ThemeChoice choice() const { return choice_; }
  bool isDark() const;

 private:
  bool is_system_dark_;
  ThemeChoice choice_ = ThemeChoice::System;
};

}  // namespace limbeck
