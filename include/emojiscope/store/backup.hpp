// Copies of the catalogue as single files: made beside a running bot, and put back while none runs.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace emojiscope::store {

/// What a file of a catalogue holds.
struct CatalogueContent {
    std::int64_t schema = 0;
    bool older = false;  ///< than the schema of this release: it is brought up to date when opened
    std::size_t emoji = 0;
    std::size_t waiting = 0;  ///< items of the queues that nobody has done yet
    std::uintmax_t bytes = 0;
    std::string model;  ///< name, version and dimension; empty: none has claimed it
};

/// How a copy goes on. The pauses leave the disk to others.
struct CopyPace {
    int pages_at_once = 512;  ///< 2 MiB of the usual 4 KiB pages
    std::chrono::milliseconds pause{2};
    std::function<void(std::size_t done, std::size_t all)> on_progress{};  ///< pages; may be empty
    std::stop_token stop{};
};

/// Copies `folder`/catalogue.db to `target`, while others read and write, takes no lock of theirs,
/// and looks through the copy before it gets its name. Of an older schema, too.
/// `force`: a file that is there is replaced; the catalogue itself never is.
/// Errors: not_found (no catalogue), conflict (the target is there, or something that is no copy
/// has the name `target`.part), invalid_argument (the target is no plain file, or the catalogue, or
/// what belongs to it), cancelled, corrupt, unsupported, io.
[[nodiscard]] Result<CatalogueContent> back_up(const std::filesystem::path& folder,
                                               const std::filesystem::path& target, bool force,
                                               const CopyPace& pace = {});

struct RestoreOptions {
    /// Otherwise what waits in the file is left out: answers, alerts and events of its day would be
    /// sent, or done, once more. A comparison with the workspace brings back what matters of it.
    bool keep_queues = false;
    SystemTime now{};  ///< for the name that the present catalogue gets
    CopyPace pace{.pause = std::chrono::milliseconds{0}};
};

struct Restored {
    CatalogueContent content;
    std::size_t left_out = 0;    ///< items of the queues
    std::filesystem::path kept;  ///< the catalogue of before; empty: there was none
};

/// Puts `file` in the place of `folder`/catalogue.db, with the writer's lock held. The catalogue of
/// before stays in the folder as `catalogue.db.before-restore-TIME`, with its log if it is damaged.
/// At every moment one of the two is there. `file` is only read.
/// Errors: conflict (another program writes to the folder, or reads the catalogue, or something
/// else has the name `catalogue.db.part`), not_found, corrupt (no catalogue, or damaged),
/// unsupported (of a newer release), invalid_argument (it is the catalogue itself, or that file in
/// the making), cancelled, io. With any of them the catalogue is as it was.
[[nodiscard]] Result<Restored> restore(const std::filesystem::path& folder,
                                       const std::filesystem::path& file,
                                       const RestoreOptions& options);

}  // namespace emojiscope::store
