// libslidetype_keras.so
#include "model/keras/keras_module.h"
#include "model/keras/network_import.h"

namespace slidetype {

extern "C" __attribute__((visibility("default"))) const KerasModule* slidetype_keras_module_v1() {
    static const KerasModule module = {import_keras_network};
    return &module;
}

}  // namespace slidetype
