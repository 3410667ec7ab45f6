#include "emojiscope/map/emoji_map.hpp"

#include "emoji_terms.hpp"

#include "emojiscope/core/one_thread.hpp"
#include "emojiscope/image/sketch.hpp"
#include "emojiscope/map/cluster_labels.hpp"
#include "emojiscope/map/clusters.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace emojiscope::map {
namespace {

/// Of each emoji, for the list beside the map.
constexpr std::size_t neighbours_listed = 8;
/// Asked for their neighbours together: few enough that a stop is soon seen.
constexpr std::size_t emoji_at_once = 512;

Error stopped() {
    return fail(ErrorCode::cancelled, "the map was stopped");
}

struct Collection {
    std::vector<MappedEmoji> emoji;
    std::size_t dimension = 0;
    std::vector<float> vectors;  ///< one of unit length for each emoji
    std::map<EmojiId, std::uint32_t> places;
};

Collection collection_of(const std::vector<EmojiRecord>& records) {
    Collection all;
    for (const EmojiRecord& record : records) {
        if (record.state != EmojiState::ready) {
            continue;
        }
        MappedEmoji emoji;
        emoji.id = record.id;
        emoji.name = record.name;
        emoji.aliases = record.aliases;
        emoji.animated = record.frame_count > 1;
        all.places[record.id] = static_cast<std::uint32_t>(all.emoji.size());
        all.emoji.push_back(std::move(emoji));
    }
    return all;
}

/// Adds up the frames of each emoji; their mean stands for it.
Result<void> read_vectors(const search::Catalogue& catalogue, std::string_view team_id,
                          Collection& all) {
    std::vector<std::size_t> frames(all.emoji.size());
    auto read = catalogue.for_each_vector(team_id, [&](EmojiId id, std::span<const float> row) {
        const auto place = all.places.find(id);
        if (place == all.places.end()) {
            return;  // came after the list was read
        }
        if (all.dimension == 0) {
            all.dimension = row.size();
            all.vectors.resize(all.emoji.size() * row.size());
        }
        float* sum = all.vectors.data() + place->second * all.dimension;
        for (std::size_t d = 0; d < all.dimension; ++d) {
            sum[d] += row[d];
        }
        ++frames[place->second];
    });
    if (!read) {
        return read;
    }
    // Without a vector (gone since the list was read) or with a mean of nothing there is no place.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.emoji.size(); ++i) {
        const auto row = std::span(all.vectors).subspan(i * all.dimension, all.dimension);
        double squares = 0;
        for (const float value : row) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        const double length = std::sqrt(squares);
        if (frames[i] == 0 || length < 1e-6) {
            continue;
        }
        for (std::size_t d = 0; d < all.dimension; ++d) {
            all.vectors[kept * all.dimension + d] =
                static_cast<float>(static_cast<double>(row[d]) / length);
        }
        if (kept != i) {
            all.emoji[kept] = std::move(all.emoji[i]);
        }
        ++kept;
    }
    all.emoji.resize(kept);
    all.vectors.resize(kept * all.dimension);
    all.places.clear();
    for (std::size_t i = 0; i < kept; ++i) {
        all.places[all.emoji[i].id] = static_cast<std::uint32_t>(i);
    }
    return {};
}

Result<Collection> read_collection(const search::Catalogue& catalogue, std::string_view team_id) {
    auto records = catalogue.list(team_id);
    if (!records) {
        return records.error();
    }
    Collection all = collection_of(*records);
    if (auto read = read_vectors(catalogue, team_id, all); !read) {
        return read.error();
    }
    auto read =
        catalogue.for_each_text(team_id, [&](EmojiId id, std::span<const search::ReadText> texts) {
            const auto place = all.places.find(id);
            if (place != all.places.end()) {
                for (const search::ReadText& text : texts) {
                    all.emoji[place->second].words.push_back(text.text);
                }
            }
        });
    if (!read) {
        return read.error();
    }
    return all;
}

void place_emoji(const Layout& layout, std::vector<MappedEmoji>& emoji) {
    const auto dims = static_cast<std::size_t>(layout.dims);
    for (std::size_t i = 0; i < emoji.size(); ++i) {
        for (std::size_t d = 0; d < dims; ++d) {
            emoji[i].at[d] = layout.positions[i * dims + d];
        }
    }
}

/// What is told of one part of the work.
std::function<void(std::size_t, std::size_t)> teller(const MapOptions& options,
                                                     std::string_view part) {
    if (!options.progress) {
        return {};
    }
    return
        [&options, part](std::size_t done, std::size_t all) { options.progress(part, done, all); };
}

