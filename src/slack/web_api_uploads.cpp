// Files on their way to Slack.
// https://api.slack.com/messaging/files#uploading_files
#include "net_errors.hpp"

#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <cctype>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

/// For some ten megabytes over a slow line.
constexpr std::chrono::minutes upload_timeout{3};

/// https://url.spec.whatwg.org/#application/x-www-form-urlencoded
std::string form_encoded(const std::map<std::string, std::string>& arguments) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto append = [&](std::string& out, const std::string& text) {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_';
            if (plain && byte < 0x80) {
                out += c;
            } else {
                out += '%';
                out += digits[byte >> 4U];
                out += digits[byte & 15U];
            }
        }
    };
    std::string out;
    for (const auto& [key, value] : arguments) {
        out += out.empty() ? "" : "&";
        append(out, key);
        out += '=';
        append(out, value);
    }
    return out;
}

Result<void> read_upload(const HttpResponse& response) {
    if (response.status == 200) {
        return {};
    }
    const auto code = response.status >= 500 ? ErrorCode::network : ErrorCode::invalid_argument;
    return fail(code, "Slack answers the upload with status " + std::to_string(response.status) +
                          " " + shown_refusal(response.body));
}

}  // namespace

asio::awaitable<Result<std::string>> WebApi::open_direct_message(std::string user_id) {
    json arguments = json::object();
    arguments["users"] = std::move(user_id);
    auto body = co_await call(Method::conversations_open, std::move(arguments), Token::bot);
    if (!body) {
        co_return body.error();
    }
    std::string channel = string_field(object_field(*body, "channel"), "id");
    if (channel.empty()) {
        co_return fail(ErrorCode::network, "Slack's conversations.open named no channel");
    }
    co_return channel;
}

asio::awaitable<Result<std::string>> WebApi::upload_file(std::string name,
                                                         std::shared_ptr<const std::string> bytes) {
    if (bytes == nullptr || bytes->empty()) {
        co_return fail(ErrorCode::invalid_argument, "an empty file cannot be uploaded");
    }
    std::map<std::string, std::string> arguments;
    arguments["filename"] = std::move(name);
    arguments["length"] = std::to_string(bytes->size());
    auto place = co_await call_with_form(Method::files_get_upload_url, form_encoded(arguments));
    if (!place) {
        co_return place.error();
    }
    auto url = parse_url(string_field(*place, "upload_url"));
    std::string id = string_field(*place, "file_id");
    if (!url) {
        co_return url.error();
    }
    if (id.empty() || !may_send_token(base_, *url)) {
        // No token goes there, but everybody's emoji do.
        co_return fail(ErrorCode::invalid_argument,
                       "the place for an upload at " + url->authority() + " is not Slack's");
    }
    HttpRequest request;
    request.method = HttpRequest::Method::post;
    request.url = std::move(*url);
    request.content_type = "application/octet-stream";
    request.shared_body = std::move(bytes);
    request.timeout = upload_timeout;
    auto response = co_await send_patiently("uploads", call_upload, std::move(request));
    const Result<void> taken = response ? read_upload(*response) : Result<void>(response.error());
    note(call_upload, taken);
    if (!taken) {
        co_return taken.error();
    }
    co_return id;
}

asio::awaitable<Result<void>> WebApi::share_files(std::string channel,
                                                  std::vector<UploadedFile> files,
                                                  std::string comment, std::string thread_ts) {
    json list = json::array();
    for (UploadedFile& file : files) {
        list.push_back({{"id", std::move(file.id)}, {"title", std::move(file.title)}});
    }
    json arguments = {{"files", std::move(list)},
                      {"channel_id", std::move(channel)},
                      {"initial_comment", std::move(comment)}};
    if (!thread_ts.empty()) {
        arguments["thread_ts"] = std::move(thread_ts);
    }
    auto body = co_await call(Method::files_complete_upload, std::move(arguments), Token::bot);
    if (!body) {
        co_return body.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> WebApi::keep_file(UploadedFile file) {
    json list = json::array();
    list.push_back({{"id", std::move(file.id)}, {"title", std::move(file.title)}});
    json arguments = json::object();
    arguments["files"] = std::move(list);
    auto body = co_await call(Method::files_complete_upload, std::move(arguments), Token::bot);
    if (!body) {
        co_return body.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> WebApi::delete_file(std::string file_id) {
    json arguments = json::object();
    arguments["file"] = std::move(file_id);
    auto body = co_await call(Method::files_delete, std::move(arguments), Token::bot);
    if (!body && !refused_with(body.error(), "file_deleted") &&
        !refused_with(body.error(), "file_not_found")) {
        co_return body.error();
    }
    co_return Result<void>{};
}

}  // namespace emojiscope::slack
