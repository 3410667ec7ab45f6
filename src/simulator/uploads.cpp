#include "uploads.hpp"

#include "web_api_json.hpp"

namespace emojiscope::simulator {

using nlohmann::json;

json announce_upload(WorkspaceState& state, const json& arguments, const std::string& origin) {
    const std::string name = string_of(arguments, "filename");
    const std::string length = string_of(arguments, "length");
    const bool number = !length.empty() && length.size() <= 9 &&
                        length.find_first_not_of("0123456789") == std::string::npos;
    if (name.empty() || !number || std::stoul(length) == 0) {
        return error("invalid_arguments");
    }
    const FileEntry& file = state.announce_file(name, std::stoul(length));
    return {{"ok", true}, {"upload_url", origin + "/upload/v1/" + file.id}, {"file_id", file.id}};
}

Response receive_upload(WorkspaceState& state, Hub& hub, const std::string& id,
                        const Request& request) {
    FileEntry* file = state.upload(id);
    if (file == nullptr || !file->bytes.empty()) {
        return make_response(404, "text/plain", "no such upload");
    }
    if (!bearer_of(request).empty()) {
        hub.violation("a token sent to an upload URL");
    }
    if (request.body().size() != file->announced) {
        hub.violation("an upload of another length than was announced");
        return make_response(400, "text/plain", "another length was announced");
    }
    file->bytes.assign(request.body().begin(), request.body().end());
    file->mimetype =
        file->name.ends_with(".html") ? "text/html" : mime_type(picture_type(file->bytes));
    return make_response(200, "text/plain", "OK - " + std::to_string(file->bytes.size()));
}

json complete_upload(WorkspaceState& state, const Options& options, const json& arguments) {
    json files = arguments.value("files", json());
    if (files.is_string()) {
        files = json::parse(files.get<std::string>(), nullptr, false);  // as a form has it
    }
    if (!files.is_array() || files.empty()) {
        return error("invalid_arguments");
    }
    std::vector<FileEntry*> uploads;
    for (const json& wanted : files) {
        FileEntry* file = wanted.is_object() ? state.upload(string_of(wanted, "id")) : nullptr;
        if (file == nullptr || file->bytes.empty() || file->shared || file->kept) {
            return error("file_not_found");
        }
        uploads.push_back(file);
    }
    // Only an id will do here, and only of a channel that the bot is in.
    const std::string channel = string_of(arguments, "channel_id");
    if (!channel.empty() && state.find_channel(channel) != channel) {
        return error("channel_not_found");
    }
    json described = json::array();
    for (std::size_t i = 0; i < uploads.size(); ++i) {
        uploads[i]->title = string_of(files[i], "title");
        uploads[i]->shared = !channel.empty();
        if (channel.empty()) {
            uploads[i]->kept = true;
            uploads[i]->ready = std::chrono::steady_clock::now() + options.file_processing;
        }
        described.push_back(state.file_json(*uploads[i]));
    }
    if (!channel.empty()) {
        json said = {{"subtype", "file_share"},
                     {"bot_id", options.bot_id},
                     {"user", options.bot_user_id},
                     {"text", string_of(arguments, "initial_comment")},
                     {"files", described}};
        if (const std::string thread = string_of(arguments, "thread_ts"); !thread.empty()) {
            said["thread_ts"] = thread;
        }
        state.say(channel, std::move(said));
    }
    return {{"ok", true}, {"files", described}};
}

json delete_file(WorkspaceState& state, const json& arguments) {
    const std::string id = string_of(arguments, "file");
    if (state.file(id) == nullptr) {
        return error("file_not_found");
    }
    return state.delete_file(id) ? json{{"ok", true}} : error("cant_delete_file");
}

}  // namespace emojiscope::simulator
