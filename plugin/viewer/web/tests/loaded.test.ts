import assert from "node:assert/strict";
import { test } from "node:test";
import { annotationsIn, loadedText } from "../src/annotations/loaded.js";
import { featuresIn, featuresOf } from "../src/annotations/read_file.js";
import { HintedError } from "../src/base/hinted_error.js";
import type { Color } from "../src/contract.js";

const kId = "3f0e6a52-9c1b-4e0e-8a57-0d5f1c2b3a49";
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
const read = (...features: unknown[]) => annotationsIn(features, "x.geojson", [0, 0], classes);
const one = (json: unknown) => read(json).annotations[0]!;
const refused = (what: RegExp, hint = /./) => {
    return (error: unknown) =>
        error instanceof HintedError &&
        error.message.startsWith("x.geojson") &&
        what.test(error.message) &&
        hint.test(error.hint);
};

test("all three forms of a file are read", () => {
    const features = [feature()];
    for (const json of [{ type: "FeatureCollection", features }, features, features[0]])
        assert.deepEqual(featuresIn(JSON.stringify(json), "x.geojson"), features);
});

test("what is no GeoJSON is refused, with its name and what to do", async () => {
    assert.throws(() => featuresIn('[{"type":"Feature"', "x.geojson"), refused(/no JSON/, /QuPath/));
    for (const text of ["null", "7", '"Feature"', "{}", '{"type":"Polygon"}', '{"type":"FeatureCollection"}'])
        assert.throws(() => featuresIn(text, "x.geojson"), refused(/no GeoJSON/, /QuPath/), text);
    // What the page asks of a file; Node has no File before version 20.
    const file = (...parts: (string | Uint8Array)[]) =>
        Object.assign(new Blob(parts as BlobPart[]), { name: "x.geojson" }) as unknown as File;
    await assert.rejects(featuresOf(file("")), refused(/empty/));
    await assert.rejects(featuresOf(file(new Uint8Array([0x1f, 0x8b, 8, 0]))), refused(/compressed/, /Unpack/));
    await assert.rejects(
        featuresOf({ ...file(), name: "x.geojson", size: 2 ** 28 + 1 } as File),
        refused(/larger than 256 MB/),
    );
    const gone = {
        name: "x.geojson",
        size: 9,
        slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }),
    };
    await assert.rejects(featuresOf(gone as unknown as File), refused(/cannot be read/));
    assert.deepEqual(await featuresOf(file("\ufeff", JSON.stringify([feature()]))), [feature()]);
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
        geometries.map((geometry) => feature({}, geometry)),
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
        "Point",
    ];
    for (const geometry of bad)
        assert.throws(
            () => read(feature(), feature({}, geometry)),
            refused(/feature 2 has /),
            JSON.stringify(geometry),
        );
    for (const json of [null, 3, square, []])
        assert.throws(() => read(json), refused(/feature 1 is no GeoJSON feature/));
    let deep: unknown = { type: "Point", coordinates: [1, 2] };
    for (let k = 0; k < 5000; ++k) deep = { type: "GeometryCollection", geometries: [deep] };
    assert.throws(() => read(feature({}, deep)), refused(/feature 1/));
});

test("a class may be an object, a name, or nothing", () => {
    const classOfLoaded = (classification: unknown) => one(feature({ classification })).properties!.classification;
    const whole = { name: "Stroma", color: [1, 2, 3] };
    assert.deepEqual(classOfLoaded(whole), whole);
    assert.deepEqual(classOfLoaded({ names: ["Tumor", "Positive"] }), { names: ["Tumor", "Positive"] });
    assert.deepEqual(classOfLoaded("LUAD"), { name: "LUAD", color: [0, 114, 178] });
    assert.deepEqual(classOfLoaded("Stroma"), { name: "Stroma" });
    for (const none of [null, "", 7, {}]) assert.equal(classOfLoaded(none), undefined);
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
        feature(own("tiles")), // someone else's
        feature({ measurements: { scored_tiles: 1 } }), // unlocked: someone has made it a judgement
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
        "3 annotations loaded from x.geojson; 1,200 tiles, 2 detections, 1 cell, 3 objects of slidetype's own result and " +
            "3 objects without a shape left out.",
    );
    assert.equal(loadedText(read(feature()), 1, "x.geojson"), "1 annotation loaded from x.geojson, 1 replaced.");
    assert.throws(() => read(), refused(/no annotations\.$/));
    assert.throws(() => read(feature({ objectType: "tile" })), refused(/no annotations, only 1 tile\.$/, /judgement/));
});
