import assert from "node:assert/strict";
import { test } from "node:test";
import { colorOf, colorTable, kSteps } from "../src/heatmap/color_maps.js";
import { countScores, kBins } from "../src/heatmap/histogram.js";
import { allShown, isSure, mapOf, paintCells, paintMask, type PaintSettings } from "../src/heatmap/paint.js";
import { TileTable } from "../src/heatmap/tile_table.js";
import { threeTiles } from "./three_tiles.js";

const settings: PaintSettings = {
    score: 1,
    colorMap: "diverging",
    threshold: 0,
    shown: allShown(),
    classColors: [
        [0, 114, 178],
        [213, 94, 0],
    ],
};

function painted(changes: Partial<PaintSettings>): number[][] {
    const rgba = new Uint8ClampedArray(6 * 4).fill(7);
    paintCells(new TileTable(threeTiles()), { ...settings, ...changes }, rgba);
    return [0, 1, 2, 3, 4, 5].map((cell) => [...rgba.slice(cell * 4, cell * 4 + 4)]);
}

test("the default colours are those of slidetype's pictures", () => {
    assert.deepEqual(colorOf("diverging", 0), [0, 114, 178]);
    assert.deepEqual(colorOf("diverging", 0.5), [216, 216, 216]);
    assert.deepEqual(colorOf("diverging", 1), [213, 94, 0]);
    assert.deepEqual(colorOf("viridis", 2), colorOf("viridis", 1));
    assert.equal(colorTable("grey").length, kSteps * 3);
});

test("cells without a tile are clear, scores are opaque", () => {
    const cells = painted({});
    for (const cell of [0, 2, 4]) assert.equal(cells[cell]![3], 0);
    assert.equal(cells[1]![3], 255);
    assert.deepEqual(cells[1]!.slice(0, 3), colorOf("diverging", Math.round(0.8 * 255) / 255));
});

test("the threshold hides voting tiles near one half, and no others", () => {
    assert.equal(painted({ threshold: 0.3 })[1]![3], 255);
    assert.equal(painted({ threshold: 0.31 })[1]![3], 0);
    assert.ok(painted({ threshold: 0.5 })[3]![3]! > 0);
    assert.ok(isSure(0.7, 0.2));
});

test("each kind of tile can be hidden", () => {
    assert.equal(painted({ shown: { ...allShown(), ok: false } })[1]![3], 0);
    assert.equal(painted({ shown: { ...allShown(), benign: false } })[3]![3], 0);
    assert.ok(painted({ shown: { ...allShown(), benign: false } })[5]![3]! > 0);
});

test("the leading class is shown in its own colour", () => {
    assert.deepEqual(painted({ score: "leading" })[1], [213, 94, 0, 255]);
});

test("attention has colours of its own, and the threshold of scores hides none of it", () => {
    const rgba = new Uint8ClampedArray(6 * 4);
    const table = new TileTable({ ...threeTiles(), attention: [50, 100, null] });
    paintCells(table, { ...settings, score: "attention", threshold: 0.5 }, rgba);
    assert.deepEqual([...rgba.slice(4, 8)], [...colorOf("viridis", Math.round(0.5 * 255) / 255), 255]);
    assert.equal(mapOf("attention", "grey"), "grey");
    assert.equal(mapOf(1, "diverging"), "diverging");
    assert.equal(painted({ score: "attention" })[1]![3], 0);
});

test("masks are of one status", () => {
    const rgba = new Uint8ClampedArray(6 * 4);
    const table = new TileTable(threeTiles());
    assert.equal(paintMask(table, "benign", rgba), true);
    assert.deepEqual(
        [3, 7, 15, 23].map((k) => rgba[k]),
        [0, 0, 255, 0],
    );
    assert.equal(paintMask(table, "unfamiliar", rgba), false);
});

test("the histogram counts voting tiles alone", () => {
    const { bins, voting, sure } = countScores(new TileTable(threeTiles()), 1, 0.4);
    assert.equal(voting, 1);
    assert.equal(sure, 0);
    assert.equal(bins[Math.floor(0.8 * kBins)], 1);
    assert.equal(
        bins.reduce((sum, count) => sum + count),
        1,
    );
});
