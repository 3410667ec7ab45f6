#include "gunzip.hpp"

#include <zlib.h>

#include <memory>

namespace emojiscope::text {
namespace {

constexpr std::size_t step = std::size_t{1} << 20U;

struct Close {
    void operator()(gzFile file) const { gzclose_r(file); }
};

}  // namespace

Result<std::string> gunzip(const std::filesystem::path& file, std::size_t most) {
    const std::unique_ptr<gzFile_s, Close> in(gzopen(file.c_str(), "rb"));
    if (!in) {
        return fail(ErrorCode::not_found, "cannot read " + file.string());
    }
    std::string text;
    for (;;) {
        const std::size_t before = text.size();
        text.resize(before + step);
        const int read = gzread(in.get(), text.data() + before, static_cast<unsigned>(step));
        if (read < 0) {
            return fail(ErrorCode::corrupt, file.string() + " is damaged");
        }
        text.resize(before + static_cast<std::size_t>(read));
        if (text.size() > most) {
            return fail(ErrorCode::too_large, file.string() + " is larger than it may be");
        }
        if (read == 0) {
            break;
        }
    }
    int state = Z_OK;
    gzerror(in.get(), &state);
    if (state != Z_OK || gzdirect(in.get()) != 0) {
        return fail(ErrorCode::corrupt, file.string() + " is cut short, or no gzip file");
    }
    return text;
}

}  // namespace emojiscope::text
