// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace limbeck {

/// Of products; weights, gradients and optimiser state are float32. An LSTM is float32. Auto: bf16 on a GPU and where
/// the fused core runs on a processor with instructions for it, else float32; makeSequenceModel decides, and what it
/// makes knows only the others.
enum class Precision { Float32, BFloat16, Auto };

/// How a decoder keeps keys and values. Smaller ones are read faster and differ from the exact ones in rounding only.
enum class CachePrecision { Float32, BFloat16, Int8 };

}  // namespace limbeck
