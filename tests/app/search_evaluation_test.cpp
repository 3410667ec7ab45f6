// The figures of a search evaluation, against ones worked out by hand.
#include "emojiscope/app/search_evaluation.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <fstream>

using namespace emojiscope;
using namespace emojiscope::app;

namespace {

using Answers = std::map<std::string, Ranking>;

SearchEvaluation evaluate(const std::vector<LabelledQuery>& queries, const Answers& answers) {
    return evaluate_search(queries,
                           [&](const std::string& query) -> Result<Ranking> {
                               return answers.at(query);
                           })
        .value();
}

Result<std::vector<LabelledQuery>> read(const std::string& lines) {
    const fakes::TempFolder folder;
    std::ofstream(folder.path() / "queries.jsonl") << lines;
    return read_labelled_queries(folder.path());
}

}  // namespace

TEST_CASE("recall, reciprocal rank and gain by rank", "[eval]") {
    const std::vector<LabelledQuery> queries{
        {"first", "all", {{"a", 1}}},
        {"second", "all", {{"b", 1}}},
        {"eleventh", "all", {{"k", 1}}},
        {"missing", "all", {{"z", 1}}},
    };
    const Answers answers{
        {"first", {{"a", "b"}, 0.9}},
        {"second", {{"a", "b"}, 0.9}},
        {"eleventh", {{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}, 0.9}},
        {"missing", {{}, 0}},
    };
    const StratumFigures figures = evaluate(queries, answers).strata.at("all");
    CHECK(figures.queries == 4);
    CHECK(figures.recall_at_1.mean == Approx(0.25));
    CHECK(figures.recall_at_10.mean == Approx(0.5));
    CHECK(figures.reciprocal_rank.mean == Approx((1 + 0.5) / 4));
    CHECK(figures.ndcg_at_10.mean == Approx((1 + 1 / std::log2(3)) / 4));
    CHECK(figures.refused.mean == Approx(0.25));
}

TEST_CASE("grades weigh the gain", "[eval]") {
    const std::vector<LabelledQuery> queries{{"q", "all", {{"best", 3}, {"fair", 1}}}};
    const Answers swapped{{"q", {{"fair", "other", "best"}, 1}}};
    const double gain = 1 + 3 / std::log2(4);
    const double ideal = 3 + 1 / std::log2(3);
    CHECK(evaluate(queries, swapped).strata.at("all").ndcg_at_10.mean == Approx(gain / ideal));
    const Answers right{{"q", {{"best", "fair"}, 1}}};
    CHECK(evaluate(queries, right).strata.at("all").ndcg_at_10.mean == Approx(1));
}

TEST_CASE("strata are told apart, and intervals hold the mean and are the same each time", "[eval]") {
    std::vector<LabelledQuery> queries;
    Answers answers;
    for (int i = 0; i < 40; ++i) {
        const std::string query = std::to_string(i);
        queries.push_back({query, i < 30 ? "large" : "small", {{"a", 1}}});
        answers[query] = {i % 2 == 0 ? std::vector<std::string>{"a"}
                                     : std::vector<std::string>{"b"}, 0.5};
    }
    const SearchEvaluation once = evaluate(queries, answers);
    const SearchEvaluation again = evaluate(queries, answers);
    REQUIRE(once.strata.size() == 2);
    for (const auto& [name, figures] : once.strata) {
        const Estimate& recall = figures.recall_at_1;
        CHECK(recall.mean == Approx(0.5));
        CHECK(recall.low < recall.mean);
        CHECK(recall.high > recall.mean);
        CHECK(recall.low == again.strata.at(name).recall_at_1.low);
    }
    const auto width = [&](const char* name) {
        const Estimate& recall = once.strata.at(name).recall_at_1;
        return recall.high - recall.low;
    };
    CHECK(width("small") > width("large"));
}

TEST_CASE("abstention is judged by pairs of queries with and without an answer", "[eval]") {
    const std::vector<LabelledQuery> queries{
        {"good", "s", {{"a", 1}}}, {"fair", "s", {{"a", 1}}}, {"none", "s", {}}, {"odd", "s", {}}};
    // Of four pairs three are in order and one is a tie.
    const Answers answers{{"good", {{"a"}, 0.9}},
                          {"fair", {{"a"}, 0.5}},
                          {"none", {{"a"}, 0.5}},
                          {"odd", {{}, 0}}};
    CHECK(evaluate(queries, answers).abstention_auroc == Approx(3.5 / 4));
    const std::vector<LabelledQuery> only_good{queries[0], queries[1]};
    CHECK(evaluate(only_good, answers).abstention_auroc < 0);
}

TEST_CASE("labelled queries are read, with grades and without an answer", "[eval]") {
    const auto queries =
        read("{\"query\": \"beer\", \"stratum\": \"names\", \"relevant\": [\"beer\", \"mug\"]}\n"
             "\n"
             "{\"query\": \"wine\", \"relevant\": {\"wine_glass\": 2, \"grapes\": 0.5}}\n"
             "{\"query\": \"qwxz\", \"relevant\": []}\n")
            .value();
    REQUIRE(queries.size() == 3);
    CHECK(queries[0].relevant.at("mug") == 1);
    CHECK(queries[1].stratum == "all");
    CHECK(queries[1].relevant.at("grapes") == 0.5);
    CHECK(queries[2].relevant.empty());
}

TEST_CASE("a line that is no labelled query is named", "[eval]") {
    for (const char* line :
         {"{", "[]", "{\"query\": 3}", "{\"query\": \"a\", \"relevant\": [1]}",
          "{\"query\": \"a\", \"relevant\": {\"b\": -1}}", "{\"query\": \"a\", \"relevant\": \"b\"}",
          "{\"query\": \"a\", \"relevant\": [], \"stratum\": 7}", "\xff\xfe"}) {
        CAPTURE(line);
        const auto queries = read("{\"query\": \"good\", \"relevant\": []}\n" + std::string(line) + "\n");
        REQUIRE(queries.has_error());
        CHECK(queries.error().code == ErrorCode::corrupt);
        CHECK_THAT(queries.error().message, Catch::Contains("queries.jsonl, line 2"));
    }
    const fakes::TempFolder empty;
    CHECK(read_labelled_queries(empty.path()).error().code == ErrorCode::not_found);
    CHECK(read_labelled_queries(empty.path() / "nowhere").error().code == ErrorCode::not_found);
}
