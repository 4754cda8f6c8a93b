#!/usr/bin/env python3
"""score_pictures.py PICTURE... [--model MODEL] [--library LIBRARY]: scores pictures of tissue through ctypes.

Files are scored as they are. A .ppm file (P6, 8 bit) is read here and scored from memory, as a camera's program would
do with the picture that it holds: one line per picture, with the probability of each class.

Nothing but Python's standard library is needed; LIBRARY is libslidetype.so.1 unless it is named.
"""
import argparse
import ctypes
import re
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_void_p


class PictureOptions(ctypes.Structure):
    _fields_ = [("size", c_size_t), ("field_um", c_double), ("spacing_um_px", c_double), ("min_tissue", c_double),
                ("use_gate", c_int), ("use_guard", c_int)]


class PictureScore(ctypes.Structure):
    _fields_ = [("status", c_int), ("voted_class", c_int32), ("prob_tumour", c_double), ("strangeness", c_double),
                ("width", c_int64), ("height", c_int64), ("spacing_um_px", c_double), ("scale", c_int),
                ("is_cut", c_int32), ("tiles", c_size_t), ("voting_tiles", c_size_t)]


class Slidetype:
    """A model of slidetype that scores pictures. Any number of threads may use it."""

    def __init__(self, library="libslidetype.so.1", model=None):
        self.lib = lib = ctypes.CDLL(library)
        for function in ("last_error", "last_hint", "model_class_name", "tile_status_name", "picture_result_reason",
                         "picture_result_note"):
            getattr(lib, "slidetype_" + function).restype = c_char_p
        lib.slidetype_model_open.argtypes = [c_char_p, POINTER(c_void_p)]
        lib.slidetype_model_close.argtypes = [c_void_p]
        lib.slidetype_model_class_count.argtypes = [c_void_p]
        lib.slidetype_model_class_count.restype = c_size_t
        lib.slidetype_model_class_name.argtypes = [c_void_p, c_size_t]
        lib.slidetype_picture_options_init.argtypes = [POINTER(PictureOptions), c_size_t]
        lib.slidetype_score_rgb.argtypes = [c_void_p, c_char_p, c_int32, c_int32, c_size_t, POINTER(PictureOptions),
                                            POINTER(c_void_p)]
        lib.slidetype_score_picture.argtypes = [c_void_p, c_char_p, POINTER(PictureOptions), POINTER(c_void_p)]
        lib.slidetype_picture_result_free.argtypes = [c_void_p]
        lib.slidetype_picture_result_score.argtypes = [c_void_p, POINTER(PictureScore), c_size_t]
        lib.slidetype_picture_result_probabilities.argtypes = [c_void_p]
        lib.slidetype_picture_result_probabilities.restype = POINTER(c_double)
        lib.slidetype_picture_result_reason.argtypes = [c_void_p]
        lib.slidetype_picture_result_note.argtypes = [c_void_p]
        self.options = PictureOptions()
        lib.slidetype_picture_options_init(byref(self.options), ctypes.sizeof(self.options))
        self.model = c_void_p()
        self._check(lib.slidetype_model_open(model.encode() if model else None, byref(self.model)))
        self.classes = [lib.slidetype_model_class_name(self.model, index).decode()
                        for index in range(lib.slidetype_model_class_count(self.model))]

    def close(self):
        self.lib.slidetype_model_close(self.model)

    def score_rgb(self, pixels, width, height, stride=None):
        """`pixels`: bytes, three for each pixel, rows from the top that begin `stride` bytes apart."""
        stride = stride or 3 * width
        if stride < 3 * width or len(pixels) < stride * (height - 1) + 3 * width:
            raise ValueError("fewer bytes than the picture has pixels")
        result = c_void_p()
        self._check(self.lib.slidetype_score_rgb(self.model, pixels, width, height, stride, byref(self.options),
                                                 byref(result)))
        return self._read(result)

    def score_file(self, file):
        result = c_void_p()
        self._check(self.lib.slidetype_score_picture(self.model, file.encode(), byref(self.options), byref(result)))
        return self._read(result)

    def _check(self, status):
        if status:
            raise RuntimeError(f"{self.lib.slidetype_last_error().decode()} {self.lib.slidetype_last_hint().decode()}".rstrip())

    def _read(self, result):
        score = PictureScore()
        self._check(self.lib.slidetype_picture_result_score(result, byref(score), ctypes.sizeof(score)))
        values = self.lib.slidetype_picture_result_probabilities(result)
        out = {"status": self.lib.slidetype_tile_status_name(score.status).decode(),
               "class": self.classes[score.voted_class] if score.voted_class >= 0 else "",
               "probabilities": {name: values[index] for index, name in enumerate(self.classes)},
               "tumour": score.prob_tumour, "strangeness": score.strangeness,
               "reason": self.lib.slidetype_picture_result_reason(result).decode(),
               "note": self.lib.slidetype_picture_result_note(result).decode()}
        self.lib.slidetype_picture_result_free(result)
        return out


def read_ppm(file):
    """The bytes, width and height of a PPM picture without comments, as most programs write it."""
    with open(file, "rb") as stream:
        content = stream.read()
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", content)
    if not header:
        raise ValueError(f"{file} is no PPM picture of 8 bits")
    return content[header.end():], int(header[1]), int(header[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="+")
    parser.add_argument("--model", help="installed model or model directory (default: compact)")
    parser.add_argument("--library", default="libslidetype.so.1")
    arguments = parser.parse_args()
    slidetype = Slidetype(arguments.library, arguments.model)
    failed = 0
    for file in arguments.pictures:
        try:
            score = slidetype.score_rgb(*read_ppm(file)) if file.endswith(".ppm") else slidetype.score_file(file)
        except (OSError, ValueError, RuntimeError) as error:
            print(error)  # which names the file
            failed += 1
            continue
        probabilities = " ".join(f"{name} {value:.6f}" for name, value in score["probabilities"].items())
        print(f"{file}: {score['class'] or score['status']} ({probabilities}) {score['reason']}".rstrip())
    slidetype.close()
    return 2 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
