#pragma once

namespace slidetype::testing {

/// While it lives, every 8-bit integer that oneDNN packs in this process changes places with its neighbour: the like
/// was seen in a trial with oneDNN 3.7. oneDNN reports success, as it did then.
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
