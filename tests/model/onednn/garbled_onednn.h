#pragma once

namespace slidetype::testing {

/// While it lives, every 8-bit integer that oneDNN packs in this process changes places with its neighbour: what oneDNN
/// 3.7 did to weights {outputs, inputs, kernel, kernel} whose inputs fill no block of its own format. oneDNN reports
/// success, as it did then.
class GarbledWeights {
  public:
    GarbledWeights();
    ~GarbledWeights();
    GarbledWeights(const GarbledWeights&) = delete;
    GarbledWeights& operator=(const GarbledWeights&) = delete;
};

/// While it lives, the last number of every product of matrices that oneDNN gives is too large by one.
class GarbledProducts {
  public:
    GarbledProducts();
    ~GarbledProducts();
    GarbledProducts(const GarbledProducts&) = delete;
    GarbledProducts& operator=(const GarbledProducts&) = delete;
};

}  // namespace slidetype::testing
