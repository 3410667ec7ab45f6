#include "reaction_desk.hpp"

#include "../slack_files.hpp"
#include "../view_parts.hpp"

#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/core/words.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <set>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// Of a message: what follows says little more to the model.
constexpr std::size_t most_bytes_searched = 400;
/// Words that are looked for one by one, the longest first.
constexpr std::size_t most_words = 12;
/// Each is downloaded and compared while somebody waits.
constexpr std::size_t most_pictures = 4;
/// A word alone says less of a message than the message does.
constexpr double weight_of_word = 0.8;

bool is_picture(const slack::SlackFile& file) {
    return file.mimetype.starts_with("image/") || file.url_private_download.empty();
}

/// Whether this hit stands for the word itself: resemblance is no reason to speak of a part.
bool names_it(const search::Hit& hit) {
    return hit.reason == search::Reason::exact_name ||
           hit.reason == search::Reason::sounds_like_name || hit.reason == search::Reason::text ||
           hit.reason == search::Reason::meaning;
}

/// Whether it says something by itself: Latin words of one or two letters, and single kana, do not.
bool says_something(const std::string& folded) {
    constexpr char32_t first_kana = 0x3040;
    constexpr char32_t first_kanji = 0x3400;
    const std::u32string points = to_code_points(folded);
    const bool has_kanji = std::ranges::any_of(points, [](char32_t c) { return c >= first_kanji; });
    return points.size() >= 3 || has_kanji || (points.size() == 2 && points[0] >= first_kana);
}

/// Those that may be looked for by themselves.
std::vector<std::string> telling_words(const std::string& text) {
    std::vector<std::string> words;
    std::set<std::string> known;
    for (std::string& word : words_of(text)) {
        std::string folded = fold_for_matching(word);
        if (says_something(folded) && known.insert(std::move(folded)).second) {
            words.push_back(std::move(word));
        }
    }
    std::ranges::stable_sort(
        words, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
    if (words.size() > most_words) {
        words.resize(most_words);
    }
    return words;
}

/// What was found, each emoji with its best score.
class Found {
public:
    void take(const search::Hit& hit, double weight) {
        double& score = scores_[hit.id];
        score = std::max(score, hit.score * weight);
    }
    [[nodiscard]] std::vector<EmojiId> best() const {
        std::vector<std::pair<double, EmojiId>> order;
        for (const auto& [id, score] : scores_) {
            order.emplace_back(-score, id);
        }
        std::ranges::sort(order);
        std::vector<EmojiId> ids;
        for (const auto& [score, id] : order) {
            if (ids.size() < most_reactions) {
                ids.push_back(id);
            }
        }
        return ids;
    }

private:
    std::map<EmojiId, double> scores_;
};

void take_standard(const search::Answer& answer, std::vector<std::string>& names) {
    for (const search::StandardEmoji& emoji : answer.standard) {
        const bool there = std::ranges::find(names, emoji.name) != names.end();
        if (!there && names.size() < most_reactions) {
            names.push_back(emoji.name);
        }
    }
}

/// What to tell of a reaction that Slack did not take.
std::string why_not(const Error& error, const std::string& name, const std::string& channel,
                    Language language) {
    const auto says = [&](std::string_view word) { return slack::refused_with(error, word); };
    if (says("missing_scope")) {
        return say(language, Phrase::react_needs_scope);
    }
    if (says("channel_not_found") && channel.starts_with('D')) {
        return say(language, Phrase::react_not_in_direct);
    }
    if (says("not_in_channel") || says("channel_not_found") || says("no_permission")) {
        return say(language, Phrase::react_not_here);
    }
    if (says("message_not_found") || says("invalid_name")) {
        return say(language, Phrase::react_gone);
    }
    if (says("too_many_emoji") || says("too_many_reactions")) {
        return say(language, Phrase::react_too_many);
    }
    return say(language, Phrase::react_failed, {code_name(name)});
}

}  // namespace

void suggest_for_words(const std::string& mrkdwn, const search::EmojiSearch& search,
                       ReactionState& state) {
    const std::string text = one_line(slack::plain_words(mrkdwn));
    const std::string whole(truncate_utf8(text, most_bytes_searched));
    Found found;
    const auto look = [&](const std::string& query, bool is_part) {
        const auto answer = search.by_text(query, most_reactions);
        if (!answer) {
            if (answer.error().code != ErrorCode::invalid_argument) {
                spdlog::warn("reactions: a search failed: {}; none are suggested for the words",
                             answer.error().message);
            }
            return;
        }
        for (const search::Hit& hit : answer->hits) {
            if (!is_part || names_it(hit)) {
                found.take(hit, is_part ? weight_of_word : 1.0);
            }
        }
        if (!is_part || answer->confident) {
            take_standard(*answer, state.standard);
        }
    };
    look(whole, false);
    const std::vector<std::string> words = telling_words(whole);
    if (words.size() > 1) {
        for (const std::string& word : words) {
            look(word, true);
        }
    }
    state.for_words = found.best();
}

