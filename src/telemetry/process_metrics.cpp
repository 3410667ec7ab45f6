#include "process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace emojiscope::telemetry {
namespace {

// Fields of /proc/PID/stat after the name in brackets; see proc(5), which counts from 1 and has
// the state, the first of these, as the third.
constexpr std::size_t field_user_ticks = 14 - 3;
constexpr std::size_t field_system_ticks = 15 - 3;
constexpr std::size_t field_start_ticks = 22 - 3;
constexpr std::size_t field_resident_pages = 24 - 3;

std::string read(const char* file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::vector<std::string> fields_of_stat() {
    const std::string stat = read("/proc/self/stat");
    const auto name_end = stat.rfind(')');
    std::vector<std::string> fields;
    if (name_end != std::string::npos) {
        std::istringstream words(stat.substr(name_end + 1));
        for (std::string word; words >> word;) {
            fields.push_back(std::move(word));
        }
    }
    return fields;
}

/// When this machine was started, in seconds since 1970.
std::optional<double> boot_time() {
    constexpr std::string_view key = "\nbtime ";
    const std::string stat = read("/proc/stat");
    const auto found = stat.find(key);
    return found == std::string::npos ? std::nullopt
                                      : number(std::string_view(stat).substr(found + key.size()));
}

std::optional<double> open_descriptors() {
    std::error_code error;
    double count = -1;  // without the one that is open for this very look
    for (std::filesystem::directory_iterator it("/proc/self/fd", error), end; !error && it != end;
         it.increment(error)) {
        ++count;
    }
    return error ? std::nullopt : std::optional(count);
}

class Page {
public:
    void add(const char* name, const char* help, prometheus::MetricType type,
             std::optional<double> value) {
        if (!value) {
            return;
        }
        prometheus::ClientMetric metric;
        metric.counter.value = *value;
        metric.gauge.value = *value;
        families_.push_back({name, help, type, {metric}});
    }
    [[nodiscard]] std::vector<prometheus::MetricFamily> take() { return std::move(families_); }

private:
    std::vector<prometheus::MetricFamily> families_;
};

}  // namespace

std::vector<prometheus::MetricFamily> process_metrics() {
    using prometheus::MetricType;
    Page page;
    const auto fields = fields_of_stat();
    const auto field = [&](std::size_t which) {
        return which < fields.size() ? number(fields[which]) : std::nullopt;
    };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto user = field(field_user_ticks);
    const auto system = field(field_system_ticks);
    if (user && system) {
        page.add("process_cpu_seconds_total", "Processor time used, in seconds.",
                 MetricType::Counter, (*user + *system) / ticks);
    }
    if (const auto pages = field(field_resident_pages)) {
        page.add("process_resident_memory_bytes", "Memory in use, in bytes.", MetricType::Gauge,
                 *pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    }
    const auto started = field(field_start_ticks);
    const auto boot = boot_time();
    if (started && boot) {
        page.add("process_start_time_seconds", "When the process was started, since 1970.",
                 MetricType::Gauge, *boot + *started / ticks);
    }
    page.add("process_open_fds", "Open file descriptors.", MetricType::Gauge, open_descriptors());
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        page.add("process_max_fds", "File descriptors that may be open.", MetricType::Gauge,
                 static_cast<double>(limit.rlim_cur));
    }
    return page.take();
}

}  // namespace emojiscope::telemetry
