#include "bench/scoring/random_model.h"

#include <cmath>

#include "base/random.h"

namespace slidetype::bench {

ModelDirectory random_model(const std::string& name) {
    const auto& architecture = find_architecture(name);
    ModelDirectory model;
    model.path = name + " (random weights)";
    model.config = config_for(architecture, name);
    Random random(1);
    for (const auto& spec : tensors_of(architecture)) {
        HostTensor tensor{spec.shape, std::vector<float>(spec.elements())};
        const double reach = std::sqrt(6 * static_cast<double>(spec.shape[0]) / static_cast<double>(spec.elements()));
        const bool positive = spec.name.ends_with(".running_var") || spec.name.ends_with(".scale");
        for (auto& value : tensor.values) {
            value = static_cast<float>(positive ? random.uniform(0.5, 1.5) : random.uniform(-reach, reach));
        }
        model.weights[spec.name] = std::move(tensor);
    }
    return model;
}

}  // namespace slidetype::bench
