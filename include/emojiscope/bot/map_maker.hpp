// Port: the map of all emoji, as files that can be sent.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace emojiscope::bot {

struct MapFiles {
    std::size_t emoji = 0;
    std::vector<std::string> clusters;  ///< their names, largest first
    std::string picture;                ///< PNG
    std::string page;                   ///< HTML; empty: this program makes none
};

/// Blocking; safe from any thread.
class MapMaker {
public:
    virtual ~MapMaker() = default;

    /// The map of the emoji as they are now; the one that was made last, if nothing has changed
    /// since. Otherwise it takes seconds or minutes. Errors: cancelled, not_found (there are no
    /// emoji), and whatever kept it from being made.
    [[nodiscard]] virtual Result<std::shared_ptr<const MapFiles>> make(
        const std::stop_token& stop) = 0;

    /// The same map as a small picture without names (PNG), for a place where it is glanced at. If
    /// nothing has changed since a map was last laid out, that one is painted, in a moment. Errors:
    /// as `make`.
    [[nodiscard]] virtual Result<std::shared_ptr<const std::string>> make_thumbnail(
        const std::stop_token& stop) = 0;

    /// Whether `make` would return at once.
    [[nodiscard]] virtual bool is_ready() = 0;
};

}  // namespace emojiscope::bot
