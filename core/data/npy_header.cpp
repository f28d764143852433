// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/npy_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <limits>

#include "core/base/check.h"
#include "core/base/error.h"

namespace limbeck {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY\x01\x00", 8};  // with version 1.0
constexpr std::size_t kPrefixBytes = 10;
constexpr std::size_t kAlignment = 64;

struct TypeEntry {
  NpyType type;
  std::string_view descriptor;
  std::string_view name;
  std::size_t bytes;
};

constexpr TypeEntry kTypes[] = {
    {NpyType::UInt8, "|u1", "uint8", 1},
    {NpyType::Int32, "<i4", "int32", 4},
    {NpyType::Int64, "<i8", "int64", 8},
    {NpyType::Float32, "<f4", "float32", 4},
};

const TypeEntry& entryOf(NpyType type) {
  for (const TypeEntry& entry : kTypes) {
    if (entry.type == type) return entry;
  }
  throw BugError("an NpyType without an entry");
}

[[noreturn]] void corrupt(const std::string& message) {
  throw Error(ErrorCode::Corrupt, message);
}

/// Takes the dictionary literal apart, token by token.
class DictionaryScanner {
 public:
  explicit DictionaryScanner(std::string_view text) : text_(text) {}

  bool take(char expected) {
    skipSpaces();
    if (text_.empty() || text_.front() != expected) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char expected) {
    if (!take(expected)) corrupt(fmt::format("damaged .npy header: '{}' is missing", expected));
  }
  std::string_view quoted() {
    expect('\'');
    const std::size_t end = text_.find('\'');
    if (end == std::string_view::npos) corrupt("damaged .npy header: a quote is not closed");
    const std::string_view content = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return content;
  }
  std::string_view word() {
    skipSpaces();
    std::size_t length = 0;
    while (length < text_.size() && text_[length] >= 'A' && text_[length] <= 'z') ++length;
    const std::string_view content = text_.substr(0, length);
    text_.remove_prefix(length);
    return content;
  }
  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> values;
    expect('(');
    while (!take(')')) {
      std::int64_t value = 0;
      const auto [end, code] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
      if (code != std::errc() || value < 0) corrupt("damaged .npy header: the shape holds no valid number");
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      values.push_back(value);
      if (!take(',')) {
        expect(')');
        break;
      }
      skipSpaces();
    }
    return values;
  }
  void expectOnlySpaces() {
    skipSpaces();
    if (!text_.empty()) corrupt("damaged .npy header: text after the dictionary");
  }

 private:
  void skipSpaces() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }
  std::string_view text_;
};

NpyType parseType(std::string_view descriptor) {
  for (const TypeEntry& entry : kTypes) {
    if (entry.descriptor == descriptor) return entry.type;
  }
  corrupt(fmt::format("the .npy type '{}' is none of those used here (|u1, <i4, <i8, <f4)", descriptor));
}

NpyHeader parseDictionary(std::string_view text) {
  NpyHeader header;
  bool has_type = false;
  bool has_order = false;
  bool has_shape = false;
  DictionaryScanner scanner(text);
  scanner.expect('{');
  while (!scanner.take('}')) {
    const std::string_view key = scanner.quoted();
    scanner.expect(':');
    if (key == "descr" && !has_type) {
      header.type = parseType(scanner.quoted());
      has_type = true;
    } else if (key == "fortran_order" && !has_order) {
      if (scanner.word() != "False") corrupt("the .npy data is not in C order");
      has_order = true;
    } else if (key == "shape" && !has_shape) {
      header.shape = scanner.tuple();
      has_shape = true;
    } else {
      corrupt(fmt::format("damaged .npy header: unexpected key '{}'", key));
    }
    if (!scanner.take(',')) {
      scanner.expect('}');
      break;
    }
  }
  scanner.expectOnlySpaces();
  if (!has_type || !has_order || !has_shape || header.shape.empty()) corrupt("damaged .npy header: a key is missing");
  return header;
}

std::size_t dataBytes(const NpyHeader& header) {
  std::size_t bytes = npyItemBytes(header.type);
  for (const std::int64_t extent : header.shape) {
    const auto size = static_cast<std::size_t>(extent);
    if (size != 0 && bytes > std::numeric_limits<std::size_t>::max() / size)
      corrupt("the .npy shape is impossibly large");
    bytes *= size;
  }
  return bytes;
}

}  // namespace

std::size_t npyItemBytes(NpyType type) {
  return entryOf(type).bytes;
}
std::string_view npyTypeName(NpyType type) {
  return entryOf(type).name;
}

std::string formatNpyHeader(const NpyHeader& header, std::size_t minimum_bytes) {
  const std::string dictionary =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}", entryOf(header.type).descriptor,
                  fmt::join(header.shape, ", "), header.shape.size() == 1 ? "," : "");
  std::size_t total = kPrefixBytes + dictionary.size() + 1;
  total = std::max((total + kAlignment - 1) / kAlignment * kAlignment, minimum_bytes);
  const std::size_t length = total - kPrefixBytes;
  LIMBECK_CHECK(length <= 0xFFFF, "a .npy shape of too many dimensions");
  std::string text(kMagic);
  text += static_cast<char>(length & 0xFF);
  text += static_cast<char>(length >> 8);
  text += dictionary;
  text.append(total - 1 - text.size(), ' ');
  text += '\n';
  return text;
}

NpyHeader parseNpyHeader(std::string_view file) {
  if (file.size() < kPrefixBytes || !file.starts_with(kMagic)) corrupt("no .npy file of version 1.0");
  const std::size_t length =
      static_cast<unsigned char>(file[8]) | static_cast<std::size_t>(static_cast<unsigned char>(file[9])) << 8;
  if (file.size() - kPrefixBytes < length) corrupt("truncated within the .npy header");
  NpyHeader header = parseDictionary(file.substr(kPrefixBytes, length));
  header.data_offset = kPrefixBytes + length;
  const std::size_t expected = dataBytes(header);
  const std::size_t found = file.size() - header.data_offset;
  if (found != expected) {
    corrupt(fmt::format("{} bytes of data, but shape ({}) of {} needs {}{}", found, fmt::join(header.shape, ", "),
                        npyTypeName(header.type), expected, found < expected ? "; the file is truncated" : ""));
  }
  if (header.data_offset % npyItemBytes(header.type) != 0) corrupt("the .npy data is not aligned");
  return header;
}

}  // namespace limbeck
