// How the process keeps memory for inference.
#pragma once

namespace emojiscope::embedding {

/// Lets the C library keep freed memory, and has a heap as large as a model needs in huge pages.
/// Once, early, on the main thread; for the whole process. Without it everything works, slower.
void keep_memory_for_inference();

}  // namespace emojiscope::embedding
