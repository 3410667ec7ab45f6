// Measures rankings on labelled queries, beside yardsticks on the same emoji.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::app {

/// A line of a *.jsonl file: {"query": …, "stratum": …, "relevant": [names] or {name: grade}}.
/// Without relevant names nothing must be answered.
struct LabelledQuery {
    std::string query;
    std::string stratum;
    std::map<std::string, double> relevant;  ///< grade by name, above 0
};

/// All *.jsonl files of the folder. Errors: not_found (none), corrupt (with the line's number).
[[nodiscard]] Result<std::vector<LabelledQuery>> read_labelled_queries(
    const std::filesystem::path& folder);

/// What a way to search answers.
struct Ranking {
    std::vector<std::string> names;  ///< best first; empty: nothing fits
    double sureness = 0;             ///< of its best, for telling good queries from hopeless ones
};

/// How many names of a ranking count.
inline constexpr std::size_t ranking_depth = 10;

/// A mean with the interval in which it lies with 95 % (percentile bootstrap, 1,000 samples,
/// seeded; B. Efron, 1979).
struct Estimate {
    double mean = 0;
    double low = 0;
    double high = 0;
};

struct StratumFigures {
    std::size_t queries = 0;
    Estimate recall_at_1;   ///< the first is relevant
    Estimate recall_at_10;  ///< any of ten is
    Estimate reciprocal_rank;
    Estimate ndcg_at_10;    ///< K. Järvelin and J. Kekäläinen, 2002; gain = grade
    Estimate refused;       ///< answered with nothing
};

/// What one query came to.
struct JudgedQuery {
    LabelledQuery query;
    Ranking ranking;
    std::size_t rank = 0;  ///< of the first relevant name, from 1; 0: not among ten
};

struct SearchEvaluation {
    std::map<std::string, StratumFigures> strata;  ///< by name
    /// How well sureness tells queries with an answer from those without: the area under the ROC
    /// curve; negative if there are not both.
    double abstention_auroc = -1;
    std::vector<JudgedQuery> judged;
};

[[nodiscard]] Result<SearchEvaluation> evaluate_search(
    const std::vector<LabelledQuery>& queries,
    const std::function<Result<Ranking>(const std::string& query)>& rank);

}  // namespace emojiscope::app
