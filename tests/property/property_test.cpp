// Random workspaces under random faults: a seeded run edits the workspace and asks for emoji while
// Slack, the network and the bot fail at random; then all faults end, and once all is quiet
// - the catalogue is what the workspace has;
// - every command was answered, if only that there are too many, or its user was told by Slack that
//   the app did not respond;
// - each duplicate was told of once, also where no event came of it;
// - there never were two sockets beyond the overlap of a rotation, nor more dials than Slack
// grants;
// - Slack was sent nothing that it would not take, and nothing was given up.
//
// Time is virtual, so that an hour's wait costs nothing. A failed run prints its seed and what it
// did: `test_property --seed N --runs 1 --verbose` does the same again, but for the order in which
// threads happen to run.
#include "property_world.hpp"
#include "virtual_time.hpp"

#include "emojiscope/bot/alert_view.hpp"
#include "emojiscope/image/encode.hpp"
#include "fakes/temp_folder.hpp"

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <vector>

namespace emojiscope::property {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::chrono::hours quiet_within{4};  // the list is compared every hour
constexpr milliseconds look_every{5'000};
constexpr int least_acts = 10;
constexpr int most_acts = 30;

/// What Slack's side is asked to do wrong. Those that leave open whether a message was posted are
/// not made of chat.postMessage: it can be told twice then, and nobody could know.
const std::array<const char*, 34> faults{
    R"({"on":"http","path":"/api/emoji.list","kind":"status","status":500})",
    R"({"on":"http","path":"/api/emoji.list","kind":"status","status":429,"retry_after":7})",
    R"({"on":"http","path":"/api/emoji.list","kind":"html"})",
    R"({"on":"http","path":"/api/emoji.list","kind":"truncate"})",
    R"({"on":"http","path":"/api/emoji.list","kind":"slow"})",
    R"({"on":"http","path":"/api/emoji.list","kind":"hang"})",
    R"({"on":"http","path":"/api/apps.connections.open","kind":"status","status":503,"count":3})",
    R"({"on":"http","path":"/api/apps.connections.open","kind":"status","status":429,"retry_after":11})",
    R"({"on":"http","path":"/api/apps.connections.open","kind":"reset"})",
    R"({"on":"http","path":"/api/apps.connections.open","kind":"hang"})",
    R"({"on":"http","path":"/api/chat.postMessage","kind":"status","status":429,"retry_after":5,"count":2})",
    R"({"on":"http","path":"/api/chat.postMessage","kind":"status","status":503})",
    R"({"on":"http","path":"/api/users.info","kind":"hang"})",
    R"({"on":"http","path":"/api/users.info","kind":"status","status":500,"count":4})",
    R"({"on":"http","path":"/emoji/","kind":"status","status":404,"count":6})",
    R"({"on":"http","path":"/emoji/","kind":"status","status":503,"count":6})",
    R"({"on":"http","path":"/emoji/","kind":"html","count":6})",
    R"({"on":"http","path":"/emoji/","kind":"truncate","count":3})",
    R"({"on":"http","path":"/emoji/","kind":"endless"})",
    R"({"on":"http","path":"/emoji/","kind":"slow","count":2})",
    R"({"on":"http","path":"/emoji/","kind":"reset","count":2})",
    R"({"on":"http","path":"/emoji/","kind":"redirect","location":"http://127.0.0.1:9/elsewhere.png"})",
    R"({"on":"http","path":"/response/","kind":"status","status":500})",
    R"({"on":"http","path":"/response/","kind":"reset","count":2})",
    R"({"on":"http","path":"/response/","kind":"status","status":429,"retry_after":3})",
    R"({"on":"handshake","status":409})",
    R"({"on":"handshake","status":503,"count":2})",
    R"({"on":"handshake","delay_ms":15000})",
    R"({"on":"socket","kind":"no_hello"})",
    R"({"on":"socket","kind":"deaf","pongs":1})",
    R"({"on":"socket","kind":"deaf","pongs":0})",
    R"({"on":"envelope","kind":"twice","count":2})",
    R"({"on":"envelope","kind":"reset_midway"})",
    R"({"on":"envelope","kind":"ack_lost","count":2})",
};

class Run {
public:
    Run(std::uint64_t seed, bool verbose) : random_(seed), verbose_(verbose) {
        connections_ = pick(4) == 0 ? 1 + pick(4) : 1;
        options_.dials_per_minute = 1.05;  // a hair more than the bot allows itself
        options_.dial_burst = 10;
        most_waiting_ = pick(3) == 0 ? 2 : 500;
        slack_.emplace(options_);
        controls_.emplace(*slack_);
        for (int i = 0; i < 3; ++i) {
            upload_new();
        }
        start_bot();
    }

    /// What was wrong, a line each.
    std::vector<std::string> go() {
        // What is there at the first comparison is no upload.
        if (!await([&] { return equal(); }, 10min)) {
            return {"the first comparison never ended"};
        }
        const int acts = least_acts + pick(most_acts - least_acts + 1);
        for (int i = 0; i < acts; ++i) {
            VirtualTime::sleep(milliseconds(pick(4) == 0 ? pick(60'000) : pick(2'000)));
            act();
        }
        say("the end of all faults");
        controls_->post("/sim/fault/clear", json::object());
        controls_->post("/sim/release", json::object());
        if (!bot_) {
            start_bot();
        }
        judge();
        return wrong_;
    }

    [[nodiscard]] milliseconds lived() const { return time_.passed(); }
    /// Commands that were told to come again.
    [[nodiscard]] int turned_away() const { return turned_away_; }

private:
    // Chance

    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    template <class List>
    const auto& one_of(const List& list) {
        return list[static_cast<std::size_t>(pick(static_cast<int>(list.size())))];
    }

    std::string picture() {
        RgbaImage image;
        image.width = image.height = 32;
        image.pixels.resize(32 * 32 * 4);
        std::array<std::array<std::uint8_t, 3>, 16> cells{};
        for (auto& cell : cells) {
            for (auto& tone : cell) {
                tone = static_cast<std::uint8_t>(51 * pick(6));
            }
        }
        for (std::size_t y = 0; y < 32; ++y) {
            for (std::size_t x = 0; x < 32; ++x) {
                const auto& cell = cells[y / 8 * 4 + x / 8];
                std::copy(cell.begin(), cell.end(), &image.pixels[(y * 32 + x) * 4]);
                image.pixels[(y * 32 + x) * 4 + 3] = 255;
            }
        }
        const auto bytes = image::encode_png(image).value();
        return {bytes.begin(), bytes.end()};
    }

    // What people and the world do

    void act() {
        const int draw = pick(100);
        if (draw < 14) {
            upload_new();
        } else if (draw < 26) {
            upload_twice();
        } else if (draw < 30) {
            controls_->post("/sim/emoji/alias",
                            {{"name", name("also")}, {"alias_for", one_of(originals_).first}});
        } else if (draw < 38) {
            rename();
        } else if (draw < 44) {
            remove();
        } else if (draw < 60) {
            ask();
        } else if (draw < 64) {
            for (int i = 0; i < 6; ++i) {
                ask();
            }
        } else if (draw < 84) {
            const std::string fault = one_of(faults);
            say(fault);
            controls_->post("/sim/fault", json::parse(fault));
            deaf_ = deaf_ || fault.find("deaf") != std::string::npos;
        } else if (draw < 96) {
            shake();
        } else {
            restart();
        }
    }

    std::string name(const std::string& kind) { return kind + "_" + std::to_string(++named_); }

    void upload_new() {
        const std::string fresh = name("stays");
        originals_.emplace_back(fresh, picture());
        put(fresh, originals_.back().second);
    }
    void upload_twice() {
        const std::string again = name("again");
        put(again, one_of(originals_).second);
        duplicates_.push_back(again);
    }
    void put(const std::string& called, const std::string& bytes) {
        const bool silent = pick(12) == 0;  // its event never comes
        say("upload " + called + (silent ? ", silently" : ""));
        controls_->upload(called, bytes, silent);
    }
    void rename() {
        if (passing_.empty() || pick(3) == 0) {
            passing_.push_back(name("passes"));
            put(passing_.back(), picture());
            return;
        }
        auto& names = duplicates_.empty() || pick(2) == 0 ? passing_ : duplicates_;
        std::string& old = names[static_cast<std::size_t>(pick(static_cast<int>(names.size())))];
        const std::string fresh = name("renamed");
        say("rename " + old + " to " + fresh);
        controls_->post("/sim/emoji/rename",
                        {{"old_name", old}, {"new_name", fresh}, {"silent", pick(12) == 0}});
        old = fresh;
    }
    void remove() {
        if (passing_.empty()) {
            return;
        }
        say("remove " + passing_.back());
        controls_->post("/sim/emoji/remove",
                        {{"names", {passing_.back()}}, {"silent", pick(12) == 0}});
        passing_.pop_back();
    }
    void ask() {
        static const std::array<const char*, 6> texts{"beer",   "stays", "again 1",
                                                      "random", "new",   "dupes"};
        const std::string text = one_of(texts);
        commands_.push_back(controls_->post("/sim/command", {{"text", text}}).at("id"));
        say("ask " + text + ", " + commands_.back());
    }
    void shake() {
        static const std::array<const char*, 3> reasons{"refresh_requested", "warning",
                                                        "too_many_websockets"};
        static const std::array<const char*, 4> frames{"binary", "oversized", "broken_json",
                                                       "unknown_type"};
        switch (pick(7)) {
            case 0: tell("/sim/cut", {{"for_ms", pick(20'000)}}); break;
            case 1: tell("/sim/freeze", {{"for_ms", pick(40'000)}}); break;
            case 2:
            case 3:
                ++rotations_;
                tell("/sim/disconnect", {{"reason", one_of(reasons)}});
                break;
            case 4: tell("/sim/frame", {{"kind", one_of(frames)}}); break;
            case 5: tell("/sim/hold", json::object()); break;
            default: tell("/sim/release", {{"reversed", pick(2) == 0}}); break;
        }
    }
    void tell(const std::string& target, const json& body) {
        say(target + " " + body.dump());
        frozen_ = frozen_ || target == "/sim/freeze";
        controls_->post(target, body);
    }

    void start_bot() {
        bot_ = std::make_unique<LivingBot>(folder_.path(), options_, slack_->slack().api_base_url(),
                                           connections_, most_waiting_);
    }
    void restart() {
        restarted_ = true;
        const bool at_once = pick(2) == 0;
        say(at_once ? "the bot is ended" : "the bot is asked to end");
        if (!at_once) {
            bot_->stop();
        }
        bot_.reset();
        VirtualTime::sleep(milliseconds(pick(3) == 0 ? pick(500'000) : pick(5'000)));
        say("the bot starts");
        start_bot();
    }

    // What came of it

    template <class Condition>
    bool await(Condition&& condition, milliseconds limit) {
        const milliseconds until = time_.passed() + limit;
        while (!condition()) {
            if (time_.passed() >= until) {
                return false;
            }
            VirtualTime::sleep(look_every);
        }
        return true;
    }

    bool equal() {
        const auto wanted = controls_->get("/sim/emoji").at("emoji");
        return bot_->catalogue() == wanted.get<std::map<std::string, std::string>>();
    }

    bool quiet() {
        return controls_->get("/sim/state").at("counts").at("waiting") == 0 &&
               bot_->work().waiting == 0 && equal();
    }

    void expect(bool good, const std::string& what) {
        if (!good) {
            wrong_.push_back(what);
        }
    }

    void judge() {
        if (!await([&] { return quiet() && (VirtualTime::sleep(10s), quiet()); }, quiet_within)) {
            const json wanted = controls_->get("/sim/emoji").at("emoji");
            expect(equal(), "the catalogue is " + json(bot_->catalogue()).dump() +
                                ", the workspace " + wanted.dump());
            expect(bot_->work().waiting == 0,
                   std::to_string(bot_->work().waiting) + " items are left over");
            expect(controls_->get("/sim/state").at("counts").at("waiting") == 0,
                   "Slack waits for acknowledgements");
        }
        expect(bot_->trouble().empty(), "the bot ended by itself: " + bot_->trouble());
        expect(bot_->work().dead == 0, "work was given up");
        judge_commands();
        judge_alerts();
        const json state = controls_->get("/sim/state");
        expect(state.at("violations").empty(), state.at("violations").dump());
        // A socket that is not read any more is not seen to close, neither by Slack.
        if (!deaf_ && !frozen_) {
            expect(state.at("most_sockets") <= 2 * connections_,
                   "most sockets: " + state.at("most_sockets").dump());
        }
        // A fresh process cannot know how many dials there were before. A socket that Slack asks to
        // be replaced is replaced at once: if that is too often, Slack says when to come again.
        if (!restarted_) {
            expect(state.at("counts").at("dials_refused") <= connections_ * rotations_,
                   "dials refused: " + state.at("counts").at("dials_refused").dump());
        }
    }

    void judge_commands() {
        for (const std::string& id : commands_) {
            const json got = controls_->get("/sim/command?id=" + id);
            const std::size_t answers = got.at("answers").size();
            expect(answers > 0 || got.at("failed") == true, "not answered: " + got.dump());
            expect(answers <= 1, "answered more than once: " + got.dump());
            const bool busy = got.dump().find("Please try again in a minute") != std::string::npos;
            turned_away_ += busy ? 1 : 0;
            expect(!busy || most_waiting_ < 500, "turned away for no reason: " + got.dump());
        }
    }

    void judge_alerts() {
        const std::set<std::string> copies(duplicates_.begin(), duplicates_.end());
        std::map<std::string, int> told;
        const json said = controls_->get("/sim/messages?channel=" + options_.alert_channel);
        for (const json& message : said.at("messages")) {
            for (const bot::EmojiPair& pair : bot::pairs_of(message)) {
                // Of two that no event told of, nobody knows which was there first.
                const std::string upload = bot_->name_of(pair.upload);
                ++told[copies.contains(upload) ? upload : bot_->name_of(pair.original)];
            }
        }
        for (const std::string& duplicate : duplicates_) {
            expect(told[duplicate] == 1,
                   duplicate + " was told of " + std::to_string(told[duplicate]) + " times");
        }
    }

    void say(const std::string& what) const {
        if (verbose_) {
            std::printf("%9.1f  %s\n", std::chrono::duration<double>(time_.passed()).count(),
                        what.c_str());
            std::fflush(stdout);
        }
    }

    std::mt19937_64 random_;
    bool verbose_;
    VirtualTime time_;
    fakes::TempFolder folder_;
    simulator::Options options_;
    std::optional<simulator::test::RawClient> slack_;
    std::optional<Controls> controls_;
    std::unique_ptr<LivingBot> bot_;
    int connections_ = 1;
    std::size_t most_waiting_ = 500;
    int turned_away_ = 0;
    int named_ = 0;
    int rotations_ = 0;
    bool restarted_ = false;
    bool deaf_ = false;
    bool frozen_ = false;
    std::vector<std::pair<std::string, std::string>> originals_;  ///< names that stay, pictures
    std::vector<std::string> duplicates_;
    std::vector<std::string> passing_;  ///< names that may be renamed and removed
    std::vector<std::string> commands_;
    std::vector<std::string> wrong_;
};

int main(int argc, char** argv) {
    CLI::App app{"Random workspaces under random faults, in virtual time"};
    int runs = 60;
    std::uint64_t seed = 1;
    bool verbose = false;
    app.add_option("--runs", runs, "how many")->check(CLI::PositiveNumber);
    app.add_option("--seed", seed, "of the first run; the others follow");
    app.add_flag("--verbose", verbose, "what is done, and the log");
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(verbose ? spdlog::level::debug : spdlog::level::off);
    if (std::filesystem::is_directory("/dev/shm")) {
        ::setenv("TMPDIR", "/dev/shm", 0);  // nothing here is to outlast a power failure
    }
    int failed = 0;
    milliseconds lived{0};
    int turned_away = 0;
    for (int i = 0; i < runs; ++i) {
        const std::uint64_t own = seed + static_cast<std::uint64_t>(i);
        std::vector<std::string> wrong;
        try {
            Run run(own, verbose);
            wrong = run.go();
            lived += run.lived();
            turned_away += run.turned_away();
        } catch (const std::exception& error) {
            wrong.emplace_back(error.what());
        }
        for (const std::string& line : wrong) {
            std::printf("seed %llu: %s\n", static_cast<unsigned long long>(own), line.c_str());
        }
        std::fflush(stdout);
        failed += wrong.empty() ? 0 : 1;
    }
    std::printf("%d runs, %.1f hours of virtual time, %d commands told to come again, %d failed\n",
                runs, std::chrono::duration<double, std::ratio<3600>>(lived).count(), turned_away,
                failed);
    if (runs >= 60 && turned_away == 0) {
        std::printf("too many commands never came together\n");
        return EXIT_FAILURE;
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace emojiscope::property

int main(int argc, char** argv) {
    return emojiscope::property::main(argc, argv);
}
