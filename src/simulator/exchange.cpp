#include "exchange.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace emojiscope::simulator {

namespace http = boost::beast::http;

std::string http_date(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << std::put_time(&utc, "%a, %d %b %Y %H:%M:%S GMT");
    return text.str();
}

Response make_response(unsigned status, std::string_view type, std::string body) {
    Response response{http::int_to_status(status), 11};
    response.set(http::field::content_type, boost::beast::string_view(type.data(), type.size()));
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set(http::field::date, http_date(std::chrono::system_clock::now()));
    response.body() = std::move(body);
    return response;
}

Response make_json(const nlohmann::json& body, unsigned status) {
    return make_response(status, "application/json; charset=utf-8",
                         body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string bearer_of(const Request& request) {
    constexpr std::string_view scheme = "Bearer ";
    const auto found = request.find(http::field::authorization);
    if (found == request.end()) {
        return {};
    }
    const std::string value(found->value());
    return value.starts_with(scheme) ? value.substr(scheme.size()) : std::string{};
}

std::string content_type_of(const Request& request) {
    const auto found = request.find(http::field::content_type);
    std::string type = found == request.end() ? std::string{} : std::string(found->value());
    type = type.substr(0, type.find(';'));
    std::ranges::transform(type, type.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    while (!type.empty() && type.back() == ' ') {
        type.pop_back();
    }
    return type;
}

}  // namespace emojiscope::simulator
