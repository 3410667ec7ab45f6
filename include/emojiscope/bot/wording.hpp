// All that the bot says to people, in each of its languages. Pure.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace emojiscope::bot {

enum class Language { english, japanese };

/// Of a locale as Slack gives it ("ja-JP"); English unless it is one of ours.
[[nodiscard]] Language language_of(std::string_view locale) noexcept;

/// "en" or "ja"; nothing for another word.
[[nodiscard]] std::optional<Language> parse_language(std::string_view code) noexcept;

/// Sentences, parts of sentences and buttons. The table in wording.cpp has them in this order.
enum class Phrase {
    // Why an emoji is in an answer.
    has_this_name,
    sounds_like,
    named,
    reads,
    means,
    looks_like_it,
    very_same_picture,
    looks_alike,
    // An answer.
    emoji_for,
    perhaps_for,
    more_for,
    nothing_fits,
    nothing_more,
    look_alikes_of,
    perhaps_look_alikes_of,
    more_look_alikes,
    no_look_alikes,
    no_more_look_alikes,
    advice_if_nothing,
    standard_emoji,
    and_more,
    post_to_channel,
    looks_like_this,
    more,
    dismiss,
    search_for,
    posted_by,
    did_you_mean,
    // A picture in a direct message.
    already_there,
    already_there_altered,
    not_there,
    not_there_but,
    near_whole,
    near_frame_of,
    near_has_frame,
    near_other_speed,
    these_look_like_it,
    nearest_perhaps,
    cannot_read_file,
    file_too_large,
    cannot_fetch_file,
    // Sub-commands.
    help,
    another,
    newest,
    first_seen_on,
    also_called,
    first_seen,
    picture,
    size,
    size_of_animation,
    text_in_it,
    same_picture_as,
    looks_like,
    no_emoji,
    no_emoji_yet,
    query_too_long,
    search_failed,
    emoji_gone,
    unknown_button,
    busy,
    // The map.
    map_of,
    map_page_advice,
    map_title,
    map_page_title,
    map_is_at,
    map_comes,
    map_is_drawn,
    map_on_its_way,
    too_many_maps,
    nothing_to_map,
    no_map,
    map_not_drawn,
    map_not_sent,
    may_not_send_files,
    // The picker.
    picker_title,
    picker_insert,
    picker_emoji,
    picker_type,
    picker_where,
    picker_advice,
    picker_best,
    picker_perhaps,
    picker_standard,
    picker_not_opened,
    // Reactions for a message.
    react_title,
    close,
    react_looking,
    react_for_words,
    react_for_picture,
    react_add,
    react_none,
    react_picture_unseen,
    react_added,
    react_not_here,
    react_gone,
    react_too_many,
    react_failed,
    react_not_opened,
    // Whether a picture is fit to be an emoji.
    fit_as_it_is,
    fit_not_yet,
    fit_too_heavy,
    fit_not_square,
    fit_too_large,
    fit_other_format,
    fit_file_comes,
    fit_no_file,
    fit_file_title,
    free_names,
    // The Home tab.
    home_emoji,
    home_emoji_and_names,
    home_dupes_advice,
    home_similar,
    home_similar_among,
    home_map,
    home_map_thumbnail,
    home_open_map,
    home_settings,
    home_results,
    home_as_workspace,
    home_language,
    home_as_slack,
    // Duplicates.
    upload_identical,
    upload_altered,
    upload_near,
    upload_near_frame_of,
    upload_near_has_frame,
    advice_on_duplicate,
    advice_on_duplicates,
    not_a_duplicate,
    mute_for,
    mute_title,
    mute_text,
    mute,
    cancel,
    not_duplicates_now,
    muted_now,
    somebody_said,
    these_gone,
    uploads_repeat,
    uploads_repeat_or_near,
    more_in_dupes,
    no_duplicates,
    one_group,
    groups,
    page_of,
    previous,
    next,
    group_identical,
    group_altered,
    // What could not be done, and why.
    picker_too_late,
    react_not_in_direct,
    react_needs_scope,
    react_picture_too_large,
    fit_too_many_frames,
    fit_not_sent,
    too_fast,
    admins_only,
    askers_only,
    rights_unknown,
    resync_begun,
    resync_done,
    count_  ///< how many there are
};

/// What `parse_language` reads.
[[nodiscard]] std::string_view code_of(Language language) noexcept;

/// The phrase, with the inserts in the place of {0}, {1}, …. Inserts that stand in mrkdwn must be
/// escaped already.
[[nodiscard]] std::string say(Language language, Phrase phrase,
                              std::initializer_list<std::string_view> inserts = {});

/// The phrase as it stands in the table.
[[nodiscard]] std::string_view raw_phrase(Language language, Phrase phrase) noexcept;

}  // namespace emojiscope::bot
