#include "workspace_state.hpp"

#include "url_text.hpp"

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/image/hash.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace emojiscope::simulator {
namespace {

using nlohmann::json;

/// https://slack.com/help/articles/206870177: what an upload may weigh.
constexpr std::size_t max_upload_bytes = std::size_t{128} * 1024;
constexpr std::size_t messages_at_once = 500;
constexpr std::size_t hash_characters = 16;

bool starts_with(const std::vector<std::uint8_t>& bytes, std::string_view magic,
                 std::size_t at = 0) {
    return bytes.size() >= at + magic.size() &&
           std::equal(magic.begin(), magic.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::vector<std::uint8_t> read_all(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return {text.begin(), text.end()};
}

std::string short_hash(const std::vector<std::uint8_t>& bytes) {
    return image::sha256_hex(bytes).substr(0, hash_characters);
}

Error refuse(const char* word) {
    return fail(ErrorCode::invalid_argument, word);
}

json emoji_changed(const char* subtype, json fields) {
    fields["type"] = "emoji_changed";
    fields["subtype"] = subtype;
    return fields;
}

Result<json> accepted(json event) {
    return Result<json>(boost::system::in_place_value, std::move(event));
}

}  // namespace

std::string picture_type(const std::vector<std::uint8_t>& bytes) {
    if (starts_with(bytes, "\x89PNG")) {
        return "png";
    }
    if (starts_with(bytes, "\xFF\xD8\xFF")) {
        return "jpg";
    }
    if (starts_with(bytes, "GIF8")) {
        return "gif";
    }
    if (starts_with(bytes, "RIFF") && starts_with(bytes, "WEBP", 8)) {
        return "webp";
    }
    return {};
}

std::string mime_type(std::string_view extension) {
    if (extension.empty()) {
        return "application/octet-stream";
    }
    return "image/" + (extension == "jpg" ? std::string("jpeg") : std::string(extension));
}

std::string escape_typed(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            default: escaped += c;
        }
    }
    return escaped;
}

Result<void> WorkspaceState::load() {
    if (options_.workspace.empty()) {
        return {};
    }
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator it(options_.workspace, error), end;
         !error && it != end; it.increment(error)) {
        if (it->is_regular_file(error)) {
            files.push_back(it->path());
        }
    }
    if (error) {
        return fail(ErrorCode::not_found, "cannot read the workspace folder " +
                                              options_.workspace.string() + ": " + error.message());
    }
    std::ranges::sort(files);
    for (const std::filesystem::path& file : files) {
        const auto name = to_emoji_name(file.stem().string());
        const auto bytes = read_all(file);
        // By content: custom emoji with a wrong extension are common, and Slack keeps them.
        const std::string type = picture_type(bytes);
        if (name && !type.empty()) {
            emoji_.emplace(*name, EmojiEntry{{}, file, {}, short_hash(bytes), type});
        }
    }
    load_aliases();
    return {};
}

void WorkspaceState::load_aliases() {
    std::ifstream in(options_.workspace / "aliases.json");
    const json aliases = json::parse(in, nullptr, false);
    if (!aliases.is_object()) {
        return;
    }
    for (const auto& [name, target] : aliases.items()) {
        if (target.is_string() && is_emoji_name(name)) {
            EmojiEntry entry;
            entry.alias_for = target.get<std::string>();
            emoji_.emplace(name, std::move(entry));
        }
    }
}

std::string WorkspaceState::emoji_url(const std::string& name, const EmojiEntry& entry) const {
    return origin_ + "/emoji/" + options_.team_id + "/" + percent_encode(name) + "/" + entry.hash +
           "." + entry.extension;
}

Result<json> WorkspaceState::add(const std::string& name, std::vector<std::uint8_t> bytes) {
    if (!is_emoji_name(name)) {
        return refuse("bad_name");
    }
    if (emoji_.contains(name)) {
        return refuse("error_name_taken");
    }
    if (bytes.size() > max_upload_bytes) {
        return refuse("too_big");
    }
    const std::string type = picture_type(bytes);
    if (type.empty() || type == "webp") {
        return refuse("no_image");
    }
    EmojiEntry entry{{}, {}, std::move(bytes), {}, type};
    entry.hash = short_hash(entry.bytes);
    const auto& added = emoji_.emplace(name, std::move(entry)).first->second;
    return accepted(emoji_changed("add", {{"name", name}, {"value", emoji_url(name, added)}}));
}

Result<json> WorkspaceState::add_alias(const std::string& name, const std::string& target) {
    if (!is_emoji_name(name) || !is_emoji_name(target)) {
        return refuse("bad_name");
    }
    if (emoji_.contains(name)) {
        return refuse("error_name_taken");
    }
    EmojiEntry entry;
    entry.alias_for = target;
    emoji_.emplace(name, std::move(entry));
    return accepted(emoji_changed("add", {{"name", name}, {"value", "alias:" + target}}));
}

