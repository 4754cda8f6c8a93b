"""picture_example.py EXAMPLE LIBRARY SLIDETYPE: the Python example as its readers run it. A picture from memory, from a
file and by `slidetype score` must get the same probabilities; a file that is cut short gets a line, and the others go on.
"""
import csv
import math
import os
import random
import struct
import subprocess
import sys
import tempfile
import zlib

EDGE = 160


def drawn_field():
    """RGB bytes of nuclei on a bluish pink, with grain, of which the model is not sure."""
    noise = random.Random(1)
    pixels = bytearray()
    for y in range(EDGE):
        for x in range(EDGE):
            nucleus = math.sin(x * 0.15 + math.sin(y * 0.05)) * math.sin(y * 0.18) > 0.4
            colour = (120, 90, 200) if nucleus else (160, 130, 230)
            pixels += bytes(min(255, value + noise.randrange(90) - 45) for value in colour)
    return bytes(pixels)


def png(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + pixels[at:at + 3 * EDGE] for at in range(0, len(pixels), 3 * EDGE))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", EDGE, EDGE, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def main(example, library, slidetype):
    with tempfile.TemporaryDirectory() as folder:
        pixels = drawn_field()
        memory, file, cut = (os.path.join(folder, name) for name in ("a.ppm", "b.png", "c.png"))
        for name, content in ((memory, b"P6\n%d %d\n255\n" % (EDGE, EDGE) + pixels), (file, png(pixels)),
                              (cut, png(pixels)[:500])):
            with open(name, "wb") as stream:
                stream.write(content)
        done = subprocess.run([sys.executable, example, cut, memory, file, "--library", library], text=True,
                              stdout=subprocess.PIPE)
        print(done.stdout)
        assert done.returncode == 2, done.returncode
        of_cut, of_memory, of_file = (line.split(": ", 1)[1] for line in done.stdout.splitlines())
        assert "LUSC" not in of_cut
        assert of_memory == of_file and "LUSC 0." in of_file and "LUAD 0." in of_file

        out = os.path.join(folder, "out")
        subprocess.run([slidetype, "score", file, "-o", out, "-q"], check=True)
        with open(os.path.join(out, "scores.csv"), newline="") as stream:
            row = next(csv.DictReader(stream))
        for name in ("LUAD", "LUSC"):
            scored = f"{name} {float(row['prob_' + name]):.6f}"
            assert scored in of_file, (scored, of_file)
        print("the same from memory, from the file and by `slidetype score`")


if __name__ == "__main__":
    main(*sys.argv[1:])
