// SPDX-License-Identifier: GPL-3.0-or-later
// From a text to a query: first words, then a descent through `or`, side by side, `not`, parentheses.
#include "widgets/runs/run_filter.h"

#include <utility>

#include "widgets/runs/run_query_node.h"

namespace limbeck {
namespace {

using Node = RunQuery::Node;
using NodePtr = std::shared_ptr<const Node>;

/// More nesting than any person types; without a limit a pasted line of parentheses could exhaust the stack.
constexpr int kDeepest = 40;

class Parser {
 public:
  Parser(const QString& text, const QStringList& extra_keys) : text_(text), extra_keys_(extra_keys) {}

  RunQuery parse() {
    skipSpace();
    if (isAtEnd()) return {};
    NodePtr root = parseAny();
    if (!isAtEnd()) fail(place_, 1, QStringLiteral("this \")\" closes nothing"));
    return RunQuery(std::move(root));
  }

 private:
  [[noreturn]] static void fail(int position, int length, const QString& words) {
    throw QueryError{.position = position, .length = length, .words = words};
  }

  bool isAtEnd() const { return place_ >= text_.size(); }
  QChar peek(int ahead = 0) const { return place_ + ahead < text_.size() ? text_[place_ + ahead] : QChar(); }
  void skipSpace() {
    while (!isAtEnd() && peek().isSpace()) ++place_;
  }

  /// A keyword stands alone: "or" of "order" is none.
  bool isKeyword(const char* word) const {
    const QLatin1String latin(word);
    const auto end = place_ + latin.size();
    if (QStringView(text_).mid(place_, latin.size()).compare(latin, Qt::CaseInsensitive) != 0) return false;
    return end >= text_.size() || text_[end].isSpace() || text_[end] == QLatin1Char('(') ||
           text_[end] == QLatin1Char(')');
  }

  bool takeKeyword(const char* word) {
    if (!isKeyword(word)) return false;
    place_ += static_cast<int>(qstrlen(word));
    skipSpace();
    return true;
  }

  NodePtr parseAny() {
    std::vector<NodePtr> parts{parseAll()};
    while (takeKeyword("or")) parts.push_back(parseAll());
    return together(Node::Kind::Any, std::move(parts));
  }

  NodePtr parseAll() {
    std::vector<NodePtr> parts;
    while (!isAtEnd() && peek() != QLatin1Char(')') && !isKeyword("or")) {
      if (takeKeyword("and")) continue;  // is what standing side by side means
      parts.push_back(parseOne());
      skipSpace();
    }
    if (parts.empty()) {
      const int begin = std::max(0, std::min<int>(place_, static_cast<int>(text_.size()) - 1));
      fail(begin, 1, QStringLiteral("\"or\" and \"( )\" need something to look for on each side"));
    }
    return together(Node::Kind::All, std::move(parts));
  }

  NodePtr parseOne() {
    const int begin = place_;
    if (peek() == QLatin1Char('-') && !peek(1).isNull() && !peek(1).isSpace()) {
      ++place_;
      return negated(begin, 1);
    }
    if (takeKeyword("not")) return negated(begin, 3);
    if (peek() != QLatin1Char('(')) return parseTerm();
    const Deeper deeper(*this);
    ++place_;
    skipSpace();
    NodePtr inner = parseAny();
    if (isAtEnd()) fail(begin, 1, QStringLiteral("this \"(\" has no \")\""));
    ++place_;
    return inner;
  }

  NodePtr negated(int begin, int length) {
    const Deeper deeper(*this);
    if (isAtEnd() || peek() == QLatin1Char(')'))
      fail(begin, length, QStringLiteral("\"not\" needs something behind it"));
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::Not;
    node->parts.push_back(parseOne());
    return node;
  }

  NodePtr parseTerm() {
    const int begin = place_;
    if (peek() == QLatin1Char('"')) return textNode(takeQuoted());
    const QString word = takeUntilOperator();
    const int word_end = place_;
    // Spaces round a comparison are natural ("lr < 1e-3"); a colon belongs to its key.
    skipSpace();
    const bool is_colon_apart = peek() == QLatin1Char(':') && place_ != word_end;
    const std::optional<QueryOperator> op = is_colon_apart ? std::nullopt : takeOperator();
    if (!op) {
      place_ = word_end;
      if (word.isEmpty()) fail(begin, 1, QStringLiteral("a key is missing before \":\", as in env:darkroom"));
      return textNode(word);
    }
    return conditionNode(begin, word, *op);
  }

