// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/bench_clock.h"
#include "app/cli/bench_groups.h"
#include "app/cli/bench_models.h"
#include "core/model/flop_count.h"

namespace limbeck::cli {
namespace {

/// The published training times count updates of this many windows; ours are told for the same number of tokens.
constexpr double kReferenceUpdates = 10'000;
constexpr double kReferenceWindows = 64;

double trainingSteps(SequenceModel& model, const ContextBatch& batch, int steps) {
  const double seconds = secondsOf([&] {
    for (int step = 0; step < steps; ++step) model.trainStep(batch, 1e-4, Rng(kBenchSeed));
  });
  return static_cast<double>(steps) * batch.windows * batch.length / seconds;
}

/// How many steps take a tenth of a second: a shorter measurement is mostly chance.
int stepsToTime(SequenceModel& model, const ContextBatch& batch) {
  const auto step = [&] { trainingSteps(model, batch, 1); };
  double seconds = secondsOf(step);
  if (seconds < 1.0) seconds = secondsOf(step);  // The first one also loads libraries and makes room.
  return seconds > 0.1 ? 1 : static_cast<int>(0.1 / seconds) + 1;
}

BenchRow trainingRow(const BenchSetup& setup, const BenchShape& shape) {
  BenchRow row{.group = "training",
               .name = fmt::format("{}{}{}, batch {}", shape.name, shape.name.empty() ? "" : ": ", shape.describe(),
                                   shape.windows),
               .note = {},
               .unit = "tokens/s",
               .paths = {},
               .baselines = {kPlainFloat32, kPlainBFloat16}};
  const TransformerConfig config = transformerOf(shape);
  const std::shared_ptr<const ContextBatch> batch = randomBatch(config, shape.windows);
  for (const BenchModel& made : makeBenchModels(shape, setup.device, setup.team)) {
    const std::shared_ptr<SequenceModel> model = made.model;
    const int steps = stepsToTime(*model, *batch);
    row.paths.push_back({.name = made.name,
                         .detail = model->describe(),
                         .measure = [model, batch, steps] { return trainingSteps(*model, *batch, steps); },
                         .steps = static_cast<double>(steps),
                         .flops_per_unit = trainingFlops(config),
                         .precision = made.precision});
  }
  return row;
}

/// `published`: hours on an RTX 3090 or A10 that the Decision Mamba paper (NeurIPS 2024) gives for its tasks of this
/// context.
BenchRow referenceRow(const BenchSetup& setup, const BenchShape& shape, const char* published) {
  BenchRow row = trainingRow(setup, shape);
  row.group = "reference";
  row.note = fmt::format("h: 10,000 updates of 64 windows, by tokens; published, RTX 3090/A10: {}", published);
  row.work_for_hours = kReferenceUpdates * kReferenceWindows * shape.context_length;
  return row;
}

}  // namespace

std::vector<RowMaker> trainingRows(const BenchSetup& setup) {
  std::vector<RowMaker> rows;
  for (const BenchShape& shape : {kShapeS, kShapeM, kShapeL}) {
    rows.emplace_back([setup, shape] { return trainingRow(setup, shape); });
  }
  return rows;
}

std::vector<RowMaker> referenceRows(const BenchSetup& setup) {
  const bool is_large = setup.device == Device::Cuda;  // A CPU would take minutes for whole batches.
  const auto row = [setup, is_large](int context, int windows, const char* published) -> RowMaker {
    const BenchShape shape{"", 3, 128, 4, 512, context, is_large ? 64 : windows};
    return [setup, shape, published] { return referenceRow(setup, shape, published); };
  };
  return {row(200, 32, "AD (Mamba) 0.21-0.65, AD (Transformer) 0.23-1.01"),
          row(2000, 4, "AD (Mamba) 2.7-6.9, AD (Transformer) 4.7-18.2"),
          row(4000, 2, "AD (Mamba) 18.2-28.6, AD (Transformer) 22.2-37.1")};
}

}  // namespace limbeck::cli
