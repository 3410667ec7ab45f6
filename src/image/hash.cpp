#include "emojiscope/image/hash.hpp"

#include "pixels.hpp"
#include "runs.hpp"

#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace emojiscope::image {
namespace {

struct ContextDelete {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class Sha256 {
public:
    Sha256() : context_(EVP_MD_CTX_new()) {
        require(context_ != nullptr &&
                EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
    }

    void add(std::span<const std::uint8_t> bytes) {
        require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
    }

    /// Little-endian, all bytes of the type.
    template <class Unsigned>
    void add_integer(Unsigned value) {
        std::array<std::uint8_t, sizeof(Unsigned)> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
        }
        add(bytes);
    }

    [[nodiscard]] std::string hex() {
        std::array<std::uint8_t, 32> digest{};
        require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
        constexpr char digits[] = "0123456789abcdef";
        std::string out;
        for (const std::uint8_t byte : digest) {
            out.push_back(digits[byte >> 4]);
            out.push_back(digits[byte & 15]);
        }
        return out;
    }

private:
    static void require(bool done) {
        if (!done) {
            throw std::runtime_error("OpenSSL cannot compute a SHA-256");
        }
    }

    std::unique_ptr<EVP_MD_CTX, ContextDelete> context_;
};

}  // namespace

std::string sha256_hex(std::span<const std::uint8_t> bytes) {
    Sha256 sha;
    sha.add(bytes);
    return sha.hex();
}

Result<std::string> sha256_hex_of_file(const std::filesystem::path& path,
                                       std::chrono::steady_clock::time_point deadline) {
    constexpr std::size_t piece = std::size_t{1024} * 1024;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return fail(ErrorCode::not_found, path.string() + ": no such file");
    }
    std::ifstream stream(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(piece);
    Sha256 sha;
    while (stream) {
        if (std::chrono::steady_clock::now() > deadline) {
            return fail(ErrorCode::timeout, path.string() + ": too large to be read in this time");
        }
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the stream's kind of bytes
        stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(piece));
        sha.add(std::span(bytes).first(static_cast<std::size_t>(stream.gcount())));
    }
    if (!stream.eof()) {
        return fail(ErrorCode::io, path.string() + ": cannot be read");
    }
    return sha.hex();
}

std::string pixel_hash(const Picture& picture) {
    assert(!picture.frames.empty());
    const std::vector<Run> runs = runs_of(picture);
    Sha256 sha;
    sha.add_integer(static_cast<std::uint32_t>(picture.width()));
    sha.add_integer(static_cast<std::uint32_t>(picture.height()));
    sha.add_integer(static_cast<std::uint32_t>(runs.size()));
    for (const Run& run : runs) {
        sha.add_integer(runs.size() == 1 ? std::uint64_t{0}
                                         : static_cast<std::uint64_t>(run.duration.count()));
        RgbaImage image = picture.frames[run.first_frame].image;
        normalise_transparent(image);
        sha.add(image.pixels);
    }
    return sha.hex();
}

}  // namespace emojiscope::image
