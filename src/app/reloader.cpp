#include "reloader.hpp"

#include "log.hpp"

#include <unistd.h>

#include <spdlog/spdlog.h>

#include <csignal>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace emojiscope::app {
namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) {
        list += (list.empty() ? "" : ", ") + name;
    }
    return list;
}

Result<Config> read_and_check(const Reread& reread) {
    try {
        auto next = reread();
        if (next) {
            if (auto good = check_log(next->log); !good) {
                return good.error();
            }
        }
        return next;
    } catch (const std::exception& problem) {
        return fail(ErrorCode::internal, problem.what());
    }
}

}  // namespace

bool hang_up_ends_us() {
    struct sigaction present {};
    const bool ignored =
        ::sigaction(SIGHUP, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
    return ::isatty(STDIN_FILENO) == 1 && !ignored;
}

Reloader::Reloader(boost::asio::io_context& io, Config running, Reread reread)
    : running_(std::move(running)), reread_(std::move(reread)), signals_(io, SIGHUP) {
    wait();
}

void Reloader::wait() {
    signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
        if (!cancelled) {
            reload();
            wait();
        }
    });
}

void Reloader::reload() {
    const auto next = read_and_check(reread_);
    if (!next) {
        spdlog::error("reload: {}; every setting stays as it is", next.error().message);
        return;
    }
    const ConfigChanges found = changes(running_, *next);
    if (!found.at_once.empty()) {
        running_ = reloaded(running_, *next);
        static_cast<void>(change_log(running_.log, false));  // it was checked
        if (apply_) {
            apply_(running_);
        }
        spdlog::info("reload: {} taken from the configuration", listed(found.at_once));
    } else if (found.at_next_start.empty()) {
        spdlog::info("reload: nothing changed");
    }
    if (!found.at_next_start.empty()) {
        spdlog::warn("reload: takes effect at the next start: {}", listed(found.at_next_start));
    }
}

}  // namespace emojiscope::app
