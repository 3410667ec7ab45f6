// The whole thing as it runs in earnest: the program as a process of its own, and the local Slack
// over TLS on loopback. For one thread.
#pragma once

#include "app/program.hpp"
#include "emojiscope/image/composite.hpp"
#include "emojiscope/image/encode.hpp"
#include "emojiscope/simulator/simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <regex>
#include <string>
#include <vector>

namespace emojiscope::e2e {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using nlohmann::json;

/// Nothing here may take longer, however busy the machine is.
constexpr std::chrono::seconds patience{60};
/// Somebody beside the admin who does everything else.
constexpr const char* member = "U0MEMBER";

class BotWorld {
public:
    BotWorld() {
        simulator::Options options;
        options.tls = true;
        options.certificate_file = folder_.path() / "ca.pem";
        options.workspace = site_.pictures();
        options.ack_timeout = std::chrono::seconds(20);  // a busy machine is no fault of the bot's
        slack_ = simulator::Simulator::start(options).value();
        alerts_ = options.alert_channel;
        direct_ = options.dm_channel;
        general_ = options.general_channel;
        app::write_text(folder_.path() / "bot", options.bot_token + "\n");
        app::write_text(folder_.path() / "app", options.app_token + "\n");
        write_config(folder_.path() / "ca.pem");
    }

    /// Somebody who may do what admins may.
    void name_admin(const std::string& user_id) {
        admins_ = user_id;
        configure({});
    }

    /// What one person may ask for; in these tests one plays everybody, so it is much by default.
    void limit_commands(int per_minute) {
        commands_per_minute_ = per_minute;
        configure({});
    }

    /// The usual configuration, with further keys ("key: value\n").
    void configure(const std::string& more) { write_config(folder_.path() / "ca.pem", more); }

    void write_config(const std::filesystem::path& ca_file, const std::string& more = {}) {
        const std::string at = folder_.path().string();
        std::string text = more + "log_level: info\ndata: " + at +
                           "/data\nslack:\n  api_base_url: " + slack_->api_base_url() +
                           "\n  bot_token_file: " + at + "/bot\n  app_token_file: " + at +
                           "/app\n  alert_channel: " + alerts_ +
                           "\n  commands_per_minute: " + std::to_string(commands_per_minute_) +
                           "\n";
        if (!admins_.empty()) {
            text += "  admins: [" + admins_ + "]\n";
        }
        if (!ca_file.empty()) {
            text += "  ca_file: " + ca_file.string() + "\n";
        }
        app::write_text(folder_.path() / "config.yaml", text);
    }

    /// In the configuration as it lies there, this text in the place of that one.
    void edit_config(const std::string& before, const std::string& after) {
        std::string text = app::read_text(folder_.path() / "config.yaml");
        const auto at = text.find(before);
        if (at == std::string::npos) {
            throw std::runtime_error("the configuration has no '" + before + "':\n" + text);
        }
        app::write_text(folder_.path() / "config.yaml", text.replace(at, before.size(), after));
    }

    /// Starts the bot and waits until it has compared the whole list once.
    void start() {
        start_only();
        await_log(" sync: ");
    }
    void start_only() { bot_ = std::make_unique<app::Program>(arguments()); }
    [[nodiscard]] std::vector<std::string> arguments() const {
        return {"--config", (folder_.path() / "config.yaml").string(), "serve"};
    }
    void kill_bot() { bot_.reset(); }
    [[nodiscard]] app::Program& bot() { return *bot_; }

