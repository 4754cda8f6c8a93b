#pragma once

#include <cstdint>

// What libtorch itself does with TorchScript files; in a module of its own, which tests open with dlopen.

/// Saves a module with the parameters `filters` (filters × 3 × 7 × 7) and `dense` (outputs × filters), drawn at random
/// but always the same, and the code in `source`.
extern "C" void slidetype_save_script(const char* file, const char* source, std::int64_t filters, std::int64_t outputs);

/// Runs a head on tiles × numbers features; `logits` and `attention` receive the first and second part of the tuple
/// that it gives, two numbers and one a tile.
extern "C" void slidetype_run_head(const char* file, const float* features, std::int64_t tiles, std::int64_t numbers,
                                   double* logits, double* attention);

/// Runs it on count × edge × edge × 3 bytes as (x / 255 - mean) / deviation; `features` receives `numbers` numbers.
extern "C" void slidetype_run_script(const char* file, const std::uint8_t* tiles, std::int64_t count, std::int64_t edge,
                                     const float* mean, const float* deviation, float* features, std::int64_t numbers);
