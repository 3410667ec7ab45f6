// Folds each line of standard input as the search does; for fold.js. A line with a code point that
// this version of Unicode does not know gives a question mark.
#include "emojiscope/core/text.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <iostream>
#include <string>

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const std::u32string points = emojiscope::to_code_points(line);
        const bool known = std::all_of(points.begin(), points.end(), [](char32_t c) {
            return u_isdefined(static_cast<UChar32>(c)) != 0;
        });
        std::cout << (known ? emojiscope::fold_for_matching(line) : "?") << '\n';
    }
}
