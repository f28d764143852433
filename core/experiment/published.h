// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that others have published, to stand as marked points under our curves. An experiment file names them:
//   [[published]]
//   file = "published/figure4.csv"  # relative to the experiment file
//   curve = "Dark Room: AD"         # left out: all curves of the file
//   label = "AD, Laskin et al."     # left out: the curve's name
// The data are CSV with the header
//   figure,curve,axis,x,y,error,reading,source
// axis: what x is, "episode" (in context) or a key of an experiment ("context.context_length"), whose values a sweep
// goes through; error: half the width of what is sure of y, may be empty; reading: how the number was obtained; lines
// that begin with # are remarks.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/toml_entries.h"

namespace limbeck {

/// One [[published]].
struct PublishedReference {
  std::string place;
  std::filesystem::path file;
  std::string curve;
  std::string label;
};

/// Throws Error(InvalidArgument) with file:line:column.
std::vector<PublishedReference> readPublishedReferences(const TomlDocument& document, std::string_view file_name);

/// One row of the data.
struct PublishedNumber {
  std::string figure;
  std::string curve;
  std::string axis;
  double x = 0.0;
  double y = 0.0;
  std::optional<double> error;
  std::string reading;
  std::string source;
};

/// Throws Error(InvalidArgument) with file:line for what is no such table.
std::vector<PublishedNumber> parsePublished(std::string_view csv, std::string_view file_name);

/// The rows that a reference names, with its label as their curve's name. Throws Error(NotFound) when the file is not
/// there, Error(InvalidArgument) when it has no such curve.
std::vector<PublishedNumber> loadPublished(const PublishedReference& reference, const std::filesystem::path& folder);

}  // namespace limbeck
