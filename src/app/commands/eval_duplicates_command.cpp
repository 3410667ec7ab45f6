#include "commands.hpp"

#include "emojiscope/app/duplicate_evaluation.hpp"
#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/json_output.hpp"
#include "emojiscope/app/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <system_error>

namespace emojiscope::app {
namespace {

constexpr const char* uploads_file = "uploads.jsonl";
constexpr const char* same_pictures_file = "same_pictures.tsv";

/// The catalogue of an evaluation: a folder of its own, gone at its end.
class ScratchFolder {
public:
    ScratchFolder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "emojiscope-eval-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) {
            path_ = name;
        }
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    /// Empty if none could be made.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// DIR itself, or those of its subfolders that hold a stream of uploads.
std::vector<std::filesystem::path> streams_in(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / uploads_file)) {
        return {folder};
    }
    std::vector<std::filesystem::path> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (std::filesystem::exists(entry.path() / uploads_file)) {
            found.push_back(entry.path());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

Result<DuplicateEvaluation> evaluate(Config config, const std::filesystem::path& folder,
                                     const std::filesystem::path& same_pictures) {
    const auto uploads = read_uploads(folder / uploads_file);
    if (!uploads) {
        return uploads.error();
    }
    const auto pairs = read_same_pictures(
        same_pictures.empty() ? folder / same_pictures_file : same_pictures);
    if (!pairs) {
        return pairs.error();
    }
    const ScratchFolder scratch;
    if (scratch.path().empty()) {
        return fail(ErrorCode::io, "cannot make a temporary folder");
    }
    config.data = scratch.path();
    auto engine = Engine::open(config, {true, true, local_team});
    if (!engine) {
        return engine.error();
    }
    Progress progress(folder.filename().string(), uploads->size());
    return evaluate_duplicates(**engine, *uploads, *pairs,
                               [&](std::size_t, std::size_t) { progress.advance(); });
}

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void print_table(const std::string& name, const DuplicateEvaluation& evaluation) {
    std::printf("%s: check p50 %.2f ms, p99 %.2f ms\n", name.c_str(),
                evaluation.check_p50.count(), evaluation.check_p99.count());
    std::printf("  %-11s %-22s %7s %8s %8s %8s   %8s %8s %8s %6s %5s\n", "expected", "class",
                "uploads", "alert", "right", "near", "bytes", "pHash", "cosine", "always", "never");
    for (const char* expect : {"identical", "same_image", "near", "none"}) {
        for (const auto& [kind, f] : evaluation.classes) {
            if (f.expect != expect) {
                continue;
            }
            std::printf("  %-11s %-22s %7zu %8.4f %8.4f %8.4f   %8.4f %8.4f %8.4f %6d %5d\n",
                        expect, kind.c_str(), f.uploads, share(f.alerts, f.uploads),
                        share(f.right_original, f.uploads), share(f.near, f.uploads),
                        share(f.byte_hash, f.uploads), share(f.perceptual_hash, f.uploads),
                        share(f.cosine, f.uploads), 1, 0);
            if (f.set_aside > 0) {
                std::printf("  %-11s %-22s %7zu set aside: they repeat an earlier one\n", "", "",
                            f.set_aside);
            }
        }
    }
    std::fflush(stdout);
}

nlohmann::json to_json(const std::string& name, const DuplicateEvaluation& evaluation) {
    nlohmann::json classes = nlohmann::json::object();
    for (const auto& [kind, f] : evaluation.classes) {
        classes[kind] = {{"expect", f.expect},
                         {"uploads", f.uploads},
                         {"alerts", f.alerts},
                         {"identical", f.identical},
                         {"right_original", f.right_original},
                         {"near", f.near},
                         {"set_aside", f.set_aside},
                         {"byte_hash", f.byte_hash},
                         {"perceptual_hash", f.perceptual_hash},
                         {"cosine", f.cosine}};
    }
    return {{"collection", name},
            {"classes", std::move(classes)},
            {"false_alerts", evaluation.false_alerts},
            {"misses", evaluation.misses},
            {"check_p50_ms", evaluation.check_p50.count()},
            {"check_p99_ms", evaluation.check_p99.count()}};
}

}  // namespace

int eval_duplicates_command(const Config& config, const EvalArguments& arguments) {
    const auto streams = streams_in(arguments.folder);
    if (streams.empty()) {
        return report("no " + std::string(uploads_file) + " in " + arguments.folder.string() +
                      " or its folders");
    }
    for (const std::filesystem::path& folder : streams) {
        const auto evaluation = evaluate(config, folder, arguments.same_pictures);
        if (!evaluation) {
            return report(evaluation.error().message);
        }
        const std::string name = folder.filename().string();
        if (arguments.json) {
            std::cout << to_line(to_json(name, *evaluation)) << std::endl;
            continue;
        }
        print_table(name, *evaluation);
        for (const std::string& alert : evaluation->false_alerts) {
            std::cout << "  wrong: " << alert << '\n';
        }
        for (const std::string& miss : evaluation->misses) {
            std::cout << "  missed: " << miss << '\n';
        }
    }
    return exit_done;
}

}  // namespace emojiscope::app
