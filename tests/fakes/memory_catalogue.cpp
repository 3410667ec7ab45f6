#include "fakes/memory_catalogue.hpp"

#include "emojiscope/core/text.hpp"
#include "fakes/memory_model_move.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::fakes {
namespace {

Error unknown(std::string_view what) {
    return emojiscope::fail(ErrorCode::not_found, "there is no emoji " + std::string(what));
}

bool shows(std::string_view team_id, const EmojiRecord& record) {
    return team_id.empty() || record.team_id == team_id;
}

}  // namespace

bool MemoryCatalogue::are_unit_rows(const search::Embeddings& vectors) {
    if (vectors.dimension < 1 || vectors.values.empty() ||
        vectors.values.size() % static_cast<std::size_t>(vectors.dimension) != 0) {
        return false;
    }
    for (std::size_t i = 0; i < vectors.count(); ++i) {
        double squares = 0;
        for (const float value : vectors.row(i)) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        if (!(std::abs(std::sqrt(squares) - 1.0) <= 1e-3)) {
            return false;
        }
    }
    return true;
}

void MemoryCatalogue::forget_picture(EmojiRecord& record) {
    record.file_hash.clear();
    record.pixel_hash.clear();
    record.last_error.clear();
    record.width = record.height = record.frame_count = 0;
    record.state = EmojiState::pending;
    record.fingerprinted = false;
}

bool MemoryCatalogue::has_vectors() const {
    return std::any_of(emoji_.begin(), emoji_.end(), [](const auto& entry) {
        return !entry.second.facts.vectors.values.empty();
    });
}

Result<std::optional<search::ModelId>> MemoryCatalogue::model() const {
    const std::lock_guard lock(mutex_);
    return has_vectors() ? model_ : std::optional<search::ModelId>{};
}

Result<void> MemoryCatalogue::claim_model(const search::ModelId& model) {
    const std::lock_guard lock(mutex_);
    if (model.name.empty() || model.dimension < 1) {
        return emojiscope::fail(ErrorCode::invalid_argument,
                                "a model needs a name and a dimension");
    }
    if (model_ && model_ != model && has_vectors()) {
        return emojiscope::fail(ErrorCode::conflict,
                                "the catalogue holds vectors of the model " + model_->name);
    }
    model_ = model;
    if (move_ != nullptr) {
        move_->claimed(model);  // there was nothing left to move
    }
    return {};
}

Result<std::vector<EmojiRecord>> MemoryCatalogue::list(std::string_view team_id) const {
    const std::lock_guard lock(mutex_);
    std::vector<EmojiRecord> records;
    for (const auto& [id, stored] : emoji_) {
        if (shows(team_id, stored.record)) {
            records.push_back(with_aliases(stored.record));
        }
    }
    std::sort(records.begin(), records.end(), [](const EmojiRecord& a, const EmojiRecord& b) {
        return std::tie(a.name, a.team_id) < std::tie(b.name, b.team_id);
    });
    return records;
}

Result<EmojiRecord> MemoryCatalogue::find(std::string_view team_id, std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const Stored* const stored = resolve({std::string(team_id), std::string(name)});
    if (stored == nullptr) {
        return unknown(name);
    }
    return with_aliases(stored->record);
}

Result<EmojiRecord> MemoryCatalogue::find(EmojiId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = emoji_.find(id);
    if (found == emoji_.end()) {
        return unknown(std::to_string(id));
    }
    return with_aliases(found->second.record);
}

EmojiRecord& MemoryCatalogue::put_one(std::string_view team_id, const search::SourceEmoji& emoji) {
    const Name name(team_id, emoji.name);
    aliases_.erase(name);
    for (auto& [id, stored] : emoji_) {
        EmojiRecord& record = stored.record;
        if (record.team_id == team_id && record.name == emoji.name) {
            record.updated = emoji.updated;
            if (record.value != emoji.value) {
                record.value = emoji.value;
                forget_picture(record);
            }
            return record;
        }
    }
    EmojiRecord& record = emoji_[++last_id_].record;
    record.id = last_id_;
    record.team_id = name.first;
    record.name = name.second;
    record.value = emoji.value;
    record.updated = emoji.updated;
    record.added_at = clock_.now();
    return record;
}

Result<EmojiRecord> MemoryCatalogue::put(std::string_view team_id,
                                         const search::SourceEmoji& emoji) {
    const std::lock_guard lock(mutex_);
    return with_aliases(put_one(team_id, emoji));
}

