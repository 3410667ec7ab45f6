// What the fuzzers have in common.
//
// A fuzzer is one function, LLVMFuzzerTestOneInput: any bytes in, and whatever must hold of them
// is `require`d. libFuzzer calls it in the preset `fuzz`, replay_main.cpp in the tests.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace emojiscope::fuzz {

/// Ends the program, which is how a fuzzer finds.
inline void require(bool holds, std::string_view what) {
    if (!holds) {
        std::cerr << "not so: " << what << '\n';
        std::abort();
    }
}

/// What is told to people.
inline void require_one_line(std::string_view message) {
    require(!message.empty(), "a refusal says why");
    require(message.find_first_of("\r\n") == std::string_view::npos, "in one line");
    require(message.size() < 2'000, "of a readable length");
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Takes values off the input, front to back; zeros and empty texts once it is used up.
class Reader {
public:
    explicit Reader(std::string_view rest) : rest_(rest) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::uint8_t byte() {
        const std::string_view taken = bytes(1);
        return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
    }
    /// 0 to `count` - 1.
    std::size_t below(std::size_t count) { return byte() % count; }
    bool flag() { return (byte() & 1) != 0; }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (const char c : bytes(8)) {
            value = value << 8 | static_cast<std::uint8_t>(c);
        }
        return value;
    }
    std::string_view bytes(std::size_t count) {
        const std::string_view taken = rest_.substr(0, std::min(count, rest_.size()));
        rest_.remove_prefix(taken.size());
        return taken;
    }
    /// A byte of length, and so many bytes.
    std::string_view piece() { return bytes(byte()); }
    /// Up to a zero byte, which goes as well.
    std::string_view line() {
        const std::string_view taken = rest_.substr(0, rest_.find('\0'));
        rest_.remove_prefix(std::min(taken.size() + 1, rest_.size()));
        return taken;
    }
    std::string_view rest() { return bytes(rest_.size()); }

private:
    std::string_view rest_;
};

}  // namespace emojiscope::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
