#include "commands.hpp"

#include "../search_yardsticks.hpp"
#include "../signal_names.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/json_output.hpp"
#include "emojiscope/app/search_evaluation.hpp"

#include <cstdio>
#include <iostream>

namespace emojiscope::app {
namespace {

struct Method {
    const char* name;
    std::function<Result<Ranking>(const std::string&)> rank;
};

Result<Ranking> rank_by(Engine& engine, const std::string& query, search::SignalSet signals) {
    auto answer = engine.search().by_text(query, ranking_depth, signals);
    if (!answer) {
        // A query without a letter is refused, which is an answer.
        return answer.error().code == ErrorCode::invalid_argument ? Result<Ranking>{Ranking{}}
                                                                  : answer.error();
    }
    Ranking ranking;
    for (const search::Hit& hit : answer->hits) {
        ranking.names.push_back(hit.name);
        ranking.sureness = std::max(ranking.sureness, hit.score);
    }
    return ranking;
}

void print_table(const char* method, const SearchEvaluation& evaluation) {
    for (const auto& [stratum, f] : evaluation.strata) {
        std::printf("  %-28s %-12s %6zu  %.3f [%.3f %.3f]  %.3f [%.3f %.3f]  %.3f  %.3f  %.3f\n",
                    stratum.c_str(), method, f.queries, f.recall_at_1.mean, f.recall_at_1.low,
                    f.recall_at_1.high, f.recall_at_10.mean, f.recall_at_10.low,
                    f.recall_at_10.high, f.reciprocal_rank.mean, f.ndcg_at_10.mean,
                    f.refused.mean);
    }
    if (evaluation.abstention_auroc >= 0) {
        std::printf("  %-28s %-12s abstention AUROC %.3f\n", "", method,
                    evaluation.abstention_auroc);
    }
}

nlohmann::json to_json(const Estimate& estimate) {
    return {estimate.mean, estimate.low, estimate.high};
}

nlohmann::json to_json(const char* method, const SearchEvaluation& evaluation, bool items) {
    nlohmann::json strata = nlohmann::json::object();
    for (const auto& [name, f] : evaluation.strata) {
        strata[name] = {{"queries", f.queries},
                        {"recall_at_1", to_json(f.recall_at_1)},
                        {"recall_at_10", to_json(f.recall_at_10)},
                        {"mrr", to_json(f.reciprocal_rank)},
                        {"ndcg_at_10", to_json(f.ndcg_at_10)},
                        {"refused", to_json(f.refused)}};
    }
    nlohmann::json object{{"method", method}, {"strata", std::move(strata)}};
    if (evaluation.abstention_auroc >= 0) {
        object["abstention_auroc"] = evaluation.abstention_auroc;
    }
    if (items) {
        nlohmann::json all = nlohmann::json::array();
        for (const JudgedQuery& judged : evaluation.judged) {
            all.push_back({{"query", judged.query.query},
                           {"stratum", judged.query.stratum},
                           {"rank", judged.rank},
                           {"sureness", judged.ranking.sureness},
                           {"answer", judged.ranking.names}});
        }
        object["items"] = std::move(all);
    }
    return object;
}

std::vector<Method> methods(Engine& engine, Yardsticks& yardsticks,
                            const search::SignalSet& signals) {
    const auto ours = [&engine](search::SignalSet set) {
        return [&engine, set](const std::string& query) { return rank_by(engine, query, set); };
    };
    return {
        {"emojiscope", ours(signals)},
        {"name", ours({true, false, false, false})},
        {"text", ours({false, true, false, false})},
        {"concept", ours({false, false, true, false})},
        {"image", [&](const std::string& query) { return yardsticks.image(query); }},
        {"bm25", [&](const std::string& query) -> Result<Ranking> {
             return yardsticks.bm25(query);
         }},
        {"subsequence", [&](const std::string& query) -> Result<Ranking> {
             return yardsticks.subsequence(query);
         }},
        {"0.7/0.3 blend", [&](const std::string& query) { return yardsticks.blend(query); }},
        {"random", [&](const std::string&) -> Result<Ranking> { return yardsticks.random(); }},
    };
}

}  // namespace

int eval_search_command(const Config& config, const EvalArguments& arguments) {
    const auto signals = parse_signals(arguments.signals);
    if (!signals) {
        report("--signals takes a list of name, text, concept, image");
        return exit_usage;
    }
    const auto queries = read_labelled_queries(arguments.folder);
    if (!queries) {
        return report(queries.error().message);
    }
    auto engine = Engine::open(config, {false, true, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    Yardsticks yardsticks((*engine)->library(), (*engine)->embedder());
    if (!arguments.json) {
        std::printf("  %-28s %-12s %6s  %-21s  %-21s  %-5s  %-5s  %-5s\n", "stratum", "method",
                    "n", "recall@1", "recall@10", "MRR", "nDCG", "refused");
    }
    for (const Method& method : methods(**engine, yardsticks, *signals)) {
        const auto evaluation = evaluate_search(*queries, method.rank);
        if (!evaluation) {
            return report(evaluation.error().message);
        }
        if (arguments.json) {
            std::cout << to_line(to_json(method.name, *evaluation, arguments.items)) << std::endl;
            continue;
        }
        print_table(method.name, *evaluation);
        for (const JudgedQuery& judged : evaluation->judged) {
            if (arguments.items && method.name == std::string("emojiscope")) {
                std::printf("    %zu  %.3f  %s:", judged.rank, judged.ranking.sureness,
                            judged.query.query.c_str());
                for (const std::string& name : judged.ranking.names) {
                    std::printf(" :%s:", name.c_str());
                }
                std::printf("\n");
            }
        }
    }
    return exit_done;
}

}  // namespace emojiscope::app
