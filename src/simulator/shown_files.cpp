#include "shown_files.hpp"

#include "web_api_json.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace emojiscope::simulator {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> shown_types{"image/png", "image/jpeg", "image/gif"};

/// The id at the end of ".../files-pri/T1-F1/name.png"
std::string id_in(const std::string& url_private) {
    const std::string place = "/files-pri/";
    const auto at = url_private.find(place);
    const auto dash = at == std::string::npos ? at : url_private.find('-', at + place.size());
    if (dash == std::string::npos) {
        return {};
    }
    return url_private.substr(dash + 1, url_private.find('/', dash) - dash - 1);
}

bool can_be_shown(const json& slack_file, const WorkspaceState& state) {
    std::string id = string_of(slack_file, "id");
    if (id.empty()) {
        id = id_in(string_of(slack_file, "url"));
    }
    const FileEntry* const file = state.file(id);
    return file != nullptr && !file->hidden && (!file->by_bot || file->shared || file->kept) &&
           file->is_ready() && std::ranges::find(shown_types, file->mimetype) != shown_types.end();
}

}  // namespace

std::vector<std::string> check_files(const json& blocks, const WorkspaceState& state) {
    std::vector<std::string> faults;
    const auto check = [&](const json& image, const std::string& where) {
        const auto file = image.find("slack_file");
        if (file != image.end() && !can_be_shown(*file, state)) {
            faults.push_back("[ERROR] invalid slack file [json-pointer:" + where + "/slack_file]");
        }
    };
    for (std::size_t i = 0; blocks.is_array() && i < blocks.size(); ++i) {
        const json& block = blocks[i];
        const std::string where = "/blocks/" + std::to_string(i);
        check(block, where);
        if (const auto accessory = block.find("accessory"); accessory != block.end()) {
            check(*accessory, where + "/accessory");
        }
        const json& elements = block.value("elements", json::array());
        for (std::size_t j = 0; j < elements.size(); ++j) {
            check(elements[j], where + "/elements/" + std::to_string(j));
        }
    }
    return faults;
}

json refuse_files(const json& blocks, const WorkspaceState& state) {
    const auto faults = check_files(blocks, state);
    if (faults.empty()) {
        return nullptr;
    }
    json refused = error("invalid_blocks");
    refused["response_metadata"] = {{"messages", faults}};
    return refused;
}

}  // namespace emojiscope::simulator
