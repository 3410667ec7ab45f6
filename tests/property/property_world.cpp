#include "property_world.hpp"

#include "emojiscope/slack/dialer.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/co_spawn.hpp>

#include <stdexcept>

namespace emojiscope::property {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message);
    }
    return std::move(result).value();
}

void must(const Result<void>& result) {
    if (!result) {
        throw std::runtime_error(result.error().message);
    }
}

json granted(const simulator::test::Answer& answer, const std::string& asked) {
    if (answer.result() != simulator::test::http::status::ok) {
        throw std::runtime_error(asked + ": " + answer.body());
    }
    return json::parse(answer.body());
}

std::unique_ptr<search::VectorIndex> index_of(int dimension) {
    return std::make_unique<fakes::LinearIndex>(dimension);
}

}  // namespace

LivingBot::LivingBot(const std::filesystem::path& folder, const simulator::Options& slack,
                     const std::string& api_base_url, int connections, std::size_t most_waiting)
    : team_id_(slack.team_id),
      store_(must(store::Store::open(folder, {.write = true}, clock_))),
      library_(store_->catalogue(), index_of(fakes::FakeEmbedder::dimension), team_id_),
      search_(library_, embedder_),
      ingestor_(store_->catalogue(), library_, embedder_, reader_),
      duplicates_(store_->catalogue(), store_->verdicts(), comparer_,
                  index_of(comparer_.descriptor_dimension())) {
    must(store_->catalogue().claim_model(embedder_.model()));
    must(library_.load());
    auto dialer = must(slack::Dialer::create(io_.get_executor(), {}));
    slack::WebApiOptions calling;
    calling.base_url = api_base_url;
    calling.bot_token = slack.bot_token;
    calling.app_token = slack.app_token;
    auto api = must(slack::WebApi::create(dialer, calling));
    bot::BotOptions options;
    options.team_id = team_id_;
    options.bot_user_id = slack.bot_user_id;
    options.most_awaited = most_waiting;
    options.most_events = most_waiting;
    bot::LiveOptions live;
    live.alert_channel = slack.alert_channel;
    live.commands_per_minute = 10'000;  // one person asks what a whole workspace would
    slack::SocketModeOptions socket;
    socket.connections = connections;
    const bot::Parts parts{store_->catalogue(), library_,  search_, ingestor_, duplicates_,
                           store_->verdicts(),  embedder_, reader_, clock_};
    const std::string first = "first sync of " + team_id_;
    const bot::Memory memory{store_->inbox(),
                             store_->outbox(),
                             store_->alerts(),
                             store_->unannounced(),
                             [this, first]() -> Result<bool> {
                                 auto value = store_->get_meta(first);
                                 return value ? Result<bool>(value->has_value())
                                              : Result<bool>(value.error());
                             },
                             [this, first] { return store_->set_meta(first, "done"); }};
    bot_ = std::make_unique<bot::Bot>(io_.get_executor(), dialer, api, parts, memory, options, live,
                                      socket, [] {});
    asio::co_spawn(io_, bot_->run(), [this](const std::exception_ptr& thrown, Result<void> result) {
        ended_ = thrown ? fail(ErrorCode::internal, "an internal error") : std::move(result);
        io_.stop();
    });
    thread_ = std::thread([this] { io_.run(); });
}

LivingBot::~LivingBot() {
    io_.stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void LivingBot::stop() {
    asio::post(io_, [this] { bot_->stop(); });
    thread_.join();
}

std::string LivingBot::trouble() const {
    if (!io_.stopped() || !ended_) {
        return {};
    }
    return *ended_ ? "it ended" : ended_->error().message;
}

WorkCounts LivingBot::work() {
    WorkCounts all;
    for (WorkQueue* queue :
         {static_cast<WorkQueue*>(&store_->inbox()), static_cast<WorkQueue*>(&store_->outbox()),
          static_cast<WorkQueue*>(&store_->alerts()),
          static_cast<WorkQueue*>(&store_->unannounced())}) {
        const WorkCounts counts = must(queue->counts());
        all.waiting += counts.waiting;
        all.dead += counts.dead;
    }
    return all;
}

std::map<std::string, std::string> LivingBot::catalogue() {
    std::map<std::string, std::string> found;
    for (const EmojiRecord& record : must(store_->catalogue().list(team_id_))) {
        // One that is not learnt is not there for anybody.
        found[record.name] = record.state == EmojiState::ready ? record.value : "not learnt";
    }
    for (const AliasRecord& alias : must(store_->catalogue().aliases(team_id_))) {
        found[alias.alias] = "alias:" + alias.target;
    }
    return found;
}

std::string LivingBot::name_of(EmojiId id) {
    const auto record = store_->catalogue().find(id);
    return record ? record->name : std::string{};
}

json Controls::get(const std::string& target) {
    return granted(slack_.get(target), target);
}

json Controls::post(const std::string& target, const json& body) {
    return granted(slack_.post(target, body), target + " " + body.dump());
}

json Controls::upload(const std::string& name, const std::string& picture, bool silent) {
    const std::string target = "/sim/emoji?name=" + name + (silent ? "&silent=1" : "");
    return granted(slack_.request(simulator::test::http::verb::post, target, picture), target);
}

}  // namespace emojiscope::property
