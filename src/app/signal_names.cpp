#include "signal_names.hpp"

namespace emojiscope::app {

std::optional<search::SignalSet> parse_signals(const std::vector<std::string>& names) {
    if (names.empty()) {
        return search::SignalSet{};
    }
    search::SignalSet set{false, false, false, false};
    for (const std::string& name : names) {
        if (name == "name") {
            set.name = true;
        } else if (name == "text") {
            set.text = true;
        } else if (name == "concept") {
            set.meaning = true;
        } else if (name == "image") {
            set.image = true;
        } else {
            return std::nullopt;
        }
    }
    return set;
}

}  // namespace emojiscope::app