Result<std::vector<EmojiRecord>> MemoryCatalogue::put_many(
    std::string_view team_id, std::span<const search::SourceEmoji> emoji) {
    const std::lock_guard lock(mutex_);
    std::vector<EmojiId> ids;
    for (const search::SourceEmoji& one : emoji) {
        ids.push_back(put_one(team_id, one).id);
    }
    std::vector<EmojiRecord> records;
    for (const EmojiId id : ids) {
        records.push_back(with_aliases(emoji_.at(id).record));
    }
    return records;
}

Result<void> MemoryCatalogue::complete(EmojiId id, std::string_view value,
                                       const search::PictureFacts& facts) {
    const std::lock_guard lock(mutex_);
    if (facts.file_hash.empty() || !are_unit_rows(facts.vectors)) {
        return emojiscope::fail(ErrorCode::invalid_argument,
                                "a picture needs a file hash and vectors of unit length");
    }
    if (!model_ || model_->dimension != facts.vectors.dimension) {
        return emojiscope::fail(ErrorCode::conflict,
                                "the catalogue is not claimed by a model of this dimension");
    }
    const auto found = emoji_.find(id);
    if (found == emoji_.end() || found->second.record.value != value) {
        return unknown(std::to_string(id));
    }
    EmojiRecord& record = found->second.record;
    record.file_hash = facts.file_hash;
    record.pixel_hash = facts.pixel_hash;
    record.width = facts.width;
    record.height = facts.height;
    record.frame_count = facts.frame_count;
    record.state = EmojiState::ready;
    record.fingerprinted = !facts.fingerprint.sketch.empty();
    record.last_error.clear();
    found->second.facts = facts;
    found->second.moment = ++moment_;
    if (move_ != nullptr) {
        move_->learnt_again(facts.file_hash);
    }
    return {};
}

Result<void> MemoryCatalogue::fail(EmojiId id, std::string_view value, std::string_view why) {
    const std::lock_guard lock(mutex_);
    const auto found = emoji_.find(id);
    if (found == emoji_.end() || found->second.record.value != value) {
        return unknown(std::to_string(id));
    }
    EmojiRecord& record = found->second.record;
    if (record.state != EmojiState::ready) {
        forget_picture(record);
        record.state = EmojiState::failed;
        found->second.facts = {};
    }
    record.last_error = one_line(why);
    return {};
}

Result<std::vector<EmojiRecord>> MemoryCatalogue::find_by_hash(std::string_view team_id,
                                                               std::string_view file_hash,
                                                               std::string_view pixel_hash) const {
    const std::lock_guard lock(mutex_);
    std::vector<EmojiRecord> records;
    for (const auto& [id, stored] : emoji_) {
        const EmojiRecord& record = stored.record;
        const bool same = (!file_hash.empty() && record.file_hash == file_hash) ||
                          (!pixel_hash.empty() && record.pixel_hash == pixel_hash);
        if (same && record.state == EmojiState::ready && shows(team_id, record)) {
            records.push_back(with_aliases(record));
        }
    }
    return records;
}

Result<search::PictureFacts> MemoryCatalogue::facts(EmojiId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = emoji_.find(id);
    if (found == emoji_.end() || found->second.facts.vectors.values.empty()) {
        return unknown(std::to_string(id));
    }
    return found->second.facts;
}

Result<void> MemoryCatalogue::for_each_vector(
    std::string_view team_id,
    const std::function<void(EmojiId, std::span<const float>)>& visit) const {
    std::map<EmojiId, search::Embeddings> rows;
    {
        const std::lock_guard lock(mutex_);  // not while visiting: the visitor may ask back
        for (const auto& [id, stored] : emoji_) {
            if (stored.record.state == EmojiState::ready && shows(team_id, stored.record)) {
                rows.emplace(id, stored.facts.vectors);
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

Result<std::int64_t> MemoryCatalogue::for_each_fingerprint(
    std::string_view team_id, std::int64_t after,
    const std::function<void(EmojiId, std::span<const float>)>& visit) const {
    std::map<std::int64_t, std::pair<EmojiId, std::vector<float>>> rows;  // by moment
    {
        const std::lock_guard lock(mutex_);  // not while visiting: the visitor may ask back
        for (const auto& [id, stored] : emoji_) {
            if (stored.moment > after && stored.record.fingerprinted &&
                shows(team_id, stored.record)) {
                rows.emplace(stored.moment, std::pair(id, stored.facts.fingerprint.descriptors));
            }
        }
    }
    for (const auto& [moment, row] : rows) {
        visit(row.first, row.second);
        after = moment;
    }
    return after;
}

Result<std::vector<std::uint8_t>> MemoryCatalogue::sketch(EmojiId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = emoji_.find(id);
    if (found == emoji_.end() || !found->second.record.fingerprinted) {
        return unknown(std::to_string(id));
    }
    return found->second.facts.fingerprint.sketch;
}

}  // namespace emojiscope::fakes
