// Any bytes are a frame of Socket Mode: refused in one line, or understood; what is kept of an
// envelope until it is handled is then understood in the same way; and its acknowledgement is JSON
// with its id.
#include "fuzzing.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/slack/envelope.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <variant>

namespace emojiscope::fuzz {
namespace {

using nlohmann::json;

constexpr std::string_view bot_user = "U0BOT";

void check_text(const std::string& text) {
    require(is_valid_utf8(text), "texts from JSON are valid UTF-8");
}

struct Check {
    void operator()(const bot::SlashCommand& command) const {
        require(!command.response_url.empty(), "a command can be answered");
        check_text(command.text);
    }
    void operator()(const bot::EmojiAdded& added) const {
        require(is_emoji_name(added.name) && !added.url.empty(), "an emoji has a name and a URL");
    }
    void operator()(const bot::EmojiAliased& aliased) const {
        require(is_emoji_name(aliased.name) && !aliased.target.empty(), "an alias leads somewhere");
    }
    void operator()(const bot::EmojiRemoved& removed) const {
        require(!removed.names.empty(), "something was removed");
    }
    void operator()(const bot::EmojiRenamed& renamed) const {
        require(is_emoji_name(renamed.from) && is_emoji_name(renamed.to), "from a name to a name");
    }
    void operator()(const bot::DirectMessage& message) const {
        require(!message.channel.empty(), "a message can be answered");
        require(message.user_id != bot_user, "the bot's own messages are passed over");
        check_text(message.text);
    }
    void operator()(const bot::ButtonPressed& press) const {
        require(!press.response_url.empty(), "a button can be answered");
    }
    void operator()(const bot::GlobalShortcut& shortcut) const {
        require(shortcut.callback_id == bot::shortcut_pick && !shortcut.trigger_id.empty(),
                "a shortcut of ours can be answered");
    }
    void operator()(const bot::MessageShortcut& shortcut) const {
        require(shortcut.callback_id == bot::shortcut_react && !shortcut.trigger_id.empty() &&
                    !shortcut.channel.empty() && !shortcut.message_ts.empty(),
                "a shortcut of ours is for a message and can be answered");
        check_text(shortcut.text);
    }
    void operator()(const bot::ViewSubmitted& submitted) const {
        require(!submitted.view.id.empty(), "a view was submitted");
    }
    void operator()(const bot::HomeOpened& opened) const {
        require(!opened.user_id.empty(), "somebody looks");
    }
    void operator()(const bot::Ignored& ignored) const {
        require(!ignored.why.empty(), "the log says why");
    }
    void operator()(const bot::ViewAction& action) const { check_text(action.value); }
    void operator()(const bot::EmojiListChanged& /*changed*/) const {}
};

void check_envelope(const slack::Envelope& envelope, std::size_t size) {
    require(!envelope.id.empty() && envelope.bytes == size, "an id, and the frame's length");
    require(envelope.retry_attempt >= 0 && envelope.retry_attempt < 1000, "a number of retries");
    const json acknowledged = json::parse(slack::acknowledgement(envelope.id));
    require(acknowledged.at("envelope_id") == envelope.id, "acknowledged by its id");
    const json answered = json::parse(slack::acknowledgement(envelope.id, {{"options", "\xff"}}));
    require(answered.at("payload").contains("options"), "with an answer, whatever its bytes");

    if (slack::string_field(envelope.payload, "type") == "block_suggestion") {
        check_text(bot::parse_suggestion(envelope.payload).typed);
    }
    require(bot::deduplication_key(envelope).size() > 6, "a key");
    const auto incoming = bot::parse_incoming(envelope.type, envelope.payload, bot_user);
    std::visit(Check{}, incoming);
    const json kept =
        json::parse(envelope.payload.dump(-1, ' ', false, json::error_handler_t::replace));
    require(kept == envelope.payload, "what is kept is what came");
    require(bot::parse_incoming(envelope.type, kept, bot_user).index() == incoming.index(),
            "and is understood likewise");
}

void run(std::string_view text) {
    const auto frame = slack::parse_frame(text);
    if (!frame) {
        require_one_line(frame.error().message);
        return;
    }
    if (const auto* hello = std::get_if<slack::Hello>(&*frame)) {
        require(hello->connections >= 0 && hello->connections < 1000, "a number of connections");
    }
    if (const auto* envelope = std::get_if<slack::Envelope>(&*frame)) {
        check_envelope(*envelope, text.size());
    }
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::run(emojiscope::fuzz::text_of(data, size));
    return 0;
}
