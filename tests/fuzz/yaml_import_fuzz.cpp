// Any bytes are a list to import: problems of one line each, and emoji with good and different
// names that lie somewhere; written as a list, these are read back as they were.
#include "files_of_input.hpp"
#include "fuzzing.hpp"

#include "emojiscope/app/import_source.hpp"

#include <set>

namespace emojiscope::fuzz {
namespace {

bool can_be_written(const search::SourceEmoji& emoji) {
    return is_valid_utf8(emoji.value) && is_valid_utf8(emoji.updated);
}

void check_names(const app::ImportList& list) {
    std::set<std::string> names;
    for (const auto& picture : list.pictures) {
        require(is_emoji_name(picture.name), "the name is one");
        require(names.insert(picture.name).second, "of one emoji");
        require(picture.value.size() < 5'000, "a link or a path that there can be");
        require(picture.value.starts_with("https://") || picture.value.starts_with("http://") ||
                    picture.value.starts_with('/'),
                "a link or an absolute path");
    }
    for (const auto& alias : list.aliases) {
        require(is_emoji_name(alias.alias), "an alias is a name");
        require(names.insert(alias.alias).second, "that nothing else has");
        require(!alias.target.empty(), "and leads somewhere");
    }
}

void check_written(const Folder& folder, const app::ImportList& list) {
    std::vector<EmojiRecord> records;
    for (const auto& picture : list.pictures) {
        if (can_be_written(picture)) {
            EmojiRecord record;
            record.name = picture.name;
            record.value = picture.value;
            record.updated = picture.updated;
            records.push_back(record);
        }
    }
    const auto file = folder.write("written.yaml", app::to_yaml_list(records, {}));
    const auto again = app::read_import_paths({file});
    require(again.problems.empty(), "a written list has no problems");
    require(again.pictures.size() == records.size(), "and all the emoji");
    for (std::size_t i = 0; i < records.size(); ++i) {
        require(again.pictures[i].name == records[i].name &&
                    again.pictures[i].value == records[i].value &&
                    again.pictures[i].updated == records[i].updated,
                "as they were");
    }
}

void run(std::string_view text) {
    static const Folder folder;
    const auto list = app::read_import_paths({folder.write("list.yaml", text)});
    for (const std::string& problem : list.problems) {
        require_one_line(problem);
        require(problem.find("list.yaml") != std::string::npos, "a problem names the file");
    }
    check_names(list);
    check_written(folder, list);
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::run(emojiscope::fuzz::text_of(data, size));
    return 0;
}
