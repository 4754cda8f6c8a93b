#include "model/feature_files/hdf5_feature_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/half.h"
#include "model/feature_files/feature_layout.h"
#include "model/feature_files/half_rows.h"
#include "model/feature_files/hdf5_bag.h"
#include "model/hdf5/hdf5_writer.h"

namespace slidetype {
namespace {

constexpr std::size_t kPlacesChunkRows = 4096;

const HeldLayout& held_layout(FeatureLayout layout) {
    const auto all = feature_layouts();
    return **std::ranges::find(all, std::optional(layout), [](const auto* each) { return each->written; });
}

class Hdf5FeatureWriter : public FeatureWriter {
  public:
    Hdf5FeatureWriter(const std::filesystem::path& file, const HeldLayout& layout, FeatureNumbers numbers,
                      std::size_t dimension, FeaturePlan plan)
        : subject_(file.string()),
          layout_(layout),
          numbers_(numbers),
          dimension_(dimension),
          plan_(std::move(plan)),
          place_(file) {
        const std::scoped_lock turn(hdf5_turn());
        file_.emplace(place_.temporary(), subject_);
        file_->add_table(layout_.features, plan_.features, dimension_, plan_.chunk_rows);
        file_->add_table(kPlacesDataset, plan_.places, 2, kPlacesChunkRows);
        for (const auto& [object, name, value] : plan_.attributes) file_->set_attribute(object, name, value);
    }

    ~Hdf5FeatureWriter() override {
        const std::scoped_lock turn(hdf5_turn());
        file_.reset();
    }
    Hdf5FeatureWriter(const Hdf5FeatureWriter&) = delete;
    Hdf5FeatureWriter& operator=(const Hdf5FeatureWriter&) = delete;

    void append(std::span<const float> features, std::span<const TilePlace> places) override {
        if (!file_ || features.size() != places.size() * dimension_) {
            throw Error(ErrorCode::internal, subject_, "rows of features were appended that cannot be");
        }
        const auto written = fit(features);
        const std::scoped_lock turn(hdf5_turn());
        if (plan_.features == kHdf5Half) {
            file_->append_halves(layout_.features, halves_);
        } else {
            file_->append(layout_.features, written);
        }
        append_places(places);
        tiles_ += places.size();
    }

    void finish() override {
        if (!file_) throw Error(ErrorCode::internal, subject_, "was to be finished twice");
        {
            const std::scoped_lock turn(hdf5_turn());
            file_->close();
            file_.reset();
        }
        place_.commit();
    }

  private:
    /// Checks the numbers and gives them as they are written: rounded to halves, which are kept as such, too, if asked.
    std::span<const float> fit(std::span<const float> features) {
        if (numbers_ == FeatureNumbers::single && plan_.features != kHdf5Half) {
            const auto odd = std::ranges::find_if(features, [](float v) { return !std::isfinite(v); });
            if (odd != features.end()) {
                refuse({static_cast<std::size_t>(odd - features.begin()), static_cast<double>(*odd)});
            }
            return features;
        }
        halves_.resize(features.size());
        if (const auto unfit = to_halves(features, halves_)) refuse(*unfit);
        if (plan_.features == kHdf5Half) return features;
        rounded_.resize(features.size());
        std::ranges::transform(halves_, rounded_.begin(), from_half);
        return rounded_;
    }

    [[noreturn]] void refuse(const UnfitNumber& unfit) const {
        throw Error(ErrorCode::bad_model, subject_,
                    "the encoder gives tile " + std::to_string(tiles_ + unfit.place / dimension_) +
                        " (the first is tile 0) " + unfit_text(unfit.value),
                    "The encoder is damaged, or does not suit these slides.");
    }

    void append_places(std::span<const TilePlace> places) {
        if (plan_.places.floating) {
            std::vector<float> numbers;
            numbers.reserve(places.size() * 2);
            for (const auto& [x, y] : places) {
                numbers.push_back(static_cast<float>(x * plan_.place_scale));
                numbers.push_back(static_cast<float>(y * plan_.place_scale));
            }
            file_->append(kPlacesDataset, numbers);
            return;
        }
        std::vector<std::int64_t> numbers;
        numbers.reserve(places.size() * 2);
        for (const auto& [x, y] : places) {
            numbers.push_back(std::llround(x));
            numbers.push_back(std::llround(y));
        }
        file_->append(kPlacesDataset, numbers);
    }

    std::string subject_;
    const HeldLayout& layout_;
    FeatureNumbers numbers_;
    std::size_t dimension_, tiles_ = 0;
    FeaturePlan plan_;
    AtomicFile place_;
    std::optional<Hdf5Writer> file_;
    std::vector<std::uint16_t> halves_;
    std::vector<float> rounded_;
};

}  // namespace

std::unique_ptr<FeatureWriter> open_hdf5_feature_writer(const std::filesystem::path& file, FeatureLayout layout,
                                                        FeatureNumbers numbers, std::size_t dimension,
                                                        const BagOrigin& origin) {
    if (dimension == 0) throw Error(ErrorCode::internal, file.string(), "features of no numbers were to be written");
    const auto& held = held_layout(layout);
    return std::make_unique<Hdf5FeatureWriter>(file, held, numbers, dimension, held.plan(numbers, dimension, origin));
}

}  // namespace slidetype
