// What the local Slack knows: emoji, files, messages, commands. Pure: no sockets, no clock of its
// own; one thread.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/simulator/simulator.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::simulator {

/// One custom emoji: a picture, or another name of one.
struct EmojiEntry {
    std::string alias_for;            ///< empty for a picture
    std::filesystem::path file;       ///< where the picture lies, if it came with the workspace
    std::vector<std::uint8_t> bytes;  ///< the picture, if it was uploaded
    std::string hash;                 ///< of the bytes; part of the URL
    std::string extension;            ///< png, jpg, gif, webp
};

struct FileEntry {
    std::string id;
    std::string name;
    std::string mimetype;
    std::vector<std::uint8_t> bytes;
    std::string title;  ///< as it is shown; empty: the name
    bool by_bot = false;
    bool hidden = false;        ///< from the bot: it lies in a conversation that it is not in
    std::size_t announced = 0;  ///< bytes; of an upload of the bot's that has not come yet
    bool shared = false;        ///< of an upload of the bot's: nobody else sees it before that
    bool kept = false;          ///< of an upload of the bot's: completed without being shared
    std::chrono::steady_clock::time_point ready{};  ///< Slack looks at it until then

    [[nodiscard]] bool is_ready() const { return std::chrono::steady_clock::now() >= ready; }
};

/// A typed slash command, or something else that a person did, and what became of it.
struct CommandEntry {
    enum class Kind {
        command,
        click,        ///< on an element of a message
        shortcut,     ///< also: a response_url that came with a submission
        view_action,  ///< pressed or chosen in a view
        suggestion,   ///< typed into a menu: the acknowledgement is the answer
        submission,   ///< of a modal: likewise, mostly an empty one
    };
    Kind kind = Kind::command;
    std::string id;  ///< also names its response_url
    std::string channel;
    std::string text;     ///< of a suggestion: the menu's action_id
    std::string view_id;  ///< of what was done in a view
    /// Of the message that `replace_original` means: the one that was clicked, or the first answer.
    std::string original_ts;
    bool acked = false;
    bool failed = false;  ///< not acknowledged in time, or no socket: the user sees an error
    double ack_ms = 0;
    double answer_ms = 0;  ///< from sending the envelope to the first answer
    std::chrono::steady_clock::time_point sent;
    std::vector<nlohmann::json> answers;
};

class WorkspaceState {
public:
    explicit WorkspaceState(const Options& options) : options_(options) {}

    /// Reads options.workspace. Error: not_found if it is given and is no folder.
    [[nodiscard]] Result<void> load();

    // Emoji. Changes return the event that Slack would send (`emoji_changed`). Errors carry Slack's
    // words: bad_name, error_name_taken, no_image, too_big, not_found.
    [[nodiscard]] Result<nlohmann::json> add(const std::string& name,
                                             std::vector<std::uint8_t> bytes);
    [[nodiscard]] Result<nlohmann::json> add_alias(const std::string& name,
                                                   const std::string& target);
    [[nodiscard]] Result<nlohmann::json> remove(const std::vector<std::string>& names);
    [[nodiscard]] Result<nlohmann::json> rename(const std::string& from, const std::string& to);
    /// name -> URL or alias:other, as emoji.list gives it. `origin`: e.g. http://127.0.0.1:8765
    [[nodiscard]] nlohmann::json emoji_list() const;
    [[nodiscard]] const EmojiEntry* emoji(const std::string& name) const;
    [[nodiscard]] std::size_t emoji_count() const { return emoji_.size(); }
    void set_origin(std::string origin) { origin_ = std::move(origin); }

    // Files.
    [[nodiscard]] FileEntry& add_file(std::string name, std::vector<std::uint8_t> bytes);
    [[nodiscard]] const FileEntry* file(const std::string& id) const;
    /// An upload of the bot's is announced, then its bytes come, then it is shared.
    FileEntry& announce_file(std::string name, std::size_t bytes);
    [[nodiscard]] FileEntry* upload(const std::string& id);  ///< null: none of the bot's
    /// Only what the bot uploaded. False: there is none.
    bool delete_file(const std::string& id);
    /// As files.info gives it: a file that Slack still looks at has no type yet.
    [[nodiscard]] nlohmann::json file_json(const FileEntry& file) const;

    // Messages: everything said, in order; `index` counts from 1. A message that is changed or
    // deleted is said again, under the same `ts`, with `edited` or `deleted`.
    /// Blocks and interactive elements without an id are given one.
    const nlohmann::json& say(std::string channel, nlohmann::json message);
    /// The message as it now is; null if there is none, or no more.
    [[nodiscard]] const nlohmann::json* message(const std::string& channel,
                                                const std::string& ts) const;
    /// Text and blocks of a message anew. REQUIRES: `message` finds it.
    const nlohmann::json& edit(const std::string& channel, const std::string& ts,
                               const nlohmann::json& content);
    void erase(const std::string& channel, const std::string& ts);
    /// At most a few hundred of those after `after`; every channel if `channel` is empty.
    [[nodiscard]] nlohmann::json messages(std::size_t after, std::string_view channel) const;

    // Commands.
    CommandEntry& type_command(std::string channel, std::string text);
    CommandEntry& click(std::string channel, std::string message_ts);
    CommandEntry& interact(CommandEntry::Kind kind, std::string channel);
    [[nodiscard]] CommandEntry* command(const std::string& id);

    /// The channel that an id or a name means; empty if there is none.
    [[nodiscard]] std::string find_channel(std::string_view channel) const;

    [[nodiscard]] bool bot_is_in(std::string_view channel) const {
        return channel != options_.outside_channel;
    }

    /// False if this user has reacted so already. REQUIRES: `message` finds it.
    bool react(const std::string& channel, const std::string& ts, const std::string& name,
               const std::string& user);

    /// Gives blocks and interactive elements the ids that they lack.
    void name_blocks(nlohmann::json& blocks);

    [[nodiscard]] std::string next_id(std::string_view prefix);
    [[nodiscard]] std::string next_ts();

private:
    [[nodiscard]] std::string emoji_url(const std::string& name, const EmojiEntry& entry) const;
    void load_aliases();
    CommandEntry& add_command(CommandEntry command);

    Options options_;
    std::string origin_;
    std::map<std::string, EmojiEntry> emoji_;
    std::map<std::string, FileEntry> files_;
    std::map<std::string, CommandEntry> commands_;
    std::vector<nlohmann::json> messages_;
    std::uint64_t last_id_ = 0;
    std::int64_t last_ts_us_ = 0;
};

/// The type that the bytes have, whatever they are called: png, jpg, gif, webp; empty for others.
[[nodiscard]] std::string picture_type(const std::vector<std::uint8_t>& bytes);
[[nodiscard]] std::string mime_type(std::string_view extension);

/// & < > as Slack escapes what a user types.
[[nodiscard]] std::string escape_typed(std::string_view text);

}  // namespace emojiscope::simulator
