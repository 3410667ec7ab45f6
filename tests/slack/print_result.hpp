// Lets CHECK(result) compile, and show the error when it fails.
#pragma once

#include "emojiscope/core/error.hpp"

#include <catch2/catch.hpp>

namespace Catch {

template <class T>
struct StringMaker<boost::system::result<T, emojiscope::Error>> {
    static std::string convert(const boost::system::result<T, emojiscope::Error>& result) {
        if (result.has_value()) {
            return "a value";
        }
        const emojiscope::Error error = result.error();
        return std::string("error ") + emojiscope::to_string(error.code) + ": " + error.message;
    }
};

}  // namespace Catch
