// SPDX-License-Identifier: GPL-3.0-or-later
// What `bench` measures, and what came out. A row holds several ways to do the same work (its paths), which take turns
// within each repetition, so that a slow minute of a shared machine meets them all and their ratios stay true.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model/sequence_model.h"

namespace limbeck::cli {

struct BenchPath {
  std::string name;                          ///< "fused bf16"
  std::string detail;                        ///< SequenceModel::describe(), for JSON
  std::function<double()> measure;           ///< does the work once and returns the figure in the row's unit
  double steps = 0.0;                        ///< training or decoding steps in the work; 0: allocations are not counted
  double flops_per_unit = 0.0;               ///< 0: no GFLOP/s
  Precision precision = Precision::Float32;  ///< whose peak it is held against
};

struct BenchRow {
  std::string group;
  std::string name;
  std::string note;  ///< a line below the name; may be empty
  std::string unit;
  std::vector<BenchPath> paths;
  std::vector<std::string> baselines;  ///< names of at most two paths that the others are compared with
  double work_for_hours = 0.0;         ///< units whose time is told in hours as well; 0 for none
};

/// Over the repetitions. The median is the one to quote; the spread says how quiet the machine was.
struct Summary {
  double median = 0.0;
  double minimum = 0.0;
  double maximum = 0.0;
};

/// `values`: at least one.
Summary summarize(std::vector<double> values);

struct PathResult {
  std::string name;
  std::string detail;
  Summary figure;
  std::vector<std::optional<Summary>> ratios;  ///< one for each baseline, taken within repetitions
  std::optional<double> gflops;
  std::optional<double> share_of_peak;         ///< of what the machine did in registers in the same repetition
  std::optional<double> allocations_per_step;  ///< the most of all repetitions
  std::optional<double> hours;                 ///< for BenchRow::work_for_hours
};

struct RowResult {
  std::string group;
  std::string name;
  std::string note;
  std::string unit;
  int repetitions = 0;
  std::vector<std::string> baselines;
  std::vector<PathResult> paths;
};

/// Runs every path once to warm up and then all in turn `repetitions` times. `peak` measures the machine. Throws
/// Cancelled after Ctrl-C.
RowResult measureRow(const BenchRow& row, int repetitions, const std::function<double(Precision)>& peak);

}  // namespace limbeck::cli
