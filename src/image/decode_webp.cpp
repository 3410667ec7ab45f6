// WebP by libwebp; animations by its WebPAnimDecoder, which composites the frames.
#include "decoders.hpp"
#include "guard.hpp"

#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>
#include <utility>

namespace emojiscope::image {
namespace {

struct DemuxerDelete {
    void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DemuxerDelete>;

struct AnimDecoderDelete {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};
using AnimDecoder = std::unique_ptr<WebPAnimDecoder, AnimDecoderDelete>;

Error cut_off_or_damaged() { return damaged(ImageFormat::webp, "it is cut off or malformed"); }

Result<Picture> decode_still(std::span<const std::uint8_t> bytes, std::uint32_t width,
                             std::uint32_t height) {
    RgbaImage image = blank_canvas(width, height);
    const int stride = image.width * 4;
    if (WebPDecodeRGBAInto(bytes.data(), bytes.size(), image.pixels.data(), image.pixels.size(),
                           stride) == nullptr) {
        return cut_off_or_damaged();
    }
    Picture picture{ImageFormat::webp, {}};
    picture.frames.push_back(Frame{std::move(image), {}});
    return picture;
}

/// Size and frame count from the container alone, before the decoder allocates canvases.
Result<void> check_container(const WebPData& data, const DecodeLimits& limits) {
    const Demuxer demuxer(WebPDemux(&data));
    if (!demuxer) {
        return cut_off_or_damaged();
    }
    const std::uint32_t width = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH);
    const std::uint32_t height = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT);
    if (auto checked = check_canvas(ImageFormat::webp, width, height, limits); !checked) {
        return checked;
    }
    const std::size_t frames = WebPDemuxGetI(demuxer.get(), WEBP_FF_FRAME_COUNT);
    return check_animation(ImageFormat::webp, frames, pixel_count(width, height) * frames, limits);
}

Result<Picture> decode_animation(const WebPData& data) {
    WebPAnimDecoderOptions options;
    if (WebPAnimDecoderOptionsInit(&options) == 0) {
        return fail(ErrorCode::internal, "libwebpdemux is of another version than its header");
    }
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    const AnimDecoder decoder(WebPAnimDecoderNew(&data, &options));
    WebPAnimInfo info;
    if (!decoder || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0) {
        return cut_off_or_damaged();
    }
    Picture picture{ImageFormat::webp, {}};
    int shown_until = 0;
    while (WebPAnimDecoderHasMoreFrames(decoder.get()) != 0) {
        std::uint8_t* pixels = nullptr;  // the decoder's own, valid until the next frame
        int timestamp = 0;               // the end of this frame, in ms
        if (WebPAnimDecoderGetNext(decoder.get(), &pixels, &timestamp) == 0) {
            return cut_off_or_damaged();
        }
        RgbaImage image{static_cast<int>(info.canvas_width), static_cast<int>(info.canvas_height),
                        {}};
        image.pixels.assign(pixels, pixels + pixel_count(info.canvas_width, info.canvas_height) * 4);
        const std::chrono::milliseconds claimed{timestamp - shown_until};
        picture.frames.push_back(Frame{std::move(image), shown_duration(claimed)});
        shown_until = timestamp;
    }
    if (picture.frames.empty()) {
        return damaged(ImageFormat::webp, "it has no frame");
    }
    if (picture.frames.size() == 1) {
        picture.frames.front().duration = std::chrono::milliseconds{0};
    }
    return picture;
}

}  // namespace

Result<Picture> decode_webp(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) {
        return cut_off_or_damaged();
    }
    const auto width = static_cast<std::uint32_t>(features.width);
    const auto height = static_cast<std::uint32_t>(features.height);
    if (auto checked = check_canvas(ImageFormat::webp, width, height, limits); !checked) {
        return checked.error();
    }
    if (features.has_animation == 0) {
        if (auto checked =
                check_animation(ImageFormat::webp, 1, pixel_count(width, height), limits);
            !checked) {
            return checked.error();
        }
        return decode_still(bytes, width, height);
    }
    const WebPData data{bytes.data(), bytes.size()};
    if (auto checked = check_container(data, limits); !checked) {
        return checked.error();
    }
    return decode_animation(data);
}

}  // namespace emojiscope::image
