#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/bags/bag.h"
#include "model/network/model_directory.h"
#include "plugin/cohorts/cohort_bags.h"
#include "plugin/cohorts/tile_picks.h"

namespace slidetype {

/// A tile that was picked, with what is known of it.
struct AttendedTile {
    int label = 0;        ///< the diagnosis of its slide, or kBenignLabel
    float attention = 0;  ///< the place among all tiles by which it was picked, 0 … 100; see TileAttention
    float p_lusc = 0;     ///< of the tile alone, by the heads together
    TilePlace place;      ///< in what the features' origin says
};

/// A slide of a cohort with the tiles that were picked of it.
struct AttendedSlide {
    CohortSlide slide;
    std::vector<AttendedTile> tiles;
    BagOrigin origin;
};

struct AttendedTiles {
    std::vector<AttendedSlide> slides;    ///< those of which tiles were picked
    std::array<std::size_t, 3> picked{};  ///< tiles of each label
    std::array<std::size_t, 2> idle{};    ///< slides of each diagnosis of which no tile teaches it
    std::vector<std::string> problems;    ///< slides that cannot teach, each with the reason
    std::optional<double> tile_um;        ///< edge of the encoder's tiles, where files do not say it; absent: not known
};

/// Takes the slides out that are for the test, which never teach; says how many.
std::size_t leave_out_test_slides(Cohort& cohort);

/// Throws Error(usage) where a model is none of heads, or of heads that take every tile alike.
void require_attention(const ModelDirectory& model);

/// What the heads of a model pick of the slides of a cohort by their attention. The bound of the rule is divided among
/// the slides of a patient. The same for any number of threads. `done(n, of)`: slides, by one thread at a time; may
/// throw to stop. Throws as require_attention(), Error(bad_data) where features are of another size than the heads
/// take, and where no slide of a class gives a tile of it: only features are there and no pixels, files do not say
/// where tiles lie, or heads do not attend to them.
AttendedTiles pick_attended_tiles(const CohortBags& bags, const ModelDirectory& heads, const PickRule& rule,
                                  int threads, const std::function<void(std::size_t, std::size_t)>& done = {});

}  // namespace slidetype
