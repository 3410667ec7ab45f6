#include "commands.hpp"
#include "map_service.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/progress.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/index/faiss_clusterer.hpp"
#include "emojiscope/map/emoji_map.hpp"
#include "emojiscope/map/page.hpp"
#include "emojiscope/text/concepts.hpp"

#include <csignal>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <system_error>

namespace emojiscope::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;  // the only thing that a signal handler may touch

/// Ctrl-C ends the layout between two steps while this lives; a second one ends the program.
class Interruptible {
public:
    Interruptible() { previous_ = std::signal(SIGINT, on_interrupt); }
    ~Interruptible() { std::signal(SIGINT, previous_); }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;

private:
    static void on_interrupt(int signal) {
        interrupted = 1;
        std::signal(signal, SIG_DFL);
    }
    void (*previous_)(int) = SIG_DFL;
};

Result<map::EmojiMap> lay_out(Engine& engine, const search::Concepts& concepts,
                              const MapArguments& arguments) {
    const index::FaissClusterer clusterer;
    std::optional<Progress> progress;
    std::size_t told = 0;
    std::stop_source stop;
    map::MapOptions options;
    options.layout.dims = arguments.dims;
    options.layout.perplexity = arguments.perplexity;
    options.layout.seed = arguments.seed;
    options.layout.stop = stop.get_token();
    options.layout.progress = [&](std::size_t done, std::size_t all) {
        if (!progress) {
            progress.emplace("laying out", all);
        }
        progress->advance(done - told);
        told = done;
        if (interrupted != 0) {
            stop.request_stop();
        }
    };
    options.clusters = arguments.clusters;
    options.cluster_on =
        arguments.cluster_on == "embedding" ? map::ClusterOn::embedding : map::ClusterOn::map;
    const Interruptible interruptible;
    return map::make_map(map_sources(engine, &concepts, clusterer), "", options);
}

/// Beside the target first, so that a page that was there before is never left half written.
Result<void> write_page(const std::filesystem::path& file, const std::string& page) {
    std::filesystem::path part = file;
    part += ".part";
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out.write(page.data(), static_cast<std::streamsize>(page.size()));
    out.close();
    std::error_code error;
    if (out) {
        std::filesystem::rename(part, file, error);
    }
    if (!out || error) {
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        return fail(ErrorCode::io, "cannot write " + file.string() +
                                       (error ? ": " + error.message() : std::string{}));
    }
    return {};
}

void print_summary(const map::EmojiMap& map, const std::filesystem::path& file, std::size_t bytes) {
    std::cout << map.emoji.size() << " emoji in " << map.clusters.size()
              << " clusters: " << one_line(file.string()) << " (" << std::fixed
              << std::setprecision(1) << static_cast<double>(bytes) / 1e6 << " MB)\n";
    for (const map::MapCluster& cluster : map.clusters) {
        std::cout << std::setw(7) << cluster.size << "  " << one_line(cluster.label) << '\n';
    }
}

}  // namespace

int map_command(const Config& config, const MapArguments& arguments) {
    if (!map::can_make_pages()) {  // before minutes of work
        return report(map::make_page({}, {}, {}).error().message);
    }
    auto engine = Engine::open(config, {false, false, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    auto concepts = text::ConceptDictionary::open(config.concepts);
    if (!concepts) {
        return report(concepts.error().message);
    }
    auto map = lay_out(**engine, **concepts, arguments);
    if (!map) {
        return report(map.error().message);
    }
    if (map->emoji.empty()) {
        return report("the catalogue in " + config.data.string() +
                      " has no emoji yet: import some, or run sync");
    }
    map::PageOptions options;
    options.labels = arguments.labels == "on";
    const search::Catalogue& catalogue = (*engine)->catalogue();
    auto page = map::make_page(*map, options, [&](std::size_t i) {
        return map::small_picture(catalogue, map->emoji[i].id);
    });
    if (!page) {
        return report(page.error().message);
    }
    if (auto written = write_page(arguments.out, *page); !written) {
        return report(written.error().message);
    }
    print_summary(*map, arguments.out, page->size());
    return exit_done;
}

}  // namespace emojiscope::app
