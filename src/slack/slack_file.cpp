// Apart from the calls of the Web API: events bring files, too.
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/web_api.hpp"

namespace emojiscope::slack {

using nlohmann::json;

SlackFile parse_file(const json& file) {
    SlackFile parsed;
    parsed.id = string_field(file, "id");
    parsed.name = string_field(file, "name");
    parsed.mimetype = string_field(file, "mimetype");
    parsed.bytes = unsigned_field(file, "size");
    parsed.url_private_download = string_field(file, "url_private_download");
    if (string_field(file, "file_access") == "check_file_info") {
        parsed.url_private_download.clear();
    }
    return parsed;
}

}  // namespace emojiscope::slack
