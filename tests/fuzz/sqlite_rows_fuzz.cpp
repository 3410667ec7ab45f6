// A database file that somebody else wrote: rows with values of any type and size in every column.
// Whatever is read back is an error of one line, or as it must be; and sketches and vectors, which
// are formats of our own within it.
//
// The first byte says what the rest is: rows (a table, then for each column a kind and a value), a
// sketch, or a vector.
#include "files_of_input.hpp"
#include "fuzzing.hpp"

#include "vector_blob.hpp"

#include "emojiscope/image/picture_reader.hpp"
#include "emojiscope/image/sketch.hpp"
#include "emojiscope/image/sketch_descriptors.hpp"
#include "emojiscope/store/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

namespace emojiscope::fuzz {
namespace {

struct Table {
    const char* insert;
    const char* empty;
    int columns;
};

/// Without their foreign keys, which the file's owner need not keep.
constexpr std::array<Table, 12> tables{{
    {"INSERT OR IGNORE INTO emoji (id, team_id, name, value, updated, file_hash, pixel_hash, width,"
     " height, frame_count, state, last_error, added_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
     "DELETE FROM emoji", 13},
    {"INSERT OR IGNORE INTO alias (team_id, alias, target) VALUES (?,?,?)", "DELETE FROM alias", 3},
    {"INSERT OR IGNORE INTO vector (emoji_id, row, embedding) VALUES (?,?,?)", "DELETE FROM vector",
     3},
    {"INSERT OR IGNORE INTO fingerprint (moment, emoji_id, sketch, descriptors) VALUES (?,?,?,?)",
     "DELETE FROM fingerprint", 4},
    {"INSERT OR IGNORE INTO work (id, queue, key, kind, payload, state, attempts, due, why,"
     " added_at, finished_at, lane) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
     "DELETE FROM work", 12},
    {"INSERT OR IGNORE INTO meta (key, value) VALUES (?,?)", "DELETE FROM meta", 2},
    {"INSERT OR IGNORE INTO picture_read (emoji_id, pixel_hash, reader) VALUES (?,?,?)",
     "DELETE FROM picture_read", 3},
    {"INSERT OR IGNORE INTO picture_text (emoji_id, place, text, confidence) VALUES (?,?,?,?)",
     "DELETE FROM picture_text", 4},
    {"INSERT OR IGNORE INTO user_settings (team_id, user_id, results, language, chosen_at)"
     " VALUES (?,?,?,?,?)",
     "DELETE FROM user_settings", 5},
    {"INSERT OR IGNORE INTO map_thumbnail (team_id, file_id, old_file_id, emoji, newest, look,"
     " drawn_at, tried_at, failures) VALUES (?,?,?,?,?,?,?,?,?)",
     "DELETE FROM map_thumbnail", 9},
    {"INSERT OR IGNORE INTO moved_picture (emoji_id, file_hash, kind, why) VALUES (?,?,?,?)",
     "DELETE FROM moved_picture", 4},
    {"INSERT OR IGNORE INTO next_vector (emoji_id, row, embedding) VALUES (?,?,?)",
     "DELETE FROM next_vector", 3},
}};

/// What has a meaning somewhere.
constexpr std::array<const char*, 14> words{"T1",
                                            "a",
                                            "b",
                                            "inbox",
                                            "alias:a",
                                            "events_api",
                                            "model.name",
                                            "model.version",
                                            "model.dimension",
                                            "next_model.name",
                                            "next_model.version",
                                            "next_model.dimension",
                                            "4",
                                            "hash"};

constexpr const char* team = "T1";

/// A store, and beside it a connection that writes what it likes.
class World {
public:
    World() : store_(opened(folder_, clock_)), raw_(make_raw()) {}

    store::Store& store() { return *store_; }

    void fill(Reader& input) {
        auto transaction = std::make_optional<SQLite::Transaction>(raw_);
        empty();
        for (int row = 0; row < 40 && !input.empty(); ++row) {
            const Table& table = tables[input.below(tables.size())];
            SQLite::Statement insert(raw_, table.insert);
            for (int column = 1; column <= table.columns; ++column) {
                bind(insert, column, input);
            }
            try {
                insert.exec();
            } catch (const SQLite::Exception&) {
                // No file can hold that: a text in the place of a row's number.
                if (sqlite3_get_autocommit(raw_.getHandle()) != 0) {
                    // No number is left after the largest: SQLite has undone the transaction.
                    transaction.emplace(raw_);
                    empty();
                }
            }
        }
        transaction->commit();
    }

private:
    void empty() {
        for (const Table& table : tables) {
            raw_.exec(table.empty);
        }
        raw_.exec("DELETE FROM sqlite_sequence");  // nothing lasts from one input to the next
    }

    static std::unique_ptr<store::Store> opened(const Folder& folder, const Clock& clock) {
        auto made = store::Store::open(folder.path(), {.write = true}, clock);
        require(made.has_value(), "a store can be made");
        return std::move(*made);
    }

    SQLite::Database make_raw() const {
        SQLite::Database database((folder_.path() / "catalogue.db").string(),
                                  SQLite::OPEN_READWRITE);
        // Nothing need last.
        database.exec(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
            "PRAGMA synchronous = OFF");
        return database;
    }

    static void bind(SQLite::Statement& insert, int column, Reader& input) {
        switch (input.below(8)) {
            case 0:
            case 1: return insert.bind(column, input.byte());
            case 2: return insert.bind(column, static_cast<std::int64_t>(input.number()));
            case 3: return insert.bind(column, std::bit_cast<double>(input.number()));
            case 4: return insert.bind(column, words[input.below(words.size())]);
            case 5: return insert.bind(column, std::string(input.piece()));
            case 6: {
                const auto bytes = input.piece();
                return insert.bind(column, bytes.data(), static_cast<int>(bytes.size()));
            }
            default: {  // four floats of unit length
                static constexpr std::array<float, 4> unit{0, 1, 0, 0};
                return insert.bind(column, unit.data(), sizeof(unit));
            }
        }
    }

