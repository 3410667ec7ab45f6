// Any bytes that begin as GIF: check_picture says what holds of them.
#include "picture_fuzzing.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::check_picture({data, size}, emojiscope::ImageFormat::gif);
    return 0;
}
