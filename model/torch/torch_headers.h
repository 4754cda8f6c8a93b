#pragma once

// libtorch's headers cost about a minute a file, so they are compiled once, and without our warnings.
#pragma GCC system_header
#include <torch/script.h>
#include <torch/torch.h>