  NodePtr conditionNode(int begin, const QString& name, QueryOperator op) {
    if (name.isEmpty())
      fail(begin, place_ - begin, QStringLiteral("a key is missing here, as in env:darkroom or lr<1e-3"));
    const auto length = static_cast<int>(name.size());
    const std::variant<QueryKey, QString> found = findQueryKey(name, extra_keys_);
    if (const auto* problem = std::get_if<QString>(&found)) fail(begin, length, *problem);
    skipSpace();
    const int value_begin = place_;
    const bool is_quoted = peek() == QLatin1Char('"');
    const QString value = is_quoted ? takeQuoted() : takeUntilSpace();
    if (value.isEmpty() && !is_quoted) {
      fail(begin, place_ - begin,
           QStringLiteral("\"%1\" needs a value").arg(text_.mid(begin, place_ - begin).trimmed()));
    }
    std::variant<QueryCondition, QString> condition = makeCondition(std::get<QueryKey>(found), op, value);
    if (const auto* problem = std::get_if<QString>(&condition)) fail(value_begin, place_ - value_begin, *problem);
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::Condition;
    node->condition = std::move(std::get<QueryCondition>(condition));
    return node;
  }

  QString takeQuoted() {
    const auto end = text_.indexOf(QLatin1Char('"'), place_ + 1);
    if (end < 0)
      fail(place_, static_cast<int>(text_.size()) - place_, QStringLiteral("the quote that opens here has no end"));
    const QString inner = text_.mid(place_ + 1, end - place_ - 1);
    place_ = static_cast<int>(end) + 1;
    return inner;
  }

  QString takeWhile(const auto& belongs) {
    const int begin = place_;
    while (!isAtEnd() && !peek().isSpace() && peek() != QLatin1Char(')') && belongs()) ++place_;
    return text_.mid(begin, place_ - begin);
  }

  QString takeUntilSpace() {
    return takeWhile([] { return true; });
  }

  QString takeUntilOperator() {
    return takeWhile([&] {
      const bool is_unequal = peek() == QLatin1Char('!') && peek(1) == QLatin1Char('=');
      return !QStringLiteral(":<>=").contains(peek()) && !is_unequal;
    });
  }

  std::optional<QueryOperator> takeOperator() {
    static const std::pair<const char*, QueryOperator> kOperators[] = {
        {"!=", QueryOperator::NotEqual}, {"<=", QueryOperator::LessOrEqual}, {">=", QueryOperator::GreaterOrEqual},
        {"<", QueryOperator::Less},      {">", QueryOperator::Greater},      {"=", QueryOperator::Equal},
        {":", QueryOperator::Has}};
    for (const auto& [sign, op] : kOperators) {
      const QLatin1String latin(sign);
      if (QStringView(text_).mid(place_, latin.size()) != latin) continue;
      place_ += static_cast<int>(latin.size());
      return op;
    }
    return std::nullopt;
  }

  static NodePtr textNode(const QString& text) {
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::Text;
    node->text = text;
    return node;
  }

  static NodePtr together(Node::Kind kind, std::vector<NodePtr> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->parts = std::move(parts);
    return node;
  }

  struct Deeper {
    explicit Deeper(Parser& owner) : parser(owner) {
      if (++parser.depth_ > kDeepest) fail(parser.place_, 1, QStringLiteral("this is nested too deeply"));
    }
    ~Deeper() { --parser.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Parser& parser;
  };

  const QString text_;
  const QStringList extra_keys_;
  int place_ = 0;
  int depth_ = 0;
};

}  // namespace

std::variant<RunQuery, QueryError> parseRunQuery(const QString& text, const QStringList& extra_keys) {
  try {
    return Parser(text, extra_keys).parse();
  } catch (const QueryError& error) {
    return error;
  }
}

}  // namespace limbeck
