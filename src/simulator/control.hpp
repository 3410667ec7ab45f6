// /sim: what a person's hands do in the page, and what tests do instead of them.
#pragma once

#include "exchange.hpp"
#include "hub.hpp"
#include "surfaces.hpp"
#include "view_control.hpp"
#include "web_api.hpp"
#include "workspace_state.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

namespace emojiscope::simulator {

/// One thread, that of the hub.
class Control {
public:
    Control(boost::asio::any_io_executor executor, const Options& options, WorkspaceState& state,
            Surfaces& surfaces, Hub& hub, WebApi& api);

    void set_origin(std::string origin) {
        views_.set_origin(origin);
        origin_ = std::move(origin);
    }

    /// `path` begins with /sim/.
    [[nodiscard]] boost::asio::awaitable<Response> handle(std::string path, const Request& request,
                                                          Parameters query);

    /// Ends every long poll's wait, so that it looks again.
    void changed() { changed_.cancel(); }
    void stop();

private:
    [[nodiscard]] Response get_now(const std::string& path, const Parameters& query) const;
    [[nodiscard]] boost::asio::awaitable<Response> messages(Parameters query);
    [[nodiscard]] boost::asio::awaitable<Response> command_state(Parameters query);
    [[nodiscard]] boost::asio::awaitable<Response> surfaces(Parameters query);
    [[nodiscard]] Response post(const std::string& path, const Request& request,
                                const Parameters& query);
    [[nodiscard]] Response change_emoji(const std::string& path, const Request& request,
                                        const Parameters& query);
    /// Who does something; empty if there is nobody with this id.
    [[nodiscard]] std::string person(const std::string& user) const;
    [[nodiscard]] Response type_command(const nlohmann::json& body);
    [[nodiscard]] Response click(const nlohmann::json& body);
    [[nodiscard]] Response direct_message(const Request& request, const Parameters& query);
    [[nodiscard]] Response channel_message(const Request& request, const Parameters& query);
    [[nodiscard]] Response odd_frame(const std::string& kind);
    [[nodiscard]] Response trouble(const std::string& path, const nlohmann::json& body);
    /// Waits for a change, but not beyond `until`. False: time is up.
    [[nodiscard]] boost::asio::awaitable<bool> wait(std::chrono::steady_clock::time_point until);

    boost::asio::any_io_executor executor_;
    Options options_;
    WorkspaceState& state_;
    Surfaces& surfaces_;
    Hub& hub_;
    WebApi& api_;
    ViewControl views_;
    std::string origin_;
    boost::asio::steady_timer changed_;
    bool stopped_ = false;
};

}  // namespace emojiscope::simulator
