// What a cluster has in common, in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::map {

/// Something that may be said of an emoji.
struct Term {
    std::string key;    ///< equal for the same thing
    std::string shown;  ///< as a label has it
};

/// For each cluster up to three of its most typical terms, joined by " · ". Typical is what more of
/// its emoji have than of the rest: the log odds ratio with an informative Dirichlet prior, in
/// standard deviations (B. L. Monroe et al., "Fightin' Words", 2008). Empty where nothing is.
/// `terms`: those of each emoji, in any order; `cluster_of`: its cluster, below `clusters`.
[[nodiscard]] std::vector<std::string> cluster_labels(std::span<const std::vector<Term>> terms,
                                                      std::span<const std::uint32_t> cluster_of,
                                                      std::size_t clusters);

}  // namespace emojiscope::map
