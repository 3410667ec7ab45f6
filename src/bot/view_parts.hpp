// What the messages of several views are made of.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope::bot {

/// chat.postMessage refuses (msg_blocks_too_long) somewhat more than this, in characters of JSON.
inline constexpr std::size_t most_characters_of_blocks = 10'000;
/// And a frame of Socket Mode holds 20,480 bytes, which no message reaches, whichever way it goes;
/// this leaves room for heads, texts and footers.
inline constexpr std::size_t most_bytes_of_blocks = 11'000;

/// How long blocks have become: within both limits, or not.
class BlockLength {
public:
    explicit BlockLength(std::size_t most_bytes = most_bytes_of_blocks) : most_bytes_(most_bytes) {}

    /// Whether `block` has room too; it is counted either way.
    [[nodiscard]] bool takes(const nlohmann::json& block);

private:
    std::size_t most_bytes_;
    std::size_t characters_ = 0;
    std::size_t bytes_ = 0;
};

/// `:name:` to copy: Slack does not draw it.
[[nodiscard]] std::string code_name(const std::string& name);

/// The emoji itself, in mrkdwn; a name that cannot be one, or holds what is not seen, is quoted.
[[nodiscard]] std::string drawn(const std::string& name);

/// `:name:` in plain text, such as that for whoever does not see the picture.
[[nodiscard]] std::string in_plain(const std::string& name);

/// The person, in mrkdwn; empty if that is no user's id.
[[nodiscard]] std::string mention(const std::string& user_id);

/// The emoji itself, and its name to copy beside it.
[[nodiscard]] std::string shown(const std::string& name);

/// Whether it may stand in an image: Slack's servers can fetch it, and it is not too long.
[[nodiscard]] bool can_be_shown(const std::string& value);

/// A plain_text object, with `:names:` drawn.
[[nodiscard]] nlohmann::json plain(std::string_view text);

[[nodiscard]] nlohmann::json button(std::string_view action, const std::string& text,
                                    const std::string& value);

[[nodiscard]] nlohmann::json actions(nlohmann::json elements);

/// A line in small letters.
[[nodiscard]] nlohmann::json context(const std::string& mrkdwn);

/// A section with the emoji's picture beside it, if Slack can show it.
[[nodiscard]] nlohmann::json with_picture(nlohmann::json section, const std::string& name,
                                          const std::string& url);

}  // namespace emojiscope::bot
