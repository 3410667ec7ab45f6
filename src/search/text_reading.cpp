#include "emojiscope/search/text_reading.hpp"

#include "on_all_cores.hpp"

#include <limits>
#include <utility>

namespace emojiscope::search {

TextReading::TextReading(Catalogue& catalogue, EmojiLibrary& library,
                         const PictureReader& pictures, const TextReader& reader,
                         std::string team_id)
    : catalogue_(catalogue),
      library_(library),
      pictures_(pictures),
      reader_(reader),
      team_id_(std::move(team_id)) {}

Result<std::size_t> TextReading::waiting() const {
    constexpr std::size_t all = std::numeric_limits<std::int32_t>::max();
    const auto records = catalogue_.unread(team_id_, reader_.version(), all);
    if (!records) {
        return records.error();
    }
    return records->size();
}

Result<void> TextReading::read(const EmojiRecord& record) {
    const auto gone = [](const Error& error) { return error.code == ErrorCode::not_found; };
    const auto sketch = catalogue_.sketch(record.id);
    if (!sketch) {
        return gone(sketch.error()) ? Result<void>{} : sketch.error();
    }
    std::vector<ReadText> texts;
    if (const auto picture = pictures_.picture_of(*sketch)) {
        if (auto found = reader_.read(*picture)) {
            texts = std::move(*found);
        }
    }
    if (auto stored = catalogue_.put_texts(record.id, record.pixel_hash, reader_.version(), texts);
        !stored) {
        return gone(stored.error()) ? Result<void>{} : stored;
    }
    if (texts.empty()) {
        return {};
    }
    const auto now = catalogue_.find(record.id);
    if (!now) {
        return gone(now.error()) ? Result<void>{} : now.error();
    }
    return library_.update(*now, {});
}

Result<std::size_t> TextReading::read_some(std::size_t most, std::size_t threads) {
    const auto records = catalogue_.unread(team_id_, reader_.version(), most);
    if (!records) {
        return records.error();
    }
    auto done = on_threads(threads, records->size(),
                           [&](std::size_t i) { return read((*records)[i]); });
    if (!done) {
        return done.error();
    }
    return records->size();
}

}  // namespace emojiscope::search
