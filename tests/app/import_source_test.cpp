#include "emojiscope/app/import_source.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace emojiscope;
using namespace emojiscope::app;

namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

/// A folder whose files hold nothing of meaning: nothing here reads pictures.
class Folder {
public:
    fs::path write(const std::string& name, const std::string& text = "x") const {
        const fs::path file = folder_.path() / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    [[nodiscard]] fs::path path() const { return folder_.path(); }

private:
    fakes::TempFolder folder_;
};

Names names_of(const ImportList& list) {
    Names names;
    for (const search::SourceEmoji& picture : list.pictures) {
        names.push_back(picture.name);
    }
    return names;
}

/// The problems must be one line each; the one of this number must tell `what`.
void check_problem(const ImportList& list, std::size_t number, const std::string& what) {
    REQUIRE(list.problems.size() > number);
    CHECK_THAT(list.problems[number], Catch::Contains(what));
    for (const std::string& problem : list.problems) {
        CHECK(problem.find('\n') == std::string::npos);
    }
}

}  // namespace

TEST_CASE("a folder gives its images by their stems", "[import]") {
    const Folder folder;
    for (const char* file : {"crab.png", "Party Parrot.GIF", "ビール.webp", "bare", "a.jpeg"}) {
        folder.write(file);
    }
    for (const char* file : {"notes.txt", ".hidden.png", "list.yaml", "sub/deep.png"}) {
        folder.write(file);
    }
    const ImportList list = read_import_paths({folder.path()});
    CHECK(names_of(list) == Names{"party_parrot", "a", "bare", "crab", "ビール"});
    CHECK(list.problems.empty());
    CHECK(list.aliases.empty());
    for (const search::SourceEmoji& picture : list.pictures) {
        CHECK(fs::path(picture.value).is_absolute());
        CHECK(fs::exists(picture.value));
        CHECK(picture.updated.empty());
    }
}

TEST_CASE("a single image is taken whatever it is called", "[import]") {
    // Only the decoder knows what a file is; a user who names it means it.
    const Folder folder;
    const ImportList list =
        read_import_paths({folder.write("crab.txt"), folder.write("sub/frog.bin")});
    CHECK(names_of(list) == Names{"crab", "frog"});
    CHECK(list.problems.empty());
}

TEST_CASE("of two files with one name the first is kept and the other reported", "[import]") {
    const Folder folder;
    const fs::path kept = folder.write("crab.gif");
    const fs::path other = folder.write("crab.png");
    const fs::path third = folder.write("more/Crab.jpg");
    const ImportList list = read_import_paths({folder.path(), folder.path() / "more"});
    REQUIRE(names_of(list) == Names{"crab"});
    CHECK(list.pictures[0].value == kept.string());
    REQUIRE(list.problems.size() == 2);
    check_problem(list, 0, other.string());
    check_problem(list, 0, kept.string());
    check_problem(list, 0, "'crab'");
    check_problem(list, 1, third.string());
}

TEST_CASE("names that no emoji can have are reported", "[import]") {
    const Folder folder;
    folder.write("crab.png");
    folder.write("what?.png");
    folder.write(std::string(101, 'x') + ".png");
    const ImportList list = read_import_paths({folder.path()});
    CHECK(names_of(list) == Names{"crab"});
    CHECK(list.problems.size() == 2);
    check_problem(list, 0, "what?.png");
}

TEST_CASE("what is not there is reported, and the rest is taken", "[import]") {
    const Folder folder;
    const ImportList list = read_import_paths(
        {folder.path() / "nowhere", folder.write("crab.png"), folder.path() / "no\nline.yaml"});
    CHECK(names_of(list) == Names{"crab"});
    CHECK(list.problems.size() == 2);
    check_problem(list, 0, "nowhere");
    CHECK(read_import_paths({}).pictures.empty());
}

TEST_CASE("a YAML list keeps names that YAML reads as something else", "[import]") {
    const Folder folder;
    const bool quoted = GENERATE(true, false);
    const Names names{"yes", "no", "on", "true", "100", "1e3", "0x10", "ビール", "+1", "-1"};
    std::string yaml;
    for (const std::string& name : names) {
        const std::string key = quoted ? "\"" + name + "\"" : name;
        yaml += "- {name: " + key + ", updated: 2024-01-01, value: https://e/" + name + ".png}\n";
    }
    const ImportList list = read_import_paths({folder.write("list.yaml", yaml)});
    CHECK(list.problems.empty());
    REQUIRE(names_of(list) == names);
    CHECK(list.pictures[4].value == "https://e/100.png");
    CHECK(list.pictures[4].updated == "2024-01-01");
}

TEST_CASE("a name that YAML reads as nothing at all is reported, quoted it is kept", "[import]") {
    const Folder folder;
    const ImportList list = read_import_paths({folder.write("list.yaml",
                                                            "- {name: null, value: a.png}\n"
                                                            "- {name: 'null', value: b.png}\n")});
    CHECK(names_of(list) == Names{"null"});
    CHECK(list.problems.size() == 1);
    check_problem(list, 0, "list.yaml entry 1");
}

