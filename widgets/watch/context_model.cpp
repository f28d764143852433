// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/watch/context_model.h"

#include <algorithm>
#include <utility>

#include "core/data/recorded_stream.h"
#include "widgets/watch/transition_text.h"

namespace limbeck {

ContextModel::ContextModel(QObject* parent) : QAbstractTableModel(parent) {}

ContextModel::~ContextModel() = default;

void ContextModel::setContext(std::shared_ptr<const RecordedStream> stream, std::int64_t first_row, std::int64_t row) {
  const std::int64_t rows = stream ? stream->columns().rows() : 0;
  const std::int64_t end = std::clamp<std::int64_t>(row, 0, rows);
  const std::int64_t begin = std::clamp<std::int64_t>(first_row, 0, end);
  if (stream == stream_ && begin == first_row_ && end == row_) return;
  // The rows that stay are those of the same episodes, if it is the same experience that grew or was moved along.
  const bool is_same = stream && stream_ && stream->label() == stream_->label();
  if (!is_same) moveEpisodes(first_episode_, 0);
  stream_ = std::move(stream);
  first_row_ = begin;
  row_ = end;
  const int first = end > begin ? stream_->episodeAt(begin) : 0;
  moveEpisodes(first, end > begin ? stream_->episodeAt(end - 1) - first + 1 : 0);
  best_ = 0.0;
  for (int i = 0; i < count_; ++i) best_ = std::max(best_, partOf(episodeOf(i)).reward_sum);
  if (count_ > 0) Q_EMIT dataChanged(index(0, 0), index(count_ - 1, kColumnCount - 1));
}

int ContextModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : count_;
}

int ContextModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int{kColumnCount};
}

QVariant ContextModel::data(const QModelIndex& index, int role) const {
  // While rows come and go, a view may ask for an episode that the new context does not have.
  if (!index.isValid() || !stream_ || episodeOf(index.row()) >= stream_->episodes()) return {};
  const int episode = episodeOf(index.row());
  if (role == Qt::ToolTipRole) return toolTip(episode);
  if (role == Qt::TextAlignmentRole && index.column() == Episode) return int{Qt::AlignRight | Qt::AlignVCenter};
  if (role == kShareRole && index.column() == Return) {
    return best_ > 0.0 ? std::clamp(partOf(episode).reward_sum / best_, 0.0, 1.0) : 0.0;
  }
  if (role != Qt::DisplayRole) return {};
  switch (static_cast<Column>(index.column())) {
    case Episode:
      return episode + 1;
    case Return:
      return rewardText(partOf(episode).reward_sum);
    case Transitions:
      return transitionsText(episode);
    case kColumnCount:
      break;
  }
  return {};
}

QVariant ContextModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
    return QAbstractTableModel::headerData(section, orientation, role);
  switch (static_cast<Column>(section)) {
    case Episode:
      return tr("Episode");
    case Return:
      return tr("Return");
    case Transitions:
      return tr("Steps");
    case kColumnCount:
      break;
  }
  return {};
}

ContextModel::Part ContextModel::partOf(int episode) const {
  const std::int64_t whole_begin = stream_->begin(episode);
  const std::int64_t whole_end = stream_->begin(episode + 1);
  Part part{.begin = std::clamp(whole_begin, first_row_, row_), .end = std::clamp(whole_end, first_row_, row_)};
  part.is_cut = part.begin > whole_begin;
  const bool has_ended = stream_->columns().ends[static_cast<std::size_t>(whole_end - 1)] != End::None;
  part.goes_on = part.end < whole_end || !has_ended;
  for (std::int64_t row = part.begin; row < part.end; ++row) {
    part.reward_sum += static_cast<double>(stream_->columns().rewards[static_cast<std::size_t>(row)]);
  }
  return part;
}

void ContextModel::moveEpisodes(int first, int count) {
  const int end = first + count;
  const bool overlaps = count > 0 && count_ > 0 && first < first_episode_ + count_ && end > first_episode_;
  if (!overlaps) {
    beginResetModel();
    first_episode_ = first;
    count_ = count;
    endResetModel();
    return;
  }
  const auto change = [this](int row, int by, int new_first) {
    if (by == 0) return;
    if (by > 0) {
      beginInsertRows({}, row, row + by - 1);
    } else {
      beginRemoveRows({}, row, row - by - 1);
    }
    first_episode_ = new_first;
    count_ += by;
    if (by > 0) {
      endInsertRows();
    } else {
      endRemoveRows();
    }
  };
  change(0, -std::max(0, first - first_episode_), std::max(first, first_episode_));
  const int surplus = std::max(0, first_episode_ + count_ - end);
  change(count_ - surplus, -surplus, first_episode_);
  change(0, first_episode_ - first, first);
  change(count_, end - (first_episode_ + count_), first_episode_);
}

QString ContextModel::transitionsText(int episode) const {
  const Part part = partOf(episode);
  const auto count = part.end - part.begin;
  const int length = stream_->length(episode);
  if (part.is_cut && part.goes_on) return tr("%1, cut, so far").arg(count);
  if (part.is_cut) return tr("%1 of %2, cut").arg(count).arg(length);
  if (part.goes_on) return tr("%1 so far").arg(count);
  return QString::number(count);
}

QString ContextModel::toolTip(int episode) const {
  const Part part = partOf(episode);
  QString text = tr("Episode %1: the model reads %2 of its transitions, which paid %3.")
                     .arg(episode + 1)
                     .arg(part.end - part.begin)
                     .arg(rewardText(part.reward_sum));
  if (part.is_cut) text += tr(" Its beginning fell out of the context.");
  if (part.goes_on) text += tr(" It goes on.");
  return text + tr(" Click to go there.");
}

}  // namespace limbeck
