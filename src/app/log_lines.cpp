#include "log_lines.hpp"

#include "emojiscope/core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace emojiscope::app {
namespace {

constexpr std::string_view event_word = "event ";
/// How the names of numbers end.
constexpr std::array<std::string_view, 4> units{"_ms", "_s", "_bytes", "attempts"};

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

void append_escape(std::string& out, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\x";
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
}

void append_escaped(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        switch (c) {
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: append_escape(out, static_cast<unsigned char>(c));
        }
    }
}

/// How many bytes the code point that begins here has, 1 for what is none.
std::size_t length_of(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return length <= text.size() && is_valid_utf8(text.substr(0, length)) ? length : 1;
}

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/// Appends what stands behind a backslash at the front, and takes it off.
void take_escape(std::string_view& rest, std::string& value) {
    constexpr std::size_t digits = 4;
    const char kind = rest.front();
    rest.remove_prefix(1);
    if (kind == 'u' && rest.size() >= digits) {
        std::uint16_t code = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + digits, code, 16);
        if (error == std::errc{} && end == rest.data() + digits) {
            value += to_utf8(std::u32string(1, code));
            rest.remove_prefix(digits);
            return;
        }
    }
    value += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
}

/// Takes `"…"` off the front. Nothing if it has no end.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string value;
    rest.remove_prefix(1);
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '"') {
            return value;
        }
        if (c != '\\') {
            value += c;
        } else if (!rest.empty()) {
            take_escape(rest, value);
        }
    }
    return std::nullopt;
}

std::string take_plain(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    std::string value(rest.substr(0, end));
    rest.remove_prefix(end);
    return value;
}

std::optional<double> number_of(std::string_view name, std::string_view value) {
    const auto ends_so = [&](std::string_view unit) { return name.ends_with(unit); };
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number,
                                              std::chars_format::fixed);
    const bool whole = error == std::errc{} && end == value.data() + value.size();
    if (!std::ranges::any_of(units, ends_so) || !whole || !std::isfinite(number)) {
        return std::nullopt;
    }
    return number;
}

nlohmann::json event_json(const EventFields& fields) {
    nlohmann::json event = nlohmann::json::object();
    for (const auto& [name, value] : fields) {
        if (event.contains(name)) {
            continue;  // the first one is the program's own; whatever follows may be from outside
        }
        const auto number = number_of(name, value);
        if (number && *number == std::floor(*number) && std::abs(*number) < 1e15) {
            event[name] = static_cast<std::int64_t>(*number);
        } else if (number) {
            event[name] = *number;
        } else {
            event[name] = value;
        }
    }
    return event;
}

int priority_of(std::string_view level) {
    if (level == "critical") {
        return 2;
    }
    return level == "error" ? 3 : level == "warning" ? 4 : level == "info" ? 6 : 7;
}

template <class Number>
bool take_number(std::string_view& rest, Number& number) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return error == std::errc{};
}

}  // namespace

std::string escape_controls(std::string_view message) {
    std::string out;
    out.reserve(message.size());
    while (!message.empty()) {
        const std::string_view one = message.substr(0, length_of(message));
        if (!is_valid_utf8(one) || is_control(to_code_points(one).front())) {
            append_escaped(out, one);
        } else {
            out += one;
        }
        message.remove_prefix(one.size());
    }
    return out;
}

std::string rfc3339(std::chrono::system_clock::time_point time) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(time);
    const auto rest = std::chrono::floor<std::chrono::milliseconds>(time - whole).count();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> day{};
    std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 8> part{};
    std::snprintf(part.data(), part.size(), ".%03dZ", static_cast<int>(rest));
    return std::string(day.data()) + part.data();
}

std::optional<EventFields> parse_event(std::string_view message) {
    if (!message.starts_with(event_word)) {
        return std::nullopt;
    }
    message.remove_prefix(event_word.size());
    EventFields fields;
    while (!message.empty()) {
        const auto equals = message.find('=');
        if (equals == std::string_view::npos || equals == 0 ||
            !std::ranges::all_of(message.substr(0, equals), is_name)) {
            return std::nullopt;
        }
        std::string name(message.substr(0, equals));
        message.remove_prefix(equals + 1);
        if (message.starts_with('"')) {
            auto value = take_quoted(message);
            if (!value) {
                return std::nullopt;
            }
            fields.emplace_back(std::move(name), std::move(*value));
        } else {
            fields.emplace_back(std::move(name), take_plain(message));
        }
        if (!message.empty()) {
            if (message.front() != ' ') {
                return std::nullopt;
            }
            message.remove_prefix(1);
        }
    }
    return fields.empty() ? std::nullopt : std::optional(std::move(fields));
}

std::string json_line(const LogLine& line) {
    nlohmann::ordered_json out;
    out["time"] = rfc3339(line.time);
    out["level"] = line.level;
    if (const auto fields = parse_event(line.message)) {
        out["message"] = "event";
        out["event"] = event_json(*fields);
    } else {
        out["message"] = line.message;
    }
    out["thread"] = line.thread;
    return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string journal_line(const LogLine& line) {
    return "<" + std::to_string(priority_of(line.level)) + ">" + escape_controls(line.message);
}

bool is_journal_stream(std::string_view stream, std::uint64_t device, std::uint64_t inode) {
    std::uint64_t named_device = 0;
    std::uint64_t named_inode = 0;
    if (!take_number(stream, named_device) || !stream.starts_with(':')) {
        return false;
    }
    stream.remove_prefix(1);
    return take_number(stream, named_inode) && stream.empty() && named_device == device &&
           named_inode == inode;
}

}  // namespace emojiscope::app
