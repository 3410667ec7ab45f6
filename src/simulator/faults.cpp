#include "faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace emojiscope::simulator {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr long long most_times = 1'000'000;
constexpr long long longest_ms = 3'600'000;

using HttpKind = HttpFault::Kind;
constexpr std::array<std::pair<std::string_view, HttpKind>, 8> http_kinds{{
    {"status", HttpKind::status},
    {"html", HttpKind::html},
    {"redirect", HttpKind::redirect},
    {"reset", HttpKind::reset},
    {"hang", HttpKind::hang},
    {"truncate", HttpKind::truncate},
    {"endless", HttpKind::endless},
    {"slow", HttpKind::slow},
}};
constexpr std::array<std::pair<std::string_view, TlsFault>, 2> tls_kinds{{
    {"closed", TlsFault::closed},
    {"wrong_host", TlsFault::wrong_host},
}};
constexpr std::array<std::pair<std::string_view, EnvelopeFault>, 3> envelope_kinds{{
    {"twice", EnvelopeFault::twice},
    {"reset_midway", EnvelopeFault::reset_midway},
    {"ack_lost", EnvelopeFault::ack_lost},
}};

std::string text(const json& body, const char* key) {
    const auto found = body.find(key);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

long long number(const json& body, const char* key, long long otherwise, long long most) {
    const auto found = body.find(key);
    return found != body.end() && found->is_number_integer()
               ? std::clamp(found->get<long long>(), 0LL, most)
               : otherwise;
}

template <class Kinds>
auto kind_in(const Kinds& kinds, const json& body) {
    const std::string wanted = text(body, "kind");
    return std::ranges::find(kinds, wanted, [](const auto& kind) { return kind.first; });
}

Error refused(const char* word) {
    return fail(ErrorCode::invalid_argument, word);
}

}  // namespace

Result<void> Faults::arm(const json& body) {
    const int count = static_cast<int>(number(body, "count", 1, most_times));
    if (count == 0) {
        return refused("invalid_count");
    }
    const std::string on = text(body, "on");
    if (on == "http") {
        return arm_http(body, count);
    }
    if (on == "handshake") {
        const auto status = static_cast<unsigned>(number(body, "status", 0, 599));
        handshakes_.push_back(
            {{milliseconds(number(body, "delay_ms", 0, longest_ms)), status}, count});
        return {};
    }
    if (on == "tls") {
        const auto* const kind = kind_in(tls_kinds, body);
        if (kind != tls_kinds.end()) {
            tls_.push_back({kind->second, count});
            return {};
        }
    }
    if (on == "socket") {
        const std::string kind = text(body, "kind");
        if (kind == "no_hello") {
            sockets_.push_back({{.hello = false, .pongs = {}}, count});
            return {};
        }
        if (kind == "deaf") {
            const int pongs = static_cast<int>(number(body, "pongs", 0, most_times));
            sockets_.push_back({{.hello = true, .pongs = pongs}, count});
            return {};
        }
    }
    if (on == "envelope") {
        const auto* const kind = kind_in(envelope_kinds, body);
        if (kind != envelope_kinds.end()) {
            envelopes_.push_back({kind->second, count});
            return {};
        }
    }
    return refused("unknown_fault");
}

Result<void> Faults::arm_http(const json& body, int count) {
    const auto* const kind = kind_in(http_kinds, body);
    OnPath armed{text(body, "path"), {}};
    if (kind == http_kinds.end()) {
        return refused("unknown_fault");
    }
    if (!armed.prefix.starts_with('/')) {
        return refused("invalid_path");
    }
    armed.fault.kind = kind->second;
    armed.fault.status = static_cast<unsigned>(number(body, "status", 500, 599));
    armed.fault.retry_after = static_cast<int>(number(body, "retry_after", 0, longest_ms));
    armed.fault.location = text(body, "location");
    armed.fault.delay = milliseconds(number(body, "delay_ms", 0, longest_ms));
    armed.fault.after = body.value("after", json(false)) == true;
    if (armed.fault.status < 200) {
        return refused("invalid_status");
    }
    if (kind->second == HttpKind::redirect && armed.fault.location.empty()) {
        return refused("no_location");
    }
    http_.push_back({std::move(armed), count});
    return {};
}

void Faults::clear() {
    *this = Faults{};
}

std::optional<HttpFault> Faults::take_http(std::string_view path) {
    const auto found = std::ranges::find_if(
        http_, [&](const Armed<OnPath>& armed) { return path.starts_with(armed.fault.prefix); });
    if (found == http_.end()) {
        return std::nullopt;
    }
    HttpFault fault = found->fault.fault;
    if (--found->left == 0) {
        http_.erase(found);
    }
    return fault;
}

bool Faults::take_envelope(EnvelopeFault kind) {
    if (envelopes_.empty() || envelopes_.front().fault != kind) {
        return false;
    }
    return take(envelopes_).has_value();
}

std::size_t Faults::armed() const {
    return http_.size() + handshakes_.size() + tls_.size() + sockets_.size() + envelopes_.size();
}

}  // namespace emojiscope::simulator
