#!/usr/bin/env python3
"""analyse.py SLIDE [LIBRARY]: scores one slide through ctypes and prints the call and the tiles by status.

Nothing but Python's standard library is needed; LIBRARY is libslidetype.so.1 unless it is named.
"""
import ctypes
import math
import sys
from collections import Counter
from ctypes import POINTER, byref, c_char_p, c_double, c_float, c_int, c_int32, c_int64, c_size_t, c_uint64, c_void_p

PROGRESS = ctypes.CFUNCTYPE(None, c_void_p, c_int, c_uint64, c_uint64)
CANCELLED = ctypes.CFUNCTYPE(c_int, c_void_p)


class Options(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("spacing_um_px", c_double), ("min_tissue", c_double), ("overlap", c_double),
                ("region_of_interest", c_char_p), ("keep_offset", c_int), ("use_gate", c_int), ("use_guard", c_int),
                ("threads", c_int), ("progress", PROGRESS), ("cancelled", CANCELLED), ("user", c_void_p),
                ("min_area_mm2", c_double), ("min_tumour_share", c_double), ("mixed_region_mm2", c_double),
                ("mixed_share", c_double)]


class Call(ctypes.Structure):
    _fields_ = [("label", c_int), ("prob_lusc", c_double), ("ci95_low", c_double), ("ci95_high", c_double),
                ("voting_mm2", c_double), ("scored_mm2", c_double), ("tissue_mm2", c_double),
                ("coherent_luad_mm2", c_double), ("coherent_lusc_mm2", c_double), ("benign_mm2", c_double),
                ("unfamiliar_mm2", c_double), ("unfamiliar_share", c_double), ("tumour_mm2", c_double),
                ("vote_mean", c_double), ("border_share", c_double)]


class Thresholds(ctypes.Structure):
    _fields_ = [("min_area_mm2", c_double), ("min_tumour_share", c_double), ("mixed_region_mm2", c_double),
                ("mixed_share", c_double)]


class Tile(ctypes.Structure):
    _fields_ = [("x", c_int64), ("y", c_int64), ("width", c_int64), ("height", c_int64), ("column", c_int32),
                ("row", c_int32), ("status", c_int), ("tissue", c_float), ("prob_tumour", c_float),
                ("strangeness", c_float)]


def load(name):
    lib = ctypes.CDLL(name)
    for function in ("last_error", "last_hint", "call_name", "result_reason", "tile_status_name"):
        getattr(lib, "slidetype_" + function).restype = c_char_p
    lib.slidetype_model_open.argtypes = [c_char_p, POINTER(c_void_p)]
    lib.slidetype_model_close.argtypes = [c_void_p]
    lib.slidetype_options_init.argtypes = [POINTER(Options), c_size_t]
    lib.slidetype_analyse.argtypes = [c_void_p, c_char_p, POINTER(Options), POINTER(c_void_p)]
    lib.slidetype_result_free.argtypes = [c_void_p]
    lib.slidetype_result_call.argtypes = [c_void_p, POINTER(Call), c_size_t]
    lib.slidetype_result_reason.argtypes = [c_void_p]
    lib.slidetype_result_thresholds.argtypes = [c_void_p, POINTER(Thresholds), c_size_t]
    lib.slidetype_result_tile_count.argtypes = [c_void_p]
    lib.slidetype_result_tile_count.restype = c_size_t
    lib.slidetype_result_tile.argtypes = [c_void_p, c_size_t, POINTER(Tile), c_size_t]
    return lib


def main():
    lib = load(sys.argv[2] if len(sys.argv) > 2 else "libslidetype.so.1")

    def check(status):
        if status:
            sys.exit(f"{lib.slidetype_last_error().decode()}\n{lib.slidetype_last_hint().decode()}")

    model, result, options, call, tile = c_void_p(), c_void_p(), Options(), Call(), Tile()
    limits = Thresholds()
    check(lib.slidetype_model_open(None, byref(model)))
    lib.slidetype_options_init(byref(options), ctypes.sizeof(options))
    options.progress = PROGRESS(lambda user, stage, done, total: print(f"\r{done}/{total}", end="", file=sys.stderr))
    check(lib.slidetype_analyse(model, sys.argv[1].encode(), byref(options), byref(result)))

    check(lib.slidetype_result_call(result, byref(call), ctypes.sizeof(call)))
    print("call:", lib.slidetype_call_name(call.label).decode())
    print("reason:", lib.slidetype_result_reason(result).decode())
    if not math.isnan(call.prob_lusc):
        print(f"P(LUSC): {call.prob_lusc:.3f}")
    check(lib.slidetype_result_thresholds(result, byref(limits), ctypes.sizeof(limits)))
    print(f"in regions of their own: LUAD {call.coherent_luad_mm2:.2f} mm², LUSC {call.coherent_lusc_mm2:.2f} mm² "
          f"(mixed from {limits.mixed_share * call.voting_mm2:.2f} mm² of each)")
    statuses = Counter()
    for index in range(lib.slidetype_result_tile_count(result)):
        check(lib.slidetype_result_tile(result, index, byref(tile), ctypes.sizeof(tile)))
        statuses[lib.slidetype_tile_status_name(tile.status).decode()] += 1
    print("tiles:", dict(sorted(statuses.items())))
    lib.slidetype_result_free(result)
    lib.slidetype_model_close(model)


if __name__ == "__main__":
    main()
