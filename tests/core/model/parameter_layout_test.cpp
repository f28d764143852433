// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parameter_layout.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/model/model_json.h"
#include "tests/support/caught_error.h"

using namespace limbeck;
using test::caughtError;
using test::caughtMessage;

namespace {

TransformerConfig darkRoomConfig() {
  TransformerConfig config;
  config.spec = {{9, 9}, 5, 20};
  return config;
}

}  // namespace

class ParameterLayoutTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // By hand, W = 64, F = 256: embeddings (9 + 9 + 6 + 1 + 2) W = 1728; positions 300 W = 19200; a layer: two norms 4 W
  // = 256, qkv 3 W² + 3 W = 12480, out W² + W = 4160, mlp 2 W F + F + W = 33088, together 49984, times 4; final norm
  // 128; head 5 W + 5 = 325.
  void darkRoomModelHasTheSizeCountedByHand() {
    QCOMPARE(parameterCount(darkRoomConfig()), std::int64_t{1728 + 19200 + 4 * 49984 + 128 + 325});
  }

  void optionsAddAndRemoveTheirParameters() {
    const std::int64_t plain = parameterCount(darkRoomConfig());
    const auto with = [&](auto change) {
      TransformerConfig config = darkRoomConfig();
      change(config);
      return parameterCount(config) - plain;
    };
    QCOMPARE(with([](TransformerConfig& c) { c.norm = NormPlacement::Post; }), std::int64_t{-128});
    QCOMPARE(with([](TransformerConfig& c) { c.positions = PositionEncoding::None; }), std::int64_t{-19200});
    QCOMPARE(with([](TransformerConfig& c) { c.input_mask = 0.3; }), std::int64_t{64});
    QCOMPARE(with([](TransformerConfig& c) { c.dropout = 0.3; }), std::int64_t{0});
    // Three tokens: positions for 900 tokens, no table of ends.
    QCOMPARE(with([](TransformerConfig& c) { c.tokens = TokenScheme::Three; }), std::int64_t{600 * 64 - 2 * 64});
  }

  void parametersTileOneFlatBuffer() {
    std::int64_t at = 0;
    for (const ParameterInfo& info : parameterLayout(darkRoomConfig())) {
      QCOMPARE(info.offset, at);
      std::int64_t size = 1;
      for (const std::int64_t extent : info.shape) size *= extent;
      QCOMPARE(info.size, size);
      const bool is_vector_of_norm_or_bias = info.name.ends_with(".bias") || info.name.find("norm") != info.name.npos;
      QCOMPARE(info.decays, !is_vector_of_norm_or_bias);
      at += size;
    }
  }

  // 0.02 (and 0.02 / sqrt(8) for the two that close a branch): the standard error of a deviation over n values is 1 /
  // sqrt(2 n) of it, so 5 of those for 49,152 (qkv) and 16,384 (out) values: one test in a million fails by chance, and
  // the seed is fixed.
  void freshWeightsHaveTheirDeviations() {
    const TensorMap fresh = initialParameters(darkRoomConfig(), Rng(Seed{5}));
    const auto deviation = [&](const std::string& part) {
      double squares = 0.0;
      std::size_t count = 0;
      for (const auto& [name, tensor] : fresh) {
        if (!name.ends_with(part)) continue;
        for (const float value : tensor.values) squares += static_cast<double>(value) * static_cast<double>(value);
        count += tensor.values.size();
      }
      return std::sqrt(squares / static_cast<double>(count));
    };
    QVERIFY(std::abs(deviation("qkv.weight") / 0.02 - 1.0) < 5.0 / std::sqrt(2.0 * 49152));
    QVERIFY(std::abs(deviation("attention.out.weight") / (0.02 / std::sqrt(8.0)) - 1.0) < 5.0 / std::sqrt(2.0 * 16384));
    QCOMPARE(deviation("mlp.in.bias"), 0.0);
    QCOMPARE(fresh.at("layers.0.norm1.weight").values, std::vector<float>(64, 1.0F));
  }

  void oneMoreParameterChangesNoOther() {
    TransformerConfig more = darkRoomConfig();
    more.input_mask = 0.3;
    const TensorMap a = initialParameters(darkRoomConfig(), Rng(Seed{5}));
    const TensorMap b = initialParameters(more, Rng(Seed{5}));
    for (const auto& [name, tensor] : a) QCOMPARE(b.at(name).values, tensor.values);
  }

  void impossibleArchitecturesAreNamed_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<double>("value");
    for (const char* key : {"context_length", "layers", "width", "heads", "feed_forward"}) {
      QTest::newRow(key) << key << 0.0;
    }
    QTest::newRow("heads that do not divide") << "heads" << 7.0;
    QTest::newRow("more heads than width") << "heads" << 65.0;
    for (const char* key : {"dropout", "attention_dropout", "input_mask", "label_smoothing"}) {
      QTest::addRow("%s below", key) << key << -0.1;
      QTest::addRow("%s one", key) << key << 1.0;
      QTest::addRow("%s nan", key) << key << std::numeric_limits<double>::quiet_NaN();
    }
  }
  void impossibleArchitecturesAreNamed() {
    QFETCH(QString, key);
    QFETCH(double, value);
    TransformerConfig config = darkRoomConfig();
    const std::map<QString, int*> counts = {{"context_length", &config.context_length},
                                            {"layers", &config.layers},
                                            {"width", &config.width},
                                            {"heads", &config.heads},
                                            {"feed_forward", &config.feed_forward}};
    const std::map<QString, double*> shares = {{"dropout", &config.dropout},
                                               {"attention_dropout", &config.attention_dropout},
                                               {"input_mask", &config.input_mask},
                                               {"label_smoothing", &config.label_smoothing}};
    if (counts.contains(key)) *counts.at(key) = static_cast<int>(value);
    if (shares.contains(key)) *shares.at(key) = value;
    QCOMPARE(caughtError([&] { validate(config); })->code(), ErrorCode::InvalidArgument);
    QVERIFY(caughtMessage([&] { validate(config); }).contains("model." + key));
  }

  void architectureSurvivesJson() {
    TransformerConfig config = darkRoomConfig();
    config.norm = NormPlacement::Post;
    config.positions = PositionEncoding::None;
    config.tokens = TokenScheme::Three;
    config.dropout = 0.1;
    config.label_smoothing = 0.2;
    QVERIFY(transformerConfigFromJson(toJson(config)) == config);
    QVERIFY(transformerConfigFromJson(toJson(darkRoomConfig())) == darkRoomConfig());
  }

  void brokenJsonIsNamed() {
    const auto messageWith = [](auto change) {
      nlohmann::json json = toJson(darkRoomConfig());
      change(json);
      return caughtMessage([&] { transformerConfigFromJson(json); });
    };
    QVERIFY(messageWith([](auto& json) { json.erase("heads"); }).contains("heads"));
    QVERIFY(messageWith([](auto& json) { json["norm"] = "sideways"; }).contains("norm"));
    QVERIFY(messageWith([](auto& json) { json["width"] = 64.5; }).contains("width"));
    QVERIFY(messageWith([](auto& json) { json["width"] = "64"; }).contains("width"));
    QVERIFY(messageWith([](auto& json) { json["backdoor"] = 1; }).contains("backdoor"));
    QVERIFY(messageWith([](auto& json) { json["heads"] = 7; }).contains("heads"));
  }
};

QTEST_APPLESS_MAIN(ParameterLayoutTest)
#include "parameter_layout_test.moc"
