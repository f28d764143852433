// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/base/theme.h"

#include <QWidget>
#include <algorithm>
#include <array>

#include "core/plot/plot_style.h"

namespace limbeck {
namespace {

QColor fromStyle(const PlotStyle& style) {
  return QColor(QStringLiteral("#") + QString::fromUtf8(style.colour.data(), static_cast<int>(style.colour.size())));
}

QColor darkRole(PlotRole role, int free_index) {
  static const std::array<const char*, 6> kFree = {"#D49A7A", "#B79CF0", "#3FBFB2", "#8F86F0", "#D9B04A", "#F07BAA"};
  switch (role) {
    case PlotRole::AD:
      return QColor("#7CC4FF");
    case PlotRole::Source:
      return QColor("#E8743B");
    case PlotRole::ExpertDistillation:
      return QColor("#1FA37A");
    case PlotRole::Control:
    case PlotRole::Random:
    case PlotRole::Optimum:
      return QColor("#C9CED6");
    case PlotRole::Free:
      break;
  }
  return QColor(kFree[static_cast<std::size_t>(free_index) % kFree.size()]);
}

QColor mix(const QColor& from, const QColor& to, double share) {
  const auto part = [share](double a, double b) { return a + (b - a) * share; };
  return QColor::fromRgbF(static_cast<float>(part(from.redF(), to.redF())),
                          static_cast<float>(part(from.greenF(), to.greenF())),
                          static_cast<float>(part(from.blueF(), to.blueF())));
}

Theme makeLight() {
  Theme theme;
  theme.window = "#F3F4F6";
  theme.base = "#FFFFFF";
  theme.alternate = "#F7F8FA";
  theme.text = "#1F2328";
  theme.quiet_text = "#5B6168";
  theme.border = "#C4C9D0";
  theme.grid = "#E6E8EB";
  theme.accent = "#005AA0";
  theme.on_accent = "#FFFFFF";
  theme.good = "#1A7F4B";
  theme.warning = "#8A5A00";
  theme.bad = "#B3261E";
  theme.cell = "#EBEDF0";
  theme.cell_line = "#FFFFFF";
  theme.goal_inner = "#FFFFFF";
  theme.goal_outer = "#1F2328";
  return theme;
}

Theme makeDark() {
  Theme theme;
  theme.is_dark = true;
  theme.window = "#15171B";
  theme.base = "#1B1E23";
  theme.alternate = "#20242A";
  theme.text = "#E6E8EB";
  theme.quiet_text = "#A4ABB5";
  theme.border = "#3B424C";
  theme.grid = "#2B3038";
  theme.accent = "#5AA9F0";
  theme.on_accent = "#0B1016";
  theme.good = "#58C48A";
  theme.warning = "#E0B050";
  theme.bad = "#FF8A80";
  theme.cell = "#23272E";
  theme.cell_line = "#1B1E23";
  theme.goal_inner = "#FFFFFF";
  theme.goal_outer = "#0B1016";
  return theme;
}

}  // namespace

QColor Theme::role(PlotRole role, int free_index) const {
  return is_dark ? darkRole(role, free_index) : fromStyle(plotStyle(role, free_index));
}

QColor Theme::heat(double share) const {
  const double clamped = std::clamp(share, 0.0, 1.0);
  // Cividis in four points, from the cell's own colour and cut at its bright end.
  const std::array<QColor, 4> stops =
      is_dark ? std::array<QColor, 4>{QColor("#2B3A55"), QColor("#5B6070"), QColor("#918A6B"), QColor("#D2BE58")}
              : std::array<QColor, 4>{QColor("#D5DAE2"), QColor("#A9ABA8"), QColor("#BFB06E"), QColor("#EBD24E")};
  const double place = clamped * 3.0;
  const auto index = std::min<std::size_t>(2, static_cast<std::size_t>(place));
  return mix(stops[index], stops[index + 1], place - static_cast<double>(index));
}

QColor Theme::attention(double share) const {
  QColor colour = accent;
  colour.setAlphaF(static_cast<float>(0.08 + 0.92 * std::clamp(share, 0.0, 1.0)));
  return colour;
}

QPalette Theme::palette() const {
  QPalette palette;
  palette.setColor(QPalette::Window, window);
  palette.setColor(QPalette::WindowText, text);
  palette.setColor(QPalette::Base, base);
  palette.setColor(QPalette::AlternateBase, alternate);
  palette.setColor(QPalette::Text, text);
  palette.setColor(QPalette::PlaceholderText, quiet_text);
  palette.setColor(QPalette::Button, is_dark ? QColor("#262B32") : QColor("#FAFBFC"));
  palette.setColor(QPalette::ButtonText, text);
  palette.setColor(QPalette::BrightText, bad);
  palette.setColor(QPalette::Highlight, accent);
  palette.setColor(QPalette::HighlightedText, on_accent);
  palette.setColor(QPalette::Link, accent);
  palette.setColor(QPalette::LinkVisited, accent);
  palette.setColor(QPalette::ToolTipBase, is_dark ? QColor("#2B3038") : QColor("#24292F"));
  palette.setColor(QPalette::ToolTipText, QColor("#F3F4F6"));
  palette.setColor(QPalette::Light, is_dark ? QColor("#2F353D") : QColor("#FFFFFF"));
  palette.setColor(QPalette::Midlight, is_dark ? QColor("#2B3038") : QColor("#EEF0F3"));
  palette.setColor(QPalette::Mid, border);
  palette.setColor(QPalette::Dark, is_dark ? QColor("#0F1114") : QColor("#9AA1AA"));
  palette.setColor(QPalette::Shadow, is_dark ? QColor("#000000") : QColor("#6B7178"));
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, is_dark ? QColor("#6E7681") : QColor("#8A9097"));
  }
  palette.setColor(QPalette::Disabled, QPalette::Highlight, border);
  palette.setColor(QPalette::Disabled, QPalette::HighlightedText, text);
  return palette;
}

const Theme& lightTheme() {
  static const Theme kTheme = makeLight();
  return kTheme;
}

const Theme& darkTheme() {
  static const Theme kTheme = makeDark();
  return kTheme;
}

const Theme& themeOf(const QPalette& palette) {
  const bool is_dark = palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
  return is_dark ? darkTheme() : lightTheme();
}

const Theme& themeOf(const QWidget& widget) {
  return themeOf(widget.palette());
}

}  // namespace limbeck