Result<void> list_neighbours(const search::VectorIndex& index, const MapOptions& options,
                             Collection& all) {
    const auto tell = teller(options, "finding neighbours");
    for (std::size_t first = 0; first < all.emoji.size(); first += emoji_at_once) {
        if (options.layout.stop.stop_requested()) {
            return stopped();
        }
        const std::size_t count = std::min(emoji_at_once, all.emoji.size() - first);
        auto found = index.search_many(
            std::span(all.vectors).subspan(first * all.dimension, count * all.dimension),
            neighbours_listed + 1);
        if (!found) {
            return found.error();
        }
        for (std::size_t i = 0; i < count; ++i) {
            std::vector<std::uint32_t>& nearest = all.emoji[first + i].nearest;
            for (const search::Neighbour& neighbour : (*found)[i]) {
                const auto place = static_cast<std::uint32_t>(neighbour.id);
                if (place != first + i && nearest.size() < neighbours_listed) {
                    nearest.push_back(place);
                }
            }
        }
        if (tell) {
            tell(first + count, all.emoji.size());
        }
    }
    return {};
}

Result<std::vector<std::vector<std::uint32_t>>> list_duplicates(search::DuplicateFinder& finder,
                                                                std::string_view team_id,
                                                                const MapOptions& options,
                                                                const Collection& all) {
    auto groups = finder.groups(team_id, {options.layout.threads, options.layout.stop,
                                          teller(options, "finding duplicates")});
    if (!groups) {
        return groups.error();
    }
    std::vector<std::vector<std::uint32_t>> out;
    for (const search::DuplicateGroup& group : *groups) {
        std::vector<std::uint32_t> members;
        for (const EmojiRecord& record : group.members) {
            if (const auto place = all.places.find(record.id); place != all.places.end()) {
                members.push_back(place->second);
            }
        }
        if (members.size() > 1) {
            out.push_back(std::move(members));
        }
    }
    return out;
}

std::vector<MapCluster> name_clusters(const Clusters& clusters, const search::Language& language,
                                      std::vector<MappedEmoji>& emoji) {
    TermMaker maker(language);
    std::vector<std::vector<Term>> terms;
    for (std::size_t i = 0; i < emoji.size(); ++i) {
        emoji[i].cluster = clusters.cluster_of[i];
        terms.push_back(maker.terms_of(emoji[i]));
    }
    const auto labels = cluster_labels(terms, clusters.cluster_of, clusters.sizes.size());
    std::vector<MapCluster> named;
    for (std::size_t c = 0; c < labels.size(); ++c) {
        const std::uint32_t middle = clusters.middles[c];
        const bool shared = std::count(labels.begin(), labels.end(), labels[c]) > 1;
        // Without a label, or with one that another cluster bears as well, an example tells more.
        const std::string example = labels[c].empty() ? "like " + emoji[middle].name
                                    : shared          ? labels[c] + " · like " + emoji[middle].name
                                                      : labels[c];
        named.push_back({example, clusters.sizes[c], middle});
    }
    return named;
}

}  // namespace

Result<EmojiMap> make_map(const MapSources& sources, std::string_view team_id,
                          const MapOptions& options) {
    std::optional<OneThread> alone;
    if (options.layout.threads == 1) {
        alone.emplace();  // index and clusterer use OpenMP
    }
    auto all = read_collection(sources.catalogue, team_id);
    if (!all) {
        return all.error();
    }
    EmojiMap map;
    map.dims = options.layout.dims;
    if (all->emoji.empty()) {
        return map;
    }
    auto index = sources.new_index(static_cast<int>(all->dimension));
    if (!index) {
        return index.error();
    }
    TsneOptions laying_out = options.layout;
    laying_out.progress = teller(options, "laying out");
    auto layout = tsne({all->dimension, all->vectors}, **index, laying_out);
    if (!layout) {
        return layout.error();
    }
    if (auto listed = list_neighbours(**index, options, *all); !listed) {
        return listed.error();
    }
    const bool by_looks = options.cluster_on == ClusterOn::embedding;
    auto clusters = find_clusters(
        by_looks ? all->vectors : layout->positions,
        by_looks ? all->dimension : static_cast<std::size_t>(layout->dims), options.clusters,
        sources.clusterer,
        {options.layout.seed, options.layout.stop, teller(options, "choosing clusters")});
    if (!clusters) {
        return clusters.error();
    }
    auto duplicates = list_duplicates(sources.duplicates, team_id, options, *all);
    if (!duplicates) {
        return duplicates.error();
    }
    place_emoji(*layout, all->emoji);
    map.divergence = layout->divergence;
    map.duplicates = std::move(*duplicates);
    map.clusters = name_clusters(*clusters, sources.language, all->emoji);
    map.emoji = std::move(all->emoji);
    return options.layout.stop.stop_requested() ? Result<EmojiMap>(stopped())
                                                : Result<EmojiMap>(std::move(map));
}

std::optional<RgbaImage> small_picture(const search::Catalogue& catalogue, EmojiId id) {
    const auto bytes = catalogue.sketch(id);
    if (!bytes) {
        return std::nullopt;
    }
    const auto sketch = image::decode_sketch(*bytes);
    if (!sketch) {
        return std::nullopt;
    }
    return image::picture_of(*sketch);
}

}  // namespace emojiscope::map
