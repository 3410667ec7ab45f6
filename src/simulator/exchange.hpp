// HTTP requests and answers, as the parts of the local Slack pass them on.
#pragma once

#include "url_text.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace emojiscope::simulator {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// "Sun, 06 Nov 1994 08:49:37 GMT"
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

/// With the present time as its Date.
[[nodiscard]] Response make_response(unsigned status, std::string_view type, std::string body);
[[nodiscard]] Response make_json(const nlohmann::json& body, unsigned status = 200);

/// The token of `Authorization: Bearer …`; empty if there is none.
[[nodiscard]] std::string bearer_of(const Request& request);

/// The value of Content-Type, without parameters, in lower case.
[[nodiscard]] std::string content_type_of(const Request& request);

}  // namespace emojiscope::simulator
