// What `import` is given: folders of images, single images, and YAML lists.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace emojiscope::app {

struct ImportList {
    std::vector<search::SourceEmoji> pictures;  ///< value: an absolute path or an https:// URL
    std::vector<AliasRecord> aliases;
    std::vector<std::string> problems;  ///< one line each: what was skipped, and why
};

/// A folder gives every image file in it (not in its sub-folders), its stem as the name; a .yaml or
/// .yml file gives its list of {name, updated, value}; another file is one image. Of two entries
/// with one name the first is kept and the other reported.
[[nodiscard]] ImportList read_import_paths(const std::vector<std::filesystem::path>& paths);

/// The list form: every name quoted, since YAML would read yes, on or 100 as something else.
[[nodiscard]] std::string to_yaml_list(const std::vector<EmojiRecord>& records,
                                       const std::vector<AliasRecord>& aliases);

}  // namespace emojiscope::app
