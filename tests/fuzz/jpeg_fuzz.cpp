// Any bytes that begin as JPEG: check_picture says what holds of them.
#include "picture_fuzzing.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::check_picture({data, size}, emojiscope::ImageFormat::jpeg);
    return 0;
}
