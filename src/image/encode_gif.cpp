#include "encode_gif.hpp"

#include "palette.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace emojiscope::image {
namespace {

constexpr int palette_size = 256;
constexpr int bits_of_colour = 8;

int append(GifFileType* gif, const GifByteType* bytes, int count) {
    auto* out = static_cast<std::vector<std::uint8_t>*>(gif->UserData);
    out->insert(out->end(), bytes, bytes + count);
    return count;
}

struct CloseGif {
    void operator()(GifFileType* gif) const noexcept { EGifCloseFile(gif, nullptr); }
};
struct FreeMap {
    void operator()(ColorMapObject* map) const noexcept { GifFreeMapObject(map); }
};
using Writer = std::unique_ptr<GifFileType, CloseGif>;
using ColourMap = std::unique_ptr<ColorMapObject, FreeMap>;

ColourMap colour_map(const Palette& palette) {
    ColourMap map(GifMakeMapObject(palette_size, nullptr));
    for (std::size_t i = 0; map && i < palette.colours().size(); ++i) {
        const Rgb& colour = palette.colours()[i];
        map->Colors[i] = {colour.r, colour.g, colour.b};
    }
    return map;
}

/// The extension that has a player begin again at the end.
bool put_loop(GifFileType* gif) {
    constexpr std::array<unsigned char, 3> for_ever{1, 0, 0};
    return EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
           EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") == GIF_OK &&
           EGifPutExtensionBlock(gif, static_cast<int>(for_ever.size()), for_ever.data()) ==
               GIF_OK &&
           EGifPutExtensionTrailer(gif) == GIF_OK;
}

bool put_frame(GifFileType* gif, const Frame& frame, const Palette& palette) {
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_BACKGROUND;
    control.DelayTime =
        static_cast<int>(std::clamp<long long>(frame.duration.count() / 10, 2, 65'535));
    control.TransparentColor = Palette::transparent;
    std::array<GifByteType, 4> extension{};
    EGifGCBToExtension(&control, extension.data());
    const int width = frame.image.width;
    const int height = frame.image.height;
    if (EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(extension.size()),
                         extension.data()) != GIF_OK ||
        EGifPutImageDesc(gif, 0, 0, width, height, false, nullptr) != GIF_OK) {
        return false;
    }
    std::vector<std::uint8_t> indices = palette.indices(frame.image);
    for (int y = 0; y < height; ++y) {
        const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
        if (EGifPutLine(gif, indices.data() + row, width) != GIF_OK) {
            return false;
        }
    }
    return true;
}

}  // namespace

Result<std::vector<std::uint8_t>> encode_gif(std::span<const Frame> frames) {
    const Palette palette(frames);
    const ColourMap map = colour_map(palette);
    std::vector<std::uint8_t> out;
    int problem = 0;
    Writer gif(EGifOpen(&out, append, &problem));
    if (!map || !gif) {
        return fail(ErrorCode::internal, "a GIF cannot be begun");
    }
    EGifSetGifVersion(gif.get(), true);
    const RgbaImage& first = frames.front().image;
    bool good = EGifPutScreenDesc(gif.get(), first.width, first.height, bits_of_colour, 0,
                                  map.get()) == GIF_OK &&
                put_loop(gif.get());
    for (std::size_t i = 0; good && i < frames.size(); ++i) {
        good = put_frame(gif.get(), frames[i], palette);
    }
    GifFileType* const written = gif.release();
    if (EGifCloseFile(written, &problem) != GIF_OK || !good) {
        return fail(ErrorCode::internal, "a GIF cannot be written");
    }
    return out;
}

}  // namespace emojiscope::image
