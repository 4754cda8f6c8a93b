#pragma once

namespace slidetype::bench {

/// Does some million multiply-adds with the widest vectors that this x86-64 processor has (AVX-512, AVX2, or SSE)
/// and gives how many floating-point operations that were, two for each multiply-add.
double fma_burst();

}  // namespace slidetype::bench
