#include "emojiscope/search/emoji_library.hpp"

#include <algorithm>
#include <array>
#include <mutex>

namespace emojiscope::search {

EmojiLibrary::EmojiLibrary(const Catalogue& catalogue, std::unique_ptr<VectorIndex> index,
                           std::string team_id, const Language& language)
    : catalogue_(catalogue),
      index_(std::move(index)),
      team_id_(std::move(team_id)),
      language_(language) {}

void EmojiLibrary::publish(const EmojiRecord& record, TextKeys texts) {
    auto entry = std::make_shared<LibraryEntry>();
    entry->id = record.id;
    entry->team_id = record.team_id;
    entry->name = record.name;
    entry->aliases = record.aliases;
    entry->value = record.value;
    entry->file_hash = record.file_hash;
    entry->pixel_hash = record.pixel_hash;
    entry->animated = record.frame_count > 1;
    entry->names.push_back(name_keys(record.name, language_));
    for (const std::string& alias : record.aliases) {
        entry->names.push_back(name_keys(alias, language_));
    }
    entry->texts = std::move(texts);
    entry->keys = summary_of(entry->names, entry->texts);
    entries_[record.id] = std::move(entry);
    snapshot_.reset();
}

Result<void> EmojiLibrary::load() {
    auto records = catalogue_.list(team_id_);
    if (!records) {
        return records.error();
    }
    std::vector<std::int64_t> ids;
    std::vector<float> values;
    auto visited =
        catalogue_.for_each_vector(team_id_, [&](EmojiId id, std::span<const float> vector) {
            ids.push_back(id);
            values.insert(values.end(), vector.begin(), vector.end());
        });
    if (!visited) {
        return visited.error();
    }
    std::map<EmojiId, TextKeys> texts;
    auto told =
        catalogue_.for_each_text(team_id_, [&](EmojiId id, std::span<const ReadText> found) {
            texts.emplace(id, text_keys(found, language_));
        });
    if (!told) {
        return told;
    }
    const std::unique_lock lock(mutex_);
    std::vector<std::int64_t> old;
    for (const auto& [id, entry] : entries_) {
        old.push_back(id);
    }
    entries_.clear();
    snapshot_.reset();
    if (auto removed = index_->remove(old); !removed) {
        return removed.error();
    }
    if (auto added = index_->add(ids, values); !added) {
        return added.error();
    }
    for (const EmojiRecord& record : *records) {
        if (record.state == EmojiState::ready) {
            publish(record, std::move(texts[record.id]));
        }
    }
    return {};
}

Result<void> EmojiLibrary::update(const EmojiRecord& record, std::span<const float> vectors) {
    if (record.state != EmojiState::ready) {
        return erase(record.id);
    }
    const auto texts = catalogue_.texts(record.id);
    if (!texts) {
        return texts.error();
    }
    auto keys = text_keys(*texts, language_);
    const std::unique_lock lock(mutex_);
    if (!vectors.empty()) {
        const std::array<std::int64_t, 1> id{record.id};
        if (auto removed = index_->remove(id); !removed) {
            return removed.error();
        }
        const std::size_t rows = vectors.size() / static_cast<std::size_t>(index_->dimension());
        const std::vector<std::int64_t> ids(rows, record.id);
        if (auto added = index_->add(ids, vectors); !added) {
            return added.error();
        }
    }
    publish(record, std::move(keys));
    return {};
}

Result<void> EmojiLibrary::erase(EmojiId id) {
    const std::unique_lock lock(mutex_);
    entries_.erase(id);
    snapshot_.reset();
    const std::array<std::int64_t, 1> ids{id};
    if (auto removed = index_->remove(ids); !removed) {
        return removed.error();
    }
    return {};
}

Result<void> EmojiLibrary::exchange(std::unique_ptr<VectorIndex> index,
                                    std::span<const EmojiId> ids,
                                    const std::function<Result<void>()>& change) {
    const auto nobody_searches = searching_.close();
    const std::unique_lock lock(mutex_);
    // Names may have gone since the index was filled.
    std::vector<EmojiId> gone;
    std::map<EmojiId, LibraryEntryPtr> kept;
    for (const EmojiId id : ids) {
        if (const auto entry = entries_.find(id); entry != entries_.end()) {
            kept.insert(*entry);
        } else {
            gone.push_back(id);
        }
    }
    if (auto removed = index->remove(gone); !removed) {
        return removed.error();
    }
    if (auto changed = change(); !changed) {
        return changed;
    }
    index_ = std::move(index);
    entries_ = std::move(kept);
    snapshot_.reset();
    return {};
}

std::size_t EmojiLibrary::vectors() const {
    const std::shared_lock lock(mutex_);
    return index_->size();
}

std::size_t EmojiLibrary::size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
}

LibraryEntryPtr EmojiLibrary::entry(EmojiId id) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second;
}

LibraryEntries EmojiLibrary::entries() const {
    const std::shared_lock lock(mutex_);  // excludes changes
    const std::lock_guard alone(snapshot_mutex_);
    if (!snapshot_) {
        auto all = std::make_shared<std::vector<LibraryEntryPtr>>();
        all->reserve(entries_.size());
        for (const auto& [id, entry] : entries_) {
            all->push_back(entry);
        }
        snapshot_ = std::move(all);
    }
    return snapshot_;
}

LibraryEntryPtr EmojiLibrary::find(std::string_view name) const {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, entry] : entries_) {
        if (entry->name == name ||
            std::find(entry->aliases.begin(), entry->aliases.end(), name) != entry->aliases.end()) {
            return entry;
        }
    }
    return nullptr;
}

Result<std::vector<Neighbour>> EmojiLibrary::cosines(std::span<const float> query) const {
    const std::shared_lock lock(mutex_);
    return index_->cosines(query);
}

Result<std::vector<Neighbour>> EmojiLibrary::neighbours(std::span<const float> query) const {
    const std::shared_lock lock(mutex_);
    return index_->search(query, entries_.size());
}

}  // namespace emojiscope::search
