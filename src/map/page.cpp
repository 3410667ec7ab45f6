#include "emojiscope/map/page.hpp"

#include "page_files.hpp"
#include "sprite_sheets.hpp"

#include "emojiscope/core/kana.hpp"
#include "emojiscope/core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace emojiscope::map {
namespace {

using nlohmann::json;

/// Of the pictures: with plotly.js (4.9 MB) and base64 a page of 5,000 emoji stays below 15 MB.
constexpr double bytes_per_picture = 1350;
constexpr std::size_t least_bytes = 500'000;
/// On a map that is a few hundred units wide nobody sees less than that.
constexpr double decimals = 1000;
/// A picture may be read in several ways; the later ones are wild guesses.
constexpr std::size_t words_kept = 3;

std::string base64(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t word = 0;
        for (std::size_t b = 0; b < 3; ++b) {
            word = word << 8U | (b < left ? bytes[i + b] : 0U);
        }
        for (std::size_t d = 0; d < 4; ++d) {
            out += d <= left ? digits[word >> (18 - 6 * d) & 63U] : '=';
        }
    }
    return out;
}

double rounded(float value) {
    return std::round(static_cast<double>(value) * decimals) / decimals;
}

/// By what the search box finds it, folded as the page folds what is typed.
json keys_of(const MappedEmoji& emoji) {
    json keys = json::array();
    const auto add = [&](const std::string& key) {
        if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
            keys.push_back(key);
        }
    };
    std::vector<std::string> texts{emoji.name};
    texts.insert(texts.end(), emoji.aliases.begin(), emoji.aliases.end());
    const std::size_t words = std::min(emoji.words.size(), words_kept);
    texts.insert(texts.end(), emoji.words.begin(),
                 emoji.words.begin() + static_cast<std::ptrdiff_t>(words));
    for (const std::string& text : texts) {
        add(fold_for_matching(text));
        add(to_hiragana(text));  // romaji is found in kana as well
    }
    return keys;
}

json emoji_json(const EmojiMap& map) {
    json names = json::array();
    json aliases = json::array();
    json words = json::array();
    json keys = json::array();
    json clusters = json::array();
    json nearest = json::array();
    std::array<json, 3> at{json::array(), json::array(), json::array()};
    for (const MappedEmoji& emoji : map.emoji) {
        names.push_back(emoji.name);
        aliases.push_back(emoji.aliases);
        words.push_back(json::array());
        for (std::size_t i = 0; i < std::min(emoji.words.size(), words_kept); ++i) {
            words.back().push_back(emoji.words[i]);
        }
        keys.push_back(keys_of(emoji));
        clusters.push_back(emoji.cluster);
        nearest.push_back(emoji.nearest);
        for (std::size_t d = 0; d < static_cast<std::size_t>(map.dims); ++d) {
            at[d].push_back(rounded(emoji.at[d]));
        }
    }
    return {{"names", std::move(names)},      {"aliases", std::move(aliases)},
            {"words", std::move(words)},      {"keys", std::move(keys)},
            {"cluster", std::move(clusters)}, {"nearest", std::move(nearest)},
            {"x", std::move(at[0])},          {"y", std::move(at[1])},
            {"z", std::move(at[2])}};
}

/// No text can end the script element that holds it, or begin a comment.
std::string for_script(const json& value) {
    std::string out;
    for (const char c : value.dump(-1, ' ', false, json::error_handler_t::replace)) {
        if (c == '<') {
            out += "\\u003c";
        } else {
            out += c;
        }
    }
    return out;
}

std::string data_of(const EmojiMap& map, const PageOptions& options, const SpriteSheets& sheets) {
    json clusters = json::array();
    for (const MapCluster& cluster : map.clusters) {
        clusters.push_back(
            {{"label", cluster.label}, {"size", cluster.size}, {"middle", cluster.middle}});
    }
    return for_script({{"title", options.title},
                       {"dims", map.dims},
                       {"labels", options.labels},
                       {"tile", sheets.tile},
                       {"columns", sheets.columns},
                       {"clusters", std::move(clusters)},
                       {"duplicates", map.duplicates},
                       {"emoji", emoji_json(map)}});
}

std::string sheets_html(const SpriteSheets& sheets) {
    std::string html;
    for (const auto& sheet : sheets.sheets) {
        html += "<script type=\"text/plain\" class=\"sheet\">" + base64(sheet) + "</script>\n";
    }
    return html;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += c;
        }
    }
    return out;
}

/// The page with each {{place}} filled; what fills one is not looked at again.
std::string filled(std::string_view page,
                   const std::vector<std::pair<std::string_view, std::string_view>>& places) {
    std::string out;
    std::size_t from = 0;
    for (;;) {
        const auto open = page.find("{{", from);
        if (open == std::string_view::npos) {
            return out += page.substr(from);
        }
        const auto close = page.find("}}", open);
        const std::string_view name = page.substr(open + 2, close - open - 2);
        out += page.substr(from, open - from);
        for (const auto& [place, content] : places) {
            out += place == name ? content : std::string_view{};
        }
        from = close + 2;
    }
}

}  // namespace

bool can_make_pages() noexcept {
    return !plotly_script().empty();
}

Result<std::string> make_page(const EmojiMap& map, const PageOptions& options,
                              const std::function<std::optional<RgbaImage>(std::size_t)>& picture) {
    if (!can_make_pages()) {
        return fail(ErrorCode::unsupported,
                    "this program was built without plotly.js: run deploy/install-deps.sh with the "
                    "network at hand, then configure and build again");
    }
    const auto budget = std::max(
        least_bytes,
        static_cast<std::size_t>(bytes_per_picture * static_cast<double>(map.emoji.size())));
    const auto sheets = make_sprite_sheets(map.emoji.size(), picture, budget);
    if (!sheets) {
        return sheets.error();
    }
    const std::string data = data_of(map, options, *sheets);
    const std::string pictures = sheets_html(*sheets);
    const std::string title = escaped(options.title);
    return filled(page_html(), {{"title", title},
                                {"style", page_style()},
                                {"plotly", plotly_script()},
                                {"data", data},
                                {"sheets", pictures},
                                {"script", page_script()}});
}

}  // namespace emojiscope::map
