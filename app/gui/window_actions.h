// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QList>

#include "widgets/shell/action_group.h"

class QActionGroup;

namespace limbeck {

/// The window's own actions; those of panels and pages are theirs. Made once, put into menus, palette and key sheet.
struct WindowActions {
  explicit WindowActions(QObject* parent);

  // File
  QAction* new_run;
  QAction* train_one;
  QAction* open_experiment;
  QAction* open_workspace;
  QAction* export_plot;
  QAction* export_animation;
  QAction* export_record;
  QAction* export_folder;
  QAction* quit;
  // Edit
  QAction* find;
  QAction* palette;
  // Run
  QAction* pause;
  QAction* resume;
  QAction* stop_keep;
  QAction* stop_discard;
  QAction* follow;
  QAction* retry;  ///< in the banner of a failure, and only there
  // View
  QAction* watch_page;
  QAction* attention;
  QAction* heat;
  QAction* trail;
  QAction* seeds;
  QAction* bands;
  QAction* marks;
  QAction* x_steps;
  QAction* reset_zoom;
  QAction* reduced_motion;
  QActionGroup* theme;
  QAction* theme_system;
  QAction* theme_light;
  QAction* theme_dark;
  QAction* full_screen;
  QAction* reset_layout;
  // Help
  QAction* keys;
  QAction* about;
  QAction* licences;

  /// The view actions whose keys are single letters: they belong to the Watch page, so that no text field loses its
  /// letters.
  QList<QAction*> pageKeys() const { return {attention, heat, trail, seeds, bands, marks, x_steps, reset_zoom}; }
};

}  // namespace limbeck
