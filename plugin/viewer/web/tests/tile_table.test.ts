import assert from "node:assert/strict";
import { test } from "node:test";
import { TileTable } from "../src/heatmap/tile_table.js";
import { threeTiles } from "./three_tiles.js";

test("a point finds its tile, and nothing where there is none", () => {
    const table = new TileTable(threeTiles());
    assert.equal(table.at(150, 50), 0);
    assert.equal(table.at(0, 199), 1);
    assert.equal(table.at(250, 150), 2);
    assert.equal(table.at(50, 50), null);
    for (const [x, y] of [
        [-1, 50],
        [300, 50],
        [50, 200],
    ] as const) {
        assert.equal(table.at(x, y), null);
        assert.equal(table.covers(x, y), false);
    }
    assert.equal(table.covers(50, 50), true);
});

test("with overlap a cell is the middle of its tile", () => {
    const table = new TileTable(threeTiles(0.5));
    assert.equal(table.strideX, 50);
    assert.equal(table.originX, 25);
    assert.equal(table.at(80, 30), 0);
    assert.equal(table.at(74, 30), null);
});

test("neighbours are found over gaps, and end at the edge", () => {
    const table = new TileTable(threeTiles());
    assert.equal(table.neighbour(1, 1, 0), 2);
    assert.equal(table.neighbour(2, -1, 0), 1);
    assert.equal(table.neighbour(0, 0, 1), null);
    assert.equal(table.neighbour(2, 1, 0), null);
});

test("null is no number", () => {
    const table = new TileTable(threeTiles());
    assert.ok(Number.isNaN(table.probabilities[0]![2]));
    assert.equal(table.leadingClass(2), null);
    assert.equal(table.leadingClass(0), 1);
    assert.equal(table.strangeness, null);
});

test("statuses are read by name; a new one is not taken for a score", () => {
    const source = threeTiles();
    source.statuses = ["benign", "invented", "x", "read_error", "ok", "unfamiliar"];
    source.status = [0, 1, 4];
    source.prob = source.prob.map(([first, second]) => [first!, second!, 0.5]);
    const table = new TileTable(source);
    assert.deepEqual(table.status, ["benign", "read_error", "ok"]);
    assert.deepEqual(table.statusCounts(), { ok: 1, benign: 1, unfamiliar: 0, read_error: 1 });
});

test("a tile that is not scored yet is not counted", () => {
    const source = threeTiles();
    source.status = [0, 0, 0];
    assert.deepEqual(new TileTable(source).statusCounts(), { ok: 2, benign: 0, unfamiliar: 0, read_error: 0 });
});

test("the nearest tile is found from anywhere", () => {
    const table = new TileTable(threeTiles());
    assert.equal(table.nearest(-1000, 1000), 1);
    assert.equal(table.nearest(151, 49), 0);
});
