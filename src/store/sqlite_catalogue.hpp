// The catalogue in SQLite. The contract is the port's; here is how it is kept.
//
// A name is either a row of `emoji` or a row of `alias`, never both. Aliases may point at aliases;
// they are followed `max_alias_hops` far, so that a ring of them ends as an unknown name.
#pragma once

#include "database.hpp"

#include "emojiscope/core/clock.hpp"
#include "emojiscope/search/catalogue.hpp"

namespace emojiscope::store {

inline constexpr int max_alias_hops = 8;

class SqliteCatalogue final : public search::Catalogue {
public:
    /// Both must outlive the catalogue.
    SqliteCatalogue(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    // catalogue_reads.cpp
    [[nodiscard]] Result<std::optional<search::ModelId>> model() const override;
    [[nodiscard]] Result<std::vector<EmojiRecord>> list(std::string_view team_id) const override;
    [[nodiscard]] Result<EmojiRecord> find(std::string_view team_id,
                                           std::string_view name) const override;
    [[nodiscard]] Result<EmojiRecord> find(EmojiId id) const override;
    [[nodiscard]] Result<std::vector<AliasRecord>> aliases(std::string_view team_id) const override;
    [[nodiscard]] Result<std::vector<EmojiRecord>> find_by_hash(
        std::string_view team_id, std::string_view file_hash,
        std::string_view pixel_hash) const override;
    [[nodiscard]] Result<search::PictureFacts> facts(EmojiId id) const override;
    [[nodiscard]] Result<void> for_each_vector(
        std::string_view team_id,
        const std::function<void(EmojiId, std::span<const float>)>& visit) const override;
    [[nodiscard]] Result<std::int64_t> for_each_fingerprint(
        std::string_view team_id, std::int64_t after,
        const std::function<void(EmojiId, std::span<const float>)>& visit) const override;
    [[nodiscard]] Result<std::vector<std::uint8_t>> sketch(EmojiId id) const override;

    // catalogue_texts.cpp
    [[nodiscard]] Result<std::vector<EmojiRecord>> unread(std::string_view team_id,
                                                          std::string_view reader,
                                                          std::size_t most) const override;
    [[nodiscard]] Result<void> put_texts(EmojiId id, std::string_view pixel_hash,
                                         std::string_view reader,
                                         std::span<const search::ReadText> texts) override;
    [[nodiscard]] Result<void> for_each_text(
        std::string_view team_id,
        const std::function<void(EmojiId, std::span<const search::ReadText>)>& visit)
        const override;
    [[nodiscard]] Result<std::vector<search::ReadText>> texts(EmojiId id) const override;

    // catalogue_changes.cpp
    [[nodiscard]] Result<void> claim_model(const search::ModelId& model) override;
    [[nodiscard]] Result<EmojiRecord> put(std::string_view team_id,
                                          const search::SourceEmoji& emoji) override;
    [[nodiscard]] Result<std::vector<EmojiRecord>> put_many(
        std::string_view team_id, std::span<const search::SourceEmoji> emoji) override;
    [[nodiscard]] Result<void> complete(EmojiId id, std::string_view value,
                                        const search::PictureFacts& facts) override;
    [[nodiscard]] Result<void> fail(EmojiId id, std::string_view value,
                                    std::string_view why) override;

    // catalogue_names.cpp
    [[nodiscard]] Result<void> put_alias(std::string_view team_id, std::string_view alias,
                                         std::string_view target) override;
    [[nodiscard]] Result<void> put_aliases(std::string_view team_id,
                                           std::span<const AliasRecord> aliases) override;
    [[nodiscard]] Result<std::optional<EmojiId>> remove(std::string_view team_id,
                                                        std::string_view name) override;
    using search::Catalogue::rename;
    [[nodiscard]] Result<void> rename(std::string_view team_id, std::string_view from,
                                      std::string_view to, std::string_view value) override;

private:
    Database& database_;
    const Clock& clock_;
};

}  // namespace emojiscope::store
