// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/published_for.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace limbeck::cli {

std::vector<PublishedNumber> publishedFor(const ExperimentFile& file, const std::filesystem::path& folder) {
  std::vector<PublishedNumber> all;
  for (const PublishedReference& reference : file.published) {
    try {
      for (PublishedNumber& number : loadPublished(reference, folder)) all.push_back(std::move(number));
    } catch (const Error& error) {
      fmt::print(stderr, "limbeck-cli: published numbers left out: {}\n", error.what());
    }
  }
  return all;
}

}  // namespace limbeck::cli
