// One message is one line, whatever stands in it; and no trouble with stderr is the program's.
#include "log.hpp"
#include "log_lines.hpp"

#include "emojiscope/core/text.hpp"
#include "fakes/temp_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <spdlog/spdlog.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;
using namespace std::string_literals;

namespace {

LogLine line_of(std::string_view message, std::string_view level = "info") {
    return {std::chrono::system_clock::time_point(std::chrono::milliseconds(1'769'904'000'007)),
            level, 42, message};
}

/// What a message becomes, and that it is one line.
json json_of(std::string_view message) {
    const std::string line = json_line(line_of(message));
    CHECK(std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    CHECK(is_valid_utf8(line));
    return json::parse(line);
}

/// stderr, for the time of a test; and the log as it was, after it.
class OtherStderr {
public:
    explicit OtherStderr(const std::filesystem::path& file, int flags = O_WRONLY | O_CREAT)
        : before_(::dup(STDERR_FILENO)), log_(spdlog::default_logger()) {
        const int opened = ::open(file.c_str(), flags, 0600);
        REQUIRE(opened >= 0);
        ::dup2(opened, STDERR_FILENO);
        ::close(opened);
    }
    ~OtherStderr() {
        ::dup2(before_, STDERR_FILENO);
        ::close(before_);
        spdlog::set_default_logger(log_);
        spdlog::set_level(spdlog::level::info);
    }
    OtherStderr(const OtherStderr&) = delete;
    OtherStderr& operator=(const OtherStderr&) = delete;

private:
    int before_;
    std::shared_ptr<spdlog::logger> log_;
};

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

LogConfig config_of(const std::string& level, bool as_json = false) {
    LogConfig config;
    config.level = level;
    config.json = as_json;
    return config;
}

}  // namespace

TEST_CASE("a message of text stays one line, and names stay as they are", "[log]") {
    CHECK(escape_controls("party_parrot 乾杯 🍺 é") == "party_parrot 乾杯 🍺 é");
    CHECK(escape_controls("a\nb\r\tc") == "a\\nb\\r\\tc");
    CHECK(escape_controls("\x1b[31mred\x7f\0end"s) == "\\x1b[31mred\\x7f\\x00end");
    // A control character of two bytes, and ends of lines that only some programs know.
    CHECK(escape_controls("\xc2\x9b"
                          "31m\xc2\x85\xe2\x80\xa8.") == "\\xc2\\x9b31m\\xc2\\x85\\xe2\\x80\\xa8.");
    CHECK(escape_controls("\xe2\x80\xaegnp.exe") == "\\xe2\\x80\\xaegnp.exe");
    for (const std::string& mark : {"\xe2\x80\x8e"s, "\xe2\x80\x8f"s, "\xd8\x9c"s,  // LRM, RLM, ALM
                                    "\xe2\x80\xaa"s, "\xe2\x81\xa6"s, "\xe2\x81\xa9"s}) {
        CAPTURE(mark.size());
        const std::string escaped = escape_controls("a" + mark + "z");
        CHECK(escaped.size() == 2 + 4 * mark.size());
        CHECK(escaped.starts_with("a\\x"));
    }
    for (const std::string& bad : {"\xff"s, "\xc3"s, "\xe2\x80"s, "\xed\xa0\x80"s, "\xc0\xaf"s}) {
        CAPTURE(bad);
        const std::string escaped = escape_controls("a" + bad + "z");
        CHECK(is_valid_utf8(escaped));
        CHECK(escaped.size() == 2 + 4 * bad.size());
    }
}

TEST_CASE("time is told in UTC, to the millisecond", "[log]") {
    CHECK(rfc3339(line_of("").time) == "2026-02-01T00:00:00.007Z");
    CHECK(rfc3339(std::chrono::system_clock::time_point(std::chrono::milliseconds(-1))) ==
          "1969-12-31T23:59:59.999Z");
}

TEST_CASE("a message is a JSON object on one line", "[log]") {
    CHECK(json_line(line_of("ready", "warning")) ==
          R"({"time":"2026-02-01T00:00:00.007Z","level":"warning","message":"ready","thread":42})");
    CHECK(json_of("a\nb\"c\\d\x01")["message"] == "a\nb\"c\\d\x01");
    CHECK(json_of("名\xff前")["message"] == "名\xef\xbf\xbd前");
    CHECK(json_of("")["message"] == "");
}

TEST_CASE("an event line is an object with its fields", "[log]") {
    const json line = json_of(
        R"(event id=Ev1 kind=slash_commands attempts=2 took_ms=12 waited_s=0.5 query="two words" empty="" n=)");
    CHECK(line["message"] == "event");
    CHECK(line["event"] == json{{"id", "Ev1"},
                                {"kind", "slash_commands"},
                                {"attempts", 2},
                                {"took_ms", 12},
                                {"waited_s", 0.5},
                                {"query", "two words"},
                                {"empty", ""},
                                {"n", ""}});
}

TEST_CASE("what deploy/README.md shows of an event is what is written", "[log]") {
    std::ifstream in("deploy/README.md");  // tests run from the top of the tree
    REQUIRE(in);
    std::string as_text;
    std::string as_json;
    for (std::string line; std::getline(in, line);) {
        const auto from = std::min(line.find_first_not_of(' '), line.size());
        if (line.starts_with("    event key=")) {
            as_text = line.substr(from);
        } else if (line.find("\"message\":\"event\"") != std::string::npos) {
            as_json = line.substr(from);
        }
    }
    const json shown = json::parse(as_json);
    CHECK(shown["event"] == json_of(as_text)["event"]);
    CHECK(shown["event"]["worked_ms"].is_number());
    for (const char* field : {"time", "level", "message", "event", "thread"}) {
        CHECK(shown.contains(field));
    }
}

TEST_CASE("a field keeps its type, whatever its value", "[log]") {
    // Emoji have names like these, and ids may look like numbers.
    CHECK(json_of("event name=100 id=007")["event"] == json{{"name", "100"}, {"id", "007"}});
    for (const char* odd : {"nan", "inf", "1e5", "0x10", "12x", ""}) {
        CAPTURE(odd);
        CHECK(json_of(std::string("event took_ms=") + odd)["event"]["took_ms"] == odd);
    }
}

TEST_CASE("values from outside end no quotes and forge no field", "[log]") {
    CHECK(json_of(R"(event query="say \"hi\" kind=x" kind=real)")["event"] ==
          json{{"query", "say \"hi\" kind=x"}, {"kind", "real"}});
    CHECK(json_of(R"(event query="back\\" kind=real)")["event"]["query"] == "back\\");
    CHECK(json_of("event query=\"a\nb\tc\\n\x02\xff\"")["event"]["query"] ==
          "a\nb\tc\n\x02\xef\xbf\xbd");
    CHECK(json_of(R"(event query="\u001b[31m\u00zz\u1")")["event"]["query"] == "\x1b[31mu00zzu1");
    CHECK(json_of(R"(event query="\ud800")")["event"]["query"].is_string());
    // Of two the first one: it is the program's own.
    CHECK(json_of("event kind=real kind=forged")["event"] == json{{"kind", "real"}});
}

TEST_CASE("what is no event line is a message like any other", "[log]") {
    for (const char* other :
         {"event", "event ", "event of a kind that is unknown", "event id=1 and more",
          "event id=\"no end", "event id=\"no end\\", "event id=\"x\"y", "event =1", "event a b=1",
          "event id=1  kind=2", "events id=1", "Event id=1"}) {
        CAPTURE(other);
        const json line = json_of(other);
        CHECK(line["message"] == other);
        CHECK_FALSE(line.contains("event"));
    }
}

TEST_CASE("the journal is told the priority and no time", "[log]") {
    CHECK(journal_line(line_of("a\nb", "debug")) == "<7>a\\nb");
    CHECK(journal_line(line_of("a", "info")) == "<6>a");
    CHECK(journal_line(line_of("a", "warning")) == "<4>a");
    CHECK(journal_line(line_of("a", "error")) == "<3>a");
    CHECK(journal_line(line_of("a", "critical")) == "<2>a");
}

TEST_CASE("stderr is the journal if the variable names just that file", "[log]") {
    CHECK(is_journal_stream("8:12345", 8, 12345));
    for (const char* other : {"8:12346", "9:12345", "8:12345 ", "8:", "8", ":12345", "", "8-12345",
                              "-8:12345", "8:99999999999999999999999"}) {
        CAPTURE(other);
        CHECK_FALSE(is_journal_stream(other, 8, 12345));
    }
}

TEST_CASE("a level that there is not is refused, and changes nothing", "[log]") {
    CHECK(check_log(config_of("info")).has_value());
    CHECK(check_log(config_of("")).has_value());
    CHECK(check_log(config_of("off")).has_value());
    const auto refused = check_log(config_of("loud"));
    REQUIRE(refused.has_error());
    CHECK(refused.error().message ==
          "log_level 'loud' is none of debug, info, warning, error, off");
    CHECK(start_log(config_of("loud"), false).has_error());
    CHECK(change_log(config_of("loud"), false).has_error());
}

TEST_CASE("lines go to stderr as configured, and differently once that changes", "[log]") {
    const fakes::TempFolder folder;
    const auto file = folder.path() / "err";
    {
        const OtherStderr redirected(file);
        start_log(config_of("info"), false).value();
        spdlog::info("one\ntwo");
        spdlog::debug("not told");
        change_log(config_of("debug", true), false).value();
        spdlog::debug("three\nfour");
        change_log(config_of(""), true).value();
        spdlog::info("quiet");
        spdlog::warn("five");
        change_log(config_of("off"), false).value();
        spdlog::critical("nobody hears it");
    }
    const auto lines = lines_of(read_text(file));
    REQUIRE(lines.size() == 3);
    CHECK_THAT(lines[0], Catch::EndsWith(" info one\\ntwo"));
    CHECK(json::parse(lines[1])["message"] == "three\nfour");
    CHECK_THAT(lines[2], Catch::EndsWith(" warning five"));
}

TEST_CASE("a log file that is cut off meanwhile goes on from its beginning", "[log]") {
    const fakes::TempFolder folder;
    const auto file = folder.path() / "err";
    const OtherStderr redirected(file);
    start_log(config_of("info"), false).value();
    spdlog::info("long before");
    std::filesystem::resize_file(file, 0);
    spdlog::info("after");
    const std::string text = read_text(file);
    CHECK(text.find('\0') == std::string::npos);
    CHECK_THAT(text, Catch::EndsWith(" info after\n") && !Catch::Contains("before"));
}

TEST_CASE("a full disk or a closed stderr costs lines and nothing else", "[log]") {
    const bool as_json = GENERATE(false, true);
    const OtherStderr full("/dev/full", O_WRONLY);
    start_log(config_of("info", as_json), false).value();
    spdlog::error("lost");
    ::close(STDERR_FILENO);
    spdlog::error("lost, too");
    hold_standard_streams();
    // The place is taken, so that no file gets the lines.
    CHECK(::fcntl(STDERR_FILENO, F_GETFD) >= 0);
    CHECK(::write(STDERR_FILENO, "x", 1) == -1);
    spdlog::error("lost as well");
    CHECK(change_log(config_of("warning", as_json), false).has_value());
}
