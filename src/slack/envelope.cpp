#include "emojiscope/slack/envelope.hpp"

#include "emojiscope/slack/json_fields.hpp"

namespace emojiscope::slack {

using nlohmann::json;

Result<Frame> parse_frame(std::string_view text) {
    json frame = json::parse(text, nullptr, false);
    if (!frame.is_object()) {
        return fail(ErrorCode::corrupt, "a Socket Mode frame that is no JSON object");
    }
    const std::string type = string_field(frame, "type");
    if (type == "hello") {
        const json& info = object_field(frame, "connection_info");
        return Frame(Hello{string_field(info, "app_id"),
                           static_cast<int>(unsigned_field(frame, "num_connections") % 1000)});
    }
    if (type == "disconnect") {
        return Frame(Disconnect{string_field(frame, "reason")});
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
    envelope.retry_reason = string_field(frame, "retry_reason");
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