TEST_CASE("values are URLs, paths beside the list, or aliases", "[import]") {
    const Folder folder;
    const fs::path file = folder.write("sub/list.yml",
                                       "- {name: web, value: 'https://e/web.png'}\n"
                                       "- {name: beside, value: crab.png}\n"
                                       "- {name: above, value: ../frog.png}\n"
                                       "- {name: absolute, value: /srv/owl.png}\n"
                                       "- {name: krabbe, value: 'alias:beside'}\n"
                                       "- {name: plus, value: alias:thumbsup}\n");
    const ImportList list = read_import_paths({file});
    CHECK(list.problems.empty());
    REQUIRE(names_of(list) == Names{"web", "beside", "above", "absolute"});
    CHECK(list.pictures[0].value == "https://e/web.png");
    CHECK(list.pictures[1].value == (folder.path() / "sub/crab.png").string());
    CHECK(list.pictures[2].value == (folder.path() / "frog.png").string());
    CHECK(list.pictures[3].value == "/srv/owl.png");
    REQUIRE(list.aliases.size() == 2);
    CHECK(list.aliases[0].alias == "krabbe");
    CHECK(list.aliases[0].target == "beside");
    CHECK(list.aliases[1].target == "thumbsup");
}

TEST_CASE("a value that no file can have is reported, and not quoted", "[import]") {
    const Folder folder;
    const fs::path file = folder.write(
        "list.yaml", "- {name: crab, value: " + std::string(4096, 'x') +
                         "}\n- {name: frog, value: https://e/" + std::string(4000, 'x') + "}\n");
    const ImportList list = read_import_paths({file});
    CHECK(names_of(list) == Names{"frog"});
    REQUIRE(list.problems.size() == 1);
    check_problem(list, 0, "list.yaml entry 1: the value is longer than 4095 bytes");
    CHECK(list.problems[0].size() < 1'000);
}

TEST_CASE("bad entries of a list are reported by their number, good ones taken", "[import]") {
    const Folder folder;
    const fs::path file = folder.write("list.yaml",
                                       "- {name: crab, value: crab.png}\n"
                                       "- {name: no_value}\n"
                                       "- {value: no_name.png}\n"
                                       "- just words\n"
                                       "- {name: [a], value: b}\n"
                                       "- {name: 'a/b', value: b}\n"
                                       "- {name: crab, value: other.png}\n"
                                       "- {name: crab, value: 'alias:frog'}\n"
                                       "- {name: frog, updated: {a: b}, value: frog.png}\n");
    const ImportList list = read_import_paths({file});
    CHECK(names_of(list) == Names{"crab", "frog"});
    CHECK(list.aliases.empty());
    REQUIRE(list.problems.size() == 7);
    for (std::size_t i = 0; i < 7; ++i) {
        check_problem(list, i, "list.yaml entry " + std::to_string(i + 2));
    }
}

TEST_CASE("a file that is no list is reported in one line", "[import]") {
    const Folder folder;
    std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string below = "*a" + std::to_string(i - 1);
        laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 9; ++j) {
            laughs += below + ", ";
        }
        laughs += below + "]\n";
    }
    const std::vector<std::string> texts{"",
                                         "crab: crab.png\n",
                                         "just words",
                                         "- {name: [\n",
                                         "- a\n b: c\n\t- d",
                                         std::string("\0\xff\xfe\x01", 4),
                                         "- &a [*a]\n- *b\n",
                                         std::string(20'000, '['),
                                         std::string(20'000, '{'),
                                         laughs};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CAPTURE(i);
        const ImportList list = read_import_paths({folder.write("list.yaml", texts[i])});
        CHECK(list.pictures.empty());
        REQUIRE(list.problems.size() >= 1);
        check_problem(list, 0, "list.yaml");
        CHECK(list.problems[0].size() < 1'000);
    }
}

TEST_CASE("of a list with very many bad entries a thousand are told", "[import]") {
    const Folder folder;
    std::string yaml = "- {name: crab, value: crab.png}\n";
    for (int i = 0; i < 1'500; ++i) {
        yaml += "- word\n";
    }
    const ImportList list = read_import_paths({folder.write("list.yaml", yaml)});
    CHECK(list.pictures.size() == 1);
    REQUIRE(list.problems.size() == 1'001);
    check_problem(list, 999, "entry 1001");
    check_problem(list, 1'000, "list.yaml: 500 more entries");
}

TEST_CASE("an oversized list is not read", "[import]") {
    const Folder folder;
    const fs::path file = folder.write("list.yaml", "- {name: crab, value: crab.png}\n");
    fs::resize_file(file, 65ULL * 1024 * 1024);  // a hole, not bytes
    const ImportList list = read_import_paths({file});
    CHECK(list.pictures.empty());
    check_problem(list, 0, "over the limit");
}

TEST_CASE("a written list is read back as it was", "[import]") {
    std::vector<EmojiRecord> records;
    for (const char* name : {"yes", "100", "ビール", "+1", "it's", "crab"}) {
        EmojiRecord record;
        record.name = name;
        record.value = std::string("/srv/a \"b\": #") + name + ".png";
        record.updated = "2024: \"x\"";
        records.push_back(record);
    }
    const std::vector<AliasRecord> aliases{{"local", "on", "crab"}, {"local", "off", "thumbsup"}};
    const Folder folder;
    const ImportList list =
        read_import_paths({folder.write("list.yaml", to_yaml_list(records, aliases))});
    CHECK(list.problems.empty());
    REQUIRE(list.pictures.size() == records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        CHECK(list.pictures[i].name == records[i].name);
        CHECK(list.pictures[i].value == records[i].value);
        CHECK(list.pictures[i].updated == records[i].updated);
    }
    REQUIRE(list.aliases.size() == 2);
    CHECK(list.aliases[0].alias == "on");
    CHECK(list.aliases[1].target == "thumbsup");
    const ImportList none = read_import_paths({folder.write("none.yaml", to_yaml_list({}, {}))});
    CHECK(none.pictures.empty());
    CHECK(none.problems.empty());
}
