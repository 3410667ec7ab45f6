#include "commands.hpp"

#include "slack_link.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/picture_fetcher.hpp"
#include "emojiscope/app/progress.hpp"
#include "emojiscope/embedding/model_package.hpp"
#include "emojiscope/search/reembedder.hpp"
#include "emojiscope/store/store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace emojiscope::app {
namespace {

/// So many pictures, or a quarter of them, may be gone without that anything is amiss.
constexpr std::size_t most_copies_unasked = 10;

using search::ModelId;
using search::MoveFlaw;

/// Emoji named in the line about small copies; the rest are counted.
constexpr std::size_t most_named = 20;
/// Threads that fetch and decode: downloads wait for the network most of the time.
constexpr std::size_t fetching_threads = 4;

std::string named(const EmojiRecord& emoji) {
    return ":" + emoji.name + ":";
}

/// Tells the flaws; returns how many emoji were given up.
std::size_t report_flaws(const std::vector<MoveFlaw>& flaws) {
    std::size_t given_up = 0;
    std::size_t small = 0;
    std::string names;
    for (const MoveFlaw& flaw : flaws) {
        if (flaw.given_up) {
            ++given_up;
            report(named(flaw.emoji) + " cannot be embedded: " + flaw.why);
            continue;
        }
        if (++small <= most_named) {
            names += (names.empty() ? " " : ", ") + named(flaw.emoji) + " (" + flaw.why + ")";
        }
    }
    if (small > most_named) {
        names += " and " + std::to_string(small - most_named) + " more";
    }
    if (small > 0) {
        report(std::to_string(small) +
               " emoji could not be had as they were and were embedded from their small copies:" +
               names);
    }
    return given_up;
}

int abandon_move(search::ModelMove& move, const ModelId& present) {
    const auto progress = move.progress();
    if (!progress) {
        return report(progress.error().message);
    }
    if (!*progress) {
        std::puts("no move to another model is under way");
        return exit_done;
    }
    if (auto dropped = move.abandon(); !dropped) {
        return report(dropped.error().message);
    }
    std::printf(
        "the move to %s is abandoned (%zu of %zu emoji were done); the catalogue stays "
        "with %s\n",
        to_string((*progress)->to).c_str(), (*progress)->settled, (*progress)->emoji,
        to_string(present).c_str());
    return exit_done;
}

/// All of it: embeds what waits, exchanges the vectors, says how it went.
int move_all(Engine& engine, search::Reembedder& reembedder, const ModelId& from, const ModelId& to,
             bool small_copies) {
    search::ModelMove& move = engine.store().model_move();
    const auto start = std::chrono::steady_clock::now();
    if (auto begun = reembedder.begin(); !begun) {
        return report(begun.error().message);
    }
    const auto before = move.progress();
    if (!before) {
        return report(before.error().message);
    }
    const std::size_t total = *before ? (*before)->emoji : 0;
    const std::size_t known = *before ? (*before)->settled : 0;
    if (known > 0) {
        std::fprintf(stderr, "going on with the move to %s: %zu of %zu emoji are done\n",
                     to_string(to).c_str(), known, total);
    }
    {
        Progress progress("embedding with " + to_string(to), total);
        progress.advance(known);
        for (;;) {
            const auto some = reembedder.embed_some();
            if (!some) {
                return report(some.error().message +
                              ": what was done is kept, reembed goes on; with --small-copies it "
                              "takes what is out of reach from the catalogue's small copies");
            }
            if (*some == 0) {
                break;
            }
            progress.advance(*some);
        }
    }
    const auto flaws = move.flaws();
    if (!flaws) {
        return report(flaws.error().message);
    }
    const std::size_t given_up = report_flaws(*flaws);
    const std::size_t copies = flaws->size() - given_up;
    if (copies > std::max(most_copies_unasked, total / 4) && !small_copies) {
        return report(
            std::to_string(copies) + " of " + std::to_string(total) +
            " pictures are not where the catalogue says; put them back and begin anew "
            "(reembed --abandon), or go on with --small-copies: the catalogue stays with " +
            to_string(from));
    }
    if (auto finished = reembedder.finish(); !finished) {
        return report(finished.error().message + ": the catalogue stays with " + to_string(from));
    }
    if (auto tidied = move.tidy(); !tidied) {
        return report(tidied.error().message);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double rate = took.count() > 0 ? static_cast<double>(total - known) / took.count() : 0.0;
    std::printf(
        "%zu emoji moved from %s to %s in %.1f s (%.0f a second): %zu files embedded, %zu "
        "emoji from their small copies, %zu given up\n",
        total, to_string(from).c_str(), to_string(to).c_str(), took.count(), rate,
        reembedder.embedded(), flaws->size() - given_up, given_up);
    return given_up == 0 ? exit_done : exit_failed;
}

}  // namespace

int reembed_command(const Config& config, bool abandon, bool small_copies) {
    const auto engine = Engine::open(config, {true, false, "", true});
    if (!engine) {
        return report(engine.error().message);
    }
    const auto present = (*engine)->catalogue().model();
    if (!present) {
        return report(present.error().message);
    }
    if (!*present) {
        std::puts("the catalogue holds no vectors: there is nothing to move");
        return exit_done;
    }
    if (abandon) {
        return abandon_move((*engine)->store().model_move(), **present);
    }
    const auto& folder = config.next_model.empty() ? config.model : config.next_model;
    const auto package = embedding::read_model_package(folder);
    if (!package) {
        return report(package.error().message);
    }
    if (package->id == **present) {
        std::printf("the catalogue is of model %s already\n", to_string(**present).c_str());
        const auto other = (*engine)->store().model_move().progress();
        if (other && *other) {
            std::printf("a move to %s is under way: reembed --abandon drops it\n",
                        to_string((*other)->to).c_str());
        }
        return exit_done;
    }
    const auto embedder = load_model(config, folder);
    if (!embedder) {
        return report(embedder.error().message);
    }
    auto rules = workspace_downloads(config);
    if (!rules) {
        return report(rules.error().message);
    }
    using std::chrono::milliseconds;
    PictureFetcher fetcher({dialer_options(config),
                            std::move(*rules),
                            {milliseconds{300}, milliseconds{1'000}, milliseconds{3'000}}});
    search::Reembedder reembedder(
        (*engine)->catalogue(), (*engine)->store().model_move(), **embedder, (*engine)->reader(),
        [&fetcher](const EmojiRecord& emoji) { return fetcher.fetch(emoji); },
        {.files_at_once = 32,
         .threads = fetching_threads,
         .ahead = true,
         .copies_of_unreachable = small_copies});
    return move_all(**engine, reembedder, **present, package->id, small_copies);
}

}  // namespace emojiscope::app
