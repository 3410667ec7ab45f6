#include "emojiscope/core/yaml_limits.hpp"

#include "emojiscope/core/legible.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace emojiscope {
namespace {

/// Characters that may begin or end a token. yaml-cpp keeps all tokens of an outermost [list] until
/// it ends, before it tells of a single value: their number must be bounded without it. Names and
/// links hold some of these characters, too: an emoji of a list has about 17.
constexpr std::string_view indicators = "[]{},:?!&*|>%-\"'";
constexpr std::size_t indicators_for_each_value = 3;
/// So that a short text of little but punctuation is let through.
constexpr std::size_t indicators_for_nothing = 1000;

/// Thrown out of the parser, inside this file only.
struct Refused {
    ErrorCode code;
    std::string what;
};

/// Counts what the parser tells of, and builds nothing.
class Counter final : public YAML::EventHandler {
public:
    explicit Counter(const YamlLimits& limits) : limits_(limits) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override { leaf(anchor, 1); }
    void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t anchor,
                  const std::string& /*value*/) override {
        leaf(anchor, 1);
    }
    void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t anchor) override {
        const auto size = sizes_.find(anchor);
        if (size == sizes_.end()) {
            throw Refused{ErrorCode::invalid_argument, "an alias stands within what it names"};
        }
        leaf(YAML::NullAnchor, size->second);
    }
    void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                         YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) override {
        open(anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        YAML::anchor_t anchor = YAML::NullAnchor;
        std::size_t before = 0;  ///< values ahead of it
    };

    // Both terms are at most max_values, so the sum does not overflow.
    void add(std::size_t values) {
        values_ += values;
        if (values_ > limits_.max_values) {
            throw Refused{ErrorCode::too_large, "it has more than " +
                                                    std::to_string(limits_.max_values) +
                                                    " values, aliases written out"};
        }
    }

    void leaf(YAML::anchor_t anchor, std::size_t values) {
        add(values);
        if (anchor != YAML::NullAnchor) {
            sizes_[anchor] = values;
        }
    }

    void open(YAML::anchor_t anchor) {
        if (open_.size() == limits_.max_depth) {
            throw Refused{ErrorCode::too_large, "it is nested deeper than " +
                                                    std::to_string(limits_.max_depth) + " levels"};
        }
        open_.push_back({anchor, values_});
        add(1);
    }

    void close() {
        const Open closed = open_.back();
        open_.pop_back();
        if (closed.anchor != YAML::NullAnchor) {
            sizes_[closed.anchor] = values_ - closed.before;
        }
    }

    const YamlLimits& limits_;
    std::size_t values_ = 0;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, std::size_t> sizes_;  ///< of what is complete
};

}  // namespace

Result<void> check_yaml(std::string_view text, const YamlLimits& limits) {
    if (text.size() > limits.max_bytes) {
        return fail(ErrorCode::too_large,
                    "it has more than " + std::to_string(limits.max_bytes) + " bytes");
    }
    const auto found = static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return indicators.find(c) != std::string_view::npos; }));
    if (found > indicators_for_each_value * limits.max_values + indicators_for_nothing) {
        return fail(ErrorCode::too_large, "it has too much punctuation for at most " +
                                              std::to_string(limits.max_values) + " values");
    }
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        Counter counter(limits);
        parser.HandleNextDocument(counter);
        return {};
    } catch (const Refused& refused) {
        return fail(refused.code, refused.what);
    } catch (const YAML::Exception& malformed) {
        // It quotes the text, and says first where.
        return fail(ErrorCode::invalid_argument,
                    legible(malformed.what(), most_message_characters));
    }
}

}  // namespace emojiscope
