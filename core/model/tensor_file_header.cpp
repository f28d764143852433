// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tensor_file_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/error.h"

namespace limbeck {
namespace {

/// Receives the parser's events. Depth 1 is the top object, 2 an entry, 3 one of its arrays; nothing lies deeper.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TensorFileHeader take() { return std::move(header_); }

  bool start_object(std::size_t) override {
    if (depth_ == 0 || (depth_ == 1 && !name_.empty())) {
      ++depth_;
      return true;
    }
    fail("an object stands where none belongs");
  }

  bool key(std::string& text) override {
    if (depth_ == 1) {
      startEntry(text);
    } else if (in_metadata_) {
      if (header_.metadata.contains(text)) fail(fmt::format("metadata key '{}' stands twice", shorten(text)));
      if (header_.metadata.size() >= kLargestTensorCount) fail("it has too many metadata keys");
      key_ = text;
    } else {
      startField(text);
    }
    return true;
  }

  bool end_object() override {
    if (--depth_ == 1 && !in_metadata_) finishEntry();
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || (key_ != "shape" && key_ != "data_offsets"))
      fail("an array stands where none belongs");
    ++depth_;
    return true;
  }

  bool end_array() override {
    --depth_;
    (key_ == "shape" ? shape_ : offsets_) = std::move(numbers_);
    numbers_.clear();
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    if (depth_ != 3) fail("a number stands where none belongs");
    if (numbers_.size() >= kLargestRank) fail(fmt::format("'{}' of tensor '{}' is too long", key_, shorten(name_)));
    numbers_.push_back(value);
    return true;
  }

  bool string(std::string& text) override {
    if (depth_ == 2 && in_metadata_) {
      header_.metadata.emplace(key_, std::move(text));
    } else if (depth_ == 2 && key_ == "dtype") {
      if (text != "F32") fail(fmt::format("tensor '{}' has dtype {}, only F32 is read", shorten(name_), shorten(text)));
      dtype_seen_ = true;
    } else {
      fail("a text stands where none belongs");
    }
    return true;
  }

  bool number_integer(std::int64_t) override { fail("it holds a negative number"); }
  bool number_float(double, const std::string&) override { fail("it holds a number that is not whole"); }
  bool null() override { fail("it holds a null"); }
  bool boolean(bool) override { fail("it holds a boolean"); }
  bool binary(nlohmann::json::binary_t&) override { fail("it holds binary data"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    fail(fmt::format("it is not JSON from byte {} on", position));
  }

 private:
  [[noreturn]] static void fail(std::string_view what) {
    throw Error(ErrorCode::Corrupt, fmt::format("the header of this tensor file is broken: {}", what));
  }
  static std::string shorten(const std::string& text) { return text.substr(0, 80); }

  void startEntry(const std::string& name) {
    if (name.empty()) fail("a tensor has an empty name");
    if (header_.entries.contains(name) || (name == "__metadata__" && metadata_seen_)) {
      fail(fmt::format("'{}' stands twice", shorten(name)));
    }
    if (header_.entries.size() >= kLargestTensorCount) fail(fmt::format("it has over {} tensors", kLargestTensorCount));
    name_ = name;
    in_metadata_ = name == "__metadata__";
    metadata_seen_ = metadata_seen_ || in_metadata_;
    dtype_seen_ = false;
    shape_.reset();
    offsets_.reset();
  }

  void startField(const std::string& key) {
    const bool known = key == "dtype" || key == "shape" || key == "data_offsets";
    if (!known) fail(fmt::format("tensor '{}' has an unknown key '{}'", shorten(name_), shorten(key)));
    if ((key == "dtype" && dtype_seen_) || (key == "shape" && shape_) || (key == "data_offsets" && offsets_)) {
      fail(fmt::format("'{}' of tensor '{}' stands twice", key, shorten(name_)));
    }
    key_ = key;
  }

  void finishEntry() {
    if (!dtype_seen_ || !shape_ || !offsets_) fail(fmt::format("tensor '{}' is incomplete", shorten(name_)));
    if (offsets_->size() != 2) fail(fmt::format("tensor '{}' has no begin and end", shorten(name_)));
    TensorEntry entry{{}, (*offsets_)[0], (*offsets_)[1]};
    for (const std::uint64_t extent : *shape_) {
      if (extent > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        fail(fmt::format("tensor '{}' has an impossible shape", shorten(name_)));
      }
      entry.shape.push_back(static_cast<std::int64_t>(extent));
    }
    header_.entries.emplace(name_, std::move(entry));
  }

  TensorFileHeader header_;
  int depth_ = 0;
  std::string name_;
  std::string key_;
  bool in_metadata_ = false;
  bool metadata_seen_ = false;
  bool dtype_seen_ = false;
  std::optional<std::vector<std::uint64_t>> shape_;
  std::optional<std::vector<std::uint64_t>> offsets_;
  std::vector<std::uint64_t> numbers_;
};

/// Bytes of a tensor of this shape, or nothing when they do not fit 64 bits.
std::optional<std::uint64_t> shapeBytes(const std::vector<std::int64_t>& shape) {
  std::uint64_t bytes = sizeof(float);
  for (const std::int64_t extent : shape) {
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes)) return std::nullopt;
  }
  return bytes;
}

}  // namespace

TensorFileHeader parseTensorFileHeader(std::string_view text) {
  // safetensors wants the brace first: white space or a byte order mark before it means another kind of file.
  if (!text.starts_with('{')) throw Error(ErrorCode::Corrupt, "the header of this tensor file does not begin with '{'");
  HeaderReader reader;
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return reader.take();
}

std::string tilingProblem(const std::map<std::string, TensorEntry>& entries, std::uint64_t data_bytes) {
  std::vector<std::pair<const TensorEntry*, const std::string*>> by_place;
  for (const auto& [name, entry] : entries) by_place.emplace_back(&entry, &name);
  std::ranges::sort(by_place, {}, [](const auto& item) { return std::pair(item.first->begin, item.first->end); });
  std::uint64_t at = 0;
  for (const auto& [entry, name] : by_place) {
    if (entry->begin != at) {
      return fmt::format("tensor '{}' begins at byte {} but the one before it ends at {}", name->substr(0, 80),
                         entry->begin, at);
    }
    if (entry->end < entry->begin || shapeBytes(entry->shape) != entry->end - entry->begin) {
      return fmt::format("the range of tensor '{}' does not have the size of its shape", name->substr(0, 80));
    }
    at = entry->end;
  }
  if (at != data_bytes) return fmt::format("its tensors take {} bytes but the file has {}", at, data_bytes);
  return {};
}

}  // namespace limbeck
