#include "emojiscope/bot/emoji_advice.hpp"

#include "standard_names.hpp"
#include "view_parts.hpp"

#include "emojiscope/core/romaji.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace emojiscope::bot {
namespace {

/// Longer ones nobody types.
constexpr std::size_t most_name_characters = 30;
constexpr std::size_t most_readings = 2;
/// Look-alikes that are asked what they show.
constexpr std::size_t most_look_alikes = 5;
/// Numbers that a taken name may get.
constexpr int last_number = 9;

/// What cameras and programs call pictures.
constexpr std::array<std::string_view, 9> names_of_no_meaning{
    "image", "img", "picture", "photo", "screenshot", "untitled", "download", "dsc", "pxl"};

bool is_plain(const std::string& name) {
    return is_emoji_name(name) && name.find_first_of("+'.") == std::string::npos;
}

bool is_mark(char c) {
    return c == '_' || c == '-';
}

/// The text as a name: letters and digits of any script, with _ for what parts them. Empty if
/// nothing is left, or if it would be too long.
std::string as_name(std::string_view text) {
    const auto composed = to_emoji_name(text);
    if (!composed) {
        return {};
    }
    std::string name;
    for (const char c : *composed) {
        if (c != '+' && c != '\'' && c != '.') {
            name += c;
        } else if (!name.empty() && !is_mark(name.back())) {
            name += '_';
        }
    }
    while (!name.empty() && is_mark(name.back())) {
        name.pop_back();
    }
    while (!name.empty() && is_mark(name.front())) {
        name.erase(name.begin());
    }
    const std::size_t characters = to_code_points(name).size();
    return characters >= 1 && characters <= most_name_characters && is_plain(name) ? name
                                                                                   : std::string{};
}

/// Only letters, digits and marks of a text: punctuation would keep it from being a name.
std::string without_punctuation(std::string_view text) {
    std::u32string kept;
    for (const char32_t c : to_code_points(text)) {
        const bool ascii = c < 0x80;
        const bool good = ascii && (std::isalnum(static_cast<int>(c)) != 0 || c == '_' || c == '-');
        const bool punctuation = ascii || (c >= 0x3000 && c <= 0x3004) ||
                                 (c >= 0x3008 && c <= 0x3020) || (c >= 0xff01 && c <= 0xff0f) ||
                                 (c >= 0x2000 && c <= 0x2bff);
        if (good || !punctuation) {
            kept.push_back(c);
        } else if (!kept.empty() && kept.back() != U'_') {
            kept.push_back(U'_');
        }
    }
    return to_utf8(kept);
}

std::string stem(const std::string& file_name) {
    const std::string name = file_name.substr(0, file_name.rfind('.'));
    const std::string folded = fold_for_matching(name);
    const bool meaningless =
        std::ranges::any_of(names_of_no_meaning,
                            [&](std::string_view word) { return folded.starts_with(word); }) ||
        std::ranges::all_of(folded, [](unsigned char c) { return std::isdigit(c) != 0; });
    return meaningless ? std::string{} : name;
}

/// Names in the order in which they come, each once.
class Candidates {
public:
    void add(std::string_view text) {
        std::string name = as_name(without_punctuation(text));
        if (!name.empty() && std::ranges::find(names_, name) == names_.end()) {
            names_.push_back(std::move(name));
        }
    }
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

private:
    std::vector<std::string> names_;
};

void add_texts(Candidates& candidates, const NameSources& sources,
               const search::Readings* readings) {
    for (const std::string& text : sources.texts) {
        candidates.add(text);
        if (readings == nullptr) {
            continue;
        }
        for (const std::string& reading : readings->readings(text, most_readings)) {
            candidates.add(to_romaji(reading));
        }
    }
}

/// What the emoji that look like it show, most often shown first.
void add_concepts(Candidates& candidates, const NameSources& sources,
                  const search::Concepts* concepts) {
    if (concepts == nullptr) {
        return;
    }
    constexpr std::array<std::string_view, 2> languages{"en", "ja"};
    std::vector<std::pair<std::string, double>> shown;
    for (std::size_t i = 0; i < std::min(sources.look_alikes.size(), most_look_alikes); ++i) {
        for (const search::ConceptMatch& match : concepts->match(sources.look_alikes[i], 1)) {
            const auto known = std::ranges::find_if(
                shown, [&](const auto& one) { return one.first == match.emoji; });
            if (known == shown.end()) {
                shown.emplace_back(match.emoji, match.weight);
            } else {
                known->second += match.weight;
            }
        }
    }
    std::ranges::stable_sort(shown,
                             [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [emoji, weight] : shown) {
        for (const std::string_view language : languages) {
            const auto words = concepts->words(emoji, std::span(&language, 1));
            if (!words.empty()) {
                candidates.add(words.front());
            }
        }
    }
}

Phrase phrase_of(PictureAdvice::File file) {
    switch (file) {
        case PictureAdvice::File::not_made: return Phrase::fit_no_file;
        case PictureAdvice::File::not_sent: return Phrase::fit_not_sent;
        case PictureAdvice::File::follows: return Phrase::fit_file_comes;
    }
    return Phrase::fit_no_file;
}

}  // namespace

std::vector<std::string> faults_of(const PictureFile& file, Language language) {
    std::vector<std::string> faults;
    const std::string width = std::to_string(file.width);
    const std::string height = std::to_string(file.height);
    if (file.format == "WebP") {
        faults.push_back(say(language, Phrase::fit_other_format, {file.format}));
    }
    if (file.bytes > max_emoji_file_bytes) {
        const std::size_t kilobytes = (file.bytes + 1023) / 1024;
        faults.push_back(say(language, Phrase::fit_too_heavy, {std::to_string(kilobytes)}));
    }
    if (file.frames > max_emoji_frames) {
        faults.push_back(say(language, Phrase::fit_too_many_frames,
                             {std::to_string(file.frames), std::to_string(max_emoji_frames)}));
    }
    if (file.width != file.height) {
        faults.push_back(say(language, Phrase::fit_not_square, {width, height}));
    } else if (file.width > emoji_pixels) {
        faults.push_back(say(language, Phrase::fit_too_large, {width, height}));
    }
    return faults;
}

FreeNames::FreeNames(const search::EmojiLibrary& library, const search::Catalogue& catalogue,
                     std::string team_id)
    : library_(library), catalogue_(catalogue), team_id_(std::move(team_id)) {
    const auto aliases = catalogue_.aliases(team_id_);
    if (!aliases) {
        spdlog::warn("free names: the aliases cannot be read: {}; no name is offered",
                     aliases.error().message);
        return;
    }
    aliases_.emplace();
    for (const AliasRecord& alias : *aliases) {
        aliases_->insert(alias.alias);
    }
}

bool FreeNames::has(const std::string& name) const {
    if (!aliases_ || !is_plain(name) || aliases_->contains(name) || is_standard_name(name) ||
        library_.find(name) != nullptr) {
        return false;
    }
    const auto known = catalogue_.find(team_id_, name);
    return !known && known.error().code == ErrorCode::not_found;
}

std::vector<std::string> free_names(const NameSources& sources, const FreeNames& names,
                                    std::size_t most) {
    const search::EmojiLibrary& library = names.library();
    Candidates candidates;
    add_texts(candidates, sources, library.language().readings);
    add_concepts(candidates, sources, library.language().concepts);
    candidates.add(stem(sources.file_name));
    std::vector<std::string> free;
    for (const std::string& name : candidates.names()) {
        if (free.size() < most && names.has(name)) {
            free.push_back(name);
        }
    }
    // What is left of the best ideas, with a number.
    for (const std::string& name : candidates.names()) {
        for (int number = 2; number <= last_number && free.size() < most; ++number) {
            const std::string numbered = name + "-" + std::to_string(number);
            if (!names.has(name) && names.has(numbered)) {
                free.push_back(numbered);
                break;
            }
        }
    }
    return free;
}

Message with_advice(Message message, const PictureAdvice& advice, Language language) {
    std::string text;
    if (advice.faults.empty()) {
        text = say(language, Phrase::fit_as_it_is);
    } else {
        std::string list;
        for (const std::string& fault : advice.faults) {
            list += (list.empty() ? "" : language == Language::japanese ? "、" : "; ") + fault;
        }
        text = say(language, Phrase::fit_not_yet, {list}) + " " +
               say(language, phrase_of(advice.file));
    }
    if (!advice.names.empty()) {
        std::string names;
        for (const std::string& name : advice.names) {
            names += (names.empty() ? "" : ", ") + code_name(name);
        }
        text += "\n" + say(language, Phrase::free_names, {names});
    }
    message.text += "\n" + text;
    message.blocks.insert(message.blocks.begin() + (message.blocks.empty() ? 0 : 1),
                          slack::section(text));
    return message;
}

}  // namespace emojiscope::bot