Result<json> WorkspaceState::remove(const std::vector<std::string>& names) {
    if (names.empty()) {
        return refuse("not_found");
    }
    std::vector<std::string> gone;
    const auto take = [&gone](const std::string& name) {
        if (std::ranges::find(gone, name) == gone.end()) {
            gone.push_back(name);
        }
    };
    for (const std::string& name : names) {
        if (!emoji_.contains(name)) {
            return refuse("not_found");
        }
        take(name);
        for (const auto& [other, entry] : emoji_) {
            if (entry.alias_for == name) {
                take(other);
            }
        }
    }
    for (const std::string& name : gone) {
        emoji_.erase(name);
    }
    return accepted(emoji_changed("remove", {{"names", gone}}));
}

Result<json> WorkspaceState::rename(const std::string& from, const std::string& to) {
    if (!is_emoji_name(to)) {
        return refuse("bad_name");
    }
    if (emoji_.contains(to)) {
        return refuse("error_name_taken");
    }
    const auto found = emoji_.find(from);
    if (found == emoji_.end()) {
        return refuse("not_found");
    }
    EmojiEntry entry = std::move(found->second);
    emoji_.erase(found);
    for (auto& [name, other] : emoji_) {
        if (other.alias_for == from) {
            other.alias_for = to;
        }
    }
    const auto& moved = emoji_.emplace(to, std::move(entry)).first->second;
    const std::string value =
        moved.alias_for.empty() ? emoji_url(to, moved) : "alias:" + moved.alias_for;
    return accepted(
        emoji_changed("rename", {{"old_name", from}, {"new_name", to}, {"value", value}}));
}

json WorkspaceState::emoji_list() const {
    json list = json::object();
    for (const auto& [name, entry] : emoji_) {
        list[name] = entry.alias_for.empty() ? emoji_url(name, entry) : "alias:" + entry.alias_for;
    }
    return list;
}

const EmojiEntry* WorkspaceState::emoji(const std::string& name) const {
    const auto found = emoji_.find(name);
    return found == emoji_.end() ? nullptr : &found->second;
}

FileEntry& WorkspaceState::add_file(std::string name, std::vector<std::uint8_t> bytes) {
    FileEntry file;
    file.id = next_id("F0");
    file.name = std::move(name);
    file.mimetype = mime_type(picture_type(bytes));
    file.bytes = std::move(bytes);
    const std::string id = file.id;
    return files_.insert_or_assign(id, std::move(file)).first->second;
}

FileEntry& WorkspaceState::announce_file(std::string name, std::size_t bytes) {
    FileEntry file;
    file.id = next_id("F0");
    file.name = std::move(name);
    file.by_bot = true;
    file.announced = bytes;
    const std::string id = file.id;
    return files_.insert_or_assign(id, std::move(file)).first->second;
}

FileEntry* WorkspaceState::upload(const std::string& id) {
    const auto found = files_.find(id);
    return found == files_.end() || !found->second.by_bot ? nullptr : &found->second;
}

const FileEntry* WorkspaceState::file(const std::string& id) const {
    const auto found = files_.find(id);
    return found == files_.end() ? nullptr : &found->second;
}

bool WorkspaceState::delete_file(const std::string& id) {
    return upload(id) != nullptr && files_.erase(id) > 0;
}

json WorkspaceState::file_json(const FileEntry& file) const {
    const std::string path = origin_ + "/files-pri/" + options_.team_id + "-" + file.id;
    const std::string name = percent_encode(file.name);
    return {{"id", file.id},
            {"name", file.name},
            {"title", file.title.empty() ? file.name : file.title},
            {"mimetype", file.is_ready() ? file.mimetype : ""},
            {"filetype", file.is_ready() ? picture_type(file.bytes) : ""},
            {"size", file.bytes.size()},
            {"user", file.by_bot ? options_.bot_user_id : options_.user_id},
            {"is_external", false},
            {"url_private", path + "/" + name},
            {"url_private_download", path + "/download/" + name}};
}

void WorkspaceState::name_blocks(json& blocks) {
    if (!blocks.is_array()) {
        return;
    }
    const auto name = [this](json& object, const char* key) {
        if (object.is_object() && !object.contains(key)) {
            object[key] = next_id("b");
        }
    };
    const auto name_action = [&](json& element) {
        if (element.is_object() && element.value("type", json()) != "image") {
            name(element, "action_id");
        }
    };
    for (json& block : blocks) {
        name(block, "block_id");
        if (!block.is_object()) {
            continue;
        }
        for (const char* key : {"accessory", "element"}) {
            if (const auto single = block.find(key); single != block.end()) {
                name_action(*single);
            }
        }
        const auto elements = block.find("elements");
        if (block.value("type", json()) == "actions" && elements != block.end()) {
            for (json& element : *elements) {
                name_action(element);
            }
        }
    }
}

