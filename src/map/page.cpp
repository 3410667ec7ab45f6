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

/// A page of so many emoji is below so many bytes; for more, what is not plotly.js grows with them.
constexpr double usual_emoji = 5000;
constexpr double usual_bytes = 15'000'000;
/// Of the pictures, however long the names are.
constexpr double least_bytes = 500'000;
/// In base64 three bytes take four.
constexpr double bytes_in_base64 = 0.75;
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

/// All but the pictures.
json data_of(const EmojiMap& map, const PageOptions& options) {
    json clusters = json::array();
    for (const MapCluster& cluster : map.clusters) {
        clusters.push_back(
            {{"label", cluster.label}, {"size", cluster.size}, {"middle", cluster.middle}});
    }
    return {{"title", options.title},       {"dims", map.dims},
            {"labels", options.labels},     {"clusters", std::move(clusters)},
            {"duplicates", map.duplicates}, {"emoji", emoji_json(map)}};
}

/// What the pictures may take of a page with `others` bytes besides, those of plotly.js included.
std::size_t bytes_for_pictures(std::size_t emoji, std::size_t others) {
    const auto plotly = static_cast<double>(plotly_script().size());
    const double growth = std::max(1.0, static_cast<double>(emoji) / usual_emoji);
    const double most = plotly + (usual_bytes - plotly) * growth;
    return static_cast<std::size_t>(
        std::max(least_bytes, (most - static_cast<double>(others)) * bytes_in_base64));
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

Result<void> can_make_pages() {
    if (plotly_script().empty()) {
        return fail(ErrorCode::unsupported,
                    "this program was built without plotly.js: run deploy/install-deps.sh with the "
                    "network at hand, then configure and build again");
    }
    return {};
}

Result<std::string> make_page(const EmojiMap& map, const PageOptions& options,
                              const std::function<std::optional<RgbaImage>(std::size_t)>& picture) {
    if (auto can = can_make_pages(); !can) {
        return can.error();
    }
    json content = data_of(map, options);
    const std::size_t others = for_script(content).size() + plotly_script().size() +
                               page_html().size() + page_style().size() + page_script().size();
    const auto sheets =
        make_sprite_sheets(map.emoji.size(), picture, bytes_for_pictures(map.emoji.size(), others),
                           options.stop, options.progress);
    if (!sheets) {
        return sheets.error();
    }
    content["tile"] = sheets->tile;
    content["columns"] = sheets->columns;
    const std::string data = for_script(content);
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