    Folder folder_;
    ManualClock clock_;
    std::unique_ptr<store::Store> store_;
    SQLite::Database raw_;
};

template <class T>
bool holds(const Result<T>& result) {
    if (!result) {
        require_one_line(result.error().message);
    }
    return result.has_value();
}

void check_record(const EmojiRecord& record) {
    require(record.state == EmojiState::pending || record.state == EmojiState::ready ||
                record.state == EmojiState::failed,
            "a state that there is");
}

void check_vectors(std::span<const float> vector, int dimension) {
    require(static_cast<int>(vector.size()) == dimension, "a vector of the model's dimension");
    for (const float value : vector) {
        require(std::isfinite(value), "finite numbers");
    }
}

void check_emoji(search::Catalogue& catalogue, EmojiId id) {
    (void)holds(catalogue.find(id));
    if (const auto facts = catalogue.facts(id); holds(facts)) {
        require(
            facts->vectors.dimension > 0 &&
                facts->vectors.values.size() % static_cast<std::size_t>(facts->vectors.dimension) ==
                    0,
            "whole vectors");
    }
    if (const auto sketch = catalogue.sketch(id); holds(sketch)) {
        (void)holds(image::PictureReader().picture_of(*sketch));
    }
    (void)holds(catalogue.texts(id));
}

void check_catalogue(search::Catalogue& catalogue) {
    const auto records = catalogue.list("");
    if (holds(records)) {
        for (const EmojiRecord& record : *records) {
            check_record(record);
            check_emoji(catalogue, record.id);
            (void)holds(catalogue.find(record.team_id, record.name));
            (void)holds(catalogue.find_by_hash(team, record.file_hash, record.pixel_hash));
        }
    }
    (void)holds(catalogue.find(team, "a"));
    (void)holds(catalogue.aliases(team));
    (void)holds(catalogue.unread("", "reader", 10));
    const auto model = catalogue.model();
    const int dimension = holds(model) && *model ? (*model)->dimension : 0;
    (void)holds(catalogue.for_each_vector(
        "", [&](EmojiId, std::span<const float> vector) { check_vectors(vector, dimension); }));
    (void)holds(
        catalogue.for_each_fingerprint("", 0, [&](EmojiId, std::span<const float> descriptors) {
            check_vectors(descriptors, static_cast<int>(descriptors.size()));
        }));
    (void)holds(catalogue.for_each_text("", [](EmojiId, std::span<const search::ReadText> texts) {
        require(!texts.empty(), "words were found");
    }));
}

void check_queue(const WorkQueue& queue) {
    const auto items = queue.due(SystemTime::max(), 5);
    if (holds(items)) {
        require(items->size() <= 5, "no more than asked for");
        require(std::ranges::is_sorted(*items, {}, &WorkItem::due), "by due time");
    }
    (void)holds(queue.next_due());
    (void)holds(queue.counts());
}

void check_rest(store::Store& store) {
    if (const auto settings = store.settings().load(team, "a"); holds(settings)) {
        require(settings->results <= most_results_chosen, "as many results as can be chosen");
    }
    if (const auto thumbnail = store.thumbnails().load(team); holds(thumbnail)) {
        require(thumbnail->failures >= 0, "a number of failures");
    }
    if (const auto progress = store.model_move().progress(); holds(progress) && *progress) {
        require((*progress)->settled <= (*progress)->emoji, "no more are settled than there are");
    }
    (void)holds(store.model_move().waiting("", 10));
    (void)holds(store.model_move().flaws());
    (void)holds(store.model_move().for_each_vector("", [](EmojiId, std::span<const float> vector) {
        check_vectors(vector, static_cast<int>(vector.size()));
    }));
    (void)holds(store.verdicts().muted(1));
    (void)holds(store.get_meta("a"));
}

void check_sketch(std::string_view bytes) {
    const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    const auto sketch = image::decode_sketch(copy);
    if (!holds(sketch)) {
        return;
    }
    for (const auto& frame : sketch->frames) {
        require(frame.image.width <= image::sketch_side && frame.image.height <= image::sketch_side,
                "frames are small");
    }
    const auto encoded = image::encode_sketch(*sketch);
    require(encoded.has_value(), "a sketch can be written");
    const auto again = image::decode_sketch(*encoded);
    require(again.has_value() && image::encode_sketch(*again).value() == *encoded,
            "and read as it was");
    const auto shown = image::picture_of(*sketch);
    require(!shown.pixels.empty(), "it shows something");
    require(image::sketch_descriptors(*sketch).size() % image::descriptor_dimension == 0,
            "whole descriptors");
}

void check_vector(std::string_view bytes) {
    const auto floats = store::decode_floats(bytes);
    require(!floats || store::encode_vector(*floats) == bytes, "what is read is what was written");
    const auto vector = store::decode_vector(bytes, static_cast<int>(bytes.size() / 4));
    require(vector.has_value() == (floats && !floats->empty()), "of that many floats");
}

void run(Reader input) {
    static World world;
    switch (input.below(4)) {
        case 0: return check_sketch(input.rest());
        case 1: return check_vector(input.rest());
        default:
            world.fill(input);
            check_catalogue(world.store().catalogue());
            check_queue(world.store().inbox());
            check_queue(world.store().outbox());
            check_rest(world.store());
    }
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::run(emojiscope::fuzz::Reader(emojiscope::fuzz::text_of(data, size)));
    return 0;
}
