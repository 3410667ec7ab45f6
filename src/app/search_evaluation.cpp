#include "emojiscope/app/search_evaluation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <random>

namespace emojiscope::app {
namespace {

using nlohmann::json;

constexpr std::size_t samples = 1000;
constexpr std::uint32_t seed = 1;

std::optional<std::map<std::string, double>> read_relevant(const json& value) {
    std::map<std::string, double> grades;
    if (value.is_array()) {
        for (const json& name : value) {
            if (!name.is_string()) {
                return std::nullopt;
            }
            grades[name.get<std::string>()] = 1;
        }
        return grades;
    }
    if (!value.is_object()) {
        return value.is_null() ? std::optional(grades) : std::nullopt;
    }
    for (const auto& [name, grade] : value.items()) {
        if (!grade.is_number() || grade.get<double>() <= 0) {
            return std::nullopt;
        }
        grades[name] = grade.get<double>();
    }
    return grades;
}

std::optional<LabelledQuery> read_query(const std::string& line) {
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object() || !object.contains("query") || !object["query"].is_string()) {
        return std::nullopt;
    }
    const json relevant = object.value("relevant", json(nullptr));
    auto grades = read_relevant(relevant);
    const json stratum = object.value("stratum", json("all"));
    if (!grades || !stratum.is_string()) {
        return std::nullopt;
    }
    return LabelledQuery{object["query"].get<std::string>(), stratum.get<std::string>(),
                         std::move(*grades)};
}

Result<void> read_file(const std::filesystem::path& file, std::vector<LabelledQuery>& queries) {
    std::ifstream in(file);
    if (!in) {
        return fail(ErrorCode::not_found, "cannot read " + file.string());
    }
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty()) {
            continue;
        }
        auto query = read_query(line);
        if (!query) {
            return fail(ErrorCode::corrupt, file.string() + ", line " + std::to_string(number) +
                                                ": not a query with its relevant names");
        }
        queries.push_back(std::move(*query));
    }
    return {};
}

/// The figures of one query.
struct Scores {
    double recall_at_1 = 0;
    double recall_at_10 = 0;
    double reciprocal_rank = 0;
    double ndcg_at_10 = 0;
    double refused = 0;
};

double discount(std::size_t place) {
    return 1 / std::log2(static_cast<double>(place) + 2);
}

Scores score(const JudgedQuery& judged) {
    Scores scores;
    scores.refused = judged.ranking.names.empty() ? 1 : 0;
    if (judged.rank > 0) {
        scores.recall_at_1 = judged.rank == 1 ? 1 : 0;
        scores.recall_at_10 = 1;
        scores.reciprocal_rank = 1 / static_cast<double>(judged.rank);
    }
    double gain = 0;
    for (std::size_t i = 0; i < std::min(ranking_depth, judged.ranking.names.size()); ++i) {
        const auto grade = judged.query.relevant.find(judged.ranking.names[i]);
        gain += grade == judged.query.relevant.end() ? 0 : grade->second * discount(i);
    }
    std::vector<double> grades;
    for (const auto& [name, grade] : judged.query.relevant) {
        grades.push_back(grade);
    }
    std::sort(grades.rbegin(), grades.rend());
    double ideal = 0;
    for (std::size_t i = 0; i < std::min(ranking_depth, grades.size()); ++i) {
        ideal += grades[i] * discount(i);
    }
    scores.ndcg_at_10 = ideal > 0 ? gain / ideal : 0;
    return scores;
}

Estimate estimate(const std::vector<Scores>& all, double Scores::*figure) {
    const auto mean_of = [&](const auto& pick) {
        double sum = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            sum += all[pick(i)].*figure;
        }
        return sum / static_cast<double>(all.size());
    };
    std::mt19937 random(seed);
    std::vector<double> means(samples);
    for (double& mean : means) {
        mean = mean_of([&](std::size_t) { return random() % all.size(); });
    }
    std::sort(means.begin(), means.end());
    return {mean_of([](std::size_t i) { return i; }), means[samples / 40],
            means[samples - 1 - samples / 40]};
}

StratumFigures figures_of(const std::vector<Scores>& all) {
    return {all.size(),
            estimate(all, &Scores::recall_at_1),
            estimate(all, &Scores::recall_at_10),
            estimate(all, &Scores::reciprocal_rank),
            estimate(all, &Scores::ndcg_at_10),
            estimate(all, &Scores::refused)};
}

/// The share of pairs of a query with an answer and one without in which the first is surer
/// (H. B. Mann and D. R. Whitney, 1947).
double auroc(const std::vector<JudgedQuery>& judged) {
    std::vector<std::pair<double, bool>> sureness;  // and whether there is an answer
    std::size_t with_answer = 0;
    for (const JudgedQuery& one : judged) {
        sureness.emplace_back(one.ranking.sureness, !one.query.relevant.empty());
        with_answer += one.query.relevant.empty() ? 0 : 1;
    }
    const std::size_t without = judged.size() - with_answer;
    if (with_answer == 0 || without == 0) {
        return -1;
    }
    std::sort(sureness.begin(), sureness.end());
    double surer = 0;
    double below = 0;
    for (std::size_t begin = 0; begin < sureness.size();) {
        std::size_t end = begin;
        double equal_with = 0;
        double equal_without = 0;
        for (; end < sureness.size() && sureness[end].first == sureness[begin].first; ++end) {
            (sureness[end].second ? equal_with : equal_without) += 1;
        }
        surer += equal_with * (below + equal_without / 2);
        below += equal_without;
        begin = end;
    }
    return surer / (static_cast<double>(with_answer) * static_cast<double>(without));
}

}  // namespace

Result<std::vector<LabelledQuery>> read_labelled_queries(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".jsonl") {
            files.push_back(entry.path());
        }
    }
    if (files.empty()) {
        return fail(ErrorCode::not_found, "no labelled queries (*.jsonl) in " + folder.string());
    }
    std::sort(files.begin(), files.end());
    std::vector<LabelledQuery> queries;
    for (const std::filesystem::path& file : files) {
        if (auto read = read_file(file, queries); !read) {
            return read.error();
        }
    }
    return queries;
}

Result<SearchEvaluation> evaluate_search(
    const std::vector<LabelledQuery>& queries,
    const std::function<Result<Ranking>(const std::string& query)>& rank) {
    SearchEvaluation evaluation;
    std::map<std::string, std::vector<Scores>> scores;
    for (const LabelledQuery& query : queries) {
        auto ranking = rank(query.query);
        if (!ranking) {
            return ranking.error();
        }
        JudgedQuery judged{query, std::move(*ranking), 0};
        const auto& names = judged.ranking.names;
        for (std::size_t i = 0; i < std::min(ranking_depth, names.size()); ++i) {
            if (judged.rank == 0 && query.relevant.contains(names[i])) {
                judged.rank = i + 1;
            }
        }
        scores[query.stratum].push_back(score(judged));
        evaluation.judged.push_back(std::move(judged));
    }
    for (const auto& [stratum, all] : scores) {
        evaluation.strata.emplace(stratum, figures_of(all));
    }
    evaluation.abstention_auroc = auroc(evaluation.judged);
    return evaluation;
}

}  // namespace emojiscope::app
