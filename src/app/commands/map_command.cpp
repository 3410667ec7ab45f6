#include "commands.hpp"
#include "interruption.hpp"
#include "map_service.hpp"
#include "out_file.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/progress.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/index/faiss_clusterer.hpp"
#include "emojiscope/map/emoji_map.hpp"
#include "emojiscope/map/page.hpp"
#include "emojiscope/text/concepts.hpp"

#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace emojiscope::app {
namespace {

/// One bar after another, for each part of the work.
class Bars {
public:
    void operator()(std::string_view part, std::size_t done, std::size_t all) {
        if (!bar_ || part != part_) {
            bar_.emplace(std::string(part), all);
            part_ = part;
            told_ = 0;
        }
        bar_->advance(done - told_);
        told_ = done;
    }
    void end() { bar_.reset(); }

private:
    std::optional<Progress> bar_;
    std::string part_;
    std::size_t told_ = 0;
};

map::MapOptions map_options(const MapArguments& arguments, const std::stop_token& stop,
                            Bars& bars) {
    map::MapOptions options;
    options.layout.dims = arguments.dims;
    options.layout.perplexity = arguments.perplexity;
    options.layout.seed = arguments.seed;
    options.layout.stop = stop;
    options.clusters = arguments.clusters;
    options.cluster_on =
        arguments.cluster_on == "embedding" ? map::ClusterOn::embedding : map::ClusterOn::map;
    options.progress = [&bars](std::string_view part, std::size_t done, std::size_t all) {
        bars(part, done, all);
    };
    return options;
}

Result<std::string> page_of(const map::EmojiMap& map, const search::Catalogue& catalogue,
                            const MapArguments& arguments, const std::stop_token& stop,
                            Bars& bars) {
    map::PageOptions options;
    options.labels = arguments.labels == "on";
    options.stop = stop;
    options.progress = [&bars](std::size_t done, std::size_t all) {
        bars("taking pictures in", done, all);
    };
    return map::make_page(map, options, [&](std::size_t i) {
        return map::small_picture(catalogue, map.emoji[i].id);
    });
}

void print_summary(std::ostream& out, const map::EmojiMap& map, const std::filesystem::path& file,
                   std::size_t bytes) {
    out << map.emoji.size() << " emoji in " << map.clusters.size()
        << " clusters: " << one_line(file.string()) << " (" << std::fixed << std::setprecision(1)
        << static_cast<double>(bytes) / 1e6 << " MB)\n";
    for (const map::MapCluster& cluster : map.clusters) {
        out << std::setw(7) << cluster.size << "  " << one_line(cluster.label) << '\n';
    }
}

}  // namespace

int map_command(const Config& config, const MapArguments& arguments) {
    if (auto can = map::can_make_pages(); !can) {  // before minutes of work
        return report(can.error().message);
    }
    const Interruption interruption;
    auto file = OutFile::open(arguments.out);
    if (!file) {
        return report(file.error().message);
    }
    auto engine = Engine::open(config, {false, false, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    auto concepts = text::ConceptDictionary::open(config.concepts);
    if (!concepts) {
        return report(concepts.error().message);
    }
    const index::FaissClusterer clusterer;
    Bars bars;
    auto map = map::make_map(map_sources(**engine, concepts->get(), clusterer), "",
                             map_options(arguments, interruption.token(), bars));
    if (!map) {
        bars.end();
        return report(map.error().message);
    }
    if (map->emoji.empty()) {
        return report("the catalogue in " + config.data.string() +
                      " has no emoji yet: import some, or run sync");
    }
    auto page = page_of(*map, (*engine)->catalogue(), arguments, interruption.token(), bars);
    bars.end();
    if (!page) {
        return report(page.error().message);
    }
    if (auto written = file->write(*page); !written) {
        return report(written.error().message);
    }
    print_summary(file->is_standard_output() ? std::cerr : std::cout, *map, arguments.out,
                  page->size());
    return exit_done;
}

}  // namespace emojiscope::app
