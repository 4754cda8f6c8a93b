// What the files of this room share of the HDF5 library. Not for others: its header would come with it.
#pragma once

#include <hdf5.h>

#include <utility>

#include "model/hdf5/hdf5_file.h"

namespace slidetype {

/// An object of the HDF5 library, closed by the function that belongs to its kind.
class Hdf5Handle {
  public:
    Hdf5Handle() = default;
    Hdf5Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    ~Hdf5Handle() {
        if (valid()) close_(id_);
    }
    Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    bool valid() const { return id_ >= 0; }
    hid_t get() const { return id_; }

    /// Closes it now and tells whether that went well: what was written may have been kept back until then.
    bool close() { return !valid() || close_(std::exchange(id_, -1)) >= 0; }

  private:
    hid_t id_ = -1;
    herr_t (*close_)(hid_t) = nullptr;
};

/// HDF5 prints a stack of messages on every failure; ours say what matters. As long as it lives, in its thread.
class Hdf5Silence {
  public:
    Hdf5Silence() {
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~Hdf5Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    Hdf5Silence(const Hdf5Silence&) = delete;
    Hdf5Silence& operator=(const Hdf5Silence&) = delete;

  private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

struct Hdf5File::Library {
    Hdf5Handle file;
    ~Library() {
        const Hdf5Silence silence;
        file.close();
    }
};

/// How files are opened and made on the disk. Locks of HDF5's own fail on many network drives and guard nothing here:
/// what is read is complete, and what is written has a name of its own.
Hdf5Handle hdf5_disk_access();

/// The library's type of a number as it lies in files of ours (bytes in the order of x86), and of a half in either
/// order.
Hdf5Handle hdf5_type(const Hdf5Number& number);
Hdf5Handle hdf5_half_type(bool big_endian);

}  // namespace slidetype
