// Uploads that a comparison with the whole list is to learn, since no event told of them (the bot was
// away until Slack gave their events up), or their pictures could not be had when one did. They wait
// in a queue of their own until a comparison has ended, in whatever run of the program, and are then
// looked at for duplicates as any upload is.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/work_queue.hpp"
#include "emojiscope/search/catalogue.hpp"

#include <span>

namespace emojiscope::bot {

/// To be called before the catalogue knows the uploads: a crash in between then loses none.
/// Blocking; safe from any thread. Errors: those of the queue.
[[nodiscard]] Result<void> note_unannounced(WorkQueue& queue,
                                            std::span<const search::SourceEmoji> uploads,
                                            SystemTime now);

/// Whether an item was left by an upload of this picture under this name.
[[nodiscard]] bool is_about(const WorkItem& item, const EmojiRecord& record);
/// The name that an item is about.
[[nodiscard]] std::string name_of(const WorkItem& item);

}  // namespace emojiscope::bot
