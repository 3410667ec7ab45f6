#include "emojiscope/slack/bounded_json.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace emojiscope::slack {
namespace {

using nlohmann::json;

struct Measure {
    std::size_t depth = 0;   ///< the deepest place
    std::size_t values = 1;  ///< at least as many as there are
};

/// One past the string that begins at `at`.
std::size_t after_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return text.size();
}

/// Every value but the first stands after a comma or is the first one in a list or object; of text
/// that is no JSON this holds as far as a parser comes.
Measure measure(std::string_view text) {
    Measure found;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at]) {
            case '"': at = after_string(text, at); continue;
            case '[':
            case '{':
                found.depth = std::max(found.depth, ++depth);
                ++found.values;
                break;
            case ']':
            case '}': depth -= depth > 0 ? 1 : 0; break;
            case ',': ++found.values; break;
            default: break;
        }
        ++at;
    }
    return found;
}

Error too_much(const char* what, std::size_t most) {
    return fail(ErrorCode::too_large,
                std::string("JSON with more than ") + std::to_string(most) + " " + what);
}

}  // namespace

Result<json> parse_json(std::string_view text, const JsonBounds& bounds) {
    if (text.size() > bounds.bytes) {
        return too_much("bytes", bounds.bytes);
    }
    const Measure found = measure(text);
    if (found.depth > bounds.depth) {
        return too_much("levels", bounds.depth);
    }
    if (found.values > bounds.values) {
        return too_much("values", bounds.values);
    }
    json parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
        return fail(ErrorCode::corrupt, "no JSON");
    }
    return Result<json>(boost::system::in_place_value, std::move(parsed));
}

json json_or_null(std::string_view text, const JsonBounds& bounds) {
    auto parsed = parse_json(text, bounds);
    return parsed ? json(std::move(*parsed)) : json();
}

}  // namespace emojiscope::slack
