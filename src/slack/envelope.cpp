#include "emojiscope/slack/envelope.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"

namespace emojiscope::slack {

using nlohmann::json;

namespace {

/// Of a word that stands in lines of the log.
constexpr std::size_t shown_bytes = 100;

std::string word_field(const json& object, const char* key) {
    return one_line(truncate_utf8(string_field(object, key), shown_bytes));
}

}  // namespace

Result<Frame> parse_frame(std::string_view text) {
    auto parsed = parse_json(text, frame_bounds);
    if (!parsed && parsed.error().code == ErrorCode::too_large) {
        return fail(ErrorCode::too_large, "a Socket Mode frame of " + parsed.error().message);
    }
    json frame = parsed ? json(std::move(*parsed)) : json();
    if (!frame.is_object()) {
        return fail(ErrorCode::corrupt, "a Socket Mode frame that is no JSON object");
    }
    const std::string type = word_field(frame, "type");
    if (type == "hello") {
        const json& info = object_field(frame, "connection_info");
        return Frame(Hello{string_field(info, "app_id"),
                           static_cast<int>(unsigned_field(frame, "num_connections") % 1000)});
    }
    if (type == "disconnect") {
        return Frame(Disconnect{word_field(frame, "reason")});
    }
    const std::string id = string_field(frame, "envelope_id");
    if (id.empty()) {
        return Frame(UnknownFrame{type});
    }
    Envelope envelope;
    envelope.bytes = text.size();
    envelope.id = id;
    envelope.type = type;
    envelope.accepts_response_payload = bool_field(frame, "accepts_response_payload");
    envelope.retry_attempt = static_cast<int>(unsigned_field(frame, "retry_attempt") % 1000);
    envelope.retry_reason = word_field(frame, "retry_reason");
    if (const auto payload = frame.find("payload"); payload != frame.end()) {
        envelope.payload = std::move(*payload);
    }
    return Frame(std::move(envelope));
}

std::string acknowledgement(std::string_view envelope_id, const json& payload) {
    json frame = {{"envelope_id", std::string(envelope_id)}};
    if (!payload.is_null()) {
        frame["payload"] = payload;
    }
    return frame.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace emojiscope::slack
