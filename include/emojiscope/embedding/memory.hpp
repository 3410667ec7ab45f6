// How the process keeps memory for inference.
#pragma once

namespace emojiscope::embedding {

/// Lets the C library keep freed memory, and has a heap as large as a model needs in huge pages.
/// For the whole process; only the first call does anything, and it belongs before other threads
/// allocate. Without it everything works, slower.
void keep_memory_for_inference();

}  // namespace emojiscope::embedding
