#include "url_text.hpp"

#include <cctype>

namespace emojiscope::simulator {
namespace {

constexpr std::string_view hex = "0123456789ABCDEF";

int hex_value(char c) {
    const auto at = hex.find(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '_' ||
                                           c == '.' || c == '~');
        if (plain) {
            encoded += c;
        } else {
            encoded += '%';
            encoded += hex[byte >> 4U];
            encoded += hex[byte & 15U];
        }
    }
    return encoded;
}

std::string percent_decode(std::string_view text, bool form) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
        if (escape) {
            decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            decoded += form && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

Parameters parse_form(std::string_view text) {
    Parameters parameters;
    while (!text.empty()) {
        const auto end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        const auto equals = pair.find('=');
        const std::string_view value =
            equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
        if (!pair.empty()) {
            parameters.insert_or_assign(percent_decode(pair.substr(0, equals), true),
                                        percent_decode(value, true));
        }
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parameters;
}

Target parse_target(std::string_view target) {
    const auto question = target.find('?');
    Target parsed{std::string(target.substr(0, question)), {}};
    if (question != std::string_view::npos) {
        parsed.query = parse_form(target.substr(question + 1));
    }
    return parsed;
}

std::string get(const Parameters& parameters, std::string_view key) {
    const auto found = parameters.find(key);
    return found == parameters.end() ? std::string{} : found->second;
}

}  // namespace emojiscope::simulator
