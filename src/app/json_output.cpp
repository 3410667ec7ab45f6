#include "emojiscope/app/json_output.hpp"

#include <cmath>

namespace emojiscope::app {

using nlohmann::json;

namespace {

double rounded(double value) {
    return std::round(value * 1e6) / 1e6;
}

json or_null(const std::optional<double>& value) {
    return value ? json(rounded(*value)) : json(nullptr);
}

}  // namespace

json search_json(const std::string& query, const search::Answer& answer,
                 std::chrono::duration<double, std::milli> took) {
    json results = json::array();
    for (std::size_t i = 0; i < answer.hits.size(); ++i) {
        const search::Hit& hit = answer.hits[i];
        results.push_back({{"rank", i + 1},
                           {"name", hit.name},
                           {"score", rounded(hit.score)},
                           {"signals",
                            {{"name", or_null(hit.name_score)},
                             {"text", or_null(hit.text_score)},
                             {"concept", or_null(hit.meaning_score)},
                             {"image", or_null(hit.cosine)}}}});
    }
    json standard = json::array();
    for (const search::StandardEmoji& emoji : answer.standard) {
        standard.push_back({{"name", emoji.name}, {"emoji", emoji.emoji}});
    }
    json object{{"query", query},
                {"results", std::move(results)},
                {"confident", answer.confident},
                {"took_ms", std::round(took.count() * 1000) / 1000}};
    if (!standard.empty()) {
        object["standard"] = std::move(standard);
    }
    return object;
}

json check_json(const std::string& file, const std::vector<search::DuplicateMatch>& matches) {
    json list = json::array();
    bool alert = false;
    for (const search::DuplicateMatch& match : matches) {
        alert = alert || search::is_duplicate(match.kind);
        json one{{"name", match.original.name},
                 {"kind", to_string(match.kind)},
                 {"score", rounded(match.score)}};
        if (match.likeness != search::Likeness::whole) {
            one["likeness"] = to_string(match.likeness);
        }
        list.push_back(std::move(one));
    }
    return {{"file", file}, {"alert", alert}, {"matches", std::move(list)}};
}

json groups_json(const std::vector<search::DuplicateGroup>& groups) {
    json list = json::array();
    for (const search::DuplicateGroup& group : groups) {
        json names = json::array();
        for (const EmojiRecord& member : group.members) {
            names.push_back(member.name);
        }
        list.push_back({{"kind", to_string(group.kind)}, {"names", std::move(names)}});
    }
    return {{"groups", std::move(list)}};
}

std::string to_line(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace emojiscope::app
