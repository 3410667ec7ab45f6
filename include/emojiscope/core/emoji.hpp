// What an emoji of a workspace is.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope {

/// Stable for the life of a picture in a workspace; it survives a rename.
/// Positive; doubles as the id in the vector index (with the frame, see store).
using EmojiId = std::int64_t;

/// Checks a name by Slack's rule: 1 to 100 code points, lower-case letters of
/// any script, digits, `_`, `-`, `+`, `'`, and, as people's older emoji have
/// them, `.`; valid UTF-8. Upper-case ASCII is refused here; see `to_emoji_name`.
[[nodiscard]] bool is_emoji_name(std::string_view name);

/// The name that a file stem or a user's `:Name:` stands for: surrounding
/// colons dropped, composed (NFC), letters lowered, spaces turned to `_`.
/// Error: invalid_argument if nothing usable is left.
[[nodiscard]] Result<std::string> to_emoji_name(std::string_view text);

/// How far an emoji has come on its way into the catalogue.
enum class EmojiState {
    pending,  ///< known by name and URL; the picture is still to be fetched or embedded
    ready,    ///< hashed and embedded; can be found
    failed,   ///< the last try failed; `last_error` says why; tried again at the next sync
};

/// One custom emoji, as the catalogue keeps it.
struct EmojiRecord {
    EmojiId id = 0;
    std::string team_id;                 ///< the workspace; "local" for imported folders
    std::string name;                    ///< unique in a workspace, aliases included
    std::vector<std::string> aliases;    ///< other names of the same picture, sorted
    std::string value;                   ///< URL or path where the picture lies
    std::string updated;                 ///< as the source gave it (free form); may be empty
    std::string file_hash;               ///< SHA-256 of the file, hex; empty while pending
    std::string pixel_hash;              ///< SHA-256 of the normalised pixels of all frames, hex
    int width = 0;
    int height = 0;
    int frame_count = 0;
    EmojiState state = EmojiState::pending;
    bool fingerprinted = false;          ///< false: learnt before fingerprints were kept
    std::string last_error;              ///< one line, of the last try; mostly empty
    SystemTime added_at{};               ///< when the catalogue first saw it
};

/// A name that points at another name, whose target may be a standard emoji
/// (then no record carries it).
struct AliasRecord {
    std::string team_id;
    std::string alias;
    std::string target;
};

}  // namespace emojiscope
