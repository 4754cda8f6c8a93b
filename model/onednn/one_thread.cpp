#include "model/onednn/one_thread.h"

// Two functions of libgomp, in place of omp.h, which clang-tidy does not find beside gcc's OpenMP.
extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int threads);
}

namespace slidetype {

OneThread::OneThread() : before_(omp_get_max_threads()) {
    omp_set_num_threads(1);
}

OneThread::~OneThread() {
    omp_set_num_threads(before_);
}

}  // namespace slidetype
