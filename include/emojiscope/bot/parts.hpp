// What the bot works with. The composition root owns all of it; it outlives the bot.
#pragma once

#include "emojiscope/bot/emoji_files.hpp"
#include "emojiscope/bot/live_options.hpp"
#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/map_thumbnail.hpp"
#include "emojiscope/core/user_settings.hpp"
#include "emojiscope/core/work_queue.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/duplicate_verdicts.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/emoji_search.hpp"
#include "emojiscope/search/ingestor.hpp"
#include "emojiscope/search/live_move.hpp"
#include "emojiscope/search/picture_reader.hpp"
#include "emojiscope/search/text_reader.hpp"
#include "emojiscope/search/text_reading.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <set>
#include <string>

namespace emojiscope::bot {

class BotObserver;

struct Parts {
    search::Catalogue& catalogue;
    search::EmojiLibrary& library;
    search::EmojiSearch& search;
    search::Ingestor& ingestor;
    search::DuplicateFinder& duplicates;
    search::DuplicateVerdicts& verdicts;
    search::Embedder& embedder;
    const search::PictureReader& reader;
    const Clock& clock;
    search::TextReading* text_reading = nullptr;      ///< null: words in pictures are not read
    search::LiveMove* move = nullptr;                 ///< null: the catalogue stays with its model
    MapMaker* map = nullptr;                          ///< null: no maps are drawn
    const search::TextReader* text_reader = nullptr;  ///< null: no words for names of a picture
    const EmojiFiles* emoji_files = nullptr;          ///< null: no files are made for people to add
    SettingsBook* settings = nullptr;                 ///< null: nobody chooses anything
    ThumbnailBook* thumbnails = nullptr;              ///< null: Home shows no map
};

/// The queues, and what else must outlast a restart.
struct Memory {
    WorkQueue& inbox;
    WorkQueue& outbox;
    WorkQueue& alerts;       ///< duplicates found and not yet told
    WorkQueue& unannounced;  ///< uploads that no event told of, and that may be duplicates
    std::function<Result<bool>()> first_sync_done;
    std::function<Result<void>()> remember_first_sync;
};

/// What stays as it is while the bot runs; the rest is LiveOptions.
struct BotOptions {
    std::string team_id;
    std::string bot_user_id;
    std::chrono::milliseconds resync_delay{2'000};  ///< hints that come together make one sync
    std::size_t max_emoji_bytes = std::size_t{2} * 1024 * 1024;
    std::size_t max_file_bytes = std::size_t{8} * 1024 * 1024;  ///< a picture in a direct message
    /// Commands, buttons and messages taken in and not worked on yet: whoever comes with one more
    /// is told to try again.
    std::size_t most_awaited = 500;
    /// Of those in one conversation, or of one view: so that nobody takes the place of all.
    std::size_t most_in_lane = 50;
    /// Events that nobody waits for: beyond this the list of emoji tells what they would have told.
    std::size_t most_events = 2'000;
    std::size_t downloads_at_once = 8;
    std::size_t ingest_batch = 16;
    BotObserver* observer = nullptr;  ///< null: nobody looks; outlives the bot
};

}  // namespace emojiscope::bot
