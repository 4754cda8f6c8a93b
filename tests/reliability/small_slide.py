"""Small slides for the trials: tiled TIFFs that OpenSlide takes for slides, written without any library."""
import pathlib
import random
import struct
import zlib

TILE = 256  # edge of the file's own tiles, pixels
SAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "sample_slides"
TEXT, SHORT, LONG, RATIONAL, BYTES = 2, 3, 4, 5, 7
SIZE = {TEXT: 1, SHORT: 2, LONG: 4, RATIONAL: 8, BYTES: 1}
CODE = {SHORT: "H", LONG: "I", RATIONAL: "I"}
VENDORS = ["aperio", "philips", "generic"]


def _packed(kind, values):
    if kind in (TEXT, BYTES):
        return bytes(values)
    return struct.pack(f"<{len(values)}{CODE[kind]}", *values)


def _write(path, columns, rows, tiles, tags, spacing_um_px):
    """`tags`: {number: (kind, values)} beside those of the layout, which are made here."""
    data, offsets = bytearray(8), []
    for tile in tiles:
        offsets.append(len(data))
        data += tile + b"\0" * (len(tile) % 2)
    resolution = [round(1e4 / spacing_um_px * 1000), 1000]  # pixels per centimetre
    tags = {
        254: (LONG, [0]), 256: (LONG, [columns * TILE]), 257: (LONG, [rows * TILE]), 258: (SHORT, [8, 8, 8]),
        277: (SHORT, [3]), 282: (RATIONAL, resolution), 283: (RATIONAL, resolution), 284: (SHORT, [1]), 296: (SHORT, [3]),
        322: (SHORT, [TILE]), 323: (SHORT, [TILE]), 324: (LONG, offsets), 325: (LONG, [len(t) for t in tiles]), **tags,
    }
    directory = struct.pack("<H", len(tags))
    for tag, (kind, values) in sorted(tags.items()):
        packed = _packed(kind, values)
        count = len(packed) // SIZE[kind]
        if len(packed) > 4:
            place, packed = len(data), packed + b"\0" * (len(packed) % 2)
            data += packed
            packed = struct.pack("<I", place)
        directory += struct.pack("<HHI", tag, kind, count) + packed.ljust(4, b"\0")
    data[0:8] = b"II*\0" + struct.pack("<I", len(data))
    pathlib.Path(path).write_bytes(data + directory + struct.pack("<I", 0))


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
    """A slide of columns x rows file tiles, the outer ones glass and the others tissue. Read through OpenSlide."""
    glass, tissue = zlib.compress(bytes([244, 243, 245]) * TILE * TILE), _texture(seed)
    tiles = [tissue if 0 < x < columns - 1 and 0 < y < rows - 1 else glass for y in range(rows) for x in range(columns)]
    _write(path, columns, rows, tiles, {259: (SHORT, [8]), 262: (SHORT, [2])}, spacing_um_px)


def _first_directory(data):
    """{tag: values} of a little-endian TIFF."""
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    tags = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from("<HHI", data, entry)
        size = SIZE[kind] * number
        place = entry + 8 if size <= 4 else struct.unpack_from("<I", data, entry + 8)[0]
        raw = data[place:place + size]
        tags[tag] = raw if kind in (TEXT, BYTES) else struct.unpack(f"<{size // struct.calcsize(CODE[kind])}{CODE[kind]}", raw)
    return tags


def _vendor_tags(vendor, columns, rows, spacing_um_px):
    if vendor == "aperio":
        words = (f"Aperio Image Library v12.0.15\r\n{columns * TILE}x{rows * TILE} (256x256) JPEG/YCC Q=75"
                 f"|AppMag = 20|MPP = {spacing_um_px}\0")
        return {270: (TEXT, words.encode())}
    if vendor == "philips":
        mm = spacing_um_px / 1000
        words = ('<?xml version="1.0" encoding="UTF-8" ?><DataObject ObjectType="DPUfsImport">'
                 '<Attribute Name="PIM_DP_SCANNED_IMAGES" PMSVR="IDataObjectArray"><Array>'
                 '<DataObject ObjectType="DPScannedImage"><Attribute Name="PIM_DP_IMAGE_TYPE" PMSVR="IString">WSI</Attribute>'
                 '<Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE" PMSVR="IDataObjectArray"><Array>'
                 '<DataObject ObjectType="PixelDataRepresentation"><Attribute Name="DICOM_PIXEL_SPACING">'
                 f'"{mm:.6f}" "{mm:.6f}"</Attribute></DataObject></Array></Attribute></DataObject></Array></Attribute>'
                 "</DataObject>\0")
        return {270: (TEXT, words.encode()), 305: (TEXT, b"Philips DP v1.0\0")}
    return {}


def write_jpeg_slide(path, columns=4, rows=4, seed=1, spacing_um_px=0.5, vendor="generic"):
    """A slide put together from the JPEG tiles of a sample slide, as they are. Read straight through libjpeg."""
    source = sorted(SAMPLES.glob("*.tiff"))[seed % 3]
    data = source.read_bytes()
    tags = _first_directory(data)
    source_columns = -(-tags[256][0] // TILE)
    left, top = 2 + seed % 3, 2 + seed % 2  # inside the tissue
    tiles = []
    for y in range(rows):
        for x in range(columns):
            rim = x in (0, columns - 1) or y in (0, rows - 1)
            index = 0 if rim else (top + y) * source_columns + left + x  # its corner is glass
            tiles.append(data[tags[324][index]:tags[324][index] + tags[325][index]])
    own = {259: (SHORT, [7]), 262: (SHORT, [6]), 347: (BYTES, tags[347]), 530: (SHORT, list(tags[530])),
           532: (RATIONAL, list(tags[532])), **_vendor_tags(vendor, columns, rows, spacing_um_px)}
    _write(path, columns, rows, tiles, own, spacing_um_px)


def plain_picture(edge=32):
    """The bytes of a TIFF that holds a small picture in one strip, as cameras and microscopes write them."""
    tags = [(256, SHORT, edge), (257, SHORT, edge), (258, SHORT, 8), (259, SHORT, 1), (262, SHORT, 1), (273, LONG, 8),
            (277, SHORT, 1), (278, SHORT, edge), (279, LONG, edge * edge)]
    directory = struct.pack("<H", len(tags)) + b"".join(
        struct.pack("<HHI", tag, kind, 1) + _packed(kind, [value]).ljust(4, b"\0") for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 8 + edge * edge) + bytes(edge * edge) + directory + struct.pack("<I", 0)


def write_mixed_slides(folder, count, columns, rows=5):
    """`slide 0.tiff` and so on: by turns deflated and, of all vendors, JPEG. columns(i): how many file tiles wide."""
    for i in range(count):
        path = pathlib.Path(folder) / f"slide {i}.tiff"
        if i % 2 == 0:
            write_slide(path, columns=columns(i), rows=rows, seed=i)
        else:
            write_jpeg_slide(path, columns=columns(i), rows=rows, seed=i, vendor=VENDORS[i // 2 % 3])