    /// Until the bot's log has `count` lines with this text; returns the log.
    std::string await_log(const std::string& text, std::size_t count = 1) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            std::string log = bot_->err();
            std::size_t found = 0;
            for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1)) {
                ++found;
            }
            if (found >= count) {
                return log;
            }
            call("/sim/messages?after=1000000&wait_ms=20");  // a pause that is somebody's work
        }
        throw std::runtime_error("the bot never logged '" + text + "':\n" + bot_->err());
    }

    /// A request to the local Slack's controls. A body makes it a POST.
    json call(const std::string& target, const std::string& body = {}, bool post = false) {
        return json::parse(fetch(target, body, post));
    }
    /// The same, whatever is answered.
    std::string fetch(const std::string& target, const std::string& body = {}, bool post = false) {
        asio::ssl::context context(asio::ssl::context::tls_client);
        asio::ssl::stream<asio::ip::tcp::socket> stream(io_, context);
        const std::string url = slack_->page_url();
        const std::string authority = url.substr(8, url.size() - 9);
        const auto port = std::stoi(authority.substr(authority.rfind(':') + 1));
        stream.next_layer().connect(
            {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
        stream.handshake(asio::ssl::stream_base::client);
        const bool sends = post || !body.empty();
        http::request<http::string_body> request{sends ? http::verb::post : http::verb::get, target,
                                                 11};
        request.set(http::field::host, authority);
        request.body() = body;
        request.prepare_payload();
        http::write(stream, request);
        boost::beast::flat_buffer buffer;
        http::response_parser<http::string_body> answer;
        http::read(stream, buffer, answer);
        return answer.get().body();
    }

    json post(const std::string& path, const json& body) { return call(path, body.dump(), true); }

    /// Types `/emoji TEXT`; returns the answer as JSON text, once there is one.
    std::string ask(const std::string& text) {
        return answer_of(post("/sim/command", {{"text", text}}));
    }
    /// Of a command or a click; the first if there are several.
    std::string answer_of(const json& sent) {
        const json got =
            call("/sim/command?id=" + sent.at("id").get<std::string>() + "&wait_ms=60000");
        if (!got.at("acked") || !got.at("answered")) {
            throw std::runtime_error("what was sent was not answered: " + got.dump());
        }
        return got.at("answers").at(0).dump();
    }

    /// The same, typed by somebody who is no admin.
    std::string ask_as_member(const std::string& text) {
        return answer_of(post("/sim/command", {{"text", text}, {"user", member}}));
    }

    /// The message that answers `/emoji TEXT`, as it stands in the channel.
    json answer_to(const std::string& text) {
        ask(text);
        return messages(general_).back();
    }

    /// The emoji that an answer offers, best first.
    std::vector<std::string> names_for(const std::string& text) { return names_in(ask(text)); }
    static std::vector<std::string> names_in(const std::string& message) {
        static const std::regex name("`:([^`]+):`");
        std::vector<std::string> names;
        for (std::sregex_iterator it(message.begin(), message.end(), name), end; it != end; ++it) {
            names.push_back((*it)[1]);
        }
        return names;
    }

    /// Asks until the best answer is (or is no longer) this name.
    bool becomes_first(const std::string& query, const std::string& name, bool first = true) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            const auto names = names_for(query);
            if ((!names.empty() && names.front() == name) == first) {
                return true;
            }
        }
        return false;
    }

    /// Presses a button of the bot's message; returns what it is replaced by, or what is said.
    std::string press(const json& message, const std::string& action,
                      const std::string& user = {}) {
        return answer_of(post("/sim/click", {{"channel_id", message.at("channel")},
                                             {"ts", message.at("ts")},
                                             {"action_id", action},
                                             {"user", user}}));
    }

    /// The views that the person sees, once `ready` is true of them.
    json await_surfaces(const std::function<bool(const json&)>& ready) {
        const auto until = std::chrono::steady_clock::now() + patience;
        json now = call("/sim/surfaces");
        while (!ready(now)) {
            if (std::chrono::steady_clock::now() >= until) {
                throw std::runtime_error("the view never came: " + now.dump() + bot_->err());
            }
            now = call("/sim/surfaces?wait_ms=1000&after=" + now.at("version").dump());
        }
        return now;
    }
    json await_modal(const std::string& text) {
        return await_surfaces([&](const json& now) {
                   return now.at("modal").dump().find(text) != std::string::npos;
               })
            .at("modal");
    }

    /// Does something in a view or with a shortcut; returns what it was acknowledged with.
    json act(const std::string& path, const json& body) {
        const json sent = post(path, body);
        const json got =
            call("/sim/command?id=" + sent.at("id").get<std::string>() + "&wait_ms=60000");
        if (!got.at("acked")) {
            throw std::runtime_error(path + " was not acknowledged: " + got.dump());
        }
        return got;
    }

    /// The text of the bot's first message in the channel after `after` others; empty if none came.
    std::string await_message(const std::string& channel, std::size_t after = 0,
                              int wait_ms = 30'000) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
        for (;;) {
            const auto said = messages(channel);
            if (said.size() > after) {
                return said[after].dump();
            }
            if (std::chrono::steady_clock::now() >= until) {
                return {};
            }
            call("/sim/messages?after=1000000&wait_ms=20");
        }
    }
    std::vector<json> messages(const std::string& channel) {
        std::vector<json> from_bot;
        const json said = call("/sim/messages?channel=" + channel);
        for (const json& message : said.at("messages")) {
            if (message.contains("bot_id") && !message.contains("edited")) {
                from_bot.push_back(message);
            }
        }
        return from_bot;
    }

    [[nodiscard]] static std::string picture(Rgb colour, Rgb ground, int radius) {
        const auto bytes = image::encode_png(app::disc(colour, ground, radius)).value();
        return {bytes.begin(), bytes.end()};
    }
    /// The same as a JPEG.
    [[nodiscard]] static std::string photo(Rgb colour, Rgb ground, int radius) {
        const RgbImage flat = image::composite(app::disc(colour, ground, radius), {255, 255, 255});
        const auto bytes = image::encode_jpeg(flat, 80).value();
        return {bytes.begin(), bytes.end()};
    }
    [[nodiscard]] std::string picture_of(const std::string& name) {
        return app::read_text(site_.picture(name));
    }

    [[nodiscard]] const std::string& alerts() const { return alerts_; }
    [[nodiscard]] const std::string& general() const { return general_; }
    [[nodiscard]] std::string api_base_url() const { return slack_->api_base_url(); }
    [[nodiscard]] const std::string& direct() const { return direct_; }
    [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }

private:
    fakes::TempFolder folder_;
    app::Site site_;
    asio::io_context io_;
    std::unique_ptr<simulator::Simulator> slack_;
    std::string alerts_;
    std::string direct_;
    std::string general_;
    int commands_per_minute_ = 10'000;
    std::string admins_;
    std::unique_ptr<app::Program> bot_;
};

}  // namespace emojiscope::e2e
