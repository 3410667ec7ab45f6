#include "report.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <sstream>

namespace emojiscope::app::doctor {
namespace {

constexpr std::size_t shortest_secret = 4;

struct Sign {
    const char* mark;
    const char* colour;
};

Sign sign_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::ok: return {"✓", "\x1b[32m"};
        case Outcome::warning: return {"!", "\x1b[33m"};
        case Outcome::failed: return {"✗", "\x1b[31m"};
        case Outcome::skipped: break;
    }
    return {"-", "\x1b[2m"};
}

void replace_all(std::string& text, const std::string& word) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
        text.replace(at, word.size(), "(hidden)");
    }
}

std::size_t count(const Checks& checks, Outcome outcome) {
    return static_cast<std::size_t>(std::ranges::count(checks, outcome, &Check::outcome));
}

std::string padded(std::string word, std::size_t width) {
    word.resize(std::max(width, word.size()), ' ');
    return word;
}

}  // namespace

void hide(Checks& checks, const std::vector<std::string>& secrets) {
    for (const std::string& secret : secrets) {
        if (secret.size() < shortest_secret) {
            continue;
        }
        for (Check& check : checks) {
            replace_all(check.finding, secret);
            replace_all(check.remedy, secret);
        }
    }
}

bool all_well(const Checks& checks) noexcept {
    return count(checks, Outcome::failed) == 0;
}

std::string for_people(const Checks& checks, bool colours) {
    std::size_t width = 0;
    for (const Check& check : checks) {
        width = std::max(width, check.name.size());
    }
    constexpr std::size_t outcome_width = 7;  // of "warning" and "skipped"
    const std::string indent(2 + outcome_width + 2 + width + 2, ' ');
    std::ostringstream out;
    for (const Check& check : checks) {
        const Sign sign = sign_of(check.outcome);
        out << (colours ? sign.colour : "") << sign.mark << ' '
            << padded(to_string(check.outcome), outcome_width) << (colours ? "\x1b[0m" : "") << "  "
            << padded(check.name, width) << "  " << one_line(check.finding) << '\n';
        if (!check.remedy.empty()) {
            out << indent << "→ " << one_line(check.remedy) << '\n';
        }
    }
    out << '\n'
        << count(checks, Outcome::ok) << " ok, " << count(checks, Outcome::warning)
        << " warning(s), " << count(checks, Outcome::failed) << " failed, "
        << count(checks, Outcome::skipped) << " skipped\n";
    return out.str();
}

nlohmann::json for_scripts(const Checks& checks) {
    nlohmann::json list = nlohmann::json::array();
    for (const Check& check : checks) {
        list.push_back({{"name", check.name},
                        {"outcome", to_string(check.outcome)},
                        {"finding", one_line(check.finding)},
                        {"remedy", one_line(check.remedy)}});
    }
    return {{"ok", all_well(checks)},
            {"warnings", count(checks, Outcome::warning)},
            {"failures", count(checks, Outcome::failed)},
            {"checks", std::move(list)}};
}

}  // namespace emojiscope::app::doctor
