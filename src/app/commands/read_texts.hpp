// What import and sync end with.
#pragma once

#include "emojiscope/app/engine.hpp"
#include "emojiscope/core/error.hpp"

namespace emojiscope::app {

/// Looks on all cores for words in the pictures that no reader has looked at, and tells stderr.
/// What was read stays if this ends early.
[[nodiscard]] Result<void> read_texts(Engine& engine);

}  // namespace emojiscope::app
