// Fake of search::Catalogue that forgets everything when it goes. Safe from any thread.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/search/catalogue.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace emojiscope::fakes {

class MemoryModelMove;

class MemoryCatalogue final : public search::Catalogue {
public:
    /// `clock` must outlive the catalogue.
    explicit MemoryCatalogue(const Clock& clock) : clock_(clock) {}

    [[nodiscard]] Result<std::optional<search::ModelId>> model() const override;
    [[nodiscard]] Result<void> claim_model(const search::ModelId& model) override;
    [[nodiscard]] Result<std::vector<EmojiRecord>> list(std::string_view team_id) const override;
    [[nodiscard]] Result<EmojiRecord> find(std::string_view team_id,
                                           std::string_view name) const override;
    [[nodiscard]] Result<EmojiRecord> find(EmojiId id) const override;
    [[nodiscard]] Result<EmojiRecord> put(std::string_view team_id,
                                          const search::SourceEmoji& emoji) override;
    [[nodiscard]] Result<std::vector<EmojiRecord>> put_many(
        std::string_view team_id, std::span<const search::SourceEmoji> emoji) override;
    [[nodiscard]] Result<void> complete(EmojiId id, std::string_view value,
                                        const search::PictureFacts& facts) override;
    [[nodiscard]] Result<void> fail(EmojiId id, std::string_view value,
                                    std::string_view why) override;
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

    // memory_catalogue_texts.cpp
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

    // memory_catalogue_names.cpp
    [[nodiscard]] Result<void> put_alias(std::string_view team_id, std::string_view alias,
                                         std::string_view target) override;
    [[nodiscard]] Result<void> put_aliases(std::string_view team_id,
                                           std::span<const AliasRecord> aliases) override;
    [[nodiscard]] Result<std::vector<AliasRecord>> aliases(std::string_view team_id) const override;
    [[nodiscard]] Result<std::optional<EmojiId>> remove(std::string_view team_id,
                                                        std::string_view name) override;
    using search::Catalogue::rename;
    [[nodiscard]] Result<void> rename(std::string_view team_id, std::string_view from,
                                      std::string_view to, std::string_view value) override;

private:
    friend class MemoryModelMove;

    struct Stored {
        EmojiRecord record;          ///< without aliases
        search::PictureFacts facts;  ///< may be those of the picture before, while pending
        std::int64_t moment = 0;     ///< when its fingerprint was stored
        std::string read_pixels;     ///< of the picture in which words were looked for
        std::string reader;          ///< by this version
        std::vector<search::ReadText> texts;
    };
    using Name = std::pair<std::string, std::string>;  ///< workspace, name

    [[nodiscard]] static bool are_unit_rows(const search::Embeddings& vectors);
    /// Back to what is known of a picture before it was read.
    static void forget_picture(EmojiRecord& record);

    // All with the mutex held.
    [[nodiscard]] static bool is_read(const Stored& stored);
    [[nodiscard]] EmojiRecord& put_one(std::string_view team_id, const search::SourceEmoji& emoji);
    [[nodiscard]] bool has_vectors() const;
    [[nodiscard]] const Stored* by_name(const Name& name) const;
    [[nodiscard]] const Stored* resolve(Name name) const;
    [[nodiscard]] EmojiRecord with_aliases(const EmojiRecord& record) const;
    std::optional<EmojiId> remove_name(const Name& name);
    void retarget(const std::string& team_id, std::string_view from, std::string_view to);

    const Clock& clock_;
    mutable std::mutex mutex_;
    EmojiId last_id_ = 0;
    std::int64_t moment_ = 0;
    std::optional<search::ModelId> model_;
    std::map<EmojiId, Stored> emoji_;
    std::map<Name, std::string> aliases_;  ///< to the target
    MemoryModelMove* move_ = nullptr;      ///< of this catalogue, if there is one
};

}  // namespace emojiscope::fakes
