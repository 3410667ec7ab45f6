#include "commands.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/json_output.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/image/decode.hpp"

#include <fstream>
#include <iostream>

namespace emojiscope::app {
namespace {

Result<std::vector<search::DuplicateMatch>> check_file(Engine& engine,
                                                       const std::filesystem::path& file) {
    auto bytes = image::read_file(file);
    if (!bytes) {
        return bytes.error();
    }
    auto picture = engine.reader().read(*bytes);
    if (!picture) {
        return fail(picture.error().code, file.string() + ": " + picture.error().message);
    }
    return engine.duplicates().check("", *picture);
}

const char* words_for(const search::DuplicateMatch& match) {
    switch (match.kind) {
        case search::DuplicateKind::identical: return "identical to";
        case search::DuplicateKind::same_image: return "the same image as";
        case search::DuplicateKind::near: break;
    }
    switch (match.likeness) {
        case search::Likeness::whole: return "near to";
        case search::Likeness::frame_of: return "like a frame of";
        case search::Likeness::has_frame: return "an animation with a frame like";
        case search::Likeness::other_speed: return "at another speed than";
    }
    return "";
}

void print_check(const std::string& file, const std::vector<search::DuplicateMatch>& matches) {
    std::cout << one_line(file) << ": ";
    if (matches.empty()) {
        std::cout << "new\n";
        return;
    }
    for (std::size_t i = 0; i < matches.size(); ++i) {
        std::cout << (i == 0 ? "" : ", ") << words_for(matches[i]) << " :"
                  << matches[i].original.name << ':';
    }
    std::cout << '\n';
}

}  // namespace

int check_command(const Config& config, const CheckArguments& arguments) {
    std::vector<std::filesystem::path> files = arguments.files;
    if (!arguments.list.empty()) {
        std::ifstream in(arguments.list);
        if (!in) {
            return report("cannot read " + arguments.list.string());
        }
        for (std::string line; std::getline(in, line);) {
            if (line.ends_with('\r')) {
                line.pop_back();
            }
            if (!line.empty()) {
                files.emplace_back(line);
            }
        }
    }
    auto engine = Engine::open(config, {false, false, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    int status = exit_done;
    for (const std::filesystem::path& file : files) {
        auto matches = check_file(**engine, file);
        if (!matches) {
            status = report(matches.error().message);
            continue;
        }
        if (arguments.json) {
            std::cout << to_line(check_json(file.string(), *matches)) << '\n';
        } else {
            print_check(file.string(), *matches);
        }
    }
    return status;
}

int dupes_command(const Config& config, bool json) {
    auto engine = Engine::open(config, {false, false, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    auto groups = (*engine)->duplicates().groups("");
    if (!groups) {
        return report(groups.error().message);
    }
    if (json) {
        std::cout << to_line(groups_json(*groups)) << '\n';
        return exit_done;
    }
    for (const search::DuplicateGroup& group : *groups) {
        std::cout << search::to_string(group.kind) << ':';
        for (const EmojiRecord& member : group.members) {
            std::cout << " :" << member.name << ':';
        }
        std::cout << '\n';
    }
    if (groups->empty()) {
        std::cout << "no duplicates\n";
    }
    return exit_done;
}

}  // namespace emojiscope::app
