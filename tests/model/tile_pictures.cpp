#include "tests/model/tile_pictures.h"

#include <cmath>

#include "base/atomic_file.h"
#include "base/random.h"

#ifdef SLIDETYPE_HAVE_OPENCV
#include <opencv2/imgcodecs.hpp>
#endif

namespace slidetype::testing {

RgbImage striped_picture(int edge_px, int label, unsigned seed) {
    Random random(seed);
    RgbImage picture(edge_px, edge_px);
    const double phase = random.uniform(0, 6.28);
    for (int y = 0; y < edge_px; ++y) {
        for (int x = 0; x < edge_px; ++x) {
            const double wave = std::sin(phase + (label == 0 ? y : x) * 0.35);
            for (int c = 0; c < 3; ++c) {
                picture.at(x, y)[c] = static_cast<std::uint8_t>(150 + 60 * wave + random.uniform(-25, 25));
            }
        }
    }
    return picture;
}

RgbImage flat_picture(int edge_px, unsigned seed) {
    Random random(seed, 7, 7);
    RgbImage picture(edge_px, edge_px);
    for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(150 + random.uniform(-25, 25));
    return picture;
}

void write_flat_pictures(const std::filesystem::path& folder, int edge_px, int count) {
#ifdef SLIDETYPE_HAVE_OPENCV
    std::filesystem::create_directories(folder);
    for (int i = 0; i < count; ++i) {
        auto picture = flat_picture(edge_px, static_cast<unsigned>(i));
        cv::imwrite((folder / ("flat" + std::to_string(i) + ".png")).string(),
                    cv::Mat(edge_px, edge_px, CV_8UC3, picture.pixels.data()));
    }
#else
    (void)folder, (void)edge_px, (void)count;
#endif
}

void write_striped_folders(const std::filesystem::path& folder, int edge_px, int per_class) {
#ifdef SLIDETYPE_HAVE_OPENCV
    for (int label = 0; label < 2; ++label) {
        const auto place = folder / (label == 0 ? "LUAD" : "LUSC");
        std::filesystem::create_directories(place);
        for (int i = 0; i < per_class; ++i) {
            auto picture = striped_picture(edge_px, label, static_cast<unsigned>(2 * i + label));
            const cv::Mat pixels(edge_px, edge_px, CV_8UC3, picture.pixels.data());
            cv::imwrite((place / ("tile" + std::to_string(i) + ".png")).string(), pixels);
        }
    }
#else
    (void)folder, (void)edge_px, (void)per_class;
#endif
}

ModelDirectory write_random_model(const std::filesystem::path& folder, const std::string& architecture, unsigned seed,
                                  double temperature) {
    const auto& network = find_architecture(architecture);
    Random random(seed);
    Weights weights;
    for (const auto& spec : tensors_of(network)) {
        HostTensor tensor{spec.shape, std::vector<float>(spec.elements())};
        const double fan_in =
            spec.shape.size() > 1 ? static_cast<double>(spec.elements()) / static_cast<double>(spec.shape[0]) : 4;
        const bool positive = spec.name.ends_with(".running_var") || spec.name.ends_with(".scale");
        for (auto& value : tensor.values) {
            value =
                static_cast<float>(positive ? random.uniform(0.5, 1.5) : random.uniform(-1, 1) * std::sqrt(6 / fan_in));
        }
        weights[spec.name] = std::move(tensor);
    }
    auto config = config_for(network, "random-" + architecture);
    config.slidetype->temperature = temperature;
    write_model_directory(folder, config, weights, StorageType::f32);
    return read_model_directory(folder);
}

std::vector<std::uint8_t> noise_tiles(std::size_t count, int edge_px, unsigned seed) {
    Random random(seed);
    std::vector<std::uint8_t> tiles(count * static_cast<std::size_t>(edge_px) * static_cast<std::size_t>(edge_px) * 3);
    for (auto& byte : tiles) byte = static_cast<std::uint8_t>(random.below(256));
    return tiles;
}

}  // namespace slidetype::testing
