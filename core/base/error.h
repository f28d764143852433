// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace limbeck {

/// What went wrong, as far as a caller or an exit code needs to tell causes apart.
enum class ErrorCode {
  InvalidArgument,     ///< a value that the user gave: configuration, command line
  NotFound,            ///< a file, run, task or key that does not exist
  IoFailure,           ///< the file system refused: permission, space, read-only
  Corrupt,             ///< a file whose content contradicts itself or its checksum
  UnsupportedVersion,  ///< written by a newer (or no longer readable) format version
  Locked,              ///< another process holds the workspace or the database
  DeviceFailure,       ///< the compute backend gave up, or is not built in
  Diverged,            ///< training produced a loss or gradient that is not finite
};

/// The name of an error code, as it stands in JSON and logs: "InvalidArgument".
std::string_view errorCodeName(ErrorCode code);

/// What users, files or devices can cause. The message names the thing, the value, the limit and the way out.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message);

  /// Says what was being done, from the inside out: "opening history dataset: <message>".
  void addContext(std::string_view doing);

  ErrorCode code() const { return code_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
};

/// Somebody asked for the work to stop, and it did after keeping what is worth keeping. Not a failure.
class Cancelled : public std::exception {
 public:
  /// `kept` says in words what was saved: "checkpoint at step 400".
  explicit Cancelled(std::string kept = {});

  const std::string& kept() const { return kept_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string kept_;
  std::string message_;
};

}  // namespace limbeck
