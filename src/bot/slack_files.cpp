#include "slack_files.hpp"

#include <string>
#include <utility>

namespace emojiscope::bot {

namespace asio = boost::asio;

asio::awaitable<Result<std::vector<std::uint8_t>>> fetch_file(std::shared_ptr<slack::WebApi> api,
                                                              slack::SlackFile file,
                                                              std::size_t max_bytes) {
    if (file.url_private_download.empty()) {
        auto info = co_await api->file_info(file.id);
        if (!info) {
            co_return info.error();
        }
        file = std::move(*info);
    }
    if (file.bytes > max_bytes) {
        co_return fail(ErrorCode::too_large, std::to_string(file.bytes) + " bytes");
    }
    co_return co_await api->download_private(file.url_private_download, max_bytes);
}

}  // namespace emojiscope::bot
