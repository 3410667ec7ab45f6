#include "emojiscope/bot/home_view.hpp"

#include "view_parts.hpp"

#include "emojiscope/slack/block_kit.hpp"

#include <algorithm>
#include <array>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

constexpr std::array<std::size_t, 5> counts_offered{3, 5, 8, 12, 20};
constexpr std::string_view as_usual = "usual";

json option(const std::string& text, std::string_view value) {
    return {{"text", plain(text)}, {"value", std::string(value)}};
}

/// A section with a menu beside it; the present choice is the one with `value`.
json menu(const std::string& label, std::string_view action, json options,
          const std::string& value) {
    json element = {{"type", "static_select"}, {"action_id", std::string(action)}};
    for (const json& one : options) {
        if (one.at("value") == value) {
            element["initial_option"] = one;
        }
    }
    element["options"] = std::move(options);
    json section = slack::section(label);
    section["accessory"] = std::move(element);
    return section;
}

json results_menu(const UserSettings& settings, const HomeFrame& frame) {
    json options = json::array({option(
        say(frame.language, Phrase::home_as_workspace, {std::to_string(frame.usual_results)}),
        as_usual)});
    for (const std::size_t count : counts_offered) {
        options.push_back(option(std::to_string(count), std::to_string(count)));
    }
    return menu(say(frame.language, Phrase::home_results), action_home_results, std::move(options),
                settings.results == 0 ? std::string(as_usual) : std::to_string(settings.results));
}

json language_menu(const UserSettings& settings, const HomeFrame& frame) {
    // Each language by its own name, for whoever cannot read the other.
    json options = json::array({option(say(frame.language, Phrase::home_as_slack), as_usual),
                                option("English", code_of(Language::english)),
                                option("日本語", code_of(Language::japanese))});
    return menu(say(frame.language, Phrase::home_language), action_home_language,
                std::move(options),
                settings.language.empty() ? std::string(as_usual) : settings.language);
}

json header(const std::string& text) {
    return {{"type", "header"}, {"text", plain(text)}};
}

std::string counted(const HomeFacts& facts, Language language) {
    const std::string emoji = std::to_string(facts.emoji);
    return facts.more_names == 0 ? say(language, Phrase::home_emoji, {emoji})
                                 : say(language, Phrase::home_emoji_and_names,
                                       {emoji, std::to_string(facts.more_names)});
}

std::string duplicates_told(std::size_t groups, Language language) {
    if (groups == 0) {
        return say(language, Phrase::no_duplicates);
    }
    const std::string head = groups == 1 ? say(language, Phrase::one_group)
                                         : say(language, Phrase::groups, {std::to_string(groups)});
    return head + "\n" + say(language, Phrase::home_dupes_advice);
}

void append_newest(json& blocks, const HomeFacts& facts, Language language) {
    if (facts.newest.empty()) {
        return;
    }
    std::string text = "*" + say(language, Phrase::newest) + "*\n";
    const std::size_t count = std::min(facts.newest.size(), most_newest_at_home);
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : "   ") + shown(facts.newest[i]);
    }
    blocks.push_back(slack::section(text));
}

void append_similar(json& blocks, const HomeFacts& facts, Language language) {
    if (facts.similar.empty()) {
        return;
    }
    std::string text = "*";
    text += facts.similar_among == 0
                ? say(language, Phrase::home_similar)
                : say(language, Phrase::home_similar_among, {std::to_string(facts.similar_among)});
    text += "*";
    const std::size_t count = std::min(facts.similar.size(), most_pairs_at_home);
    for (std::size_t i = 0; i < count; ++i) {
        text += "\n" + shown(facts.similar[i].first) + "   " + shown(facts.similar[i].second);
    }
    blocks.push_back(slack::section(text));
}

void append_map(json& blocks, const HomeFacts& facts, const HomeFrame& frame) {
    if (frame.map_url.empty() && !frame.draws_maps) {
        return;
    }
    if (!frame.map.file_id.empty() && facts.emoji >= least_emoji_on_thumbnail) {
        blocks.push_back(slack::image_of_file(
            frame.map.file_id,
            say(frame.language, Phrase::home_map_thumbnail, {std::to_string(frame.map.emoji)})));
    }
    json section = slack::section(say(frame.language, Phrase::home_map));
    if (!frame.map_url.empty()) {
        json link = button(action_home_map, say(frame.language, Phrase::home_open_map), "map");
        link["url"] = frame.map_url;
        section["accessory"] = std::move(link);
    }
    blocks.push_back(std::move(section));
}

}  // namespace

json home_view(const HomeFacts& facts, const UserSettings& settings, const HomeFrame& frame) {
    json blocks = json::array({header(counted(facts, frame.language))});
    append_newest(blocks, facts, frame.language);
    if (facts.duplicates) {
        blocks.push_back(slack::section(duplicates_told(*facts.duplicates, frame.language)));
    }
    append_similar(blocks, facts, frame.language);
    append_map(blocks, facts, frame);
    blocks.push_back({{"type", "divider"}});
    blocks.push_back(header(say(frame.language, Phrase::home_settings)));
    blocks.push_back(results_menu(settings, frame));
    blocks.push_back(language_menu(settings, frame));
    return {{"type", "home"}, {"callback_id", "home"}, {"blocks", std::move(blocks)}};
}

std::optional<UserSettings> chosen_in(std::string_view action_id, std::string_view value,
                                      UserSettings settings) {
    if (action_id == action_home_language) {
        if (value != as_usual && !parse_language(value)) {
            return std::nullopt;
        }
        settings.language = value == as_usual ? "" : std::string(value);
        return settings;
    }
    if (action_id != action_home_results) {
        return std::nullopt;
    }
    if (value == as_usual) {
        settings.results = 0;
        return settings;
    }
    for (const std::size_t count : counts_offered) {
        if (std::to_string(count) == value) {
            settings.results = count;
            return settings;
        }
    }
    return std::nullopt;
}

}  // namespace emojiscope::bot
