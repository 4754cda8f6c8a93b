import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, gzipSync } from "node:zlib";
import { annotationsIn, loadedText } from "../src/annotations/loaded.js";
import { featuresIn, featuresOf } from "../src/annotations/read_file.js";
import { HintedError } from "../src/base/hinted_error.js";
import type { Color, Feature } from "../src/contract.js";
import "./raw_deflate.js";

const kId = "3f0e6a52-9c1b-4e0e-8a57-0d5f1c2b3a49";
const kOwnId = "f88de84f-d50e-5dff-9584-c70658360c5f";
const classes = [{ name: "LUAD", color: [0, 114, 178] as Color }];
const ring = (left: number, top: number, size: number) => [
    [left, top],
    [left, top + size],
    [left + size, top + size],
    [left + size, top],
    [left, top],
];
const square = { type: "Polygon", coordinates: [ring(0, 0, 10)] };
const feature = (properties: unknown = {}, geometry: unknown = square, id: unknown = kId) => ({
    type: "Feature",
    id,
    geometry,
    properties,
});
const normal = (json: unknown) => featuresIn(JSON.stringify(json), "x.geojson");
const read = (...features: unknown[]) => annotationsIn(normal(features), "x.geojson", [0, 0], classes);
const one = (json: unknown) => read(json).annotations[0]!;
const refused = (what: RegExp, hint = /./) => {
    return (error: unknown) =>
        error instanceof HintedError &&
        error.message.startsWith("x.geojson") &&
        what.test(error.message) &&
        hint.test(error.hint);
};

test("all forms of a file are read", () => {
    const bare = { type: "Feature", geometry: square, properties: { objectType: "annotation" } };
    const whole = { ...bare, id: kId };
    for (const json of [{ type: "FeatureCollection", features: [whole] }, [whole], whole, [[whole]]])
        assert.deepEqual(normal(json), [whole]);
    for (const json of [square, [square]]) assert.deepEqual(normal(json), [bare]);
});

test("numbers that JSON does not know are none, and text stays text", () => {
    const text = `{"type":"Feature","geometry":${JSON.stringify(square)},"properties":{"name":"NaN \\"-inf",
        "measurements":{"a":NaN,"b":-Infinity,"c":inf,"NaN":1}}}`;
    const { properties } = featuresIn(text, "x.geojson")[0]!;
    assert.equal(properties!.name, 'NaN "-inf');
    assert.deepEqual(properties!.measurements, { a: null, b: null, c: null, NaN: 1 });
});

test("objects within objects are read, behind those that hold them", () => {
    const inner = feature({ objectType: "annotation", classification: "Ignore*" }, square, "inner");
    const { annotations } = read(feature({ childObjects: [{ ...inner, properties: { childObjects: [inner] } }] }));
    assert.equal(annotations.length, 3);
    assert.deepEqual(annotations[2]!.properties!.classification, { name: "Ignore*" });
    assert.ok(annotations.every(({ properties }) => !("childObjects" in properties!)));
});

/** What the page asks of a file; Node has no File before version 20. */
const file = (...parts: (string | Uint8Array)[]) =>
    Object.assign(new Blob(parts as BlobPart[]), { name: "x.geojson" }) as unknown as File;

test("what is no GeoJSON is refused, with its name and what to do", async () => {
    assert.throws(() => featuresIn('[{"type":"Feature"', "x.geojson"), refused(/no JSON/, /QuPath/));
    for (const text of ["null", "7", '"Feature"', "{}", '{"type":"Circle"}', '{"type":"FeatureCollection"}'])
        assert.throws(() => featuresIn(text, "x.geojson"), refused(/no GeoJSON/, /QuPath/), text);
    await assert.rejects(featuresOf(file("")), refused(/empty/));
    for (const begin of [
        [0x1f, 0x8b, 8, 0],
        [0x50, 0x4b, 3, 4],
    ])
        await assert.rejects(featuresOf(file(new Uint8Array(begin))), refused(/cannot be unpacked/, /unpack it first/));
    await assert.rejects(
        featuresOf({ ...file(), name: "x.geojson", size: 2 ** 28 + 1 } as File),
        refused(/larger than 256 MB/),
    );
    const gone = {
        name: "x.geojson",
        size: 9,
        arrayBuffer: () => Promise.reject(new Error("gone")),
    };
    await assert.rejects(featuresOf(gone as unknown as File), refused(/cannot be read/));
    const plain = JSON.stringify([feature()]);
    assert.deepEqual(await featuresOf(file("\ufeff", plain)), normal([feature()]));
    assert.deepEqual(await featuresOf(file(Buffer.from(`\ufeff${plain}`, "utf16le"))), normal([feature()]));
    const latin = Buffer.from(JSON.stringify([feature({ name: "Übergang" })]), "latin1");
    assert.equal((await featuresOf(file(latin)))[0]!.properties!.name, "Übergang");
});

