// Every tile is drawn on a canvas of 4096 × 4096 units, whatever its size in pixels. Colour is laid on in layers:
//   ground      eosin, light and dark after smooth noise
//   structures  rings of epithelium around empty lumina, whorls of keratin, fibres, a fold
//   nuclei      ellipses of hematoxylin with a grain
#include "model/backends/self_test_tiles.h"

#include <array>
#include <span>

#include "base/random.h"

namespace slidetype {
namespace {

constexpr std::int64_t kCanvas = 4096;

struct Colour {
    int red, green, blue;
};
constexpr Colour kGlass{243, 241, 244}, kEosinLight{233, 201, 224}, kEosinDark{204, 138, 182}, kKeratin{226, 96, 140},
    kEpithelium{196, 142, 196}, kNucleusLight{128, 92, 164}, kNucleusDark{74, 44, 112};

struct Point {
    std::int64_t x, y;
};

struct Ellipse {
    Point centre;
    std::int64_t rx, ry;
    /// Squared distance in units of the outline's, times 1024: below 1024 is inside.
    std::int64_t depth(Point p) const {
        const auto dx = (p.x - centre.x) * 32 / rx, dy = (p.y - centre.y) * 32 / ry;
        return dx * dx + dy * dy;
    }
};

/// A number of 0 … range - 1 that depends on the arguments alone.
std::int64_t draw(std::uint64_t seed, std::int64_t a, std::int64_t b, std::int64_t range) {
    const auto mixed =
        Random::mix(Random::mix(Random::mix(seed) ^ static_cast<std::uint64_t>(a)) ^ static_cast<std::uint64_t>(b));
    return static_cast<std::int64_t>((mixed >> 33) % static_cast<std::uint64_t>(range));
}

/// `share` of 256 parts of `b`, the rest `a`.
Colour blend(Colour a, Colour b, std::int64_t share) {
    const auto mix = [share](int from, int to) { return static_cast<int>((from * (256 - share) + to * share) / 256); };
    return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

/// Noise of 0 … 255, smooth over cells of `width` × `height` units.
std::int64_t noise(Point p, std::int64_t width, std::int64_t height, std::uint64_t seed) {
    const auto column = p.x / width, row = p.y / height;
    const auto fx = p.x % width, fy = p.y % height;
    const auto at = [&](std::int64_t dx, std::int64_t dy) { return draw(seed, column + dx, row + dy, 256); };
    const auto upper = at(0, 0) * (width - fx) + at(1, 0) * fx, lower = at(0, 1) * (width - fx) + at(1, 1) * fx;
    return (upper * (height - fy) + lower * fy) / (width * height);
}

Colour ground(Point p, std::uint64_t seed) {
    const auto share = (noise(p, 600, 600, seed) * 2 + noise(p, 96, 96, seed + 1)) / 3;
    return blend(kEosinLight, kEosinDark, share);
}

/// The nuclei lie on a jittered lattice of `pitch` units: only the cells around a point need to be looked at.
Colour with_nuclei(Point p, Colour under, std::int64_t pitch, std::int64_t size, std::int64_t percent,
                   std::uint64_t seed) {
    for (std::int64_t row = p.y / pitch - 1; row <= p.y / pitch + 1; ++row) {
        for (std::int64_t column = p.x / pitch - 1; column <= p.x / pitch + 1; ++column) {
            if (draw(seed, column, row, 100) >= percent) continue;
            const Ellipse nucleus{
                {column * pitch + draw(seed + 1, column, row, pitch), row * pitch + draw(seed + 2, column, row, pitch)},
                size * (70 + draw(seed + 3, column, row, 60)) / 100,
                size * (70 + draw(seed + 4, column, row, 60)) / 100};
            if (nucleus.depth(p) < 1024) return blend(kNucleusLight, kNucleusDark, noise(p, 40, 40, seed + 5));
        }
    }
    return under;
}

Colour glands(Point p) {
    constexpr std::array<Ellipse, 3> kGlands = {
        {{{1150, 1250}, 1000, 850}, {{3050, 2300}, 850, 1050}, {{1200, 3200}, 750, 650}}};
    for (const auto& gland : kGlands) {
        const auto depth = gland.depth(p) + noise(p, 300, 300, 11) - 128;
        if (depth < 380) return blend(kGlass, kEosinLight, noise(p, 200, 200, 12) / 8);
        if (depth < 1024) return with_nuclei(p, blend(kEpithelium, kEosinDark, noise(p, 90, 90, 13)), 210, 88, 85, 14);
    }
    return with_nuclei(p, ground(p, 15), 520, 70, 45, 16);
}

Colour sheet(Point p) {
    constexpr std::array<Ellipse, 2> kPearls = {{{{2700, 1350}, 620, 560}, {{1100, 3000}, 420, 480}}};
    for (const auto& pearl : kPearls) {
        const auto depth = pearl.depth(p) + noise(p, 260, 260, 21) / 2;
        if (depth < 1024) return blend(kKeratin, kEosinLight, (depth % 200) * 256 / 400);
    }
    return with_nuclei(p, blend(kEpithelium, kEosinDark, noise(p, 150, 150, 22)), 260, 120, 92, 23);
}

Colour stroma(Point p) {
    const Point slanted{p.x + p.y / 3, p.y};
    const auto fibre = noise(slanted, 1200, 70, 31);
    return with_nuclei(slanted, blend(blend(kGlass, kEosinLight, 128 + fibre / 2), kEosinDark, fibre), 640, 60, 50, 32);
}

Colour glass(Point p) {
    const auto distance = p.x + p.y / 2 - 2600 + noise(p, 500, 500, 41);
    if (distance > 0 && distance < 320) return with_nuclei(p, ground(p, 42), 300, 80, 60, 43);
    return blend(kGlass, kEosinLight, noise(p, 800, 800, 44) / 16);
}

}  // namespace

std::vector<std::uint8_t> self_test_tiles(int patch_px, std::size_t count) {
    constexpr std::array<Colour (*)(Point), kSelfTestTiles> kScenes = {glands, sheet, stroma, glass};
    const std::int64_t edge = patch_px;
    std::vector<std::uint8_t> tiles;
    tiles.reserve(count * static_cast<std::size_t>(edge * edge * 3));
    for (const auto scene : std::span(kScenes).first(count)) {
        for (std::int64_t y = 0; y < edge; ++y) {
            for (std::int64_t x = 0; x < edge; ++x) {
                const Point centre{(2 * x + 1) * kCanvas / (2 * edge), (2 * y + 1) * kCanvas / (2 * edge)};
                const auto colour = scene(centre);
                for (const int channel : {colour.red, colour.green, colour.blue}) {
                    tiles.push_back(static_cast<std::uint8_t>(channel));
                }
            }
        }
    }
    return tiles;
}

}  // namespace slidetype
