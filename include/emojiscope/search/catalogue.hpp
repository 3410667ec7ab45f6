// Port: the durable memory of a workspace's emoji, and the source of truth for vectors.
//
// Every change is one transaction: it happened wholly or not at all. Safe to call from any
// thread; calls block on the disk and must not be made from the network thread.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/fingerprint.hpp"
#include "emojiscope/search/text_reader.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// What was learnt from the picture of an emoji.
struct PictureFacts {
    std::string file_hash;   ///< SHA-256 of the file, hex
    std::string pixel_hash;  ///< SHA-256 of the normalised pixels of all frames, hex
    int width = 0;
    int height = 0;
    int frame_count = 0;
    Embeddings vectors;  ///< one row per representative frame, at least one
    Fingerprint fingerprint;
};

/// An emoji as a source (emoji.list, a folder, a YAML list) names it.
struct SourceEmoji {
    std::string name;
    std::string value;    ///< URL, path, or `alias:other`
    std::string updated;  ///< free form; may be empty
};

class Catalogue {
public:
    virtual ~Catalogue() = default;

    /// The model of the stored vectors, if there are any.
    [[nodiscard]] virtual Result<std::optional<ModelId>> model() const = 0;

    /// Claims an empty catalogue for `model`. Error: conflict if it holds another model's vectors.
    [[nodiscard]] virtual Result<void> claim_model(const ModelId& model) = 0;

    /// Records of a workspace (every workspace if `team_id` is empty), by name.
    [[nodiscard]] virtual Result<std::vector<EmojiRecord>> list(std::string_view team_id) const = 0;

    /// By its own name, or through an alias. Error: not_found.
    [[nodiscard]] virtual Result<EmojiRecord> find(std::string_view team_id,
                                                   std::string_view name) const = 0;
    [[nodiscard]] virtual Result<EmojiRecord> find(EmojiId id) const = 0;

    /// Names a picture; a new name becomes a pending record. If the name is known with another
    /// value, the record returns to pending (its facts stay until `complete` replaces them).
    /// A name that was an alias stops being one. Returns the record as it now is.
    [[nodiscard]] virtual Result<EmojiRecord> put(std::string_view team_id,
                                                  const SourceEmoji& emoji) = 0;

    /// `put` for all of them in one transaction; the records in order.
    [[nodiscard]] virtual Result<std::vector<EmojiRecord>> put_many(
        std::string_view team_id, std::span<const SourceEmoji> emoji) = 0;

    /// Stores what was learnt from the picture that lies at `value`; the record becomes ready.
    /// Errors: not_found if the record is gone or names another picture by now (then nothing
    /// changes); invalid_argument without a file hash, or on vectors that are not of unit length;
    /// conflict if they are not of the model's dimension.
    [[nodiscard]] virtual Result<void> complete(EmojiId id, std::string_view value,
                                                const PictureFacts& facts) = 0;

    /// Notes a failed try. A ready record stays ready, with what was learnt of it: its picture was
    /// only to be read again. Of one that is not ready the record becomes failed, and facts that an
    /// earlier picture left are dropped. Error: not_found.
    [[nodiscard]] virtual Result<void> fail(EmojiId id, std::string_view value,
                                            std::string_view why) = 0;

    /// Makes `alias` another name for `target` (custom or standard). A record of the same name
    /// goes.
    [[nodiscard]] virtual Result<void> put_alias(std::string_view team_id, std::string_view alias,
                                                 std::string_view target) = 0;
    /// `put_alias` for all of them in one transaction; the records' own team_id is ignored.
    [[nodiscard]] virtual Result<void> put_aliases(std::string_view team_id,
                                                   std::span<const AliasRecord> aliases) = 0;
    [[nodiscard]] virtual Result<std::vector<AliasRecord>> aliases(
        std::string_view team_id) const = 0;

    /// Removes a name, be it a picture (its aliases go with it) or an alias.
    /// Returns the id of the picture that went, if one did; an unknown name is no error.
    [[nodiscard]] virtual Result<std::optional<EmojiId>> remove(std::string_view team_id,
                                                                std::string_view name) = 0;

    /// Renames a picture (its aliases follow it) or an alias; keeps id, vectors and hashes.
    /// Whatever bore `to` before is removed. `value`: where the picture lies from now on; empty: as
    /// before. Error: not_found if `from` is unknown.
    [[nodiscard]] virtual Result<void> rename(std::string_view team_id, std::string_view from,
                                              std::string_view to, std::string_view value) = 0;
    [[nodiscard]] Result<void> rename(std::string_view team_id, std::string_view from,
                                      std::string_view to) {
        return rename(team_id, from, to, {});
    }

    /// Ready pictures with these hashes in the workspace, oldest first. An empty hash matches none.
    [[nodiscard]] virtual Result<std::vector<EmojiRecord>> find_by_hash(
        std::string_view team_id, std::string_view file_hash,
        std::string_view pixel_hash) const = 0;

    /// What was last learnt of an emoji, vectors included, for a file that was seen already. Of a
    /// pending one these are the facts of the picture that it showed before: compare file_hash.
    /// Error: not_found if nothing was learnt, or if the last try failed.
    [[nodiscard]] virtual Result<PictureFacts> facts(EmojiId id) const = 0;

    /// Calls `visit` once for every stored vector row of ready pictures of the workspace.
    [[nodiscard]] virtual Result<void> for_each_vector(
        std::string_view team_id,
        const std::function<void(EmojiId, std::span<const float>)>& visit) const = 0;

    /// Calls `visit` with the descriptors of each fingerprint of the workspace (every workspace if
    /// `team_id` is empty) that was stored after the moment `after`, in the order in which they
    /// were stored; those of emoji that went since are left out, damaged ones are told as empty.
    /// Returns the moment up to which
    /// the caller has seen them all; the first moment is 0.
    [[nodiscard]] virtual Result<std::int64_t> for_each_fingerprint(
        std::string_view team_id, std::int64_t after,
        const std::function<void(EmojiId, std::span<const float>)>& visit) const = 0;

    /// The sketch of a ready picture. Error: not_found.
    [[nodiscard]] virtual Result<std::vector<std::uint8_t>> sketch(EmojiId id) const = 0;

    /// Ready pictures with a sketch (of every workspace if `team_id` is empty) in which this
    /// version of the text reader has not looked for words yet, oldest first, at most `most`.
    [[nodiscard]] virtual Result<std::vector<EmojiRecord>> unread(std::string_view team_id,
                                                                  std::string_view reader,
                                                                  std::size_t most) const = 0;

    /// Stores what this version of the reader found in the picture with these pixels, be it
    /// nothing, in place of what was found before. Error: not_found if the record is gone or shows
    /// another picture by now.
    [[nodiscard]] virtual Result<void> put_texts(EmojiId id, std::string_view pixel_hash,
                                                 std::string_view reader,
                                                 std::span<const ReadText> texts) = 0;

    /// Calls `visit` once for every ready picture of the workspace in which words were found.
    /// What was read from a picture that an emoji showed before is left out.
    [[nodiscard]] virtual Result<void> for_each_text(
        std::string_view team_id,
        const std::function<void(EmojiId, std::span<const ReadText>)>& visit) const = 0;

    /// The same of one emoji; empty if there are none, or no such emoji.
    [[nodiscard]] virtual Result<std::vector<ReadText>> texts(EmojiId id) const = 0;
};

}  // namespace emojiscope::search