/** A zip archive of files, as far as readers look at it. */
function zipOf(files: Record<string, string>, method = 8): Buffer {
    const parts: Buffer[] = [];
    const directory: Buffer[] = [];
    let at = 0;
    for (const [name, content] of Object.entries(files)) {
        const data = method === 8 ? deflateRawSync(content) : Buffer.from(content);
        const local = Buffer.alloc(30);
        local.writeUInt32LE(0x04034b50, 0);
        local.writeUInt16LE(name.length, 26);
        const central = Buffer.alloc(46);
        central.writeUInt32LE(0x02014b50, 0);
        central.writeUInt16LE(method, 10);
        central.writeUInt32LE(data.length, 20);
        central.writeUInt32LE(content.length, 24);
        central.writeUInt16LE(name.length, 28);
        central.writeUInt32LE(at, 42);
        parts.push(local, Buffer.from(name), data);
        directory.push(central, Buffer.from(name));
        at += 30 + name.length + data.length;
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(Object.keys(files).length, 10);
    end.writeUInt32LE(at, 16);
    return Buffer.concat([...parts, ...directory, end]);
}

test("compressed files are unpacked, whatever they are called", async () => {
    const plain = JSON.stringify([feature()]);
    assert.deepEqual(await featuresOf(file(gzipSync(plain))), normal([feature()]));
    const stored = zipOf({ "__MACOSX/._x.geojson": "x", "x.geojson": plain, "readme.txt": "x" }, 0);
    assert.deepEqual(await featuresOf(file(stored)), normal([feature()]));
    assert.deepEqual(await featuresOf(file(zipOf({ "x.json": plain }))), normal([feature()]));
    const two = zipOf({ "a.geojson": plain, "b.geojson": plain }, 0);
    await assert.rejects(featuresOf(file(two)), refused(/2 GeoJSON files/, /Unpack/));
});

test("every point gets the slide's offset, to two decimals", () => {
    const geometries = [
        { type: "Point", coordinates: [1.005, 2] },
        {
            type: "MultiPoint",
            coordinates: [
                [1, 2],
                [3, 4, 9],
            ],
        },
        {
            type: "LineString",
            coordinates: [
                [1, 2],
                [3.3333, 4],
            ],
        },
        {
            type: "MultiLineString",
            coordinates: [
                [
                    [1, 2],
                    [3, 4],
                ],
            ],
        },
        { type: "Polygon", coordinates: [ring(0, 0, 10)], isEllipse: true, plane: { c: -1, z: 0, t: 0 } },
        { type: "MultiPolygon", coordinates: [[ring(0, 0, 10), ring(2, 2, 4)], [ring(20, 20, 5)]] },
        { type: "GeometryCollection", geometries: [{ type: "Point", coordinates: [1, 2] }] },
    ];
    const { annotations } = annotationsIn(
        normal(geometries.map((geometry) => feature({}, geometry))),
        "x",
        [100.5, -7],
        classes,
    );
    assert.deepEqual(
        annotations.map(({ geometry }) => geometry),
        [
            { type: "Point", coordinates: [101.51, -5] },
            {
                type: "MultiPoint",
                coordinates: [
                    [101.5, -5],
                    [103.5, -3],
                ],
            },
            {
                type: "LineString",
                coordinates: [
                    [101.5, -5],
                    [103.83, -3],
                ],
            },
            {
                type: "MultiLineString",
                coordinates: [
                    [
                        [101.5, -5],
                        [103.5, -3],
                    ],
                ],
            },
            { type: "Polygon", coordinates: [ring(100.5, -7, 10)], isEllipse: true, plane: { c: -1, z: 0, t: 0 } },
            { type: "MultiPolygon", coordinates: [[ring(100.5, -7, 10), ring(102.5, -5, 4)], [ring(120.5, 13, 5)]] },
            { type: "GeometryCollection", geometries: [{ type: "Point", coordinates: [101.5, -5] }] },
        ],
    );
});

test("a damaged feature is refused, with its place", () => {
    const bad = [
        { type: "Circle", coordinates: [1, 2] },
        { type: "Polygon", coordinates: [[1, 2]] },
        { type: "Polygon" },
        { type: "Polygon", coordinates: [[["1", 2]]] },
        { type: "Point", coordinates: [1] },
        { type: "Point", coordinates: [1e308, 2] },
        { type: "GeometryCollection", geometries: [null] },
    ];
    for (const geometry of bad)
        assert.throws(
            () => read(feature(), feature({}, geometry)),
            refused(/feature 2 has /),
            JSON.stringify(geometry),
        );
    assert.throws(() => read(feature(), feature({}, "Point")), refused(/feature 2 has a shape that is none/));
    for (const json of [null, 3, { type: "Circle" }])
        assert.throws(() => read(json), refused(/something that is no GeoJSON feature/));
    let deep: unknown = { type: "Point", coordinates: [1, 2] };
    for (let k = 0; k < 5000; ++k) deep = { type: "GeometryCollection", geometries: [deep] };
    assert.throws(() => annotationsIn([feature({}, deep) as Feature], "x.geojson", [0, 0], []), refused(/feature 1/));
});

test("a class may be an object, a name, or nothing", () => {
    const classOfLoaded = (classification: unknown) => one(feature({ classification })).properties!.classification;
    const whole = { name: "Stroma", color: [1, 2, 3] };
    assert.deepEqual(classOfLoaded(whole), whole);
    assert.deepEqual(classOfLoaded({ names: ["Tumor", "Positive"] }), { name: "Tumor: Positive" });
    assert.deepEqual(classOfLoaded(JSON.stringify(whole)), whole);
    assert.deepEqual(classOfLoaded("{'name': 'Stroma', 'color': (1, 2, 3)}"), whole);
    assert.deepEqual(classOfLoaded({ name: "Stroma", colorRGB: -3670016 }), { name: "Stroma", color: [200, 0, 0] });
    assert.deepEqual(classOfLoaded({ label: "?" }), { label: "?" }, "what is not understood stays");
    assert.equal(classOfLoaded(7), 7);
    assert.deepEqual(classOfLoaded("LUAD"), { name: "LUAD", color: [0, 114, 178] });
    assert.deepEqual(classOfLoaded("Stroma"), { name: "Stroma" });
    for (const none of [null, "", {}, [], { name: "" }]) assert.equal(classOfLoaded(none), undefined);
    for (const properties of [null, undefined, {}])
        assert.deepEqual(one({ ...feature(), properties }).properties, { objectType: "annotation" });
});

test("other members of a feature stay as they are", () => {
    const properties = {
        objectType: "annotation",
        name: "<b>",
        isLocked: true,
        color: [1, 2, 3],
        measurements: { x: 1 },
    };
    assert.deepEqual(one({ ...feature(properties), extra: [1] }), { ...feature(properties), extra: [1] });
});

test("what no person drew is left out, and counted", () => {
    const own = (...names: string[]) => ({
        isLocked: true,
        measurements: Object.fromEntries(names.map((name) => [name, 1])),
    });
    const { annotations, leftOut } = read(
        feature({ objectType: "annotation" }),
        ...Array.from({ length: 1200 }, () => feature({ objectType: "tile" }, { type: "Nonsense" })),
        feature({ objectType: "cell" }),
        feature({ object_type: "detection" }),
        feature({}, square, "PathDetectionObject"),
        feature(own("scored_tiles", "prob_LUSC")),
        feature(own("tiles", "area_mm2")),
        feature({ isLocked: true, measurements: [{ name: "scored_tiles", value: 1 }] }),
        feature({ isLocked: true }, square, kOwnId), // without measurements, as QuPath can export it
        feature({ objectType: "root" }, {}), // QuPath's object for the image
        feature(own("tiles")), // someone else's
        feature({ measurements: { scored_tiles: 1 } }, square, kOwnId), // unlocked: someone has made it a judgement
        feature({}, null),
        feature({}, { type: "Polygon", coordinates: [] }),
        feature(
            {},
            {
                type: "Polygon",
                coordinates: [
                    [
                        [1, 1],
                        [2, 2],
                        [1, 1],
                    ],
                ],
            },
        ),
    );
    assert.equal(
        loadedText({ annotations, leftOut }, 0, "x.geojson"),
        "3 annotations loaded from x.geojson; 1,200 tiles, 2 detections, 1 cell, 4 objects of slidetype's own result and " +
            "3 objects without a shape left out.",
    );
    assert.equal(loadedText(read(feature()), 1, "x.geojson"), "1 annotation loaded from x.geojson, 1 replaced.");
    assert.throws(() => read(), refused(/no annotations\.$/));
    assert.throws(() => read(feature({ objectType: "tile" })), refused(/no annotations, only 1 tile\.$/, /judgement/));
});
