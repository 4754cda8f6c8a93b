#!/usr/bin/env python3
"""Feature files as other programs have them, written with h5py, numpy and torch from the description of the formats
(docs/feature-files.md), and a look at what slidetype wrote in these layouts.

usage: features_by_python.py write FOLDER     writes one file for each format
       features_by_python.py check FOLDER     looks at clam.h5, trident.h5, stamp.h5 and own.h5; fails where one is not so
Exit code 77: a module is missing.

Row r, number d is (r * width + d) % 2000 / 8 - 100, which halves hold exactly; tile r lies at (512 r, 100000 - r).
"""
import pathlib
import sys

try:
    import h5py
    import numpy
    import torch
except ImportError as error:
    print(error)
    sys.exit(77)

TILES, WIDTH = 300, 96


def numbers(kind=numpy.float32):
    return (numpy.arange(TILES * WIDTH) % 2000 / 8 - 100).reshape(TILES, WIDTH).astype(kind)


def places(kind=numpy.int64):
    rows = numpy.arange(TILES)
    return numpy.stack([512 * rows, 100000 - rows], axis=1).astype(kind)


def write_clam(file):
    """Grown batch by batch, as CLAM does, its last batch smaller than a chunk."""
    with h5py.File(file, "w") as h5:
        for name, data in (("features", numbers()), ("coords", places(numpy.int32))):
            for first in range(0, TILES, 32):
                batch = data[first:first + 32]
                if name not in h5:
                    made = h5.create_dataset(name, shape=batch.shape, maxshape=(None,) + batch.shape[1:],
                                             chunks=(32,) + batch.shape[1:], dtype=batch.dtype)
                    made[:] = batch
                else:
                    h5[name].resize(first + len(batch), axis=0)
                    h5[name][first:] = batch


def write_trident(file, **packing):
    with h5py.File(file, "w") as h5:
        features = h5.create_dataset("features", data=numbers(), maxshape=(None, WIDTH), **packing)
        features.attrs.update(name="slide-7", savetodir="/somewhere", encoder="uni_v1")
        coords = h5.create_dataset("coords", data=places(), maxshape=(None, 2))
        coords.attrs.update(patch_size=256, patch_size_level0=512, level0_magnification=40, target_magnification=20,
                            overlap=0, name="slide-7", savetodir="None", level0_width=90000, level0_height=110000)


def write_stamp(file):
    with h5py.File(file, "w") as h5:
        h5["coords"] = (places() * 0.25).astype(numpy.float32)
        h5["feats"] = numbers(numpy.float16)
        h5.attrs["stamp_version"] = "2.4.0"
        h5.attrs["extractor"] = "ctranspath"
        h5.attrs["unit"] = "um"
        h5.attrs["tile_size_um"] = 128.0
        h5.attrs["tile_size_px"] = 256
        h5.attrs["code_hash"] = "0123456789abcdef"
        h5.attrs["feat_type"] = "tile"


def write(folder):
    write_clam(folder / "clam.h5")
    write_trident(folder / "trident.h5")
    write_trident(folder / "trident-gzip.h5", compression="gzip", shuffle=True)
    write_trident(folder / "trident-lzf.h5", compression="lzf")
    write_stamp(folder / "stamp.h5")
    with h5py.File(folder / "embeds.h5", "w") as h5:
        h5["tile_embeds"] = numbers()[None]
        h5["coords"] = places()
    tensor = torch.from_numpy(numbers())
    torch.save(tensor, folder / "float32.pt")
    torch.save(tensor.half(), folder / "float16.pt")
    torch.save(tensor.double(), folder / "float64.pt")
    torch.save((tensor * 8).bfloat16(), folder / "bfloat16.pt")
    torch.save(tensor[None], folder / "axis.pt")
    torch.save(torch.cat([tensor, tensor], dim=1)[:, WIDTH:], folder / "slice.pt")
    torch.save(torch.nn.Parameter(tensor), folder / "parameter.pt")
    torch.save({"features": tensor, "coords": torch.from_numpy(places())}, folder / "dict.pt")
    torch.save(tensor, folder / "indexed.pt")
    numpy.savez(folder / "indexed.index.npz", places())
    torch.save(tensor.t().contiguous().t(), folder / "bad-transposed.pt")
    torch.save(tensor, folder / "bad-old.pt", _use_new_zipfile_serialization=False)
    torch.save(tensor[0], folder / "bad-axes.pt")
    torch.save(tensor.long(), folder / "bad-whole.pt")
    torch.save([tensor], folder / "bad-list.pt")
    torch.save({"weights": tensor}, folder / "bad-dict.pt")
    torch.save(numbers(), folder / "bad-numpy.pt")
    torch.save(pathlib.PurePosixPath("/tmp"), folder / "bad-code.pt")
    broken = tensor.clone()
    broken[17, 3] = float("nan")
    torch.save(broken, folder / "bad-nan.pt")
    torch.save(tensor[:0], folder / "bad-empty.pt")
    torch.save(tensor, folder / "bad-index.pt")
    numpy.savez(folder / "bad-index.index.npz", places()[1:])
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(folder / "bad-network.pt"))


def expect(found, wanted, what):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, expected {wanted!r}")


def expect_array(found, wanted, what):
    expect((found.dtype, found.shape), (wanted.dtype, wanted.shape), what)
    expect(bool((found[:] == wanted).all()), True, what + ": the numbers")


def check(folder):
    with h5py.File(folder / "clam.h5", "r") as h5:
        expect(sorted(h5), ["coords", "features"], "clam.h5")
        expect_array(h5["features"], numbers(), "clam.h5 features")
        expect_array(h5["coords"], places(numpy.int32), "clam.h5 coords")
        expect(h5["features"].chunks, (32, WIDTH), "clam.h5 chunks")
        expect([len(item.attrs) for item in (h5, h5["features"], h5["coords"])], [0, 0, 0], "clam.h5 attributes")
    with h5py.File(folder / "trident.h5", "r") as h5:
        expect_array(h5["features"], numbers(), "trident.h5 features")
        expect_array(h5["coords"], places(), "trident.h5 coords")
        expect(dict(h5["features"].attrs), {"name": "slide-1", "savetodir": "None", "encoder": "compact"},
               "trident.h5 attributes of features")
        expect(dict(h5["coords"].attrs),
               {"patch_size": 256, "patch_size_level0": 512, "level0_magnification": 40, "target_magnification": 20,
                "overlap": 0, "name": "slide-1", "savetodir": "None", "level0_width": "None", "level0_height": "None"},
               "trident.h5 attributes of coords")
    with h5py.File(folder / "stamp.h5", "r") as h5:
        expect_array(h5["feats"], numbers(numpy.float16), "stamp.h5 feats")
        expect_array(h5["coords"], (places() * 0.25).astype(numpy.float32), "stamp.h5 coords")
        expect(dict(h5.attrs),
               {"stamp_version": "2.1.0", "extractor": "compact", "unit": "um", "tile_size_um": 128.0,
                "tile_size_px": 256, "code_hash": "slidetype", "feat_type": "tile"}, "stamp.h5 attributes")
    with h5py.File(folder / "own.h5", "r") as h5:
        expect_array(h5["features"], numbers(numpy.float16), "own.h5 features")
        expect_array(h5["coords"], places(), "own.h5 coords")
        expect(h5.attrs["slidetype_features"], 1, "own.h5 version")
        expect(h5.attrs["slide"], "slide-1", "own.h5 slide")
        expect(h5.attrs["spacing_um_px"], 0.5, "own.h5 spacing")


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("write", "check"):
        sys.exit(__doc__)
    {"write": write, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))


main()
