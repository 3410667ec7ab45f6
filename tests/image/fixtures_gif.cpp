#include "image/fixtures.hpp"

#include <gif_lib.h>

#include <array>
#include <stdexcept>

namespace emojiscope::image::fixtures {
namespace {

constexpr std::string_view global_letters = "rgbw";
constexpr std::string_view local_letters = "wbgr";
constexpr int transparent_index = 5;

void require(bool done) {
    if (!done) {
        throw std::runtime_error("giflib did not encode the fixture");
    }
}

GifColorType gif_colour(char letter) {
    switch (letter) {
        case 'r': return {255, 0, 0};
        case 'g': return {0, 255, 0};
        case 'b': return {0, 0, 255};
        default: return {255, 255, 255};
    }
}

struct Palette {
    explicit Palette(std::string_view letters) {
        std::array<GifColorType, 8> colours;
        colours.fill({255, 255, 255});
        for (std::size_t i = 0; i < letters.size(); ++i) {
            colours[i] = gif_colour(letters[i]);
        }
        map = GifMakeMapObject(static_cast<int>(colours.size()), colours.data());
    }
    ~Palette() { GifFreeMapObject(map); }
    Palette(const Palette&) = delete;
    Palette& operator=(const Palette&) = delete;
    ColorMapObject* map = nullptr;
};

int append(GifFileType* gif, const GifByteType* data, int size) {
    auto& out = *static_cast<Bytes*>(gif->UserData);
    out.insert(out.end(), data, data + size);
    return size;
}

void put_control(GifFileType* gif, const GifPatch& patch) {
    const GraphicsControlBlock control{patch.disposal, false, patch.delay,
                                       patch.transparency ? transparent_index
                                                          : NO_TRANSPARENT_COLOR};
    std::array<GifByteType, 4> bytes{};
    EGifGCBToExtension(&control, bytes.data());
    require(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, bytes.data()) == GIF_OK);
}

void put_row(GifFileType* gif, const std::string& row, std::string_view letters) {
    Bytes line;
    for (const char letter : row) {
        const auto index = letters.find(letter);
        line.push_back(static_cast<std::uint8_t>(
            index == std::string_view::npos ? std::size_t{transparent_index} : index));
    }
    require(EGifPutLine(gif, line.data(), static_cast<int>(line.size())) == GIF_OK);
}

void put_patch(GifFileType* gif, const GifPatch& patch) {
    put_control(gif, patch);
    const std::string_view letters = patch.local_palette ? local_letters : global_letters;
    const Palette local(letters);
    // giflib forgets the map of the patch before this one.
    GifFreeMapObject(gif->Image.ColorMap);
    gif->Image.ColorMap = nullptr;
    require(EGifPutImageDesc(gif, patch.left, patch.top,
                             static_cast<int>(patch.rows.at(0).size()),
                             static_cast<int>(patch.rows.size()), patch.interlaced,
                             patch.local_palette ? local.map : nullptr) == GIF_OK);
    if (!patch.interlaced) {
        for (const std::string& row : patch.rows) {
            put_row(gif, row, letters);
        }
        return;
    }
    constexpr int firsts[] = {0, 4, 2, 1};
    constexpr int steps[] = {8, 8, 4, 2};
    for (std::size_t pass = 0; pass < 4; ++pass) {
        for (auto y = static_cast<std::size_t>(firsts[pass]); y < patch.rows.size();
             y += static_cast<std::size_t>(steps[pass])) {
            put_row(gif, patch.rows[y], letters);
        }
    }
}

}  // namespace

Bytes gif(int width, int height, const std::vector<GifPatch>& patches) {
    Bytes out;
    int error = 0;
    GifFileType* gif = EGifOpen(&out, &append, &error);
    require(gif != nullptr);
    EGifSetGifVersion(gif, true);
    const Palette global(global_letters);
    // The background colour is red, so that a decoder that paints it is found out.
    require(EGifPutScreenDesc(gif, width, height, 8, 0, global.map) == GIF_OK);
    for (const GifPatch& patch : patches) {
        put_patch(gif, patch);
    }
    require(EGifCloseFile(gif, &error) == GIF_OK);
    return out;
}

}  // namespace emojiscope::image::fixtures
