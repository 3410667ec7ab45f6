// HTTP/1.1 over the dialer, with connections kept for reuse.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/dialer.hpp"
#include "emojiscope/slack/url.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::slack {

struct HttpRequest {
    enum class Method { get, post };

    Method method = Method::get;
    Url url;
    std::string bearer;        ///< sent as Authorization, if not empty
    std::string content_type;  ///< of `body`
    std::string body;
    /// Sent in place of `body`, if not null: a request is copied for each try, and this is not.
    std::shared_ptr<const std::string> shared_body;
    std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;
    std::chrono::milliseconds timeout{30'000};  ///< from sending to the last byte, without dialling
    /// Of everything, dialling included: then it ends with timeout.
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    Addresses addresses = Addresses::any;  ///< that the connection may lead to
};

struct HttpResponse {
    unsigned status = 0;
    std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case
    std::string body;

    /// Empty if absent. `name` in lower case.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Whether a web page came in place of what was asked for: with a content type that says so, or
/// without. What merely has the wrong content type is none.
[[nodiscard]] bool is_web_page(const HttpResponse& response);

/// Redirects are not followed. Nothing is decompressed: every answer is asked for as it is. For the
/// thread of the dialer's executor; requests may overlap.
class HttpClient {
public:
    explicit HttpClient(std::shared_ptr<Dialer> dialer);
    ~HttpClient();

    /// Any status is a success here. Errors: network, timeout, too_large; those of Dialer::dial.
    /// A kept connection that the server has closed meanwhile is replaced, once.
    [[nodiscard]] boost::asio::awaitable<Result<HttpResponse>> send(HttpRequest request);

private:
    struct Idle {
        std::unique_ptr<NetStream> stream;
        std::chrono::steady_clock::time_point since;
    };

    [[nodiscard]] std::unique_ptr<NetStream> take_idle(const std::string& pool);
    void keep(const std::string& pool, std::unique_ptr<NetStream> stream);

    std::shared_ptr<Dialer> dialer_;
    /// By origin, and by which addresses were allowed when they were made.
    std::map<std::string, std::vector<Idle>, std::less<>> idle_;
};

}  // namespace emojiscope::slack
