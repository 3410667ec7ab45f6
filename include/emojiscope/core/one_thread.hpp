// Keeps libraries that use OpenMP from using it. Only for rooms that link OpenMP.
#pragma once

#include <omp.h>

namespace emojiscope {

/// Keeps OpenMP to the calling thread while it lives: waking the others, which then spin at the
/// barrier for milliseconds, costs more than a little work takes, and much more when the cores are
/// busy. Regions that ask for a number of threads are kept to one as well.
class OneThread {
public:
    OneThread() : threads_(omp_get_max_threads()), levels_(omp_get_max_active_levels()) {
        omp_set_num_threads(1);
        omp_set_max_active_levels(0);
    }
    ~OneThread() {
        omp_set_num_threads(threads_);
        omp_set_max_active_levels(levels_);
    }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    int threads_;
    int levels_;
};

}  // namespace emojiscope
