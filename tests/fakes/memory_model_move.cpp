#include "fakes/memory_model_move.hpp"

#include "emojiscope/core/text.hpp"
#include "fakes/memory_catalogue.hpp"

#include <algorithm>
#include <tuple>

namespace emojiscope::fakes {

MemoryModelMove::MemoryModelMove(MemoryCatalogue& catalogue) : catalogue_(catalogue) {
    const std::lock_guard lock(catalogue_.mutex_);
    catalogue_.move_ = this;
}

MemoryModelMove::~MemoryModelMove() {
    const std::lock_guard lock(catalogue_.mutex_);
    catalogue_.move_ = nullptr;
}

void MemoryModelMove::learnt_again(const std::string& file_hash) {
    const auto found = files_.find(file_hash);
    if (found != files_.end() && !found->second.why.empty()) {
        files_.erase(found);
    }
}

void MemoryModelMove::claimed(const search::ModelId& model) {
    if (to_ == model) {
        drop();
    }
}

void MemoryModelMove::drop() {
    to_.reset();
    files_.clear();
}

search::MoveProgress MemoryModelMove::count() const {
    search::MoveProgress progress{*to_};
    for (const auto& [id, stored] : catalogue_.emoji_) {
        if (stored.record.state != EmojiState::ready) {
            continue;
        }
        ++progress.emoji;
        const auto file = files_.find(stored.record.file_hash);
        if (file != files_.end()) {
            ++progress.settled;
            progress.given_up += file->second.vectors.values.empty() ? 1 : 0;
        }
    }
    return progress;
}

Result<std::optional<search::MoveProgress>> MemoryModelMove::progress() const {
    const std::lock_guard lock(catalogue_.mutex_);
    return to_ ? std::optional(count()) : std::optional<search::MoveProgress>{};
}

Result<void> MemoryModelMove::begin(const search::ModelId& to) {
    const std::lock_guard lock(catalogue_.mutex_);
    if (to.name.empty() || to.dimension < 1) {
        return fail(ErrorCode::invalid_argument, "a model needs a name and a dimension");
    }
    if (!catalogue_.has_vectors()) {
        return fail(ErrorCode::conflict, "there are no vectors to move");
    }
    if (catalogue_.model_ == to) {
        return fail(ErrorCode::conflict, "the catalogue is of that model already");
    }
    if (to_ == to) {
        std::erase_if(files_, [](const auto& entry) { return !entry.second.why.empty(); });
        return {};
    }
    drop();
    to_ = to;
    return {};
}

Result<std::vector<search::WaitingFile>> MemoryModelMove::waiting(std::string_view after,
                                                                  std::size_t most) const {
    const std::lock_guard lock(catalogue_.mutex_);
    std::map<std::string, std::vector<EmojiRecord>> by_hash;
    for (const auto& [id, stored] : catalogue_.emoji_) {
        const EmojiRecord& record = stored.record;
        if (to_ && record.state == EmojiState::ready && record.file_hash > after &&
            !files_.contains(record.file_hash)) {
            by_hash[record.file_hash].push_back(record);
        }
    }
    std::vector<search::WaitingFile> found;
    for (auto& [hash, emoji] : by_hash) {
        if (found.size() < most) {
            found.push_back({hash, std::move(emoji)});
        }
    }
    return found;
}

Result<void> MemoryModelMove::put(const search::ModelId& to,
                                  std::span<const search::MovedFile> files) {
    const std::lock_guard lock(catalogue_.mutex_);
    for (const search::MovedFile& file : files) {
        if (file.file_hash.empty()) {
            return fail(ErrorCode::invalid_argument, "a file needs its hash");
        }
        if (file.vectors.values.empty()) {
            continue;
        }
        if (file.vectors.dimension != to.dimension) {
            return fail(ErrorCode::conflict, "vectors of another dimension");
        }
        if (!MemoryCatalogue::are_unit_rows(file.vectors)) {
            return fail(ErrorCode::invalid_argument, "vectors that are not of unit length");
        }
    }
    if (to_ != to) {
        return fail(ErrorCode::conflict, "no move to this model is under way");
    }
    for (const search::MovedFile& file : files) {
        files_[file.file_hash] = file;
        files_[file.file_hash].why = one_line(file.why);
    }
    return {};
}

Result<std::vector<search::MoveFlaw>> MemoryModelMove::flaws() const {
    const std::lock_guard lock(catalogue_.mutex_);
    std::vector<search::MoveFlaw> found;
    for (const auto& [id, stored] : catalogue_.emoji_) {
        const auto file = files_.find(stored.record.file_hash);
        if (stored.record.state == EmojiState::ready && file != files_.end() &&
            !file->second.why.empty()) {
            found.push_back({stored.record, file->second.vectors.values.empty(), file->second.why});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.emoji.name, a.emoji.team_id) < std::tie(b.emoji.name, b.emoji.team_id);
    });
    return found;
}

Result<void> MemoryModelMove::for_each_vector(
    std::string_view team_id,
    const std::function<void(EmojiId, std::span<const float>)>& visit) const {
    std::map<EmojiId, search::Embeddings> rows;
    {
        const std::lock_guard lock(catalogue_.mutex_);  // not while visiting
        for (const auto& [id, stored] : catalogue_.emoji_) {
            const auto file = files_.find(stored.record.file_hash);
            if (stored.record.state == EmojiState::ready && file != files_.end() &&
                (team_id.empty() || stored.record.team_id == team_id)) {
                rows.emplace(id, file->second.vectors);
            }
        }
    }
    for (const auto& [id, vectors] : rows) {
        for (std::size_t i = 0; i < vectors.count(); ++i) {
            visit(id, vectors.row(i));
        }
    }
    return {};
}

Result<void> MemoryModelMove::finish(const search::ModelId& to) {
    const std::lock_guard lock(catalogue_.mutex_);
    if (to_ != to) {
        return fail(ErrorCode::conflict, "no move to this model is under way");
    }
    if (!count().whole()) {
        return fail(ErrorCode::conflict, "not every emoji has vectors yet");
    }
    for (auto& [id, stored] : catalogue_.emoji_) {
        // Of a pending one the facts are of the picture that it showed before.
        const auto file = files_.find(stored.facts.file_hash);
        if (file != files_.end() && !file->second.vectors.values.empty()) {
            stored.facts.vectors = file->second.vectors;
            continue;
        }
        if (stored.record.state == EmojiState::ready) {
            MemoryCatalogue::forget_picture(stored.record);
            stored.record.state = EmojiState::failed;
            stored.record.last_error = file->second.why;
        }
        stored.facts = {};
    }
    catalogue_.model_ = to;
    drop();
    return {};
}

Result<void> MemoryModelMove::abandon() {
    const std::lock_guard lock(catalogue_.mutex_);
    drop();
    return {};
}

}  // namespace emojiscope::fakes
