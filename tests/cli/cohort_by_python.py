#!/usr/bin/env python3
"""Writes feature files of slidetype's own layout once more with h5py, as CLAM and as TRIDENT have them: another program's
files of the same tiles.

usage: cohort_by_python.py FOLDER CLAM_FOLDER TRIDENT_FOLDER
Exit code 77: h5py is missing.
"""
import pathlib
import sys

try:
    import h5py
    import numpy
except ImportError as error:
    print(error)
    sys.exit(77)


def write_clam(file, features, places):
    with h5py.File(file, "w") as h5:
        for name, data in (("features", features.astype(numpy.float32)), ("coords", places.astype(numpy.int32))):
            h5.create_dataset(name, data=data, maxshape=(None,) + data.shape[1:], chunks=(32,) + data.shape[1:])


def write_trident(file, features, places):
    with h5py.File(file, "w") as h5:
        made = h5.create_dataset("features", data=features.astype(numpy.float32), maxshape=(None, features.shape[1]))
        made.attrs.update(name=file.stem, savetodir="/somewhere", encoder="made")
        coords = h5.create_dataset("coords", data=places.astype(numpy.int64), maxshape=(None, 2))
        coords.attrs.update(patch_size=256, patch_size_level0=256, level0_magnification=20, target_magnification=20,
                            overlap=0, name=file.stem, savetodir="None", level0_width=90000, level0_height=110000)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    ours, clam, trident = map(pathlib.Path, sys.argv[1:])
    clam.mkdir(parents=True)
    trident.mkdir(parents=True)
    for file in sorted(ours.glob("*.h5")):
        with h5py.File(file, "r") as h5:
            features, places = h5["features"][:], h5["coords"][:]
        write_clam(clam / file.name, features, places)
        write_trident(trident / file.name, features, places)


main()
