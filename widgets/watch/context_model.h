// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <cstdint>
#include <memory>

namespace limbeck {

class RecordedStream;

/// One row for each episode of which the context [first_row, row) holds a part. Moving the context on inserts and
/// removes rows at the ends, so that selection and scrolling stay.
class ContextModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Episode, Return, Transitions, kColumnCount };
  /// Of the Return column: the bar's length in [0, 1] of the best return in the context.
  static constexpr int kShareRole = Qt::UserRole;

  explicit ContextModel(QObject* parent = nullptr);
  ~ContextModel() override;

  void setContext(std::shared_ptr<const RecordedStream> stream, std::int64_t first_row, std::int64_t row);
  int episodeOf(int model_row) const { return first_episode_ + model_row; }
  std::int64_t transitions() const { return row_ - first_row_; }
  bool hasStream() const { return stream_ != nullptr; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  /// The part of an episode that is in the context.
  struct Part {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    bool is_cut = false;      ///< its beginning fell out of the context
    bool goes_on = false;     ///< its end has not happened yet
    double reward_sum = 0.0;  ///< of this part
  };
  Part partOf(int episode) const;
  void moveEpisodes(int first, int count);
  QString transitionsText(int episode) const;
  QString toolTip(int episode) const;

  std::shared_ptr<const RecordedStream> stream_;  // shared by all that show it
  std::int64_t first_row_ = 0;
  std::int64_t row_ = 0;
  int first_episode_ = 0;
  int count_ = 0;
  double best_ = 0.0;
};

}  // namespace limbeck
