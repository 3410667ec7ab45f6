#include "commands.hpp"

#include "../signal_names.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/json_output.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/image/decode.hpp"

#include <chrono>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>

namespace emojiscope::app {
namespace {

std::string reason_line(const search::Hit& hit) {
    std::string line = search::to_string(hit.reason);
    switch (hit.reason) {
        case search::Reason::text: return line + " " + one_line(hit.matched_text);
        case search::Reason::meaning: return line + ": " + hit.matched_word;
        case search::Reason::sounds_like_name:
        case search::Reason::part_of_name:
        case search::Reason::like_name:
            return hit.matched_name == hit.name ? line : line + " " + hit.matched_name;
        default: return line;
    }
}

/// Prints answers in the form that was asked for.
class Printer {
public:
    explicit Printer(bool json) : json_(json) {}

    void answer(const std::string& query, const search::Answer& answer,
                std::chrono::duration<double, std::milli> took) {
        if (json_) {
            std::cout << to_line(search_json(query, answer, took)) << '\n' << std::flush;
            return;
        }
        std::cout << one_line(query) << '\n';
        if (answer.hits.empty()) {
            std::cout << "  nothing fits\n";
        } else if (!answer.confident) {
            std::cout << "  perhaps one of these:\n";
        }
        for (std::size_t i = 0; i < answer.hits.size(); ++i) {
            const search::Hit& hit = answer.hits[i];
            std::cout << std::setw(4) << i + 1 << "  :" << hit.name << ":  " << std::fixed
                      << std::setprecision(3) << hit.score << "  (" << reason_line(hit) << ")\n";
        }
        for (const search::StandardEmoji& standard : answer.standard) {
            std::cout << "   -  :" << standard.name << ":  " << standard.emoji << "  (standard)\n";
        }
        std::cout << std::flush;
    }

    /// In the place of an answer, after its error was told.
    void no_answer(const std::string& query, std::chrono::duration<double, std::milli> took) {
        if (json_) {
            answer(query, {}, took);
        } else {
            std::cout << one_line(query) << "\n  no answer\n" << std::flush;
        }
    }

private:
    bool json_;
};

/// Lines of a file, without a byte-order mark or carriage returns.
Result<std::vector<std::string>> read_lines(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return fail(ErrorCode::not_found, "cannot read " + path.string());
    }
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        lines.push_back(std::move(line));
    }
    if (!lines.empty() && lines.front().starts_with("\xEF\xBB\xBF")) {
        lines.front().erase(0, 3);
    }
    return lines;
}

class Searcher {
public:
    Searcher(Engine& engine, const SearchArguments& arguments, search::SignalSet signals)
        : engine_(engine), arguments_(arguments), signals_(signals), printer_(arguments.json) {}

    /// One query; in a batch, one without an answer still gets its line, so that lines pair up.
    bool text(const std::string& query) {
        return run(query, [&] { return engine_.search().by_text(query, arguments_.k, signals_); });
    }

    bool image(const std::filesystem::path& path) {
        return run(path.string(), [&]() -> Result<search::Answer> {
            auto bytes = image::read_file(path);
            if (!bytes) {
                return bytes.error();
            }
            auto picture = engine_.reader().read(*bytes);
            if (!picture) {
                return fail(picture.error().code, path.string() + ": " + picture.error().message);
            }
            return engine_.search().by_picture(*picture, arguments_.k);
        });
    }

private:
    template <class Find>
    bool run(const std::string& query, const Find& find) {
        const auto start = std::chrono::steady_clock::now();
        auto answer = find();
        const auto took = std::chrono::steady_clock::now() - start;
        if (!answer) {
            report(answer.error().message);
            printer_.no_answer(query, took);
            return false;
        }
        printer_.answer(query, *answer, took);
        return true;
    }

    Engine& engine_;
    const SearchArguments& arguments_;
    search::SignalSet signals_;
    Printer printer_;
};

}  // namespace

int search_command(const Config& config, const SearchArguments& arguments) {
    const auto signals = parse_signals(arguments.signals);
    if (!signals) {
        report("--signals takes a list of name, text, concept, image");
        return exit_usage;
    }
    const std::filesystem::path batch =
        arguments.queries.empty() ? arguments.images : arguments.queries;
    std::vector<std::string> lines;
    if (!batch.empty()) {
        auto read = read_lines(batch);
        if (!read) {
            return report(read.error().message);
        }
        lines = std::move(*read);
    }
    auto engine = Engine::open(config, {false, true, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    Searcher searcher(**engine, arguments, *signals);
    bool good = true;
    if (!arguments.image.empty()) {
        good = searcher.image(arguments.image);
    } else if (batch.empty()) {
        good = searcher.text(arguments.text);
    }
    for (const std::string& line : lines) {
        const bool answered =
            arguments.queries.empty() ? searcher.image(line) : searcher.text(line);
        good = good && answered;
    }
    return good ? exit_done : exit_failed;
}

}  // namespace emojiscope::app
