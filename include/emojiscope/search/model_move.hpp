// Port: the catalogue's way to another model. While the new vectors are made the old ones stay and
// are what searches see; then all are exchanged at once.
//
// What is embedded are files, not emoji: a name may come, go or change meanwhile, and two names of
// one file need one embedding. Every change is one transaction, so a stop at any moment loses what
// was under way only. Safe to call from any thread; calls block on the disk.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/embedder.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// How far a move is, over every workspace of the catalogue.
struct MoveProgress {
    ModelId to;
    std::size_t emoji = 0;     ///< ready ones
    std::size_t settled = 0;   ///< of these: the new model has seen their file, or gave it up
    std::size_t given_up = 0;  ///< of the settled ones

    [[nodiscard]] bool whole() const { return settled == emoji; }
};

/// A file that ready emoji show, and that is not settled yet.
struct WaitingFile {
    std::string file_hash;
    std::vector<EmojiRecord> emoji;  ///< which show it, oldest first, at least one; no aliases
};

/// What the new model makes of a file.
struct MovedFile {
    std::string file_hash;
    Embeddings vectors;        ///< one row or more; none: it is given up
    bool from_sketch = false;  ///< the file could not be had: made of the catalogue's small copy
    std::string why;           ///< one line, where it is given up or made of the small copy
};

/// A ready emoji that the move cannot do justice to.
struct MoveFlaw {
    EmojiRecord emoji;      ///< without aliases
    bool given_up = false;  ///< false: made of the catalogue's small copy
    std::string why;
};

class ModelMove {
public:
    virtual ~ModelMove() = default;

    /// Nothing if no move is under way.
    [[nodiscard]] virtual Result<std::optional<MoveProgress>> progress() const = 0;

    /// Begins a move of all workspaces, or goes on with one to the same model; what was begun for
    /// another model is dropped. Files that were given up, or made of their small copies, wait
    /// anew. Errors: conflict if the vectors are of `to` already, or if there are none to move;
    /// invalid_argument for a model without a name or dimension.
    [[nodiscard]] virtual Result<void> begin(const ModelId& to) = 0;

    /// Files that wait and whose hash comes after `after` (all, if empty), by hash, at most `most`.
    /// None if no move is under way.
    [[nodiscard]] virtual Result<std::vector<WaitingFile>> waiting(std::string_view after,
                                                                   std::size_t most) const = 0;

    /// Settles files, in place of what was known of them before. Errors: conflict if no move to
    /// `to` is under way, or on vectors of another dimension; invalid_argument on vectors that are
    /// not of unit length.
    [[nodiscard]] virtual Result<void> put(const ModelId& to, std::span<const MovedFile> files) = 0;

    /// Emoji that were given up or made of their small copies, by name.
    [[nodiscard]] virtual Result<std::vector<MoveFlaw>> flaws() const = 0;

    /// Calls `visit` once for every new vector row of ready pictures of the workspace (every
    /// workspace if `team_id` is empty), by id: what Catalogue::for_each_vector will tell once the
    /// move has ended.
    [[nodiscard]] virtual Result<void> for_each_vector(
        std::string_view team_id,
        const std::function<void(EmojiId, std::span<const float>)>& visit) const = 0;

    /// Puts the new vectors in the place of the old ones: from now on the catalogue is of `to`.
    /// Emoji that were given up become failed, as by Catalogue::fail. Errors: conflict if no move
    /// to `to` is under way, or if a ready emoji is not settled; then nothing changes.
    /// Quick even among many thousands.
    [[nodiscard]] virtual Result<void> finish(const ModelId& to) = 0;

    /// Drops, bit by bit, what an ended move left behind, which is in nobody's way. Nothing happens
    /// while a move is under way.
    [[nodiscard]] virtual Result<void> tidy() = 0;

    /// Drops the new vectors; the catalogue stays what it is. No error if no move is under way.
    [[nodiscard]] virtual Result<void> abandon() = 0;
};

}  // namespace emojiscope::search
