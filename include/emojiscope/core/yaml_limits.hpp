// What a YAML text from outside may cost, checked before anybody builds its tree.
//
// A few hundred bytes of YAML can mean billions of values (aliases of aliases), thousands of
// levels, or, as a list of nothing but commas, a hundred times their length in memory.
// Configurations, lists of emoji and model packages are small and shallow: whatever is not is
// refused.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <string_view>

namespace emojiscope {

/// An emoji of a list has seven values: itself, three keys and what they hold.
inline constexpr std::size_t yaml_values_of_an_emoji = 7;

struct YamlLimits {
    std::size_t max_bytes = std::size_t{1024} * 1024;
    /// Scalars, lists and maps of the text, each alias counted as if written out. A tree takes some
    /// 250 bytes for each of them.
    std::size_t max_values = 100'000;
    std::size_t max_depth = 32;  ///< lists and maps within one another
};

/// A list of 100,000 emoji, twice what the largest workspaces have.
inline constexpr YamlLimits yaml_list_limits{
    .max_bytes = std::size_t{32} * 1024 * 1024,
    .max_values = 100'000 * yaml_values_of_an_emoji + 1,
};

/// Whether the first document of `text` is YAML within the limits. Walks over it in time and memory
/// of the order of its length (200 bytes for each value) and keeps nothing. May be called from any
/// thread. Errors: too_large over a limit; invalid_argument if it is no YAML; one short line,
/// without the file's name.
[[nodiscard]] Result<void> check_yaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace emojiscope
