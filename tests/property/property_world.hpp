// A bot in this process, on a database of its own, and the local Slack that it talks to.
#pragma once

#include "emojiscope/bot/bot.hpp"
#include "emojiscope/core/clock.hpp"
#include "emojiscope/image/picture_comparer.hpp"
#include "emojiscope/image/picture_reader.hpp"
#include "emojiscope/store/store.hpp"
#include "fakes/fake_embedder.hpp"
#include "fakes/linear_index.hpp"
#include "simulator/raw_client.hpp"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace emojiscope::property {

/// The bot as the program puts it together, but with an embedder that needs no model. Runs on
/// threads of its own from construction to destruction, which is sudden unless `stop` came before.
class LivingBot {
public:
    /// `folder` has its database. Throws if it cannot start.
    LivingBot(const std::filesystem::path& folder, const simulator::Options& slack,
              const std::string& api_base_url, int connections, std::size_t most_waiting);
    ~LivingBot();
    LivingBot(const LivingBot&) = delete;
    LivingBot& operator=(const LivingBot&) = delete;

    /// As at SIGTERM. Returns when it has ended.
    void stop();

    /// Why it ended by itself; empty while it runs.
    [[nodiscard]] std::string trouble() const;
    /// Items of its queues that wait, and those that were given up.
    [[nodiscard]] WorkCounts work();
    /// Name -> URL or alias:other, as /sim/emoji has it.
    [[nodiscard]] std::map<std::string, std::string> catalogue();
    /// Empty if there is no such emoji any more.
    [[nodiscard]] std::string name_of(EmojiId id);

private:
    void run();

    SystemClock clock_;
    std::string team_id_;
    std::unique_ptr<store::Store> store_;
    fakes::FakeEmbedder embedder_;
    image::PictureReader reader_;
    image::PictureComparer comparer_;
    search::EmojiLibrary library_;
    search::EmojiSearch search_;
    search::Ingestor ingestor_;
    search::DuplicateFinder duplicates_;
    boost::asio::io_context io_{1};
    std::unique_ptr<bot::Bot> bot_;
    std::optional<Result<void>> ended_;
    std::thread thread_;
};

/// The controls of a local Slack. Throws where it refuses.
class Controls {
public:
    /// `slack` must outlive it.
    explicit Controls(simulator::test::RawClient& slack) : slack_(slack) {}

    [[nodiscard]] nlohmann::json get(const std::string& target);
    nlohmann::json post(const std::string& target, const nlohmann::json& body);
    nlohmann::json upload(const std::string& name, const std::string& picture, bool silent);

private:
    simulator::test::RawClient& slack_;
};

}  // namespace emojiscope::property
