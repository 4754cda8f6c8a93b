#pragma once

#include "base/raster.h"
