#include "emojiscope/image/picture_reader.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/frames.hpp"
#include "emojiscope/image/hash.hpp"
#include "emojiscope/image/sketch.hpp"
#include "emojiscope/image/sketch_descriptors.hpp"

namespace emojiscope::image {

Result<search::ReadPicture> PictureReader::read(std::span<const std::uint8_t> bytes) const {
    auto picture = decode(bytes, limits_);
    if (!picture) {
        return picture.error();
    }
    search::ReadPicture out;
    out.file_hash = sha256_hex(bytes);
    out.pixel_hash = pixel_hash(*picture);
    out.width = picture->width();
    out.height = picture->height();
    out.frame_count = static_cast<int>(picture->frames.size());
    const Sketch sketch = make_sketch(*picture);
    auto bytes_of_sketch = encode_sketch(sketch);
    if (!bytes_of_sketch) {
        return bytes_of_sketch.error();
    }
    out.fingerprint = {std::move(*bytes_of_sketch), sketch_descriptors(sketch)};
    for (const std::size_t index : representative_frames(*picture)) {
        out.frames.push_back(std::move(picture->frames[index].image));
    }
    return out;
}

Result<RgbaImage> PictureReader::picture_of(std::span<const std::uint8_t> sketch) const {
    const auto decoded = decode_sketch(sketch);
    if (!decoded) {
        return decoded.error();
    }
    return image::picture_of(*decoded);
}

std::string PictureReader::file_hash(std::span<const std::uint8_t> bytes) const {
    return sha256_hex(bytes);
}

}  // namespace emojiscope::image
