// The use case 'show me all of them': every emoji of a workspace laid out by its looks, in clusters
// with names.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/map/tsne.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/clusterer.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/language.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::map {

enum class ClusterOn {
    embedding,  ///< how alike the pictures are
    map,        ///< how near they lie on the map
};

struct MapOptions {
    /// Its seed, `threads` and `stop` hold for all parts of the work, its `progress` is not called.
    /// With `threads` 1 nothing is done on any thread but the caller's, nor by OpenMP.
    TsneOptions layout;
    std::size_t clusters = 0;  ///< 0: as many as fit best
    ClusterOn cluster_on = ClusterOn::map;
    /// Called, by one thread at a time, with the part of the work, and steps done of those in all;
    /// may be empty.
    std::function<void(std::string_view part, std::size_t done, std::size_t all)> progress;
};

struct MappedEmoji {
    EmojiId id = 0;
    std::string name;
    std::vector<std::string> aliases;
    std::vector<std::string> words;  ///< read from its picture, likeliest first
    bool animated = false;
    std::array<float, 3> at{};  ///< the third is 0 on a map of two dimensions
    std::uint32_t cluster = 0;
    std::vector<std::uint32_t> nearest;  ///< most alike first; places in EmojiMap::emoji
};

struct MapCluster {
    std::string label;
    std::size_t size = 0;
    std::uint32_t middle = 0;  ///< the emoji nearest to its centre
};

struct EmojiMap {
    int dims = 2;
    std::vector<MappedEmoji> emoji;                      ///< by name
    std::vector<MapCluster> clusters;                    ///< largest first
    std::vector<std::vector<std::uint32_t>> duplicates;  ///< groups of the same picture
    double divergence = 0;                               ///< of the layout, see Layout
};

/// What a map is made from; all must outlive the call.
struct MapSources {
    const search::Catalogue& catalogue;
    search::DuplicateFinder& duplicates;
    search::Language language;
    const search::Clusterer& clusterer;
    std::function<Result<std::unique_ptr<search::VectorIndex>>(int dimension)> new_index;
};

/// Ready emoji of a workspace (of all of them if `team_id` is empty). Blocking, for as long as a
/// layout takes. Errors: cancelled, those of `tsne` and `find_clusters`, and of the sources.
[[nodiscard]] Result<EmojiMap> make_map(const MapSources& sources, std::string_view team_id,
                                        const MapOptions& options);

/// The small copy of an emoji's picture that the catalogue keeps; nothing if there is none.
[[nodiscard]] std::optional<RgbaImage> small_picture(const search::Catalogue& catalogue,
                                                     EmojiId id);

}  // namespace emojiscope::map
