#include "model/training/training_fingerprint.h"

#include <locale>
#include <sstream>
#include <string_view>
#include <type_traits>

#include "base/sha256.h"

namespace slidetype {
namespace {

/// Raise it when the same data and options no longer train the same, or what a checkpoint holds changes.
constexpr int kTrainingFormat = 3;  // 3: what each picture teaches, and the kernel

/// Values one after the other, none of which can be taken for a part of the next.
class Values {
  public:
    Values() {
        text_.imbue(std::locale::classic());
        text_.precision(17);
    }

    template <class Number>
    Values& operator<<(Number value) {
        static_assert(std::is_arithmetic_v<Number>);
        text_ << value << ' ';
        return *this;
    }
    /// Names may hold anything, so their length comes first.
    Values& operator<<(std::string_view name) {
        text_ << name.size() << ' ' << name << ' ';
        return *this;
    }

    std::string digest() const { return sha256_hex(text_.str()); }

  private:
    std::ostringstream text_;
};

void add_options(Values& values, const TrainOptions& options) {
    values << std::string_view(options.architecture) << to_string(input_of(options)) << symmetry_of(options)
           << options.epochs << options.batch << learning_rate(options) << options.weight_decay
           << options.label_smoothing << options.balance_classes << options.gate << options.averaging
           << options.patience << options.keep_last_epoch << options.seed << options.freeze_features
           << std::string_view(options.from ? options.from->sha256 : "");
}

void add_variation(Values& values, const Augmentation& how) {
    values << how.shear << how.zoom << how.flip << how.right_angles << how.rotation_degrees << how.stain
           << how.white_balance << how.brightness << how.blur_px << how.jpeg_quality << how.stain_vectors
           << how.sharpening << how.noise << how.levels << how.borders;
}

void add_members(Values& values, const std::vector<std::size_t>& members) {
    values << members.size();
    for (const auto member : members) values << member;
}

}  // namespace

std::string training_fingerprint(const Dataset& dataset, const Split& split, const TrainOptions& options, int kernel) {
    Values values;
    values << kTrainingFormat << kernel;
    add_options(values, options);
    add_variation(values, options.augmentation);
    values << dataset.tiles.size();
    for (const auto& tile : dataset.tiles) {
        const auto file = tile.file.string();
        values << std::string_view(file) << tile.label << tile.gate_only << std::string_view(tile.group);
    }
    add_members(values, split.train);
    add_members(values, split.validation);
    return values.digest();
}

}  // namespace slidetype
