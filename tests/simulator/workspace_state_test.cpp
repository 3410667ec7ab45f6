#include "workspace_state.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace simulator = emojiscope::simulator;
using nlohmann::json;

namespace {

std::vector<std::uint8_t> png(char mark = 'a', std::size_t size = 64) {
    std::vector<std::uint8_t> bytes{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    bytes.reserve(size);
    while (bytes.size() < size) {
        bytes.push_back(static_cast<std::uint8_t>(mark));
    }
    return bytes;
}

simulator::WorkspaceState empty_workspace() {
    simulator::WorkspaceState state{simulator::Options{}};
    state.set_origin("http://127.0.0.1:1");
    return state;
}

class Folder {
public:
    Folder()
        : path_(std::filesystem::temp_directory_path() /
                ("emojiscope-simulator-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
        std::ofstream out(path_ / name, std::ios::binary);
        for (const std::uint8_t byte : bytes) {
            out.put(static_cast<char>(byte));
        }
    }
    void write(const std::string& name, const std::string& text) const {
        write(name, std::vector<std::uint8_t>(text.begin(), text.end()));
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

std::string refusal(const emojiscope::Result<json>& result) {
    return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("an uploaded emoji is listed by its URL and announced") {
    auto state = empty_workspace();
    const auto event = state.add("beer", png());
    REQUIRE(event.has_value());
    CHECK(event->at("type") == "emoji_changed");
    CHECK(event->at("subtype") == "add");
    CHECK(event->at("name") == "beer");
    const std::string url = event->at("value");
    CHECK(url.starts_with("http://127.0.0.1:1/emoji/T0LOCAL/beer/"));
    CHECK(url.ends_with(".png"));
    CHECK(state.emoji_list() == json{{"beer", url}});
}

TEST_CASE("an upload that Slack would refuse is refused with the reason") {
    auto state = empty_workspace();
    REQUIRE(state.add("beer", png()).has_value());
    CHECK(refusal(state.add("beer", png())) == "error_name_taken");
    CHECK(refusal(state.add("Beer", png())) == "bad_name");
    CHECK(refusal(state.add("", png())) == "bad_name");
    CHECK(refusal(state.add("text", {'h', 'e', 'l', 'l', 'o'})) == "no_image");
    CHECK(state.add("largest", png('a', std::size_t{128} * 1024)).has_value());
    CHECK(refusal(state.add("larger", png('a', std::size_t{128} * 1024 + 1))) == "too_big");
    CHECK(state.emoji_count() == 2);
}

TEST_CASE("removing an emoji takes its aliases with it") {
    auto state = empty_workspace();
    REQUIRE(state.add("beer", png()).has_value());
    REQUIRE(state.add_alias("bier", "beer").has_value());
    REQUIRE(state.add_alias("party", "tada").has_value());
    CHECK(state.emoji_list().at("bier") == "alias:beer");
    const auto event = state.remove({"beer"});
    REQUIRE(event.has_value());
    CHECK(event->at("names") == json::array({"beer", "bier"}));
    CHECK(state.emoji_list() == json{{"party", "alias:tada"}});
}

TEST_CASE("a removal names each emoji once, and must name one") {
    auto state = empty_workspace();
    REQUIRE(state.add("beer", png()).has_value());
    REQUIRE(state.add_alias("bier", "beer").has_value());
    CHECK(refusal(state.remove({"wine"})) == "not_found");
    CHECK(refusal(state.remove({})) == "not_found");
    const auto event = state.remove({"beer", "bier"});
    REQUIRE(event.has_value());
    CHECK(event->at("names") == json::array({"beer", "bier"}));
}

TEST_CASE("a rename keeps the picture and moves the aliases") {
    auto state = empty_workspace();
    REQUIRE(state.add("beer", png()).has_value());
    REQUIRE(state.add("wine", png('b')).has_value());
    REQUIRE(state.add_alias("bier", "beer").has_value());
    CHECK(refusal(state.rename("beer", "wine")) == "error_name_taken");
    CHECK(refusal(state.rename("rum", "gin")) == "not_found");
    const auto event = state.rename("beer", "ale");
    REQUIRE(event.has_value());
    CHECK(event->at("old_name") == "beer");
    CHECK(event->at("new_name") == "ale");
    CHECK(event->at("value") == state.emoji_list().at("ale"));
    CHECK(state.emoji_list().at("bier") == "alias:ale");
    CHECK_FALSE(state.emoji_list().contains("beer"));
}

TEST_CASE("a folder is read by content, with its aliases") {
    const Folder folder;
    folder.write("Beer.jpg", png());  // a PNG under the wrong extension
    folder.write("乾杯.png", png('b'));
    folder.write("notes.txt", "no picture");
    folder.write("aliases.json", R"({"bier": "beer", "bad name": "beer", "seven": 7})");
    simulator::Options options;
    options.workspace = folder.path();
    simulator::WorkspaceState state(options);
    REQUIRE(state.load().has_value());
    const json list = state.emoji_list();
    CHECK(list.size() == 3);
    CHECK(list.at("beer").get<std::string>().ends_with(".png"));
    CHECK(list.contains("乾杯"));
    CHECK(list.at("bier") == "alias:beer");

    options.workspace = folder.path() / "absent";
    CHECK_FALSE(simulator::WorkspaceState(options).load().has_value());
}

TEST_CASE("messages count from one and are read on from any point") {
    auto state = empty_workspace();
    state.say("C1", {{"text", "a"}});
    state.say("C2", {{"text", "b"}});
    state.say("C1", {{"text", "c"}});
    const json all = state.messages(0, "");
    REQUIRE(all.size() == 3);
    CHECK(all[0].at("index") == 1);
    CHECK(all[0].at("ts") < all[1].at("ts"));
    CHECK(state.messages(1, "C1").size() == 1);
    CHECK(state.messages(3, "").empty());
    CHECK(state.messages(99, "").empty());
}

TEST_CASE("what a user types is escaped as Slack does") {
    CHECK(simulator::escape_typed("a & <b>") == "a &amp; &lt;b&gt;");
}

TEST_CASE("a channel is found by id, by name and by user") {
    const auto state = empty_workspace();
    CHECK(state.find_channel("C0EMOJI") == "C0EMOJI");
    CHECK(state.find_channel("#emoji") == "C0EMOJI");
    CHECK(state.find_channel("U0HUMAN") == "D0HUMAN");
    CHECK(state.find_channel("nowhere").empty());
    CHECK(state.find_channel("").empty());
}
