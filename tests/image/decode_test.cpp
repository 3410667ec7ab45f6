#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

namespace {

Bytes text(std::string_view characters) {
    return {characters.begin(), characters.end()};
}

/// A folder of our own, removed with all that is in it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "image-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::filesystem::path write(std::string_view name, const Bytes& bytes) const {
        const auto path = path_ / name;
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        return path;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("sniff knows the four formats by their first bytes and nothing else") {
    CHECK(sniff(*encode_png(drawn({"r"}))) == ImageFormat::png);
    CHECK(sniff(*encode_jpeg(noise(1, 1, 1), 50)) == ImageFormat::jpeg);
    CHECK(sniff(gif(1, 1, {{.rows = {"r"}}})) == ImageFormat::gif);
    CHECK(sniff(text("GIF87a")) == ImageFormat::gif);
    CHECK(sniff(webp_lossless(drawn({"r"}))) == ImageFormat::webp);
    CHECK_FALSE(sniff(text("RIFF\1\2\3\4WAVEfmt ")));
    CHECK_FALSE(sniff(text("RIFF\1\2\3\4WEB")));
    CHECK_FALSE(sniff(text("GIF88a")));
    CHECK_FALSE(sniff({}));
}

TEST_CASE("a page in place of an image is quoted in the error, a file of somebody is not") {
    CHECK(decode(text("<html><body>Not found")).error() ==
          Error{ErrorCode::unsupported, "not an image: starts with '<html><body>'"});
    CHECK(decode(text("B\n\xFF")).error() ==
          Error{ErrorCode::unsupported, "not an image: none of PNG, JPEG, GIF and WebP"});
    CHECK(decode({}).error() == Error{ErrorCode::unsupported, "not an image: it is empty"});
}

TEST_CASE("bytes over the limit are refused unread") {
    CHECK(decode(text("<html>"), {.max_bytes = 5}).error() ==
          Error{ErrorCode::too_large, "6 bytes are over the limit of 5 bytes"});
}

TEST_CASE("a file is decoded by its contents, whatever its name") {
    const TemporaryFolder folder;
    const auto path = folder.write("party.png", gif(2, 1, {{.rows = {"rg"}}}));
    const auto picture = decode_file(path);
    REQUIRE(picture.has_value());
    CHECK(picture->format == ImageFormat::gif);
    CHECK(picture->frames[0].image == drawn({"rg"}));
}

TEST_CASE("errors about a file begin with its path") {
    const TemporaryFolder folder;
    const auto path = folder.write("page.gif", text("<!DOCTYPE html>"));
    CHECK(decode_file(path).error() ==
          Error{ErrorCode::unsupported,
                path.string() + ": not an image: starts with '<!DOCTYPE ht'"});
    const auto absent = folder.path() / "absent.png";
    CHECK(decode_file(absent).error() ==
          Error{ErrorCode::not_found, absent.string() + ": no such file"});
}

TEST_CASE("read_file checks the size first and takes regular files only") {
    const TemporaryFolder folder;
    const auto path = folder.write("data", text("123456"));
    CHECK(read_file(path, 6).value() == text("123456"));
    CHECK(read_file(path, 5).error() ==
          Error{ErrorCode::too_large, path.string() + ": 6 bytes are over the limit of 5 bytes"});
    CHECK(read_file(folder.write("empty", {})).value().empty());
    CHECK(read_file(folder.path()).error().code == ErrorCode::io);
    CHECK(read_file("/dev/zero").error().code == ErrorCode::io);
}