void suggest_for_pictures(const MessagePictures& pictures, const Parts& parts,
                          ReactionState& state) {
    state.picture_unseen = pictures.unseen;
    state.picture_too_large = pictures.too_large;
    Found found;
    for (const std::vector<std::uint8_t>& bytes : pictures.files) {
        const auto picture = parts.reader.read(bytes);
        const auto answer = picture ? parts.search.by_picture(*picture, most_reactions)
                                    : Result<search::Answer>(picture.error());
        if (!answer) {
            spdlog::warn("reactions: a picture cannot be used: {}; the user is told",
                         answer.error().message);
            const bool size = answer.error().code == ErrorCode::too_large;
            (size ? state.picture_too_large : state.picture_unseen) = true;
            continue;
        }
        for (const search::Hit& hit : answer->hits) {
            if (std::ranges::find(state.for_words, hit.id) == state.for_words.end()) {
                found.take(hit, 1.0);
            }
        }
    }
    state.for_picture = found.best();
}

asio::awaitable<MessagePictures> ReactionDesk::pictures_of(const MessageShortcut& shortcut) {
    MessagePictures pictures;
    std::size_t looked_at = 0;
    for (const slack::SlackFile& file : shortcut.files) {
        if (!is_picture(file) || looked_at++ >= most_pictures) {
            continue;
        }
        auto bytes = co_await fetch_file(api_, file, options_.max_file_bytes);
        if (bytes) {
            pictures.files.push_back(std::move(*bytes));
            continue;
        }
        spdlog::warn("reactions: a picture of a message cannot be had: {}; the user is told",
                     bytes.error().message);
        const bool size = bytes.error().code == ErrorCode::too_large;
        (size ? pictures.too_large : pictures.unseen) = true;
    }
    co_return pictures;
}

asio::awaitable<Result<void>> ReactionDesk::open(MessageShortcut shortcut, Language language,
                                                 std::string key) {
    auto view = co_await api_->open_view(shortcut.trigger_id, reactions_loading(language));
    if (!view) {
        spdlog::warn("{}: reactions cannot be shown: {}; {}", key, view.error().message,
                     shortcut.response_url.empty() ? "nobody can be told" : "the user is told");
        if (shortcut.response_url.empty()) {
            co_return Result<void>{};
        }
        co_return co_await postbox_.respond("answer " + key, shortcut.response_url,
                                            plain_message(language, Phrase::react_not_opened));
    }
    const MessagePictures pictures = co_await pictures_of(shortcut);
    const ReactionState state = co_await run_on(queries_, [&]() -> ReactionState {
        ReactionState made;
        made.language = language;
        made.channel = shortcut.channel;
        made.message_ts = shortcut.message_ts;
        suggest_for_words(shortcut.text, parts_.search, made);
        suggest_for_pictures(pictures, parts_, made);
        return made;
    });
    co_await show(std::move(*view), state, std::string());
    co_return Result<void>{};
}

asio::awaitable<void> ReactionDesk::show(std::string view_id, ReactionState state,
                                         std::string status) {
    auto view = co_await run_on(queries_, [&] {
        const auto name_of = [this](EmojiId id) {
            const auto entry = parts_.library.entry(id);
            return entry ? entry->name : std::string{};
        };
        return reactions_view(state, name_of, status);
    });
    auto updated = co_await api_->update_view(std::move(view_id), std::move(view));
    if (!updated) {
        spdlog::warn("reactions cannot be shown: {}; the view stays as it is",
                     updated.error().message);
    }
}

asio::awaitable<Result<void>> ReactionDesk::add(ViewAction action) {
    ReactionState state = decode_reactions(action.view.private_metadata);
    const auto picked = decode_pick(action.value);
    std::string name = picked ? picked->standard : std::string{};
    if (picked && picked->id != 0) {
        const auto entry =
            co_await run_on(queries_, [&] { return parts_.library.entry(picked->id); });
        name = entry ? entry->name : std::string{};
    }
    std::string status;
    if (name.empty()) {
        status = say(state.language, Phrase::react_gone);
    } else {
        const auto added = co_await api_->add_reaction(state.channel, state.message_ts, name);
        if (added) {
            status = say(state.language, Phrase::react_added, {shown(name)});
        } else {
            spdlog::warn("a reaction cannot be added: {}; the user is told", added.error().message);
            status = why_not(added.error(), name, state.channel, state.language);
        }
    }
    co_await show(action.view.id, std::move(state), std::move(status));
    co_return Result<void>{};
}

}  // namespace emojiscope::bot
