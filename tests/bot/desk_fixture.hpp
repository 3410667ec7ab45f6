// What the tests of desks share: a small workspace on fakes, a queue in memory, and a server that
// plays Slack.
#pragma once

#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"

#include "fakes/memory_work_queue.hpp"
#include "search/world.hpp"
#include "slack/client_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace emojiscope::bot {

/// Whether a text stands anywhere in a message or view.
inline bool says(const nlohmann::json& part, const std::string& text) {
    return part.dump().find(text) != std::string::npos;
}

/// Of a pool that has one thread, which is idle.
inline std::thread::id thread_of(boost::asio::thread_pool& pool) {
    std::promise<std::thread::id> told;
    boost::asio::post(pool, [&] { told.set_value(std::this_thread::get_id()); });
    return told.get_future().get();
}

struct DeskFixture {
    /// By the last part of the address; what is not here is answered with {"ok":true}.
    std::map<std::string, std::string> answers{{"views.open", R"({"ok":true,"view":{"id":"V1"}})"}};
    /// Bytes by path, for downloads.
    std::map<std::string, std::string> files;
    /// So many calls of this method are answered with a 429 that asks for so many seconds.
    std::string limited_method;
    std::atomic<int> limited{0};
    std::string retry_after = "1";
    /// Where an answer depends on more than the method; empty: as above.
    std::function<std::string(const std::string& method, const std::string& body)> decide;
    loopback::LoopbackServer server{[this](const loopback::Request& request) -> loopback::Response {
        const std::string target(request.target());
        if (const auto file = files.find(target); file != files.end()) {
            return loopback::answer(200, file->second);
        }
        std::string method = target.substr(target.rfind('/') + 1);
        method.resize(std::min(method.size(), method.find('?')));
        if (method == limited_method && limited > 0) {
            --limited;
            loopback::Response response = loopback::answer(429, "");
            response.set("Retry-After", retry_after);
            return response;
        }
        if (std::string decided = decide ? decide(method, request.body()) : ""; !decided.empty()) {
            return loopback::answer(200, decided);
        }
        const auto own = answers.find(method);
        return loopback::answer(200, own == answers.end() ? R"({"ok":true})" : own->second);
    }};
    loopback::Client client;
    search::World world;
    fakes::MemoryWorkQueue outbox{world.clock};
    boost::asio::thread_pool disk{1};
    boost::asio::thread_pool queries{1};
    Postbox postbox{disk, outbox, world.clock};
    BotOptions options;
    LiveSettings live{{}};
    Parts parts{world.catalogue, world.library,  world.search, world.ingestor, world.duplicates,
                world.verdicts,  world.embedder, world.reader, world.clock};

    /// How long a call may wait for its turn after a 429.
    explicit DeskFixture(
        std::chrono::milliseconds max_rate_limit_wait = std::chrono::milliseconds(100))
        : client(server.url("/api/"), {}, max_rate_limit_wait) {
        options.team_id = search::team;
    }
    ~DeskFixture() {
        queries.join();
        disk.join();
    }
    DeskFixture(const DeskFixture&) = delete;
    DeskFixture& operator=(const DeskFixture&) = delete;

    /// The arguments of the calls of a method so far, in order.
    std::vector<nlohmann::json> calls(const std::string& method) {
        std::vector<nlohmann::json> made;
        for (const loopback::Request& request : server.requests()) {
            if (request.target() == "/api/" + method) {
                made.push_back(nlohmann::json::parse(request.body(), nullptr, false));
            }
        }
        return made;
    }

    /// What was left to be sent, in order.
    std::vector<nlohmann::json> left() {
        std::vector<nlohmann::json> payloads;
        for (const WorkItem& item : outbox.due(SystemTime::max(), 100).value()) {
            payloads.push_back(nlohmann::json::parse(item.payload));
        }
        return payloads;
    }
};

}  // namespace emojiscope::bot
