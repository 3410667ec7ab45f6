#include "commands.hpp"

#include "interruption.hpp"

#include "emojiscope/app/progress.hpp"
#include "emojiscope/core/clock.hpp"
#include "emojiscope/store/backup.hpp"

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

namespace emojiscope::app {
namespace {

/// Pages of the database, as they are copied.
std::function<void(std::size_t, std::size_t)> shown_as(const char* what,
                                                       std::unique_ptr<Progress>& progress) {
    return [what, &progress, shown = std::size_t{0}](std::size_t done, std::size_t all) mutable {
        if (!progress) {
            progress = std::make_unique<Progress>(what, all);
        }
        progress->advance(done - shown);
        shown = done;
    };
}

std::string described(const store::CatalogueContent& content) {
    char size[32] = {};
    std::snprintf(size, sizeof size, "%.1f MiB",
                  static_cast<double>(content.bytes) / (1024.0 * 1024.0));
    return std::to_string(content.emoji) + " emoji, schema " + std::to_string(content.schema) +
           ", " + size + (content.model.empty() ? std::string() : ", of model " + content.model);
}

std::string counted(std::size_t items) {
    return std::to_string(items) + (items == 1 ? " item" : " items");
}

}  // namespace

int backup_command(const Config& config, const BackupArguments& arguments) {
    const Interruption interruption;
    std::unique_ptr<Progress> progress;
    store::CopyPace pace;
    pace.stop = interruption.token();
    pace.on_progress = shown_as("pages copied", progress);
    const auto content = store::back_up(config.data, arguments.file, arguments.force, pace);
    progress.reset();
    if (!content) {
        return report(content.error().message);
    }
    std::cout << "wrote " << arguments.file.string() << ": " << described(*content);
    if (content->waiting > 0) {
        std::cout << ", " << counted(content->waiting) << " waiting in the queues";
    }
    std::cout << "; looked through and found whole\n";
    return exit_done;
}

int restore_command(const Config& config, const RestoreArguments& arguments) {
    const Interruption interruption;
    std::unique_ptr<Progress> progress;
    store::RestoreOptions options;
    options.keep_queues = arguments.keep_queues;
    options.now = SystemClock().now();
    options.pace.stop = interruption.token();
    options.pace.on_progress = shown_as("pages copied", progress);
    const auto restored = store::restore(config.data, arguments.file, options);
    progress.reset();
    if (!restored) {
        return report(restored.error().message);
    }
    std::cout << "restored " << arguments.file.string() << " to " << config.data.string() << ": "
              << described(restored->content) << '\n';
    if (restored->left_out > 0) {
        std::cout << "left out: " << counted(restored->left_out)
                  << " that waited in its queues (answers, alerts and events of its day); "
                     "--keep-queues keeps them\n";
    }
    if (restored->content.older) {
        std::cout << "it is of an older release: the next start of the bot, sync or import brings "
                     "it up to date\n";
    }
    if (!restored->kept.empty()) {
        std::cout << "the catalogue of before is kept as " << restored->kept.string()
                  << ": delete it when you miss nothing\n";
    }
    std::cout << "start the bot again: it compares the catalogue with the workspace, and learns "
                 "what is new since then\n";
    return exit_done;
}

}  // namespace emojiscope::app