const json& WorkspaceState::say(std::string channel, json message) {
    message["channel"] = std::move(channel);
    message["index"] = messages_.size() + 1;
    if (!message.contains("ts")) {
        message["ts"] = next_ts();
    }
    if (const auto blocks = message.find("blocks"); blocks != message.end()) {
        name_blocks(*blocks);
    }
    messages_.push_back(std::move(message));
    return messages_.back();
}

const json* WorkspaceState::message(const std::string& channel, const std::string& ts) const {
    for (auto it = messages_.rbegin(); it != messages_.rend(); ++it) {
        if (it->at("ts") == ts && it->at("channel") == channel) {
            return it->contains("deleted") ? nullptr : &*it;
        }
    }
    return nullptr;
}

const json& WorkspaceState::edit(const std::string& channel, const std::string& ts,
                                 const json& content) {
    json changed = *message(channel, ts);
    for (const char* key : {"text", "blocks"}) {
        changed.erase(key);
        if (const auto found = content.find(key); found != content.end()) {
            changed[key] = *found;
        }
    }
    changed["edited"] = true;
    return say(channel, std::move(changed));
}

void WorkspaceState::erase(const std::string& channel, const std::string& ts) {
    say(channel, {{"ts", ts}, {"deleted", true}});
}

json WorkspaceState::messages(std::size_t after, std::string_view channel) const {
    json found = json::array();
    for (std::size_t i = after; i < messages_.size() && found.size() < messages_at_once; ++i) {
        if (channel.empty() || messages_[i].at("channel") == channel) {
            found.push_back(messages_[i]);
        }
    }
    return found;
}

CommandEntry& WorkspaceState::add_command(CommandEntry command) {
    command.id = next_id("CMD");
    command.sent = std::chrono::steady_clock::now();
    const std::string id = command.id;
    return commands_.emplace(id, std::move(command)).first->second;
}

CommandEntry& WorkspaceState::type_command(std::string channel, std::string text) {
    CommandEntry command;
    command.channel = std::move(channel);
    command.text = std::move(text);
    return add_command(std::move(command));
}

CommandEntry& WorkspaceState::click(std::string channel, std::string message_ts) {
    CommandEntry command;
    command.channel = std::move(channel);
    command.original_ts = std::move(message_ts);
    command.kind = CommandEntry::Kind::click;
    return add_command(std::move(command));
}

CommandEntry& WorkspaceState::interact(CommandEntry::Kind kind, std::string channel) {
    CommandEntry command;
    command.kind = kind;
    command.channel = std::move(channel);
    return add_command(std::move(command));
}

bool WorkspaceState::react(const std::string& channel, const std::string& ts,
                           const std::string& name, const std::string& user) {
    json changed = *message(channel, ts);
    json& reactions = changed["reactions"];
    if (!reactions.is_array()) {
        reactions = json::array();
    }
    json* mine = nullptr;
    for (json& reaction : reactions) {
        if (reaction.at("name") == name) {
            mine = &reaction;
        }
    }
    if (mine == nullptr) {
        reactions.push_back({{"name", name}, {"users", json::array()}});
        mine = &reactions.back();
    }
    json& users = mine->at("users");
    if (std::ranges::find(users, json(user)) != users.end()) {
        return false;
    }
    users.push_back(user);
    (*mine)["count"] = users.size();
    changed["edited"] = true;
    say(channel, std::move(changed));
    return true;
}

CommandEntry* WorkspaceState::command(const std::string& id) {
    const auto found = commands_.find(id);
    return found == commands_.end() ? nullptr : &found->second;
}

std::string WorkspaceState::find_channel(std::string_view channel) const {
    if (channel.starts_with('#')) {
        channel.remove_prefix(1);
    }
    const std::array<std::pair<std::string_view, const std::string*>, 4> known{{
        {"emoji", &options_.alert_channel},
        {"general", &options_.general_channel},
        {"random", &options_.outside_channel},
        {options_.user_id, &options_.dm_channel},
    }};
    for (const auto& [name, id] : known) {
        if (channel == name || channel == *id) {
            return *id;
        }
    }
    return {};
}

std::string WorkspaceState::next_id(std::string_view prefix) {
    return std::string(prefix) + std::to_string(1'000'000 + ++last_id_);
}

std::string WorkspaceState::next_ts() {
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    last_ts_us_ = std::max<std::int64_t>(now, last_ts_us_ + 1);
    const std::string micros = std::to_string(last_ts_us_ % 1'000'000);
    return std::to_string(last_ts_us_ / 1'000'000) + "." + std::string(6 - micros.size(), '0') +
           micros;
}

}  // namespace emojiscope::simulator
