import assert from "node:assert/strict";
import { test } from "node:test";
import {
    bounds,
    clampedTo,
    geometryOf,
    linesOf,
    pathData,
    polygonsOf,
    type Ring,
    type Polygon,
} from "../src/annotations/geojson.js";
import { holds, outlineOf } from "../src/annotations/outline.js";
import { polygonsOfShape, shapeOf } from "../src/annotations/shapes.js";

const square: Ring = [
    [0, 0],
    [0, 10],
    [10, 10],
    [10, 0],
];
const hole: Ring = [
    [4, 4],
    [6, 4],
    [6, 6],
    [4, 6],
];
const triangle: Ring = [
    [20, 0],
    [30, 0],
    [20, 8],
];
const outlineOfPolygons = (polygons: Polygon[]) => outlineOf({ type: "MultiPolygon", coordinates: polygons });
const areaOf = (polygons: Polygon[]) => outlineOfPolygons(polygons).area;
const closed = (ring: Ring) => [...ring, ring[0]!];

test("rings are open inside and closed in files", () => {
    const geometry = { type: "Polygon", coordinates: [closed(square), closed(hole)] };
    assert.deepEqual(polygonsOf(geometry), [[square, hole]]);
    assert.deepEqual(geometryOf([[square, hole]]), geometry);
    assert.deepEqual(geometryOf([[square], [triangle]]), {
        type: "MultiPolygon",
        coordinates: [[closed(square)], [closed(triangle)]],
    });
});

test("coordinates are written with two decimals", () => {
    const { coordinates } = geometryOf([
        [
            [
                [0.123456, 1],
                [2, 3.999],
                [-0.001, 0],
            ],
        ],
    ]) as { coordinates: number[][][] };
    assert.deepEqual(coordinates[0]!.slice(0, 2), [
        [0.12, 1],
        [2, 4],
    ]);
});

test("areas leave out holes", () => {
    assert.equal(areaOf([[square, hole]]), 96);
    assert.equal(areaOf([[square, hole], [triangle]]), 136);
    assert.equal(areaOf([]), 0);
});

test("a hole is not inside", () => {
    assert.equal(holds(outlineOfPolygons([[square, hole]]), 1, 1), true);
    assert.equal(holds(outlineOfPolygons([[square, hole]]), 5, 5), false);
    assert.equal(holds(outlineOfPolygons([[square, hole]]), 11, 5), false);
});

test("lines and points are shown and have no area", () => {
    const collection = {
        type: "GeometryCollection",
        geometries: [
            { type: "Point", coordinates: [1, 2] },
            {
                type: "LineString",
                coordinates: [
                    [3, 4],
                    [5, 6],
                ],
            },
        ],
    };
    assert.deepEqual(polygonsOf(collection), []);
    assert.deepEqual(linesOf(collection), [
        [[1, 2]],
        [
            [3, 4],
            [5, 6],
        ],
    ]);
    assert.equal(pathData(collection), "M1 2h0M3 4L5 6");
    assert.deepEqual(outlineOf(collection).bounds, { x: 1, y: 2, width: 4, height: 4 });
});

test("what is broken in a file counts as nothing", () => {
    for (const coordinates of [null, 7, "x", {}, [null], [[["a", 1], [NaN, 2], null]]]) {
        assert.equal(areaOf(polygonsOf({ type: "Polygon", coordinates })), 0);
        assert.deepEqual(bounds(polygonsOf({ type: "Polygon", coordinates })), { x: 0, y: 0, width: 0, height: 0 });
    }
    assert.deepEqual(polygonsOf(null), []);
    assert.deepEqual(polygonsOf({ type: "Sphere" }), []);
});

test("drawings end at the slide's edge", () => {
    assert.deepEqual(
        clampedTo(
            [
                [-5, 3],
                [120, 130],
            ],
            100,
            90,
        ),
        [
            [0, 3],
            [100, 90],
        ],
    );
});

test("shapes turn into polygons and back without loss", () => {
    for (const polygons of [[[square]], [[triangle]], [[square, hole]], [[square], [triangle]]]) {
        assert.deepEqual(polygonsOfShape(shapeOf(polygons)), polygons);
    }
    assert.equal(shapeOf([[square]]).type, "RECTANGLE");
    assert.equal(shapeOf([[triangle]]).type, "POLYGON");
    assert.equal(shapeOf([[square, hole]]).type, "MULTIPOLYGON");
});

test("only upright rectangles are rectangles", () => {
    const bowTie: Ring = [
        [0, 0],
        [10, 10],
        [10, 0],
        [0, 10],
    ];
    const tilted: Ring = [
        [5, 0],
        [10, 5],
        [5, 10],
        [0, 5],
    ];
    for (const ring of [bowTie, tilted]) assert.equal(shapeOf([[ring]]).type, "POLYGON");
});

test("a turned rectangle keeps its area", () => {
    const shape = shapeOf([[square]]);
    assert.ok(shape.type === "RECTANGLE");
    const turned = polygonsOfShape({ ...shape, geometry: { ...shape.geometry, rot: Math.PI / 6 } });
    assert.ok(Math.abs(areaOf(turned) - 100) < 1e-9);
    assert.equal(shapeOf(turned).type, "POLYGON");
});
