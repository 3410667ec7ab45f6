#include "log.hpp"

#include "commands/commands.hpp"
#include "log_lines.hpp"

#include "emojiscope/core/legible.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

namespace emojiscope::app {
namespace {

using spdlog::details::log_msg;

std::string_view view(spdlog::string_view_t text) {
    return {text.data(), text.size()};
}

LogLine line_of(const log_msg& message) {
    return {message.time, view(spdlog::level::to_string_view(message.level)), message.thread_id,
            view(message.payload)};
}

void write(const std::string& line, spdlog::memory_buf_t& out) {
    out.append(line.data(), line.data() + line.size());
    out.push_back('\n');
}

/// As people read it, with a colour for the level on a terminal.
class TextFormatter final : public spdlog::formatter {
public:
    void format(const log_msg& message, spdlog::memory_buf_t& out) override {
        const std::string clean = escape_controls(view(message.payload));
        log_msg safe = message;
        safe.payload = clean;
        pattern_.format(safe, out);
        message.color_range_start = safe.color_range_start;
        message.color_range_end = safe.color_range_end;
    }
    [[nodiscard]] std::unique_ptr<formatter> clone() const override {
        return std::make_unique<TextFormatter>();
    }

private:
    spdlog::pattern_formatter pattern_{"%Y-%m-%d %H:%M:%S.%e %^%l%$ %v"};
};

/// One of the pure functions of log_lines.hpp.
class LineFormatter final : public spdlog::formatter {
public:
    using Line = std::string (*)(const LogLine& line);

    explicit LineFormatter(Line line) : line_(line) {}
    void format(const log_msg& message, spdlog::memory_buf_t& out) override {
        write(line_(line_of(message)), out);
    }
    [[nodiscard]] std::unique_ptr<formatter> clone() const override {
        return std::make_unique<LineFormatter>(line_);
    }

private:
    Line line_;
};

bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    return stream != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
           is_journal_stream(stream, status.st_dev, status.st_ino);
}

std::unique_ptr<spdlog::formatter> formatter_for(const LogConfig& config) {
    if (config.json) {
        return std::make_unique<LineFormatter>(json_line);
    }
    if (stderr_is_journal()) {
        return std::make_unique<LineFormatter>(journal_line);
    }
    return std::make_unique<TextFormatter>();
}

/// What is cut off (`> file`, logrotate's copytruncate) would otherwise go on behind a hole.
void write_at_the_end(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        return;
    }
    if (const int flags = ::fcntl(descriptor, F_GETFL); flags >= 0) {
        static_cast<void>(::fcntl(descriptor, F_SETFL, flags | O_APPEND));
    }
}

Result<spdlog::level::level_enum> level_of(const LogConfig& config, bool quiet) {
    const std::string word = !config.level.empty() ? config.level : quiet ? "warning" : "info";
    const auto level = spdlog::level::from_str(word);
    if (level == spdlog::level::off && word != "off") {
        return fail(
            ErrorCode::invalid_argument,
            "log_level " + quoted_legibly(word) + " is none of debug, info, warning, error, off");
    }
    return level;
}

}  // namespace

Result<void> check_log(const LogConfig& config) {
    auto level = level_of(config, false);
    return level ? Result<void>{} : Result<void>{level.error()};
}

Result<void> start_log(const LogConfig& config, bool quiet) {
    if (auto good = check_log(config); !good) {
        return good;
    }
    // stdout belongs to the results.
    auto logger = std::make_shared<spdlog::logger>(
        "emojiscope", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    spdlog::set_default_logger(std::move(logger));
    spdlog::set_error_handler([](const std::string&) {});  // there is nowhere to tell it
    write_at_the_end(STDERR_FILENO);
    return change_log(config, quiet);
}

Result<void> change_log(const LogConfig& config, bool quiet) {
    const auto level = level_of(config, quiet);
    if (!level) {
        return level.error();
    }
    spdlog::default_logger()->set_formatter(formatter_for(config));
    spdlog::set_level(*level);
    return {};
}

void hold_standard_streams() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
            // For reading only, so that writing still fails. The lowest free number is this one.
            static_cast<void>(::open("/dev/null", O_RDONLY));
        }
    }
}

int end_with(const LogConfig& config, const std::string& message) {
    const bool for_programs = config.json || stderr_is_journal();
    if (for_programs && spdlog::should_log(spdlog::level::critical)) {
        spdlog::critical(message);
        return exit_failed;
    }
    return report(message);
}

}  // namespace emojiscope::app
