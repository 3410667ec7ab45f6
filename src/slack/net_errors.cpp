#include "net_errors.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/websocket/error.hpp>

#include <algorithm>

namespace emojiscope::slack {

Error net_error(const Url& url, const std::string& what, const boost::system::error_code& error) {
    const std::string head = url.authority() + ": " + what;
    if (error == boost::beast::error::timeout || error == boost::asio::error::timed_out) {
        return fail(ErrorCode::timeout, head + " took too long");
    }
    if (error == boost::asio::error::operation_aborted) {
        return fail(ErrorCode::cancelled, head + " was stopped");
    }
    if (error == boost::beast::http::error::body_limit) {
        return fail(ErrorCode::too_large, head + ": the answer is too large");
    }
    return fail(ErrorCode::network, head + " failed: " + one_line(error.message()));
}

std::string shown_refusal(std::string_view body) {
    constexpr std::size_t longest_word = 60;
    // {"ok":false,"error":"invalid_blocks"}, or the word alone
    const std::string error = string_field(json_or_null(body, note_bounds), "error");
    const std::string_view word = error.empty() ? body : std::string_view(error);
    const bool plain =
        !word.empty() && word.size() <= longest_word && std::ranges::all_of(word, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    return plain ? std::string(word) : "(" + std::to_string(body.size()) + " bytes)";
}

}  // namespace emojiscope::slack
