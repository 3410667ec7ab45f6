#include "out_file.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace emojiscope;
using namespace emojiscope::app;

namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a file appears whole, or not at all", "[out_file]") {
    const fakes::TempFolder folder;
    const fs::path target = folder.path() / "out.html";
    {
        auto file = OutFile::open(target);
        REQUIRE(file.has_value());
        CHECK_FALSE(fs::exists(target));
        CHECK(files_in(folder.path()) == 1);  // what it will be
    }
    CHECK(files_in(folder.path()) == 0);
    {
        auto file = OutFile::open(target);
        REQUIRE(file.value().write("new").has_value());
        CHECK_FALSE(file->is_standard_output());
    }
    CHECK(read_text(target) == "new");
    CHECK(files_in(folder.path()) == 1);
    // As readable as any other new file.
    write_text(folder.path() / "other", "x");
    CHECK(fs::status(target).permissions() == fs::status(folder.path() / "other").permissions());
    { auto given_up = OutFile::open(target); }
    CHECK(read_text(target) == "new");
}

TEST_CASE("two that write the same file do not meet", "[out_file]") {
    const fakes::TempFolder folder;
    const fs::path target = folder.path() / "out.html";
    auto one = OutFile::open(target);
    auto other = OutFile::open(target);
    REQUIRE(one.value().write("one").has_value());
    CHECK(read_text(target) == "one");
    REQUIRE(other.value().write("other").has_value());
    CHECK(read_text(target) == "other");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a link stays a link, and what is no file is written as it is", "[out_file]") {
    const fakes::TempFolder folder;
    write_text(folder.path() / "real", "something longer");
    fs::create_symlink("real", folder.path() / "link");
    REQUIRE(OutFile::open(folder.path() / "link").value().write("short").has_value());
    CHECK(fs::is_symlink(folder.path() / "link"));
    CHECK(read_text(folder.path() / "real") == "short");
    CHECK(OutFile::open("/dev/null").value().write("gone").has_value());
}

TEST_CASE("what cannot be written is told with the reason", "[out_file]") {
    const fakes::TempFolder folder;
    CHECK_THAT(OutFile::open("/no/such/out.html").error().message,
               Catch::Contains("cannot write /no/such/out.html: No such file"));
    CHECK_THAT(OutFile::open(folder.path()).error().message, Catch::Contains("directory"));
    CHECK_THAT(OutFile::open("/dev/full").value().write("x").error().message,
               Catch::Contains("No space left"));
}
