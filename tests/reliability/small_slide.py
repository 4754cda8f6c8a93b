"""Small slides for the trials: tiled TIFFs that OpenSlide takes for generic-tiff, written without any library."""
import random
import struct
import zlib

TILE = 256  # edge of the file's own tiles, pixels


def _texture(seed):
    """A file tile of noise in the colours of haematoxylin and eosin, deflated."""
    chance = random.Random(seed)
    pixels = bytearray()
    for _ in range(TILE * TILE):
        grain = chance.randrange(50)
        base = (90, 50, 130) if chance.random() < 0.3 else (190, 110, 170)
        pixels += bytes(value + grain for value in base)
    return zlib.compress(bytes(pixels), 1)


def write_slide(path, columns=4, rows=4, seed=1, spacing_um_px=0.5):
    """A slide of columns x rows file tiles, the outer ones glass and the others tissue."""
    glass, tissue = zlib.compress(bytes([244, 243, 245]) * TILE * TILE), _texture(seed)
    tiles = [tissue if 0 < x < columns - 1 and 0 < y < rows - 1 else glass for y in range(rows) for x in range(columns)]
    data, offsets = bytearray(8), []
    for tile in tiles:
        offsets.append(len(data))
        data += tile
    if len(data) % 2:
        data += b"\0"

    def place(content):
        position = len(data)
        data.extend(content)
        return position

    count = len(tiles)
    resolution = struct.pack("<II", round(1e4 / spacing_um_px * 1000), 1000)  # pixels per centimetre
    short, long, rational = 3, 4, 5
    entries = [
        (254, long, 1, 0), (256, long, 1, columns * TILE), (257, long, 1, rows * TILE),
        (258, short, 3, place(struct.pack("<HHH", 8, 8, 8))), (259, short, 1, 8), (262, short, 1, 2), (277, short, 1, 3),
        (282, rational, 1, place(resolution)), (283, rational, 1, place(resolution)), (284, short, 1, 1),
        (296, short, 1, 3), (322, short, 1, TILE), (323, short, 1, TILE),
        (324, long, count, place(struct.pack(f"<{count}I", *offsets))),
        (325, long, count, place(struct.pack(f"<{count}I", *map(len, tiles)))),
    ]
    directory = len(data)
    data += struct.pack("<H", len(entries))
    for tag, kind, number, value in entries:
        data += struct.pack("<HHI", tag, kind, number)
        data += struct.pack("<HH", value, 0) if kind == short and number == 1 else struct.pack("<I", value)
    data += struct.pack("<I", 0)
    data[0:8] = b"II*\0" + struct.pack("<I", directory)
    with open(path, "wb") as file:
        file.write(data)
