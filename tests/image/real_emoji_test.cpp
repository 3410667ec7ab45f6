// Real emoji, where they are to be had: EMOJISCOPE_SHARED names a folder with
// emoji/workspace-dev.tar in it.
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/frames.hpp"
#include "emojiscope/image/hash.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

using namespace emojiscope;
using namespace emojiscope::image;

namespace {

constexpr std::size_t tar_block = 512;

/// Calls `visit(name, bytes)` for each regular file of a ustar archive.
void for_each_file(std::span<const std::uint8_t> tar,
                   const std::function<void(const std::string&, std::span<const std::uint8_t>)>&
                       visit) {
    while (tar.size() >= tar_block && tar[0] != 0) {
        const auto* header = reinterpret_cast<const char*>(tar.data());
        const std::string name(header, strnlen(header, 100));
        const std::size_t size = std::strtoul(std::string(header + 124, 12).c_str(), nullptr, 8);
        const std::size_t blocks = (size + tar_block - 1) / tar_block;
        REQUIRE(tar.size() >= (1 + blocks) * tar_block);
        if (header[156] == '0' || header[156] == '\0') {
            visit(name, tar.subspan(tar_block, size));
        }
        tar = tar.subspan((1 + blocks) * tar_block);
    }
}

}  // namespace

TEST_CASE("every emoji of a real workspace is decoded") {
    const char* shared = std::getenv("EMOJISCOPE_SHARED");
    if (shared == nullptr) {
        WARN("skipped: EMOJISCOPE_SHARED is not set");
        return;
    }
    const auto path = std::filesystem::path(shared) / "emoji" / "workspace-dev.tar";
    if (!std::filesystem::exists(path)) {
        WARN("skipped: " << path << " is absent");
        return;
    }
    const auto tar = read_file(path, std::size_t{1} << 30);
    REQUIRE(tar.has_value());
    std::size_t files = 0;
    for_each_file(*tar, [&](const std::string& name, std::span<const std::uint8_t> bytes) {
        ++files;
        const auto picture = decode(bytes);
        INFO(name << ": " << (picture ? std::string("decoded") : picture.error().message));
        REQUIRE(picture.has_value());
        CHECK(pixel_hash(*picture).size() == 64);
        const auto chosen = representative_frames(*picture);
        CHECK((!chosen.empty() && chosen.size() <= 4));
        CHECK(std::is_sorted(chosen.begin(), chosen.end()));
    });
    CHECK(files > 1000);
}
