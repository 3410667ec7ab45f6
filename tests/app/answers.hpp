// Many pictures, and what the program answers about them: for tests that compare two catalogues.
#pragma once

#include "program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace emojiscope::app {

using nlohmann::json;

inline constexpr std::size_t many = 400;

/// So many pictures that an import takes several batches.
inline void write_many(const Site& site) {
    std::mt19937 random(11);
    for (std::size_t i = 0; i < many; ++i) {
        RgbaImage noise = fakes::plain_image(16, 16, {});
        for (std::uint8_t& value : noise.pixels) {
            value = static_cast<std::uint8_t>(random());
        }
        write_png(site.picture("noise" + std::to_string(i)), noise);
    }
}

/// Whether two documents say the same, numbers up to the rounding of sums made in another order.
inline bool same_but_for_rounding(const json& a, const json& b) {
    constexpr double rounding = 2e-5;
    if (a.is_number_float() && b.is_number_float()) {
        return std::abs(a.get<double>() - b.get<double>()) <= rounding;
    }
    if (a.type() != b.type() || a.size() != b.size()) {
        return false;
    }
    if (a.is_array()) {
        return std::equal(a.begin(), a.end(), b.begin(), same_but_for_rounding);
    }
    if (a.is_object()) {
        return std::all_of(a.items().begin(), a.items().end(), [&b](const auto& item) {
            return b.contains(item.key()) && same_but_for_rounding(item.value(), b[item.key()]);
        });
    }
    return a == b;
}

/// The answers to some queries, without the time they took.
inline std::vector<json> answers(const Site& site) {
    write_text(site.file("queries"), "beer\nnoise7\nred disc\nビール\nnight\n");
    const Run done = site({"search", "--queries", site.file("queries").string(), "--json"});
    REQUIRE(done.status == 0);
    std::vector<json> all;
    for (const std::string& line : lines_of(done.out)) {
        all.push_back(json::parse(line));
        all.back().erase("took_ms");
    }
    return all;
}

}  // namespace emojiscope::app
