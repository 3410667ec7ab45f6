// The adapter of search::Readings over MeCab with the IPADIC dictionary.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/language.hpp"

#include <memory>

namespace emojiscope::text {

/// Immutable; safe from any thread.
class JapaneseReader final : public search::Readings {
public:
    /// Error: not_found, with the Debian packages that are missing.
    [[nodiscard]] static Result<std::unique_ptr<JapaneseReader>> open();
    ~JapaneseReader() override;

    /// Kana as they are; kanji as the dictionary's likeliest divisions of the text read them; a
    /// text that is one entry of the dictionary by all of that entry's readings. Latin letters that
    /// are romaji become kana, other characters are left out.
    [[nodiscard]] std::vector<std::string> readings(std::string_view text,
                                                    std::size_t most) const override;

private:
    struct Parts;
    explicit JapaneseReader(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace emojiscope::text
