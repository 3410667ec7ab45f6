#include "commands.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/import_source.hpp"

#include <iomanip>
#include <iostream>

namespace emojiscope::app {
namespace {

const char* state_name(EmojiState state) {
    switch (state) {
        case EmojiState::pending: return "pending";
        case EmojiState::ready: return "ready";
        case EmojiState::failed: return "failed";
    }
    return "";
}

void print_record(const EmojiRecord& record) {
    std::cout << ':' << record.name << ":  " << state_name(record.state);
    if (record.state == EmojiState::ready) {
        std::cout << "  " << record.width << 'x' << record.height;
        if (record.frame_count > 1) {
            std::cout << "  " << record.frame_count << " frames";
        }
    }
    if (!record.last_error.empty()) {
        std::cout << "  " << record.last_error;
    }
    std::cout << "  " << record.value << '\n';
}

}  // namespace

int list_command(const Config& config, bool yaml) {
    auto engine = Engine::open(config, {false, false, ""});
    if (!engine) {
        return report(engine.error().message);
    }
    auto records = (*engine)->catalogue().list("");
    if (!records) {
        return report(records.error().message);
    }
    auto aliases = (*engine)->catalogue().aliases("");
    if (!aliases) {
        return report(aliases.error().message);
    }
    if (yaml) {
        std::cout << to_yaml_list(*records, *aliases);
        return exit_done;
    }
    for (const EmojiRecord& record : *records) {
        print_record(record);
    }
    for (const AliasRecord& alias : *aliases) {
        std::cout << ':' << alias.alias << ":  alias of :" << alias.target << ":\n";
    }
    return exit_done;
}

}  // namespace emojiscope::app
